"""Forms of administrators about the end of their space."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts import actions as accounts
from saas.accounts.forms import PasswordField
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.forms import ActionForm
from tenants.spaces.actions import deletions as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import PlannedDeletion


class PlanForm(ActionForm[PlannedDeletion]):
    """The last word before a space is to be deleted: its name, and one's own password."""

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

    def __init__(self, *args: Any, asks_password: bool, proven: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proven = proven
        if not asks_password:
            del self.fields["password"]

    def perform(self, *, user: User, by: SpaceActor, at: dt.datetime) -> PlannedDeletion:  # type: ignore[override]
        """Plan it, once it is sure who does."""
        password = self.cleaned_data.get("password", "")
        accounts.prove_oneself(by=user, password=password, proven=self.proven, at=at)
        with schema.in_public():
            return actions.plan(name=self.cleaned_data["name"], by=by, at=at)
