"""Sums and codes of a paper; bills in a council's name, line by line."""

import datetime as dt

import pytest

from billing.councils.rules import self_billing
from billing.councils.rules.self_billing import BillLine, Mandate
from billing.councils.rules.statements import Movement
from billing.papers.rules import papers
from billing.papers.rules.papers import Kind, PaperLine, Party, VatBreakdown
from tests.billing.councils.rules.test_self_billing import moved
from tests.billing.papers.files import samples

PARIS = dt.timezone(dt.timedelta(hours=1))
FIRST = dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("kind", "code", "is_credit", "is_self_billed"),
    [
        (Kind.INVOICE, "380", False, False),
        (Kind.CREDIT_NOTE, "381", True, False),
        (Kind.SELF_BILLED, "389", False, True),
        (Kind.SELF_BILLED_CREDIT, "261", True, True),
    ],
)
def test_kind_has_its_code(kind: Kind, code: str, *, is_credit: bool, is_self_billed: bool) -> None:
    now = papers.Kind[kind.name]
    assert (now.value, now.is_credit, now.is_self_billed) == (code, is_credit, is_self_billed)


def test_a_paper_is_in_french_and_its_parties_in_france_unless_it_says_otherwise() -> None:
    assert papers.LANGUAGE == "fr"
    nobody = Party("Nom", "Rue", "37000", "Ville")
    assert nobody == ("Nom", "Rue", "37000", "Ville", "FR", *[""] * 8)
    assert samples.line(100) == PaperLine(samples.line(100).description, 100, 100, 20, 2_000)
    assert samples.line(100)[5:] == (1, "C62", 0, "", None, None)


def test_paper_without_details_has_defaults() -> None:
    bare = papers.Paper(*samples.invoice()[:9])
    assert bare[9:] == ("", "", None, None, False, False, False, 0)


def test_a_paper_adds_its_lines_up_by_rate_the_highest_first() -> None:
    lines = samples.line(100), samples.line(3, rate_bp=0), samples.line(203)
    paper = samples.invoice(*lines)
    assert (paper.net_cents, paper.vat_cents, paper.gross_cents) == (306, 61, 367)
    assert paper.taxes == [VatBreakdown(2_000, 303, 61), VatBreakdown(0, 3, 0)]


def test_lines_have_their_own_tax_or_their_part_of_the_total() -> None:
    own = papers.vat_of_lines([(100, 20), (203, 41)], rate_bp=2_000, total_cents=61)
    assert own == [20, 41]
    for unknown in (None, 41):
        parts = papers.vat_of_lines([(102, None), (203, unknown)], rate_bp=2_000, total_cents=61)
        assert parts == [20, 41]
    assert papers.vat_of_lines([(3, None), (3, None)], rate_bp=2_000, total_cents=1) == [1, 0]


def bill_lines(movements: list[Movement], *, billed_cents: int) -> list[BillLine]:
    mandates = [Mandate(dt.datetime(2026, 10, 1, tzinfo=PARIS))]
    return self_billing.bill_lines(
        movements, mandates, first_day=FIRST, billed_cents=billed_cents, zone=PARIS
    )


def test_bill_has_a_line_for_each_campaign_and_one_for_late_entries() -> None:
    midnight = dt.datetime(2026, 11, 1, tzinfo=PARIS).astimezone(dt.UTC)
    before = midnight - dt.timedelta(seconds=1)
    movements = [
        moved("A", 5_000, midnight),
        moved("A", 9_999, midnight, "transferred"),
        moved("A", 700, before),
        moved("A", -1_000, midnight, "claimed"),
        moved("B", 103, midnight),
        moved("C", 50, midnight),
        moved("C", -50, midnight, "claimed"),
    ]
    bill = bill_lines(movements, billed_cents=600)
    assert bill == [
        BillLine("Part due\u00a0: A (Cazal)", 4_000, 800),
        BillLine("Part due\u00a0: B (Cazal)", 103, 21),
        BillLine("Régularisation de périodes déjà facturées", 100, 20),
    ]
    again = bill_lines(movements[2:3], billed_cents=700)
    assert again == []


def test_a_line_of_a_bill_is_not_longer_than_its_column() -> None:
    at = dt.datetime(2026, 11, 9, tzinfo=PARIS)
    movements = [moved("x" * 300, 5_000, at)]
    bill = bill_lines(movements, billed_cents=0)
    assert len(bill[0].description) == 200


@pytest.mark.parametrize(
    ("net_cents", "vat_cents", "is_credit", "written"),
    [
        (100, 20, False, (1, 100, 100, 20)),
        (0, 0, False, (1, 0, 0, 0)),
        (-100, -20, False, (-1, 100, -100, -20)),
        (-100, -20, True, (1, 100, 100, 20)),
        (100, 20, True, (-1, 100, -100, -20)),
    ],
)
def test_no_line_has_a_price_below_nothing(
    net_cents: int, vat_cents: int, *, is_credit: bool, written: tuple[int, int, int, int]
) -> None:
    bill = [BillLine("Part", net_cents, vat_cents)]
    (line,) = self_billing.paper_lines(bill, is_credit=is_credit)
    assert (line.quantity, line.unit_cents, line.net_cents, line.vat_cents) == written
    assert (line.description, line.vat_rate_bp) == ("Part", 2_000)
