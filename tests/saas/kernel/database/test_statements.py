"""A query built once uses the current values, and reads rows of the current space."""

import datetime as dt

import pytest
from django.db import connections
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.database import guards
from saas.kernel.database.statements import Given, Statement, counted, keys, statement
from saas.kernel.errors import WrongSpaceError
from tests.fixtures.people import make_user

built: list[str] = []


@statement
def named(first_name: Given) -> QuerySet[User]:
    """Find people by their first name."""
    built.append("named")
    return User.objects.filter(first_name=first_name).order_by("pk")


@statement
def among(people: Given, since: Given) -> QuerySet[User, str]:
    """Return the names of some people that joined after a moment."""
    found = User.objects.filter(pk__in=keys(people), created_at__gt=since)
    return found.order_by("first_name").values_list("first_name", flat=True)


@statement
def just(person: Given) -> QuerySet[User, int]:
    """Return the count of a single person."""
    return User.objects.filter(pk=person.pk).values_list(counted(F("pk")), flat=True)


def test_statement_is_built_once_and_asked_with_other_values(owner: User, teammate: User) -> None:
    named(first_name="Nadia")
    before = len(built)

    assert named(first_name="Nadia") == [owner]
    assert named(first_name="Karim") == [teammate]
    assert named(first_name="Nadia' OR 'a'='a") == []
    assert len(built) == before <= 1
    with CaptureQueriesContext(connections["default"]) as sent:
        just(person=owner)
    assert len(sent) == 1


def test_statement_reads_where_it_is_asked(owner: User, stranger: User) -> None:
    assert named(first_name="Nadia") == [owner]
    with schema.inside("south"):
        assert named(first_name="Nadia") == []
        [solene] = named(first_name="Solene")
        assert guards.stamp_of(solene) == "south"
        assert solene.reference == stranger.reference
    assert named(first_name="Solene") == []


def test_row_of_one_space_is_refused_by_a_statement_of_another(owner: User, stranger: User) -> None:
    assert just(person=owner) == [1]
    with pytest.raises(WrongSpaceError):
        just(person=stranger)
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        just(person=owner)


def test_statement_takes_a_list_of_keys_of_any_length(owner: User, teammate: User) -> None:
    long_ago, later = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    pks = [owner.pk, teammate.pk, make_user("Anne").pk]

    assert among(people=pks, since=long_ago) == ["Anne", "Karim", "Nadia"]
    assert among(people=pks[:1], since=long_ago) == ["Nadia"]
    assert among(people=[], since=long_ago) == []
    assert among(people=pks, since=later) == []


def test_statement_of_public_reads_public(db: None) -> None:
    with schema.in_public():
        merchant = make_user("Cazal")
        assert named(first_name="Cazal") == [merchant]
    with schema.inside("north"):
        assert named(first_name="Cazal") == []


def test_value_that_is_missing_is_an_error(db: None) -> None:
    assert isinstance(named, Statement)
    with schema.in_public(), pytest.raises(KeyError):
        named()
