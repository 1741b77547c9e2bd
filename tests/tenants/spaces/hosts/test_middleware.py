"""Spaces that a request entered are left when its answer has gone."""

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client

from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces.database import role_access
from tests.fixtures.people import Browse, SpaceClient, make_user


@pytest.mark.parametrize("path", ["/signin/", "/nowhere/", "/join/confirm/x/"])
def test_a_space_is_left_with_the_answer(db: None, path: str) -> None:
    browser = Client(headers={"host": f"north.{settings.BASE_HOST}"})
    assert browser.get(path, secure=True).status_code in {200, 302, 404, 422}
    assert schema.current() == schema.PUBLIC


def test_each_request_enters_its_space_once_also_where_the_one_before_stood(
    browse: Browse, owner: User
) -> None:
    """Check that each request enters its space with a single switch.

    The switch lets the database refuse a space closed in between.
    """
    member = browse(owner)
    member.get("/")  # the host is known from now on
    for _ in range(2):
        before = schema.connection().switches
        assert member.get("/").status_code == 200
        assert schema.connection().switches == before + 1


def test_a_request_is_refused_by_the_database_once_the_space_is_shut(own_database: None) -> None:
    browser = SpaceClient(f"north.{settings.BASE_HOST}")
    with schema.inside("north"):
        browser.force_login(make_user("Nadia"))
    assert browser.get("/").status_code == 200
    role_access.shut("north")
    try:
        with pytest.raises(DatabaseError, match=r"cannot enter space 'north'.*permission denied"):
            browser.get("/")
    finally:
        role_access.reopen("north")
    assert browser.get("/").status_code == 200


def test_space_left_open_by_a_request_is_left_before_the_next(db: None) -> None:
    schema.enter("north")
    assert Client(headers={"host": settings.BASE_HOST}).get("/health/live").status_code == 200
    assert schema.current() == schema.PUBLIC
