"""A stopped clock is detected by the web process; a missed night is run later."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import DatabaseError

from billing import clock as billing_clock
from saas.monitoring import actions, queries, rules, watcher, watching
from saas.monitoring.models import ScheduledJob, Trouble
from tests.fixtures.billing import Jobs
from tests.fixtures.people import AT

MINUTE = dt.timedelta(minutes=1)
NIGHT = settings.CELERY_BEAT_SCHEDULE["books"]["schedule"]


def test_web_looks_in_the_place_of_a_stopped_clock(agathe: int, db: None) -> None:
    actions.record_beat(at=AT)

    watching.stand_in(at=AT + 2 * MINUTE)
    assert mail.outbox == []

    watching.stand_in(at=AT + 4 * MINUTE)
    watching.stand_in(at=AT + 5 * MINUTE)
    assert [message.subject for message in mail.outbox] == ["Alerte\u00a0: L’horloge est arrêtée"]

    actions.record_beat(at=AT + 6 * MINUTE)
    watching.check_system(at=AT + 6 * MINUTE)
    assert len(mail.outbox) == 2
    assert Trouble.objects.get().ended_at == AT + 6 * MINUTE


def test_clock_that_never_ran_is_awaited_three_minutes(agathe: int, db: None) -> None:
    watching.stand_in(at=AT)
    watching.stand_in(at=AT + 3 * MINUTE)
    assert mail.outbox == []

    watching.stand_in(at=AT + 4 * MINUTE)
    assert len(mail.outbox) == 1


def test_watcher_looks_again_and_again_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Semaphore(0)
    monkeypatch.setattr(watching, "stand_in", lambda **_: looked.release())
    watch = watcher.Watcher(every_seconds=0.01)

    thread = watch.start(first_after=0)

    assert all(looked.acquire(timeout=10) for _ in range(3))
    watch.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_database_that_is_gone_is_reported_once(
    reported: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(watching, "stand_in", fail)
    watch = watcher.Watcher()

    watch.check_clock()
    watch.check_clock()

    assert [event["fingerprint"] for event in reported] == [["trouble", "database"]]


def test_success_of_a_job_of_the_schedule_is_kept_and_a_failure_is_none(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError

    ScheduledJob.objects.create(name="old-events", succeeded_at=AT)
    with monkeypatch.context() as patch:
        patch.setattr("billing.stripe.events.forget", fail)
        billing_clock.forget_events.apply()
    assert ScheduledJob.objects.get(name="old-events").succeeded_at == AT
    billing_clock.forget_events.apply()
    assert ScheduledJob.objects.get(name="old-events").succeeded_at > AT


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-11-25T03:59:00+00:00", "2026-11-25T04:00:00+00:00"),  # winter: an hour behind Paris
        ("2026-11-25T04:00:00+00:00", "2026-11-26T04:00:00+00:00"),
        ("2026-07-01T02:59:00+00:00", "2026-07-01T03:00:00+00:00"),  # summer: two
        ("2026-10-24T04:00:00+00:00", "2026-10-25T04:00:00+00:00"),  # the night of 25 hours
    ],
)
def test_night_is_an_hour_of_paris(after: str, due: str) -> None:
    assert rules.next_night(NIGHT, dt.datetime.fromisoformat(after)).isoformat() == due


def test_missed_night_is_made_up_when_the_clock_goes_on(db: None, jobs: Jobs) -> None:
    actions.record_beat(at=AT)
    ScheduledJob.objects.filter(name="books").update(succeeded_at=AT - dt.timedelta(days=1))

    watching.make_up_nights(at=AT)
    watching.make_up_nights(at=AT + MINUTE)

    assert [task.name for task, _ in jobs.waiting] == ["billing.clock.close_books"]


def test_night_that_fails_again_is_made_up_in_an_hour_but_none_of_a_fresh_house(db: None) -> None:
    actions.record_beat(at=AT)
    assert queries.missed_nights(at=AT + dt.timedelta(hours=12)) == []
    assert "books" in queries.missed_nights(at=AT + dt.timedelta(days=1))
    ScheduledJob.objects.filter(name="books").update(succeeded_at=AT - dt.timedelta(days=1))
    assert actions.take_missed_nights(at=AT) == ["billing.clock.close_books"]
    assert actions.take_missed_nights(at=AT + 59 * MINUTE) == []
    assert actions.take_missed_nights(at=AT + 60 * MINUTE) == ["billing.clock.close_books"]


def test_daily_jobs_run_at_an_hour_of_the_night() -> None:
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        schedule = entry["schedule"]
        if rules.is_nightly(schedule):
            assert schedule.hour <= {3, 4, 5}, name
        else:
            assert schedule <= 3600, name
