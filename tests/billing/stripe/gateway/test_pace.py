"""Calls to Stripe are kept below its rate limit per second."""

import uuid

import pytest
import requests
import stripe
from celery import shared_task
from django.conf import LazySettings

from billing.stripe.gateway.client import REAL_STRIPE, client
from billing.stripe.gateway.pace import Pace, Paces
from saas.kernel.tasks import FIRST, LATER, PublicTask


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


def test_slow_caller_does_not_wait() -> None:
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


def test_a_pace_with_a_name_is_one_for_all_processes() -> None:
    name = uuid.uuid4().hex
    waited: list[float] = []
    processes = [Pace(10, name=name, sleep=waited.append) for _ in range(4)]
    for turn in range(20):
        processes[turn % 4].wait()
    assert waited[:10] == [0.0] * 10
    assert all(0.5 < seconds <= 1.0 for seconds in waited[10:])


def test_each_process_keeps_the_pace_alone_while_the_store_is_silent(
    settings: LazySettings,
) -> None:
    settings.VALKEY_URL = "redis://127.0.0.1:1/0"
    clock = Clock()
    pace = Pace(10, name="silent", now=clock.now, sleep=clock.sleep)
    begun = []
    for _ in range(11):
        pace.wait()
        begun.append(clock.time)
    assert begun == [50.0] * 10 + [51.0]


@shared_task(base=PublicTask)
def call_stripe() -> None:
    """Wait for a turn as a job does."""
    Paces().wait()


def test_clicks_do_not_wait_for_the_turns_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(Pace, "wait", lambda pace: waited.append(pace._name))  # noqa: SLF001
    call_stripe.apply(priority=LATER)
    call_stripe.apply(priority=FIRST)
    Paces().wait()
    assert waited == ["stripe-jobs", "stripe-clicks", "stripe-jobs"]
