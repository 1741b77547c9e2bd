"""`/metrics`: its content for Prometheus, its authorisation, and no label with a person's name."""

import json
import time
from typing import Any

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families as parsed

from saas.accounts.models import User
from saas.kernel import mail, schema
from saas.kernel.watching import metrics
from saas.monitoring import clock, heartbeats
from saas.monitoring.metrics import sums
from tenants.spaces.models import Tenant
from tests.fixtures.people import Browse

TOKEN = "prometheus-s-own-token"
SCRAPER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    """Set the metrics token, and discard the counts of earlier tests."""
    settings.METRICS_TOKEN = TOKEN
    metrics.take()


def scrape(browse: Browse, space: str = "") -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return each sample of a scrape by its name and labels."""
    response = browse(None, space=space).get("/metrics", headers=SCRAPER)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parsed(response.content.decode())
        for sample in family.samples
    }


def of(samples: dict[Any, float], name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


@pytest.mark.parametrize("space", ["", "north", "ops"])
def test_strangers_find_no_metrics(browse: Browse, settings: Any, space: str) -> None:
    client = browse(None, space=space)
    for header in ("", "Bearer ", "Bearer wrong", TOKEN):
        assert client.get("/metrics", headers={"authorization": header}).status_code == 404
    assert client.get("/metrics", headers=SCRAPER).status_code == 200
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_scraper_may_ask_by_the_address_of_a_machine(browse: Browse) -> None:
    response = browse(None, space="").get("/metrics", headers={**SCRAPER, "host": "10.0.0.7:8000"})
    assert response.status_code == 200


def test_page_is_counted_by_the_name_of_its_address(browse: Browse, owner: User) -> None:
    browse(owner).get("/classifieds/")
    browse(None, space="").get("/no/such/page/")
    found = scrape(browse)
    board = {"site": "space", "route": "classifieds:board"}
    assert of(found, "troovon_requests_total", **board, status="200") == 1
    assert of(found, "troovon_request_duration_seconds_count", **board) == 1
    assert of(found, "troovon_request_duration_seconds_bucket", **board, le="+Inf") == 1
    assert of(found, "troovon_requests_total", site="public", route="none", status="404") == 1


def test_counts_of_several_processes_are_added_up(browse: Browse) -> None:
    for _ in range(3):  # like the separate counts of three processes
        metrics.count(metrics.MAILS, "sent")
        metrics.observe(metrics.STRIPE_SECONDS, 0.3, "get accounts")
        metrics.observe(metrics.STRIPE_SECONDS, 40, "get accounts")
        sums.hand_in()
    found = scrape(browse)
    assert of(found, "troovon_mails_total", outcome="sent") == 3
    name, kind = "troovon_stripe_call_duration_seconds", "get accounts"
    buckets = [of(found, f"{name}_bucket", kind=kind, le=le) for le in ("0.25", "0.5", "30.0")]
    assert [*buckets, of(found, f"{name}_count", kind=kind)] == [0, 3, 3, 6]
    assert of(found, f"{name}_sum", kind=kind) == pytest.approx(120.9)


def test_counts_wait_for_a_broker_that_is_away(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics.count(metrics.MAILS, "sent")
    with monkeypatch.context() as patch:

        def nobody() -> None:
            raise ConnectionError

        patch.setattr(heartbeats, "channel", nobody)
        sums.hand_in()
        found = scrape(browse)
        assert of(found, "troovon_part_up", part="counts") == 0
        assert of(found, "troovon_part_up", part="database") == 1
        assert of(found, "troovon_spaces", state="active") >= 2
    assert of(scrape(browse), "troovon_mails_total", outcome="sent") == 1


def test_jobs_are_counted_by_task_and_outcome(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock.watch, "run", lambda: None)
    clock.watch()

    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(clock.watch, "run", fail)
    with pytest.raises(RuntimeError):
        clock.watch()
    found, task = scrape(browse), clock.watch.name
    assert of(found, "troovon_jobs_total", task=task, outcome="done") == 1
    assert of(found, "troovon_jobs_total", task=task, outcome="failed") == 1
    assert of(found, "troovon_job_duration_seconds_count", task=task) == 2


def test_mail_that_the_server_refuses_is_counted(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise mail.AddressRefusedError(550, is_permanent=True)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(mail.AddressRefusedError):
        mail.send(
            to="a@b.example",
            template="trouble",
            language="fr",
            context=dict.fromkeys(
                ("title", "first_name", "begun", "ended", "more", "base", "url"), ""
            ),
        )
    assert of(scrape(browse), "troovon_mails_total", outcome="refused") == 1


def test_waiting_jobs_money_and_spaces_are_shown(browse: Browse) -> None:
    clock.watch.apply_async()
    heartbeats.record_heartbeat("worker", at=timezone.now())
    found = scrape(browse)
    assert of(found, "troovon_queue_jobs", queue="default") == 1
    assert of(found, "troovon_queue_age_seconds", queue="calls") == 0
    assert of(found, "troovon_heartbeat_age_seconds", process="worker") < 5
    assert of(found, "troovon_spaces", state="deleted") == 0
    assert of(found, "troovon_process_resident_bytes", process="test") > 10_000_000
    with schema.in_public():
        count = Tenant.objects.filter(state="active").exclude(schema_name="public").count()
    assert of(found, "troovon_spaces", state="active") == count


def test_process_that_is_gone_is_no_longer_counted(browse: Browse) -> None:
    old = {"process": "worker", "at": time.time() - 600, "bytes": 1, "spaces_met": 0}
    with heartbeats.channel() as channel:
        channel.client.hset("troovon-process-sizes", "worker:elsewhere:7", json.dumps(old))
    assert ("troovon_processes", frozenset({("process", "worker")})) not in scrape(browse)


def test_no_label_names_a_person_or_a_space(browse: Browse, owner: User) -> None:
    client = browse(owner)
    client.get("/classifieds/")
    client.get(f"/members/{owner.reference}/")
    client.get("/calendar/secret-secret-secret-secret-secret-secret.ics")
    browse(None, space="").get("/claire.martin@north.example/")
    labels = {
        value
        for name, pairs in scrape(browse, space="north")
        for _label, value in [*pairs, (name, name)]
    }
    with schema.in_public():
        names = {
            word
            for row in Tenant.objects.values_list("slug", "name", "schema_name")
            for word in row
        }
    names |= {owner.email, owner.reference, owner.first_name, "claire", "secret"}
    held = [
        (name, label)
        for name in names
        if name != "public"
        for label in labels
        if name.lower() in label.lower()
    ]
    assert not held


def test_scrape_is_quick_and_enters_no_space(
    browse: Browse, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(700):
        metrics.count(metrics.REQUESTS, "space", f"room:page{number}", "200")
        for seconds in (0.01, *metrics.REQUEST_SECONDS.buckets[:-1]):
            metrics.observe(metrics.REQUEST_SECONDS, seconds, "space", f"room:page{number}")
    entered: list[str] = []
    enter = schema.enter

    def enter_noted(name: str) -> None:
        entered.append(name)
        enter(name)

    monkeypatch.setattr(schema, "enter", enter_noted)
    scrape(browse)
    took = []
    for _ in range(3):
        began = time.process_time()
        with django_assert_max_num_queries(16):
            response = browse(None, space="").get("/metrics", headers=SCRAPER)
        took.append(time.process_time() - began)
    assert min(took) < 0.3
    assert len(response.content) < 1_000_000
    assert set(entered) <= {"public"}
