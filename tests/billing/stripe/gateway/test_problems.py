"""Errors of Stripe's library become problems that a rule can weigh and a person can read."""

import uuid
from http import HTTPStatus

import pytest
import requests

from billing.stripe.gateway import writes
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import NO_ANSWER, UNREADABLE, Problem
from tests.fixtures.billing import Till

WHO = {"name": "Maison Aubin", "email": "compta@aubin.example"}


def caught_problem() -> StripeCallFailed:
    with pytest.raises(StripeCallFailed) as caught:
        writes.create_customer(WHO, f"test:{uuid.uuid4()}")
    return caught.value


@pytest.mark.parametrize("status", [HTTPStatus.OK, HTTPStatus.BAD_GATEWAY])
def test_an_answer_that_cannot_be_read_is_not_repeated_anywhere(
    monkeypatch: pytest.MonkeyPatch, status: HTTPStatus
) -> None:
    answer = requests.Response()
    answer.status_code = status
    answer._content = b'{"object": "customer", "email": "compta@aubin.example", '  # noqa: SLF001
    monkeypatch.setattr(requests.Session, "request", lambda *_, **__: answer)
    monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda *_: 0)

    problem = caught_problem()

    expected = None if status == HTTPStatus.OK else status
    assert problem.problem == Problem(expected, UNREADABLE)
    assert str(problem) == ("unreadable" if expected is None else "502 unreadable")
    assert problem.__cause__ is None
    assert problem.__suppress_context__


@pytest.mark.django_db
def test_a_line_that_breaks_is_no_answer(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stripe.HTTPClient._sleep_time_seconds", lambda *_: 0)
    till.fail("reset_before", "/v1/customers", times="3")

    problem = caught_problem()

    assert problem.problem == Problem(None, NO_ANSWER)
    assert str(problem) == "no_answer"


@pytest.mark.django_db
def test_stripe_s_error_keeps_its_code_and_status(till: Till) -> None:
    misspelt = {"emall": "compta@aubin.example"}
    with pytest.raises(StripeCallFailed) as caught:
        writes.create_customer(misspelt, f"test:{uuid.uuid4()}")

    assert str(caught.value).startswith("400 parameter_unknown Received unknown parameter")
    assert caught.value.problem.text.startswith("parameter_unknown ")
    assert caught.value.__cause__ is not None
