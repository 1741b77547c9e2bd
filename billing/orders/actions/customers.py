"""Updates of a merchant's customer object at Stripe."""

import datetime as dt

from django.db import transaction

from billing.orders.settlement import sessions
from billing.stripe import tasks
from billing.stripe.queries.due import open_call_of
from saas.kernel.tasks import after_commit


@transaction.atomic
def update_stripe_customer(*, merchant_id: int, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Send a merchant's changed details to Stripe, if it is a customer there.

    Called by the catalogue by a hook, after the merchant has edited their page.
    """
    sessions.prepare_customer_update(merchant_id)
    call = open_call_of("details", merchant_id)
    if call is not None:
        after_commit(tasks.send_call, call.pk)
