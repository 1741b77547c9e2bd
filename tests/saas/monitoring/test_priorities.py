"""Links, confirmations and the clock never queue behind notifications and digests."""

import json
import logging
from typing import Any

import pytest
from celery import current_app

from saas.kernel.watching import log_context
from saas.monitoring import clock

FIRST = [
    "saas.accounts.tasks.mail_link_of_a_space",
    "saas.accounts.tasks.mail_link_of_public",
    "saas.site.tasks.mail_spaces",
    "saas.catalogue.merchants.tasks.mail_confirmation",
    "tenants.community.members.tasks.mail_confirmation",
    "saas.console.tasks.mail_reminders",
]
CLOCKS = [
    "saas.monitoring.clock.watch",
    "saas.accounts.clock.requeue_links",
    "saas.console.clock.remind_operators",
    "tenants.spaces.clock.requeue_foundings",
    "billing.clock.release_shares",
]
USUAL_JOB = "billing.papers.tasks.send_invoice"
LAST = [
    "tenants.community.notifications.tasks.mail_event",
    "tenants.community.notifications.tasks.send_digests",
    "tenants.community.notifications.clock.send_digests_everywhere",
    "tenants.community.mediastore.tasks.prepare",
    "tenants.community.personal_data.tasks.prepare",
]


def route_of(name: str) -> tuple[str, int]:
    current_app.loader.import_default_modules()
    assert name in current_app.tasks
    route: dict[str, Any] = current_app.amqp.router.route({}, name)
    return route["queue"].name, route["priority"]


@pytest.mark.parametrize("name", FIRST)
def test_mails_that_a_person_waits_for_and_the_clock_go_first(name: str) -> None:
    assert route_of(name) == ("default", 0)


@pytest.mark.parametrize("name", CLOCKS)
def test_clock_waits_behind_links_alone(name: str) -> None:
    assert route_of(name) == ("default", 3)


def test_other_jobs_wait_behind_links_and_the_clock() -> None:
    job: Any = current_app.tasks[USUAL_JOB]
    with current_app.connection_for_write() as connection:
        job.apply_async(args=(1,), connection=connection)
        queue = connection.SimpleQueue("default")
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert int(message.properties["priority"]) == 6


@pytest.mark.parametrize("name", LAST)
def test_notifications_and_digests_go_last(name: str) -> None:
    assert route_of(name) == ("default", 9)


def test_other_queues_keep_their_routes() -> None:
    assert route_of("tenants.community.notifications.tasks.push_event") == ("fetches", 9)
    assert route_of("billing.stripe.tasks.send_call") == ("calls", 9)
    assert current_app.amqp.router.route({}, "tenants.spaces.tasks.foundings.build_space")[
        "queue"
    ].name == ("owner")


def test_link_overtakes_two_hundred_digests() -> None:
    names = [
        "tenants.community.notifications.tasks.send_digests",
        USUAL_JOB,
        clock.watch.name,
        "saas.accounts.tasks.mail_link_of_public",
    ]
    digest, *others = [current_app.tasks[name] for name in names]
    with current_app.producer_or_acquire() as producer:
        for _ in range(200):
            digest.apply_async(producer=producer)
        usual, *first = others
        usual.apply_async(args=(1,), producer=producer)
        for job in first:
            job.apply_async(args=(1,) if "mail_link" in job.name else (), producer=producer)
    with current_app.connection_for_read() as connection:
        queue = connection.SimpleQueue("default")
        taken = []
        for _ in range(4):
            message = queue.get(timeout=5)
            message.ack()
            taken.append(message.headers["task"])
        queue.close()
    assert taken == list(reversed(names))


def test_job_logs_one_line_with_its_name_outcome_and_duration(
    db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock.watch, "run", lambda: None)
    with caplog.at_level(logging.INFO, logger="saas.kernel.tasks"):
        clock.watch()
    [record] = [one for one in caplog.records if one.name == "saas.kernel.tasks"]
    line = json.loads(log_context.JsonFormatter().format(record))
    assert line["message"].startswith("saas.monitoring.clock.watch done in ")
    assert (line["task"], line["outcome"]) == (clock.watch.name, "done")
    assert isinstance(line["duration_ms"], int)

    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(clock.watch, "run", fail)
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="saas.kernel.tasks"), pytest.raises(RuntimeError):
        clock.watch()
    assert "saas.monitoring.clock.watch failed in " in caplog.text
