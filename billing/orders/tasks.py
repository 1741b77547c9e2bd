"""Payments and subscriptions are fetched again, and merchants told."""

import logging

from celery import shared_task
from django.utils import timezone

from billing.models import (
    Payment,
    Subscription,
)
from billing.orders import notifications
from billing.orders.queries.months import payments_to_mail, subscriptions_to_mail
from billing.orders.settlement import months, payments
from billing.stripe import tasks
from billing.stripe.events import NeedsOperator
from saas.kernel import pending_mail
from saas.kernel.tasks import PublicTask

logger = logging.getLogger(__name__)


@shared_task(base=PublicTask)
def sync_payment(payment_id: int) -> None:
    """Fetch a Checkout session again."""
    try:
        payments.sync(payment_id, at=timezone.now())
    except NeedsOperator as problem:
        logger.error("payment %s: %s", payment_id, problem)  # noqa: TRY400 - no fault of ours
    tasks.follow_up()


@shared_task(base=PublicTask)
def sync_subscription(subscription_id: int) -> None:
    """Fetch a subscription, and each of its months without a sale yet."""
    try:
        months.sync_all(subscription_id, at=timezone.now())
    except NeedsOperator as problem:
        logger.error("subscription %s: %s", subscription_id, problem)  # noqa: TRY400 - no fault of ours
    tasks.follow_up()


@shared_task(base=PublicTask)
def mail_debit(payment_id: int) -> None:
    """Mail a merchant that a debit is on its way, or that their bank refused it."""
    pending_mail.send_once(payments_to_mail(), payment_id, _mail_debit)


def _mail_debit(payment: Payment) -> None:
    notifications.mail_debit(payment.pk)


@shared_task(base=PublicTask)
def mail_subscription(subscription_id: int) -> None:
    """Mail a merchant a refused month, a coming end, or the end of the subscription."""
    pending_mail.send_once(subscriptions_to_mail(), subscription_id, _mail_subscription)


def _mail_subscription(subscription: Subscription) -> None:
    notifications.mail_subscription(subscription.pk)


def orders_due() -> list[tasks.FollowUp]:
    """Return the jobs with pending mails about a payment or a subscription."""
    return [
        tasks.FollowUp(mail_debit, payments_to_mail),
        tasks.FollowUp(mail_subscription, subscriptions_to_mail),
    ]
