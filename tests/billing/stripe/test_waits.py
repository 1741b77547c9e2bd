"""The delay before a call is retried, and the failures that a new key clears."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from billing.dispatch.calls import HANDLERS
from billing.models import StripeCall
from billing.stripe.calls.send import make_call
from billing.stripe.gateway.values import Answer, StripeCallFailed
from billing.stripe.rules.answers import Problem
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

Kind = StripeCall.Kind


class Line:
    """A line to Stripe on which whatever is asked meets the same trouble."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.problem = Problem(500)
        self.leaves_nothing = False
        self.meanwhile: Callable[[], Any] = lambda: None
        self.log: list[str] = []
        work = HANDLERS[Kind.TAX]._replace(
            call=self._call,
            find=self._find,
            on_send=None,
            on_refusal=lambda *_: self.log.append("refused"),
            after_refusal=lambda *_: self.log.append("afterwards"),
        )
        patched.setitem(HANDLERS, Kind.TAX, work)

    def _call(self, _intent: StripeCall) -> Answer[Any]:
        self.meanwhile()
        raise StripeCallFailed(self.problem)

    def _find(self, call: StripeCall) -> Answer[Any] | None:
        return None if self.leaves_nothing else self._call(call)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(monkeypatch)


@pytest.fixture
def call(db: None) -> StripeCall:
    return StripeCall.objects.create(kind=Kind.TAX, subject_id=1, params={}, key="k")


def waits(call: StripeCall, at: dt.datetime) -> float:
    """Make a call at its time; answers with the seconds until it is made again."""
    StripeCall.objects.filter(pk=call.pk).update(next_at=at)
    make_call(call.pk, at=at)
    call.refresh_from_db()
    assert call.next_at
    return (call.next_at - at).total_seconds()


@pytest.mark.parametrize(
    ("met", "seconds"),
    [
        pytest.param([500, 500, 500], [60, 10, 20], id="Stripe's own fault, again and again"),
        pytest.param([429, 500, 503], [5, 60, 20], id="too much was no fault of Stripe's"),
        pytest.param([None, 500, 503], [5, 60, 20], id="nor was a line that was cut"),
    ],
)
def test_only_the_first_fault_of_stripe_is_waited_for_a_minute(
    call: StripeCall, line: Line, met: list[int | None], seconds: list[int]
) -> None:
    for status, least in zip(met, seconds, strict=True):
        line.problem = Problem(status)
        assert least <= waits(call, AT) < least * 1.25
        assert call.state == "in_flight"


def test_call_that_could_not_be_searched_waits_a_little(call: StripeCall, line: Line) -> None:
    StripeCall.objects.update(state="unknown", first_sent_at=AT)
    line.problem = Problem(503)
    for least in (5, 10):
        assert least <= waits(call, AT) < least * 1.25
        assert (call.state, call.attempt) == ("unknown", 1)


@pytest.mark.parametrize(("status", "least"), [(500, 60), (None, 5)])
def test_under_a_new_key_a_call_has_never_failed_before(
    call: StripeCall, line: Line, status: int | None, least: int
) -> None:
    StripeCall.objects.update(state="unknown", first_sent_at=AT, sendings=7, server_errors=3)
    line.leaves_nothing = True
    assert waits(call, AT) == 0
    assert (call.state, call.attempt) == ("pending", 2)
    line.problem = Problem(status)
    assert least <= waits(call, AT) < least * 1.25


@pytest.mark.parametrize("done_meanwhile", [False, True])
def test_a_refusal_of_what_others_have_done_meanwhile_changes_nothing(
    call: StripeCall, line: Line, *, done_meanwhile: bool
) -> None:
    line.problem = Problem(400, code="account_closed")
    if done_meanwhile:
        line.meanwhile = lambda: StripeCall.objects.update(state="done", result_id="tr_1")
    make_call(call.pk, at=AT)
    call.refresh_from_db()
    assert call.state == ("done" if done_meanwhile else "failed")
    assert call.failure == ("" if done_meanwhile else "account_closed")
    assert line.log == ([] if done_meanwhile else ["refused", "afterwards"])
