"""Papers reach the platform once, through rejections, lost answers and outages; news come back."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import LazySettings

from billing import clock
from billing.einvoicing import queries, rules
from billing.einvoicing.actions import documents as actions
from billing.einvoicing.gateway.platform import Supplied
from billing.einvoicing.gateway.stand_in import StandIn
from billing.einvoicing.rules import Sold, period_of, report_of
from billing.models import EInvoice, Invoice, StateChange
from billing.papers.settlement import rendering
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused
from tests.factories.billing import make_campaign, make_sale, make_shop
from tests.fixtures.people import AT, make_user

pytestmark = pytest.mark.django_db
A_QUARTER = dt.timedelta(minutes=15)


@pytest.fixture
def stand_in(settings: LazySettings, tmp_path: Path) -> StandIn:
    settings.DATA_DIR = tmp_path
    return StandIn()


@pytest.fixture
def by() -> User:
    return make_user("Ada")


@pytest.fixture
def paper(papers: None, stand_in: StandIn) -> Invoice:
    """Return an invoice with its file, for a company in France."""
    return paper_of(make_shop())


def paper_of(shop: Merchant, *, days: int = 0) -> Invoice:
    at = AT + dt.timedelta(days=days)
    sale = make_sale(make_campaign(shop, {"north": 1_500}, at=at), at=at, received_at=at)
    paper = Invoice.objects.get(sale=sale)
    rendering.render(paper.pk, at=at)
    return paper


def state_of(paper: Invoice) -> str:
    return EInvoice.objects.get(invoice=paper).state


def test_paper_is_deposited_once_and_declared_paid(paper: Invoice, stand_in: StandIn) -> None:
    clock.exchange(at=AT)
    row = EInvoice.objects.get()
    assert (row.invoice_id, row.state, row.sendings) == (paper.pk, "received", 1)
    clock.exchange(at=AT + A_QUARTER)
    clock.exchange(at=AT + 2 * A_QUARTER)
    [flow] = stand_in.stored()["flows"].values()
    assert flow["name"] == f"{paper.number}.pdf"
    assert state_of(paper) == "paid"
    assert list(stand_in.stored()["reported"].values()) == [[row.platform_id, "212", ""]]


def test_lost_answer_never_deposits_twice(paper: Invoice, stand_in: StandIn) -> None:
    stand_in.plan("away", "lost")
    clock.exchange(at=AT)
    row = EInvoice.objects.select_related("invoice").get()
    assert (row.state, row.failure, row.platform_id) == ("prepared", "503", "")
    assert "repart" in queries.row_of(row).advice
    clock.exchange(at=AT)  # the retry is not due
    for quarters in (1, 3):
        clock.exchange(at=AT + quarters * A_QUARTER)
    assert len(stand_in.stored()["flows"]) == 1
    row.refresh_from_db()
    assert (row.state, row.failure) == ("received", "")


def test_rejected_paper_waits_for_an_operator_who_deposits_it_again(
    paper: Invoice, stand_in: StandIn, by: User
) -> None:
    stand_in.plan("rejected")
    clock.exchange(at=AT)
    row = EInvoice.objects.get()
    assert (row.state, row.reason) == ("rejected", "SIREN inconnu de l’annuaire")
    assert list(queries.problems()) == [row]
    clock.exchange(at=AT + A_QUARTER)
    assert state_of(paper) == "rejected"
    before = row.key
    row = actions.deposit_again(einvoice_id=row.pk, by=by, at=AT + A_QUARTER)
    assert row.key != before
    with pytest.raises(Refused, match="Seul un dépôt rejeté"):
        actions.deposit_again(einvoice_id=row.pk, by=by, at=AT + A_QUARTER)
    clock.exchange(at=AT + A_QUARTER)
    assert state_of(paper) == "received"


def test_refusal_of_a_buyer_waits_until_it_is_settled(
    paper: Invoice, stand_in: StandIn, by: User
) -> None:
    clock.exchange(at=AT)
    row = EInvoice.objects.get()
    stand_in.announce(row.platform_id, "210", "Montant inexact")
    for quarters in (1, 2):
        clock.exchange(at=AT + quarters * A_QUARTER)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("refused", "Montant inexact")
    assert StateChange.objects.filter(machine="einvoice", trigger="refused").count() == 1
    actions.settle_problem(einvoice_id=row.pk, by=by, at=AT)
    assert not queries.problems().exists()
    with pytest.raises(Refused, match="rien de vous"):
        actions.settle_problem(einvoice_id=row.pk, by=by, at=AT)


def test_paper_before_the_first_day_is_not_deposited(
    paper: Invoice, settings: LazySettings
) -> None:
    settings.EINVOICING_SINCE = "2027-09-01"
    clock.exchange(at=AT)
    assert not EInvoice.objects.exists()


def test_sales_abroad_and_to_persons_are_reported_after_ten_days(
    paper: Invoice, stand_in: StandIn
) -> None:
    shop = make_shop()
    abroad, person = paper_of(shop), paper_of(shop, days=1)
    Invoice.objects.filter(pk=abroad.pk).update(
        vat_treatment="reverse_charge",
        vat_cents=0,
        gross_cents=abroad.net_cents,
        buyer={**abroad.buyer, "country": "DE", "vat_number": "DE136695976"},
    )
    Invoice.objects.filter(pk=person.pk).update(
        buyer={**person.buyer, "siren": "", "vat_number": ""}
    )
    for day in (0, 9, 10):
        clock.exchange(at=AT + dt.timedelta(days=day))
    report = EInvoice.objects.get(kind="report")
    assert (report.first_day, report.last_day) == (dt.date(2026, 11, 21), dt.date(2026, 11, 30))
    [written] = report.content["invoices"]
    assert (written["vat_number"], written["net_cents"]) == ("DE136695976", abroad.net_cents)
    [day] = report.content["transactions"]
    assert (day["day"], day["count"], day["vat_cents"]) == ("2026-11-26", 1, person.vat_cents)
    assert not EInvoice.objects.filter(invoice__in=[abroad, person]).exists()


def test_periods_of_reports_cover_a_month() -> None:
    days = [dt.date(2027, 2, 1) + dt.timedelta(days=number) for number in range(28)]
    assert {period_of(day) for day in days} == {
        (dt.date(2027, 2, 1), dt.date(2027, 2, 10)),
        (dt.date(2027, 2, 11), dt.date(2027, 2, 20)),
        (dt.date(2027, 2, 21), dt.date(2027, 2, 28)),
    }


def test_credit_note_lowers_the_day_of_a_report() -> None:
    day = dt.date(2026, 11, 26)
    sold = [
        Sold("F1", day, "FR", "", 1_000, 200, 2_000),
        Sold("A1", day, "FR", "", -400, -80, 2_000),
    ]
    [row] = report_of(sold)["transactions"]
    assert (row["count"], row["net_cents"], row["vat_cents"]) == (2, 600, 120)


def test_supplier_invoice_is_received_once_and_answered(stand_in: StandIn, by: User) -> None:
    stand_in.supply(Supplied("flow-9", "Imprimerie Vasseur", "732829320", "118", 12_400, b"%PDF"))
    for quarters in (0, 1):
        clock.exchange(at=AT + quarters * A_QUARTER)
    row = EInvoice.objects.get()
    assert (row.kind, row.state, row.content["gross_cents"]) == ("supplier", "received", 12_400)
    given = {"einvoice_id": row.pk, "by": by, "at": AT}
    with pytest.raises(Refused, match="motif"):
        actions.answer_supplier(**given, answer="refused", reason=" ")  # type: ignore[arg-type]
    actions.answer_supplier(**given, answer="approved", reason="")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="déjà sa réponse"):
        actions.answer_supplier(**given, answer="refused", reason="x")  # type: ignore[arg-type]
    clock.exchange(at=AT + 2 * A_QUARTER)
    assert list(stand_in.stored()["reported"].values()) == [["flow-9", "205", ""]]
    row.refresh_from_db()
    assert (row.state, row.next_at) == ("approved", None)


def test_retries_come_later_each_time() -> None:
    waits = [rules.next_try(number, at=AT) - AT for number in (1, 2, 3, 30)]
    assert waits == sorted(waits)
    assert waits[-1] == dt.timedelta(hours=6)


def test_first_half_hour_of_a_period_is_reported_with_it(paper: Invoice, stand_in: StandIn) -> None:
    """A job's clock is UTC; a day of the report begins at midnight in Paris."""
    early = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
    Invoice.objects.filter(pk=paper.pk).update(
        issued_at=early, buyer={**paper.buyer, "siren": "", "vat_number": ""}
    )
    clock.exchange(at=dt.datetime(2026, 12, 20, tzinfo=dt.UTC))
    report = EInvoice.objects.get(kind="report")
    assert report.first_day == dt.date(2026, 12, 1)
    [day] = report.content["transactions"]
    assert (day["day"], day["count"]) == ("2026-12-01", 1)


def test_report_waits_for_payments_that_are_known_late(paper: Invoice, stand_in: StandIn) -> None:
    buyer = {**paper.buyer, "siren": "", "vat_number": ""}
    Invoice.objects.filter(pk=paper.pk).update(issued_at=AT, buyer=buyer)
    first = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
    clock.exchange(at=first)
    assert not EInvoice.objects.filter(kind="report").exists()
    late = paper_of(make_shop(), days=1)
    Invoice.objects.filter(pk=late.pk).update(buyer=buyer)
    clock.exchange(at=first + dt.timedelta(days=3))
    report = EInvoice.objects.get(kind="report")
    assert sum(day["count"] for day in report.content["transactions"]) == 2
