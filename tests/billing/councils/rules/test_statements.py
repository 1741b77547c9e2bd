"""Sums of a statement, and the ranges that it covers."""

import datetime as dt

import pytest

from billing.councils.rules import statements
from billing.councils.rules.budgets import NOTHING, Budgets
from billing.councils.rules.statements import About, Book, Flow
from billing.papers.rules.papers import Party
from saas.kernel.errors import Refused

AT = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 25)


def flow(cents: int, kind: str, *, sale_id: int | None = 1, earns: bool = True) -> Flow:
    return Flow(sale_id, earns, cents, AT, kind)


def page_of(*flows: Flow, book: Book | None = None) -> statements.StatementPage:
    about: dict[int | None, About] = {1: About(aep_bp=5_000)}
    lines, closing = statements.lines_of(flows, book or Book(), Budgets(10, 20), about=about)
    nobody = Party("", "", "", "")
    whole = DAY, DAY, Budgets(10, 20), lines, closing, (), False
    return statements.StatementPage("CO1", nobody, nobody, *whole)


def test_a_range_is_a_day_at_least_and_three_years_at_most() -> None:
    statements.check_range(DAY, DAY)
    statements.check_range(DAY, DAY + dt.timedelta(days=1_098))
    with pytest.raises(Refused, match="suit le début") as refusal:
        statements.check_range(DAY, DAY - dt.timedelta(days=1))
    assert refusal.value.field == "last_day"
    with pytest.raises(Refused, match="trois ans") as refusal:
        statements.check_range(DAY, DAY + dt.timedelta(days=1_099))
    assert refusal.value.field == "last_day"


def test_each_movement_says_what_is_owed_after_it() -> None:
    page = page_of(flow(101, "shared"), flow(-1, "claimed"), flow(7, "netted", sale_id=None))
    assert [line.cents for line in page.movements] == [101, -1, 7]
    assert [line.amount for line in page.movements] == [
        Budgets(51, 50),
        Budgets(-1, 0),
        Budgets(0, 7),
    ]
    assert [line.balance for line in page.movements] == [
        Budgets(61, 70),
        Budgets(60, 70),
        Budgets(60, 77),
    ]
    assert page.closing == Budgets(60, 77)
    assert [line.about for line in page.movements] == [*[About(aep_bp=5_000)] * 2, About()]
    assert [line.words for line in page.movements] == [
        "Part gagnée",
        "Part reprise après remboursement",
        "Compensation",
    ]


def test_transfers_are_split_apart_from_earnings() -> None:
    page = page_of(flow(1, "shared"), flow(-1, "transferred", earns=False), flow(1, "shared"))
    assert [line.amount for line in page.movements] == [
        Budgets(1, 0),
        Budgets(-1, 0),
        Budgets(0, 1),
    ]


def test_a_book_keeps_what_is_still_owed_of_each_share() -> None:
    book = Book()
    page_of(flow(5, "shared"), flow(-5, "transferred", earns=False), flow(3, "shared", sale_id=2))
    for one in (flow(5, "shared"), flow(-2, "transferred", earns=False)):
        book.add(one, aep_bp=0)
    book.add(flow(4, "shared", sale_id=2), aep_bp=0)
    book.add(flow(-4, "transferred", sale_id=2, earns=False), aep_bp=0)
    assert book.left() == {1: 3}


def test_movements_are_earned_sent_or_something_else() -> None:
    kinds = {
        "earned": ("shared", "claimed", "restored"),
        "sent": ("transferred", "reversed", "tax_sent"),
        "others": ("netted", "written_off", "self_billed", "something new"),
    }
    amounts = {"earned": 1, "sent": 10, "others": 100}
    flows = [flow(amounts[of], kind, sale_id=None) for of, all_ in kinds.items() for kind in all_]
    page = page_of(*flows)
    assert page.earned == Budgets(0, 3)
    assert page.sent == Budgets(0, 30)
    assert page.others == Budgets(0, 400)
    assert page_of().earned == page_of().sent == page_of().others == NOTHING


def test_movement_without_details_has_empty_ones() -> None:
    assert About() == ("", "", "", "", 0, 0, 0)
    assert flow(1, "shared").stripe_id == ""
