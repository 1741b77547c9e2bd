"""Forms of operators about bad days: answers to banks, settlements, other ways to pay."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.adjustments.actions.disputes import answer_dispute, settle_dispute
from billing.adjustments.actions.refunds import (
    confirm_refund_paid,
    pay_refund_otherwise,
    refund_what_has_not_run,
)
from billing.councils.actions.write_offs import Debt, approve_write_off, reject_write_off, write_off
from billing.models import Dispute, Order, Refund, Subscription
from billing.orders.actions.subscriptions import end_for_merchant
from saas.accounts.models import User
from saas.kernel.display.widgets import Chips
from saas.kernel.forms import ActionForm

APPROVE, REJECT = "approve", "reject"
PERIOD, NOW = "period", "now"
WHY = _("Dites pourquoi\u00a0: le motif reste dans l’historique.")


class AnswerForm(ActionForm[Dispute]):
    """Evidence for a payment, as its buyer's bank will read it."""

    text = forms.CharField(
        label=_("Ce qui parle pour ce paiement"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Quand la campagne a été diffusée, où, combien de fois elle a été vue, ce que le"
            " commerçant a écrit. La banque ne lit qu’une réponse\u00a0: elle part aussitôt."
        ),
        error_messages={"required": _("Écrivez ce que la banque doit savoir.")},
    )

    def perform(self, **context: Any) -> Dispute:
        """Send it, once."""
        return answer_dispute(text=self.cleaned_data["text"], **context)


class SettlementForm(ActionForm[Dispute]):
    """Settlement of the amount that a merchant owes after a lost dispute, with its reason."""

    way = forms.ChoiceField(
        label=_("Comment"),
        choices=[("credit_note", _("Avoir\u00a0: la vente est annulée")), ("bad_debt", _("Perte"))],
        widget=Chips(),
        error_messages={"required": _("Choisissez l’un des deux.")},
    )
    reason = forms.CharField(label=_("Motif"), max_length=200, error_messages={"required": WHY})

    def perform(self, **context: Any) -> Dispute:
        """Write the credit note, or give the debt up."""
        cleaned = self.cleaned_data
        return settle_dispute(way=cleaned["way"], reason=cleaned["reason"], **context)


class OtherWayForm(ActionForm[Refund]):
    """Other means of payment for a refund that was returned."""

    how = forms.CharField(
        label=_("Par quel moyen"),
        max_length=120,
        help_text=_(
            "Par exemple «\u00a0virement du 3 mai, référence 4711\u00a0». Le commerçant le lit."
        ),
        error_messages={"required": _("Dites par quel moyen il est payé.")},
    )

    def perform(self, **context: Any) -> Refund:
        """Record the other payment; above 500 € a second person confirms it."""
        return pay_refund_otherwise(how=self.cleaned_data["how"], **context)


class ConfirmationForm(ActionForm[Refund]):
    """Button for a second person to confirm the payment of a refund, as displayed."""

    seen_how = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=120)

    def perform(self, **context: Any) -> Refund:
        """Confirm it."""
        return confirm_refund_paid(seen_how=self.cleaned_data["seen_how"], **context)


class WriteOffForm(ActionForm[Debt]):
    """Reason to write off a council's debt; `seen_cents` is the amount displayed."""

    seen_cents = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    reason = forms.CharField(label=_("Motif"), max_length=200, error_messages={"required": WHY})

    def perform(self, **context: Any) -> Debt:
        """Book the debt as a loss; it is neither claimed nor set off any longer."""
        given = self.cleaned_data
        return write_off(seen_cents=given["seen_cents"], reason=given["reason"], **context)


class GivingUpForm(ActionForm[Debt]):
    """Decision on a requested write-off; `seen_cents` is the amount displayed."""

    seen_cents = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=0)
    verdict = forms.ChoiceField(choices=[(APPROVE, APPROVE), (REJECT, REJECT)])

    def perform(self, **context: Any) -> Debt:
        """Approve or reject it."""
        if self.cleaned_data["verdict"] == APPROVE:
            return approve_write_off(seen_cents=self.cleaned_data["seen_cents"] or 0, **context)
        return reject_write_off(**context)


class StopForm(ActionForm[Refund]):
    """Stop of a campaign, with a refund of the days not run; `seen_cents` was displayed."""

    seen_cents = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    reason = forms.CharField(label=_("Motif"), max_length=200, error_messages={"required": WHY})

    def perform(self, *, order: Order, by: User, at: dt.datetime) -> Refund:  # type: ignore[override]
        """Do both at once."""
        cleaned = self.cleaned_data
        return refund_what_has_not_run(
            order=order, seen_cents=cleaned["seen_cents"], reason=cleaned["reason"], by=by, at=at
        )


class EndingForm(ActionForm[Subscription]):
    """When a subscription ends, and why; `seen` is how it stood when the page was shown."""

    when = forms.ChoiceField(
        label=_("Quand"),
        choices=[(PERIOD, _("À la fin du mois payé")), (NOW, _("Tout de suite"))],
        initial=PERIOD,
        widget=Chips(),
        error_messages={"required": _("Choisissez l’un des deux.")},
    )
    reason = forms.CharField(label=_("Motif"), max_length=200, error_messages={"required": WHY})
    seen = forms.CharField(required=False, max_length=60)

    def perform(self, **context: Any) -> Subscription:
        """Ask Stripe for it."""
        cleaned = self.cleaned_data
        return end_for_merchant(
            at_once=cleaned["when"] == NOW,
            reason=cleaned["reason"],
            seen=cleaned["seen"],
            **context,
        )
