"""Forms of operators about the books."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.statements import redraw_paper
from billing.ledger.actions.cases import close_case, refetch_case
from billing.models import Case
from saas.accounts.models import User
from saas.kernel.forms import ActionForm


class CloseCaseForm(ActionForm[Case]):
    """The explanation of a difference."""

    explanation = forms.CharField(
        label=_("Ce qui explique l’écart"),
        max_length=300,
        help_text=_("Votre nom et l’explication restent avec le cas. Les livres ne changent pas."),
        error_messages={"required": _("Dites ce qui explique l’écart.")},
    )

    def perform(self, *, case: Case, by: User, at: dt.datetime) -> Case:  # type: ignore[override]
        """Close the case."""
        return close_case(
            case_id=case.pk, explanation=self.cleaned_data["explanation"], by=by, at=at
        )


class RefetchForm(ActionForm[Case]):
    """A wish to have Stripe asked again about a difference."""

    def perform(self, *, case: Case, by: User, at: dt.datetime) -> Case:  # type: ignore[override]
        """Have it asked."""
        return refetch_case(case_id=case.pk, by=by, at=at)


class RedrawForm(ActionForm[Case]):
    """A wish to have the file of an altered paper drawn again."""

    def perform(self, *, case: Case, by: User, at: dt.datetime) -> Case:  # type: ignore[override]
        """Redraw the altered document."""
        return redraw_paper(case_id=case.pk, by=by, at=at)
