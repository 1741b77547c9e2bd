"""The form to remove a member's second factor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import SecondFactor
from saas.kernel.forms import ActionForm
from tenants.community.members.actions import factors

ASK, WITHDRAW = "ask", "withdraw"


class FactorResetForm(ActionForm[SecondFactor | None]):
    """Plan the removal, with a reason that the person reads; or leave the factor in place."""

    verb = forms.ChoiceField(choices=[(ASK, ASK), (WITHDRAW, WITHDRAW)], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Motif"),
        max_length=280,
        required=False,
        help_text=_("Par exemple\u00a0: téléphone perdu, demande reçue à l’accueil. Elle le lira."),
    )

    def perform(self, **context: Any) -> SecondFactor | None:
        """Ask for the removal of the factor, or withdraw such a request."""
        if self.cleaned_data["verb"] == WITHDRAW:
            factors.withdraw_reset(**context)
            return None
        return factors.ask_reset(reason=self.cleaned_data["reason"], **context)
