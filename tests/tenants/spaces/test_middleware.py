"""Whatever a request entered is left when its answer has gone."""

import pytest
from django.conf import settings
from django.test import Client

from saas.kernel import schema


@pytest.mark.parametrize("path", ["/signin/", "/nowhere/", "/join/confirm/x/"])
def test_a_space_is_left_with_the_answer(db: None, path: str) -> None:
    browser = Client(headers={"host": f"north.{settings.BASE_HOST}"})
    assert browser.get(path, secure=True).status_code in {200, 302, 404, 422}
    assert schema.current() == schema.PUBLIC


def test_what_an_earlier_request_left_open_is_left_before_the_next(db: None) -> None:
    schema.enter("north")
    assert Client(headers={"host": settings.BASE_HOST}).get("/health/live").status_code == 200
    assert schema.current() == schema.PUBLIC
