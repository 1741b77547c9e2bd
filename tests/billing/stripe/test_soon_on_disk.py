"""An event that a crash forgets to be done is done again, so no commit waits for the disk."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from billing.models import StripeEvent
from billing.stripe import events
from saas.kernel.database import rows
from tests.factories.records import make_event

TIMES = 30
NOW_IN_MEMORY = "SELECT pg_current_wal_insert_lsn()::text"
IS_ON_DISK = "SELECT pg_current_wal_flush_lsn() >= %s::text::pg_lsn"


@pytest.fixture(autouse=True)
def durable(own_database: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")


def waits_for_the_disk() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone()[0] == "on")


def stored_event(number: int) -> StripeEvent:
    """Store an event about no object of ours."""
    return make_event("coupon.created", "co_1", event_id=f"evt_{number}")


def is_on_disk() -> bool:
    """Return True if all writes up to now are already on the disk."""
    [(written,)] = rows.tuples(NOW_IN_MEMORY, [])
    return bool(rows.tuples(IS_ON_DISK, [written])[0][0])


def test_result_of_an_event_is_committed_without_waiting_for_the_disk() -> None:
    at_once = 0
    for number in range(TIMES):
        events.process(stored_event(number).pk, at=timezone.now())
        at_once += is_on_disk()
    assert at_once < TIMES
    assert StripeEvent.objects.filter(state="ignored", attempts=1).count() == TIMES


def test_next_commit_waits_for_the_disk_again() -> None:
    events.process(stored_event(1).pk, at=timezone.now())
    assert waits_for_the_disk()


def test_a_commit_that_waits_is_not_made_one_that_does_not() -> None:
    with transaction.atomic():
        events.process(stored_event(1).pk, at=timezone.now())
        assert waits_for_the_disk()
    assert StripeEvent.objects.get().state == "ignored"
