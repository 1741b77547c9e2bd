"""Form of the weekly mail of figures."""

from typing import Any

from django import forms

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import weekly as actions
from saas.kernel.forms import ActionForm


class WeeklyForm(ActionForm[Merchant]):
    """Button that stops the weekly mail, or takes it again."""

    wanted = forms.BooleanField(required=False)

    def perform(self, **context: Any) -> Merchant:
        """Switch the mail."""
        return actions.switch_weekly(is_wanted=self.cleaned_data["wanted"], **context)
