"""Mails to merchants about debits and subscriptions."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from billing.ledger.queries.seller import seller
from billing.models import (
    Payment,
    Subscription,
)
from billing.wording import reasons
from saas.catalogue.merchants.models import Merchant
from saas.kernel import mail
from tenants.spaces import hosts


def mail_debit(payment_id: int) -> None:
    """Mail a merchant a coming debit with its day, or its refusal by the bank."""
    payment = Payment.objects.select_related(
        "order__merchant__owner", "order__campaign", "order__subscription"
    ).get(pk=payment_id)
    order = payment.order
    mail.send(
        to=order.merchant.billing_email,
        template="billing_debit",
        language=order.merchant.owner.language,
        context={
            "refused": payment.state == Payment.State.FAILED,
            "cents": payment.amount_cents,
            "why": _why(payment.decline_code, order.merchant),
            "headline": order.campaign.headline,
            "debited_on": payment.debited_on,
            "monthly": order.subscription is not None,
            "seller": seller()["name"],
            "reference": order.reference,
            "url": hosts.public_url(order.get_absolute_url()),
        },
    )


def _why(code: str, merchant: Merchant) -> str:
    with translation.override(merchant.owner.language):
        return reasons.in_words(code, reasons.PAYMENTS)


def mail_subscription(subscription_id: int) -> None:
    """Mail a merchant a refused month, a coming end, or the end of the subscription."""
    subscription = Subscription.objects.select_related("merchant__owner", "campaign").get(
        pk=subscription_id
    )
    behind = subscription.state == Subscription.State.PAST_DUE
    path = "billing:payment_methods" if behind else "billing:subscription"
    args = [] if behind else [subscription.reference]
    address = reverse(path, urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=args)
    mail.send(
        to=subscription.merchant.billing_email,
        template="billing_months",
        language=subscription.merchant.owner.language,
        context={
            "state": subscription.state,
            "cents": subscription.gross_cents,
            "why": _why(subscription.decline_code, subscription.merchant),
            "headline": subscription.campaign.headline,
            "paid_until": subscription.paid_until,
            "next_try_at": subscription.next_try_at,
            "url": hosts.public_url(address),
        },
    )
