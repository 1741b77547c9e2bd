"""Form by which an operator asks to read a reported item of a space."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from saas.accounts.models import User
from saas.console.spaces import access_actions as actions
from saas.kernel.forms import ActionForm
from tenants.spaces.models import SpaceOperation, Tenant
from tenants.spaces.rules.access_grants import HOURS


class AccessForm(ActionForm[SpaceOperation]):
    """The case to read, for how long, and why."""

    case = forms.CharField(
        label=_("Dossier de modération"),
        max_length=12,
        help_text=_("Sa référence, que vous donne l’espace\u00a0: MO-…"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Donnez la référence du dossier.")},
    )
    hours = forms.TypedChoiceField(
        label=_("Pour combien de temps"),
        coerce=int,
        choices=[
            (many, ngettext_lazy("%(hours)d heure", "%(hours)d heures", "hours") % {"hours": many})
            for many in HOURS
        ],
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=280,
        help_text=_("Tous les membres de l’espace le lisent\u00a0: n’y nommez personne."),
        error_messages={"required": _("Dites pourquoi\u00a0: les membres de l’espace le liront.")},
    )

    def perform(self, *, tenant: Tenant, by: User, at: dt.datetime) -> SpaceOperation:  # type: ignore[override]
        """Ask for the access."""
        return actions.ask_access(tenant=tenant, **self.cleaned_data, by=by, at=at)
