"""Stripe is told what a merchant changes of who they are."""

import datetime as dt

from django.db import transaction

from billing.orders.settlement import sessions
from billing.stripe import tasks
from billing.stripe.queries.due import open_call_of
from saas.kernel.tasks import after_commit


@transaction.atomic
def update_stripe_customer(*, merchant_id: int, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Have Stripe told what changed of a merchant whom it knows.

    Nobody does this: the merchant changes their page, and the catalogue says so by a hook.
    """
    sessions.prepare_customer_update(merchant_id)
    call = open_call_of("details", merchant_id)
    if call is not None:
        after_commit(tasks.send_call, call.pk)
