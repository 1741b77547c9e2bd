"""Events that arrive, and orders that lapse because nobody pays."""

import datetime as dt

from django.db import connection, transaction

from billing import tasks
from billing.gateway import client
from billing.gateway.values import Event
from billing.models import Order, StripeEvent
from billing.rules import checks, reception
from billing.settlement import subscriptions
from billing.settlement.transitions import CLOCK, transition
from saas.kernel.tasks import after_commit

_INSERT = """
    INSERT INTO billing_stripeevent (event_id, door, kind, object_id, account, livemode,
        api_version, other_version, body, state, received_at, attempts, failure)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, '')
    ON CONFLICT (event_id) DO NOTHING RETURNING id
"""


@transaction.atomic
def keep_event(*, event: Event, door: str, at: dt.datetime) -> bool:
    """Keep an event once, and have it processed; says whether it was new.

    When it came is said by the clock by which it is forgotten one day, not by the database's.

    Nobody does this: Stripe does.
    """
    for_us = reception.is_for_us(
        door=door, account=event.account, livemode=event.livemode, ours=client.is_live()
    )
    state = StripeEvent.State.RECEIVED if for_us else StripeEvent.State.IGNORED
    other = reception.is_other_version(event.api_version, ours=client.API_VERSION)
    columns: list[str | bool] = [
        event.id,
        door,
        event.kind,
        event.object_id,
        event.account,
        event.livemode,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*columns, event.api_version, other, event.body, state.value, at])
        row = cursor.fetchone()
    if row is not None and for_us:
        after_commit(tasks.process_event, row[0])
    return row is not None


@transaction.atomic
def cancel_stale_order(*, order_id: int, at: dt.datetime) -> None:
    """Let go of an order that nobody has paid for a week. Nobody does this: the clock does."""
    order = Order.objects.select_for_update().get(pk=order_id)
    stale = checks.is_stale(order.placed_at, at=at)
    if stale and transition("order", order, "cancelled", by=CLOCK, at=at):
        subscriptions.abandon(order, by=CLOCK, at=at)
