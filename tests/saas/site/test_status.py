"""The public status page: services, since when, planned work, and nothing else."""

import datetime as dt
from typing import Any

import pytest
from django.db import Error, connection
from django.utils import timezone

from billing.models import StripeCall
from billing.stripe import halts
from saas.kernel import schema
from saas.monitoring import actions as monitoring
from saas.monitoring import heartbeats, queries, services
from saas.monitoring.models import Announcement, Trouble
from tests.fixtures.broker import empty_broker
from tests.fixtures.people import AT, Browse, SpaceClient
from tests.saas.console.conftest import agathe, console, hire

__all__ = ["agathe", "console", "empty_broker", "hire"]
NOW = dt.datetime.now(dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def public(browse: Browse, empty_broker: None) -> SpaceClient:
    """A stranger on the public site, and nothing remembered of an earlier look."""
    services.forget()
    return browse(None, space="")


def states(client: SpaceClient) -> dict[str, str]:
    services.forget()
    answer = client.get("/status.json").json()
    return {name: one["state"] for name, one in answer["services"].items()}


def shown(client: SpaceClient, language: str = "fr") -> str:
    services.forget()
    answer = client.get("/status/", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def test_page_is_green_while_all_is_well_and_stands_in_the_footer(public: SpaceClient) -> None:
    assert set(states(public).values()) == {"ok"}
    page = shown(public)
    assert "Tout fonctionne." in page
    assert "Aucun incident." in page
    assert 'href="/status/"' in public.get("/fr/").content.decode()
    assert "All is well." in shown(public, "en")


def test_stopped_clock_and_refused_key_name_what_is_late_but_not_why(public: SpaceClient) -> None:
    with schema.in_public():
        monitoring.record_beat(at=NOW - HOUR)
        halts.halt("Invalid API Key sk_live_secret", at=NOW)
    assert states(public) == {
        "pages": "ok",
        "mails": "degraded",
        "payments": "down",
        "councils": "degraded",
        "foundings": "ok",
    }
    page = shown(public)
    assert "Aucun paiement ne peut commencer." in page
    assert "Ils partent en retard." in page
    assert "Depuis le" in page
    assert not [word for word in ("sk_live", "API Key", "Horloge", "worker") if word in page]


@pytest.mark.parametrize(
    ("process", "services_late"),
    [
        ("worker", {"mails", "councils"}),
        ("caller", {"payments", "councils"}),
        ("fetcher", {"mails"}),
        ("founder", {"foundings"}),
    ],
)
def test_silent_process_makes_its_services_late(
    public: SpaceClient, process: str, services_late: set[str]
) -> None:
    heartbeats.record_heartbeat(process, at=timezone.now() - HOUR)
    late = {name for name, state in states(public).items() if state == "degraded"}
    assert late == services_late
    assert process not in shown(public)


def test_queue_that_waits_makes_its_services_late(
    public: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = heartbeats.WaitingJobs("owner", 3, timezone.now() - HOUR)
    monkeypatch.setattr(heartbeats, "waiting_jobs", lambda: [waiting])
    assert states(public)["foundings"] == "degraded"
    assert "Un nouvel espace se construit plus tard." in shown(public)


def test_click_that_waits_for_stripe_makes_payments_slow(public: SpaceClient) -> None:
    with schema.in_public():
        just_now = timezone.now()
        call = StripeCall.objects.create(
            kind="checkout", subject_id=1, params={}, created_at=just_now
        )
        assert states(public)["payments"] == "ok"
        StripeCall.objects.filter(pk=call.pk).update(created_at=NOW - HOUR)
        assert states(public)["payments"] == "degraded"
        StripeCall.objects.filter(pk=call.pk).update(kind="transfer")
        assert states(public)["payments"] == "ok"  # no page waits for a transfer


@pytest.mark.parametrize(
    ("part", "expected"),
    [("valkey", ("degraded", "ok")), ("broker", ("degraded", "degraded")), ("database", None)],
)
def test_page_stands_where_a_part_of_the_house_is_gone(
    public: SpaceClient,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    expected: tuple[str, str] | None,
) -> None:
    monkeypatch.setattr(queries, f"_{part}", lambda: "down")
    found = states(public)
    if expected is None:
        assert set(found.values()) == {"down"}
        assert "Les pages des espaces ne répondent pas." in shown(public)
    else:
        assert (found["pages"], found["mails"]) == expected


def test_page_needs_no_statement_to_say_that_the_database_is_gone(public: SpaceClient) -> None:
    def fail(*_: Any) -> Any:
        raise Error

    with connection.execute_wrapper(fail):
        assert "Les pages des espaces ne répondent pas." in shown(public)


def test_one_reader_waits_for_a_part_that_hangs_and_others_read_what_was_known() -> None:
    with schema.in_public():
        before = services.status(at=NOW)
    services._memory.read_at = float("-inf")  # noqa: SLF001 - ten seconds have passed
    with services._memory.lock:  # noqa: SLF001 - somebody looks at this moment
        assert services.status(at=NOW + HOUR) is before


def test_incidents_of_ninety_days_stand_once_by_service_and_without_subjects(
    public: SpaceClient,
) -> None:
    def over(kind: str, *, subject: str = "", began: dt.timedelta, hours: float) -> None:
        began_at = NOW - began
        Trouble.objects.create(
            kind=kind, subject=subject, began_at=began_at, ended_at=began_at + hours * HOUR
        )

    with schema.in_public():
        over("job", subject="shares", began=3 * DAY, hours=3)
        over("job", subject="council-bills", began=3 * DAY - HOUR, hours=4)
        over("clock", began=100 * DAY, hours=5)
        over("clock", began=2 * DAY, hours=0.05)
        over("disk", subject="data", began=DAY, hours=5)
        over("parked_call", subject="b3f", began=DAY, hours=5)
        over("job", subject="schemas", began=DAY, hours=5)
        (incident,) = services.status(at=NOW).incidents
    assert (incident.service, incident.began_at) == ("councils", NOW - 3 * DAY)
    assert incident.ended_at == NOW - 3 * DAY + 5 * HOUR
    page = shown(public)
    assert page.count("Reversements et relevés des CSE") == 2
    assert "council-bills" not in page


def test_operator_announces_planned_work_and_ends_it(
    public: SpaceClient, console: SpaceClient
) -> None:
    tomorrow = AT + DAY
    typed = {
        "text_fr": "Les pages seront fermées une heure.",
        "text_en": "Pages will be closed for an hour.",
        "starts_at": f"{tomorrow:%Y-%m-%dT%H:%M}",
        "ends_at": f"{tomorrow:%Y-%m-%dT%H:%M}",
    }
    refused = console.post("/troubles/announce/", typed)
    assert refused.status_code == 422
    assert "La fin vient après le début." in refused.content.decode()
    assert typed["text_fr"] in refused.content.decode()
    typed["ends_at"] = f"{tomorrow + HOUR:%Y-%m-%dT%H:%M}"
    assert console.post("/troubles/announce/", typed).status_code == 303
    assert typed["text_fr"] in console.get("/troubles/").content.decode()
    assert typed["text_fr"] in shown(public)
    assert typed["text_en"] in shown(public, "en")
    with schema.in_public():
        planned = Announcement.objects.get()
        Announcement.objects.update(starts_at=AT - HOUR)
    console.post(f"/troubles/announced/{planned.pk}/end/")
    with schema.in_public():
        assert Announcement.objects.get().ends_at < AT + HOUR
    assert "Maintenance prévue" in shown(public)  # among past announcements
    with schema.in_public():
        Announcement.objects.update(starts_at=AT + HOUR, ends_at=AT + 2 * HOUR)
    console.post(f"/troubles/announced/{planned.pk}/end/")
    with schema.in_public():
        assert not Announcement.objects.exists()
