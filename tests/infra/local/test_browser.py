"""A browser in the tests: the ORM has its own connections beside the event loop."""

from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.fixtures import services


def opened() -> object:
    connection.ensure_connection()
    return connection.connection


def test_no_connection_outlives_its_turn_beside_a_browser_or_without(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    browser = services.browser.__wrapped__()  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        before = opened()
        next(browser)
        beside = opened()
        assert beside is not before
        assert before.closed  # type: ignore[attr-defined]
        next(browser, None)
        assert beside.closed  # type: ignore[attr-defined]
