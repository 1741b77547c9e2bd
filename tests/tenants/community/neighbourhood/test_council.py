"""Sums that placements bring the councils, as the space keeps them."""

import datetime as dt
from typing import Any

import pytest
from celery import Task

from billing.models import OwnLine
from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.community.neighbourhood import actions, clock
from tenants.community.neighbourhood.models import CouncilMonth
from tenants.community.neighbourhood.queries import council as queries
from tests.factories.billing import make_council
from tests.fixtures.people import AT
from tests.saas.accounts.jobs import run_in

NOVEMBER, OCTOBER = dt.date(2026, 11, 1), dt.date(2026, 10, 1)


def line(reference: str, cents: int, *, merchant: str = "Maison Cazal") -> OwnLine:
    return OwnLine(
        month=NOVEMBER,
        campaign_reference=reference,
        council_reference="CO-1",
        merchant_name=merchant,
        cents=cents,
    )


def stored_months() -> list[tuple[str, int]]:
    rows = CouncilMonth.objects.filter(month=NOVEMBER).order_by("campaign_reference")
    return list(rows.values_list("campaign_reference", "brought_cents"))


def ledger_says(monkeypatch: pytest.MonkeyPatch, *lines: OwnLine) -> None:
    monkeypatch.setattr(queries, "lines_of", lambda month: list(lines) if month.day == 1 else [])


def make_month(month: dt.date, reference: str, cents: int, merchant: str = "x") -> None:
    CouncilMonth.objects.create(
        month=month, campaign_reference=reference, merchant_name=merchant, brought_cents=cents
    )


def test_a_month_follows_the_ledger_up_down_and_away_and_alone(
    in_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_month(OCTOBER, "CA-0", 7)
    ledger_says(monkeypatch, line("CA-1", 4620), line("CA-2", 100))
    actions.refresh_council_month(month=NOVEMBER, at=AT)
    assert stored_months() == [("CA-1", 4620), ("CA-2", 100)]

    ledger_says(monkeypatch, line("CA-1", 2310))
    run_in("north", clock.refresh_council_month, dt.date(2026, 11, 25))
    assert stored_months() == [("CA-1", 2310)]
    assert CouncilMonth.objects.get(month=OCTOBER).brought_cents == 7


def test_billing_is_answered_with_a_job_in_the_space_after_the_commit(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[tuple[object, object]] = []

    def queue(_task: object, **changes: Any) -> None:
        sent.append((changes["args"], changes["headers"][SCHEMA_HEADER]))

    monkeypatch.setattr(Task, "apply_async", queue)
    with django_capture_on_commit_callbacks(execute=True):
        hooks.settlement_changed.ask("north", NOVEMBER)
        assert sent == []

    assert sent == [((NOVEMBER,), "north")]
    assert schema.current() == schema.PUBLIC


def test_the_brief_shows_a_month_its_merchants_and_a_year(owner: User) -> None:
    [empty] = hooks.council_brief.ask(owner, AT)
    assert (empty.brought_cents, empty.merchants) == (0, 0)
    assert empty.twelve_months_cents == [0] * 12

    make_month(NOVEMBER, "CA-1", 4620, "Maison Cazal")
    make_month(NOVEMBER, "CA-2", 380, "Maison Cazal")
    make_month(NOVEMBER, "CA-3", 1000, "Ti’Zeste")
    make_month(NOVEMBER, "CA-4", 0, "Remboursé")
    make_month(OCTOBER, "CA-5", 900, "Élan 12")
    make_month(dt.date(2025, 11, 1), "CA-6", 5000, "Trop vieux")

    [brief] = hooks.council_brief.ask(owner, AT)
    assert (brief.month, brief.brought_cents, brief.merchants) == (NOVEMBER, 6000, 2)
    assert brief.twelve_months_cents == [0] * 10 + [900, 6000]


def test_rows_that_name_no_council_are_written_anew(
    in_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in (NOVEMBER, OCTOBER):
        make_month(month, "CA-1", 9)
    ledger_says(monkeypatch, line("CA-1", 4), line("CA-2", 5))
    run_in("north", clock.name_councils)
    assert queries.months_without_council() == []
    parts = CouncilMonth.objects.filter(month=NOVEMBER).values_list("by_council", flat=True)
    assert list(parts.order_by("campaign_reference")) == [{"CO-1": 4}, {"CO-1": 5}]


@pytest.mark.parametrize(
    ("companies", "titles"),
    [
        ([""], ["60,00\u00a0€ pour votre CSE"]),
        (
            ["North Un", "North Deux"],
            ["CSE North Un\u00a0: 41,00\u00a0€", "CSE North Deux\u00a0: 19,00\u00a0€"],
        ),
    ],
)
def test_wall_says_of_each_council_what_its_statement_says(
    db: None, companies: list[str], titles: list[str]
) -> None:
    councils = [make_council("north", company=name) for name in companies]
    shares = dict(zip([one.reference for one in councils], [4100, 1900], strict=False))
    with schema.inside("north"):
        make_month(NOVEMBER, "CA-1", 6000)
        CouncilMonth.objects.update(by_council=shares)
        found = [slide for slides in hooks.slides.ask(AT) for slide in slides]
    assert [slide.title for slide in found if slide.kind == "council"] == titles
