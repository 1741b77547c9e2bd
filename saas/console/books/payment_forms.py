"""Forms of operators about payments on paper to councils without an account."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.councils.actions.paper_payments import propose_payment
from billing.models import Council, ManualEntry
from saas.accounts.models import User
from saas.console.books.period_forms import pdf_field, read_pdf, reason_field
from saas.kernel.forms import ActionForm


class PaperPaymentForm(ActionForm[ManualEntry]):
    """How an amount due to a council is settled, and the paper that shows it."""

    seen_cents = forms.IntegerField(widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("Comment la somme est réglée"),
        choices=ManualEntry.Way.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez comment la somme est réglée.")},
    )
    reason = reason_field()
    paper = pdf_field(
        help_text=_(
            "Un PDF de 8\u00a0Mo au plus\u00a0: ordre de virement, délibération du CSE, reçu."
        )
    )

    def perform(self, *, council: Council, by: User, at: dt.datetime) -> ManualEntry:  # type: ignore[override]
        """Propose the payment."""
        return propose_payment(
            council=council,
            way=self.cleaned_data["way"],
            seen_cents=self.cleaned_data["seen_cents"],
            reason=self.cleaned_data["reason"],
            paper=read_pdf(self.cleaned_data["paper"]),
            by=by,
            at=at,
        )
