"""What may be forgotten in a crash waits for no disk; nothing else stops waiting for its sake."""

import pytest
from django.db import connection, transaction

from saas.kernel import rows

pytestmark = pytest.mark.usefixtures("own_database")


def waits_for_the_disk() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone()[0] == "on")


@pytest.fixture
def durable() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")


def test_only_what_is_done_inside_waits_for_no_disk(durable: None) -> None:
    assert waits_for_the_disk()
    with rows.soon_on_disk():
        assert not waits_for_the_disk()
    assert waits_for_the_disk()


def test_a_commit_that_waits_is_not_made_one_that_does_not(durable: None) -> None:
    with transaction.atomic():
        with rows.soon_on_disk():
            assert waits_for_the_disk()
        assert waits_for_the_disk()
