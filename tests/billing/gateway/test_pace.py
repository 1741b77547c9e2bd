"""Stripe gets no more calls in a second than it likes."""

import pytest
import requests
import stripe
from django.conf import LazySettings

from billing.gateway.client import REAL_STRIPE, client
from billing.gateway.pace import Pace


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time = 50.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_ten_begin_at_once_and_the_others_wait_for_their_second() -> None:
    clock = Clock()
    pace = Pace(10, now=clock.now, sleep=clock.sleep)
    begun = []
    for _ in range(25):
        pace.wait()
        begun.append(clock.time)
    assert begun == [50.0] * 10 + [51.0] * 10 + [52.0] * 5


def test_whoever_was_slow_anyway_does_not_wait() -> None:
    clock = Clock()
    pace = Pace(2, now=clock.now, sleep=clock.sleep)
    for _ in range(4):
        pace.wait()
        clock.time += 0.6
    assert round(clock.time, 6) == 52.4


def test_the_real_stripe_is_spoken_to_at_that_pace(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_pace", REAL_STRIPE
    turns: list[int] = []
    monkeypatch.setattr(Pace, "wait", lambda _: turns.append(1))
    monkeypatch.setattr(requests.Session, "request", refuse)
    for _ in range(2):
        with pytest.raises(stripe.AuthenticationError):
            client().v1.balance.retrieve()
    assert len(turns) == 2


def refuse(*_: object, **__: object) -> requests.Response:
    answer = requests.Response()
    answer.status_code = 401
    answer._content = b'{"error": {"message": "no"}}'  # noqa: SLF001
    return answer
