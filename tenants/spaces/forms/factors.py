"""The form of administrators about the second factor of their members."""

import datetime as dt

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from saas.accounts.factors.queries import has_factor
from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm
from tenants.spaces.actions import factors as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant
from tenants.spaces.rules.addresses import ADMINISTRATOR

_ON = (
    gettext_noop("Second facteur exigé de tous"),
    gettext_noop("Vous avez une semaine pour ajouter le vôtre."),
)
_OFF = (gettext_noop("Second facteur laissé au choix"), gettext_noop("Le vôtre reste en place."))


class RequireForm(ActionForm[Tenant]):
    """Whether the space requires a second factor."""

    required = forms.ChoiceField(choices=[("on", ""), ("off", "")])

    def perform(self, *, by: User, actor: SpaceActor, at: dt.datetime) -> Tenant:  # type: ignore[override]
        """Switch it, and log it for each member."""
        on = self.cleaned_data["required"] == "on"
        if on and not has_factor(by):
            raise Refused(_("Ajoutez d’abord votre propre second facteur."))
        with schema.in_public():
            before = Tenant.objects.values_list("factor_from", flat=True).get(
                schema_name=actor.schema_name
            )
            tenant = actions.require_factor(schema_name=actor.schema_name, on=on, by=actor, at=at)
        if tenant.factor_from != before:
            _log(on=on, by=by, at=at)
        return tenant


def _log(*, on: bool, by: User, at: dt.datetime) -> None:
    entry = hooks.DataAccess(None, ADMINISTRATOR, *(_ON if on else _OFF), is_act=True)
    hooks.data_accessed.ask(entry, by, at)
