"""Forms of the desk about the tokens of a merchant's programs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.catalogue.merchants.actions import programs as actions
from saas.catalogue.merchants.models import ProgramToken
from saas.catalogue.merchants.rules.programs import SCOPES
from saas.kernel.forms import ActionForm, ProgramTokenDays
from saas.kernel.secrets.program_tokens import CreatedToken


class ProgramTokenForm(ActionForm[CreatedToken[ProgramToken]]):
    """A new token: its name, its scopes and its lifetime."""

    name = forms.CharField(
        label=_("Nom"),
        max_length=60,
        help_text=_("Le logiciel où il sert."),
        error_messages={"required": _("Donnez-lui un nom.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Ce qu’il ouvre"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez ce que le jeton ouvre.")},
    )
    days = ProgramTokenDays()

    def perform(self, **context: Any) -> CreatedToken[ProgramToken]:
        """Create the token."""
        return actions.make_token(**self.cleaned_data, **context)


class RevokeProgramForm(ActionForm[bool]):
    """The button that ends a token."""

    def perform(self, **context: Any) -> bool:
        """Revoke the token."""
        actions.revoke_token(**context)
        return True
