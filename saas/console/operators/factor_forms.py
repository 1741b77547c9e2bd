"""Form for an operator to remove the lost second factor of a customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saas.accounts.forms import EmailOnlyField
from saas.console.actions import reset_factor_in_space, reset_factor_of_merchant
from saas.console.models import FactorReset
from saas.kernel.forms import ActionForm


class FactorResetForm(ActionForm[FactorReset]):
    """Person's address, and the document or call that proves their identity to the operator."""

    email = EmailOnlyField(label=_("Adresse e-mail de la personne"))
    proof = forms.ChoiceField(label=_("Preuve"), choices=FactorReset.Proof)
    note = forms.CharField(
        label=_("Ce que vous avez vu ou entendu"),
        max_length=280,
        help_text=_(
            "Par exemple\u00a0: rappelée au numéro de la boutique, a dit le montant de sa dernière "
            "facture. La personne le lit."
        ),
        error_messages={"required": _("Dites sur quoi vous vous appuyez\u00a0: cela reste.")},
    )

    def perform(self, *, shop: Any = None, tenant: Any = None, **context: Any) -> FactorReset:
        """Remove it."""
        if shop is not None:
            return reset_factor_of_merchant(merchant=shop, **self.cleaned_data, **context)
        return reset_factor_in_space(tenant=tenant, **self.cleaned_data, **context)
