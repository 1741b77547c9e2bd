"""Moments at which things happened at Stripe, by the events that Stripe sent.

A debit agreed by its bank and a dispute decided by a bank have no such moment on their own object
(docs.stripe.com/api/charges/object, docs.stripe.com/api/disputes/object): only an event has it.
"""

import datetime as dt

from django.db.models import Max, Min

from billing.models import StripeEvent

_PAID = ("charge.succeeded", "payment_intent.succeeded")
_DECIDED = ("charge.dispute.closed",)


def paid_at(charge_id: str, payment_intent: str, *, at: dt.datetime) -> dt.datetime:
    """Return when a debit was agreed by its bank; `at` if no event of it was received."""
    events = StripeEvent.objects.filter(
        kind__in=_PAID, object_id__in=[charge_id, payment_intent], happened_at__lte=at
    )
    first = events.aggregate(at=Min("happened_at"))["at"]
    return first or at.replace(microsecond=0)


def decided_at(dispute_id: str, *, at: dt.datetime) -> dt.datetime:
    """Return when a dispute was decided last; `at` if no event of it was received."""
    events = StripeEvent.objects.filter(
        kind__in=_DECIDED, object_id=dispute_id, happened_at__lte=at
    )
    return events.aggregate(at=Max("happened_at"))["at"] or at
