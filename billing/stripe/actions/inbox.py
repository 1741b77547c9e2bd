"""Events as they arrive."""

import datetime as dt

from django.db import connection, transaction

from billing.models import StripeEvent
from billing.stripe import tasks
from billing.stripe.gateway import client
from billing.stripe.gateway.values import Event
from billing.stripe.rules import reception
from saas.kernel.tasks import after_commit

_INSERT = """
    INSERT INTO billing_stripeevent (event_id, endpoint, kind, object_id, account, livemode,
        api_version, other_version, body, happened_at, state, received_at, attempts, failure)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, '')
    ON CONFLICT (event_id) DO NOTHING RETURNING id
"""


@transaction.atomic
def store_event(*, event: Event, endpoint: str, at: dt.datetime) -> bool:
    """Store an event once, and queue its processing; return True if it was new.

    Its time of arrival is our clock's, not the database's: its retention is measured by the same
    clock.

    Called by Stripe.
    """
    for_us = reception.is_for_us(
        endpoint=endpoint, account=event.account, livemode=event.livemode, ours=client.is_live()
    )
    state = StripeEvent.State.RECEIVED if for_us else StripeEvent.State.IGNORED
    other = reception.is_other_version(event.api_version, ours=client.API_VERSION)
    columns: list[str | bool] = [
        event.id,
        endpoint,
        event.kind,
        event.object_id,
        event.account,
        event.livemode,
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [*columns, event.api_version, other, event.body, event.happened_at, state.value, at],
        )
        row = cursor.fetchone()
    if row is not None and for_us:
        after_commit(tasks.process_event, row[0])
    return row is not None
