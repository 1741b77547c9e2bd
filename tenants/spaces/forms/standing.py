"""The form for an administrator's request that an operator prove the space."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.kernel import schema
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm
from tenants.spaces.actions import standing as actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import SpaceStanding

_Way = SpaceStanding.Way


class ProofForm(ActionForm[SpaceStanding]):
    """A letter or a call to the company of the SIREN."""

    way = forms.ChoiceField(
        label=_("Comment vous joindre"),
        choices=((_Way.LETTER, _("Un courrier au siège")), (_Way.CALL, _("Un appel au standard"))),
        initial=_Way.CALL,
        widget=Chips(icons={"letter": "mail", "call": "phone"}),
        error_messages={"required": _("Choisissez un courrier ou un appel.")},
    )
    contact = forms.CharField(
        label=_("Qui demander, et quand"),
        max_length=200,
        help_text=_("Par exemple\u00a0: Mme Maurin, ressources humaines, le matin."),
        error_messages={"required": _("Dites qui demander.")},
    )

    def perform(self, *, by: SpaceActor, at: dt.datetime) -> SpaceStanding:  # type: ignore[override]
        """Ask for the letter or the call."""
        with schema.in_public():
            return actions.ask_for_proof(
                way=self.cleaned_data["way"], contact=self.cleaned_data["contact"], by=by, at=at
            )
