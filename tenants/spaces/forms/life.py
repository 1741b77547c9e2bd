"""Forms of administrators about the end of their space."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts import actions as accounts
from saas.accounts.forms import PasswordField
from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.forms import ActionForm
from tenants.spaces.actions import deletions as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import PlannedDeletion
from tenants.spaces.queries import life as queries


class PlanForm(ActionForm[PlannedDeletion]):
    """The confirmation before the deletion of a space: its name, and the person's password."""

    name = forms.CharField(
        label=_("Nom de l’espace, pour confirmer"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Écrivez le nom de l’espace pour confirmer.")},
    )
    password = PasswordField(
        purpose="current-password",
        label=_("Votre mot de passe"),
        error_messages={"required": _("Tapez votre mot de passe.")},
    )

    def __init__(
        self, *args: Any, asks_password: bool, proven: bool, confirms: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proven, self.confirms = proven, confirms
        if not asks_password:
            del self.fields["password"]

    def perform(self, *, user: User, by: SpaceActor, at: dt.datetime) -> PlannedDeletion:  # type: ignore[override]
        """Plan or confirm the deletion, after the person's identity is verified."""
        password = self.cleaned_data.get("password", "")
        accounts.prove_oneself(by=user, password=password, proven=self.proven, at=at)
        others = others_than(user, by=by)
        act = actions.confirm if self.confirms else actions.plan
        with schema.in_public():
            return act(name=self.cleaned_data["name"], others=others, by=by, at=at)


def others_than(user: User, *, by: SpaceActor) -> actions.Others:
    """Return whether other people than the planner could confirm a deletion.

    For a council's representative the planner is excluded; every other administrator can confirm.
    """
    known = set(hooks.administrators.collect())
    elected = set(hooks.all_council_people.collect())
    rows = User.objects.filter(pk__in=known | elected, is_active=True).exclude(pk=user.pk)
    people = list(rows)
    with schema.in_public():
        plan = queries.planned_deletion_of(by.schema_name)
    if plan is not None:
        people = [one for one in people if f"({one.reference})" not in plan.asked_by]
    numbers = {one.pk for one in people}
    return actions.Others(bool(numbers & known), bool(numbers & elected))
