"""What operators type: refunds, terms, evidence, reasons, what is tried again."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing import actions as billing
from billing.models import Order, Refund, StripeEvent, StripeIntent
from saas.accounts.models import User
from saas.console import queries
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, EurosField
from saas.kernel.looks.widgets import Chips
from tenants.spaces import actions as spaces
from tenants.spaces.models import Founding

WHOLE, PART = "whole", "part"
APPROVE, REJECT = "approve", "reject"


class RefundForm(ActionForm[Refund]):
    """How much goes back to a merchant, and why."""

    how = forms.ChoiceField(
        label=_("Combien"),
        choices=[(WHOLE, _("Tout ce qui reste")), (PART, _("Une partie"))],
        initial=WHOLE,
        widget=Chips(),
    )
    amount_cents = EurosField(
        label=_("Montant TTC, pour une partie"),
        required=False,
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        help_text=_("Il reste dans l’historique de la commande."),
        error_messages={"required": _("Dites pourquoi\u00a0: le motif reste dans l’historique.")},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for an amount where only a part goes back."""
        said = super().clean() or {}
        partly = said.get("how") == PART
        if partly and not said.get("amount_cents") and "amount_cents" not in self.errors:
            self.add_error("amount_cents", gettext("Donnez le montant à rembourser."))
        return said

    def perform(  # type: ignore[override]
        self, *, order: Order, refundable_cents: int, by: User, at: dt.datetime
    ) -> Refund:
        """Ask for the refund; a large one waits for a second person."""
        partly = self.cleaned_data["how"] == PART
        return billing.request_refund(
            order=order,
            amount_cents=self.cleaned_data["amount_cents"] if partly else refundable_cents,
            reason=self.cleaned_data["reason"],
            by=by,
            at=at,
        )


class DecisionForm(ActionForm[Refund]):
    """Whether a refund that somebody else asked for is made."""

    verdict = forms.ChoiceField(choices=[(APPROVE, APPROVE), (REJECT, REJECT)])

    def perform(self, *, refund: Refund, by: User, at: dt.datetime) -> Refund:  # type: ignore[override]
        """Approve or reject it."""
        if self.cleaned_data["verdict"] == APPROVE:
            return billing.approve_refund(refund=refund, by=by, at=at)
        return billing.reject_refund(refund=refund, by=by, at=at)


class RetryForm(ActionForm[str]):
    """What is tried again: a call, an event, a founding; each can safely run twice.

    A call may be let go instead.
    """

    kind = forms.ChoiceField(
        choices=[(kind, kind) for kind in ("intent", "let_go", "event", "founding")]
    )
    key = forms.CharField(max_length=20)

    def perform(self, *, by: User, at: dt.datetime) -> str:  # type: ignore[override]
        """Have it tried again or let go. Raises Refused where it waits for nobody any more."""
        kind = self.cleaned_data["kind"]
        found = queries.retried(kind, self.cleaned_data["key"])
        if isinstance(found, StripeIntent) and kind == "let_go":
            billing.let_go_of_intent(intent=found, by=by, at=at)
        elif isinstance(found, StripeIntent):
            billing.retry_intent(intent=found, by=by, at=at)
        elif isinstance(found, StripeEvent):
            billing.retry_event(event=found, by=by, at=at)
        elif isinstance(found, Founding):
            spaces.build_again(founding_id=found.pk, at=at)
        else:
            raise Refused(gettext("Ce n’est plus dans la liste. Rechargez la page."))
        return str(kind)
