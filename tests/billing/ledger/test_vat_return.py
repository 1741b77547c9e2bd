"""The month's VAT by line of the return: from the ledger, settled by an entry of two operators."""

import datetime as dt

import pytest

from billing.ledger import posting
from billing.ledger.actions import manual, taxes
from billing.ledger.queries.taxes import (
    bad_debts,
    deferred_cents,
    settlement_of,
    transactions_behind,
    vat_return,
)
from billing.ledger.rules import postings
from billing.ledger.rules.postings import Line
from billing.ledger.rules.taxes import Move, carried, duties_after, figures_of
from billing.ledger.settlement.numbering import number_entries
from billing.models import Account, LedgerEntry, OrderLine, Sale
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign, Flight
from saas.kernel.errors import Refused
from saas.kernel.uploads.papers import Paper
from tests.factories.billing import make_council
from tests.fixtures.billing import Till
from tests.fixtures.people import make_user

pytestmark = pytest.mark.django_db
NOVEMBER = dt.date(2026, 11, 1)
LATER = dt.datetime(2027, 1, 9, 12, tzinfo=dt.UTC)
PAPER = Paper(b"%PDF-1.7 %%EOF", "pdf")


@pytest.fixture
def by() -> User:
    return make_user("Ada")


@pytest.fixture
def sale(till: Till, campaign: Campaign) -> Sale:
    make_council("north")
    till.sell(campaign)
    return Sale.objects.get()


def balance(account: Account) -> int:
    return sum(LedgerEntry.objects.filter(account=account).values_list("amount_cents", flat=True))


def test_lines_of_the_return_add_up() -> None:
    moves = [
        Move(1, -10_000, -2_000, 0, is_bad_debt=False),
        Move(2, 1_000, 200, 0, is_bad_debt=False),  # a credit note
        Move(3, -5_000, 0, 0, is_bad_debt=False),  # for a company of another member state
        Move(4, 0, 0, 300, is_bad_debt=False),
        Move(5, 0, 100, 0, is_bad_debt=True),
    ]
    found = {figure.code: (figure.base_cents, figure.tax_cents) for figure in figures_of(moves)}
    assert found["08"] == (9_000, 1_800)
    assert found["E2"] == (5_000, None)
    assert [found[code][1] for code in ("16", "20", "21", "23")] == [1_800, 300, 100, 400]
    assert (found["28"][1], found["27"][1]) == (1_400, 0)
    credit = {figure.code: figure.tax_cents for figure in figures_of(moves[3:4])}
    assert (credit["28"], credit["27"]) == (0, 300)
    later = figures_of(moves, carried_cents=1_500, refunded_cents=40)
    after = {figure.code: figure.tax_cents for figure in later}
    codes = ("22", "23", "25", "26", "27", "28")
    assert [after[code] for code in codes] == [1_500, 1_900, 100, 40, 60, 0]


def test_credit_is_carried_until_it_is_used_or_refunded() -> None:
    assert carried([(-300, 0), (100, 0)]) == 200
    assert carried([(-300, 0), (500, 0), (-20, 0)]) == 20
    assert carried([(-300, 0), (0, 250)]) == 50


def book_vat(month: int, lines: list[Line]) -> None:
    moment = dt.datetime(2026, month, 5, 12, tzinfo=dt.UTC)
    posting.post(f"planted {month}", lines, kind="manual", at=moment)


def test_credit_of_a_month_lowers_the_next_payment(by: User) -> None:
    book_vat(9, [Line(Account.VAT_INPUT, 300), Line(Account.BANK, -300)])
    book_vat(11, [Line(Account.VAT_OUTPUT, -1_000), Line(Account.BANK, 1_000)])
    number_entries(at=LATER)
    september, november = vat_return(dt.date(2026, 9, 1)), vat_return(NOVEMBER)
    assert (september.cents_by_code["27"], september.net_cents) == (300, -300)
    assert vat_return(dt.date(2026, 10, 1)).cents_by_code["27"] == 300
    assert (november.cents_by_code["22"], november.cents_by_code["28"]) == (300, 700)
    assert (september.agrees, november.agrees) == (True, True)
    ben = make_user("Ben")
    for month in (dt.date(2026, 9, 1), NOVEMBER):
        entry = taxes.propose_settlement(month=month, by=by, at=LATER)
        manual.post_entry(entry_id=entry.pk, by=ben, at=LATER)
    number_entries(at=LATER)
    assert balance(Account.VAT_PAYABLE) == -700
    assert balance(Account.VAT_CREDIT) == 0
    assert vat_return(NOVEMBER).cents_by_code["28"] == 700
    with pytest.raises(Refused, match="déjà liquidée"):
        taxes.propose_settlement(month=dt.date(2026, 9, 1), by=by, at=LATER)


def test_refund_of_a_credit_is_not_carried() -> None:
    book_vat(9, [Line(Account.VAT_INPUT, 300), Line(Account.BANK, -300)])
    book_vat(10, [Line(Account.BANK, 250), Line(Account.VAT_CREDIT, -250)])
    number_entries(at=LATER)
    october = vat_return(dt.date(2026, 10, 1)).cents_by_code
    assert (october["22"], october["26"], october["27"]) == (300, 250, 50)
    assert vat_return(NOVEMBER).cents_by_code["22"] == 50


def test_vat_of_a_month_is_settled_once(sale: Sale, by: User) -> None:
    number_entries(at=LATER)
    month = sale.collected_at.date().replace(day=1)
    found = vat_return(month)
    assert (found.net_cents, found.agrees) == (sale.vat_cents, True)
    [behind] = transactions_behind(month, "08")
    assert behind.kind == "invoiced"
    assert transactions_behind(month, "99") == []
    with pytest.raises(Refused, match="pas terminé"):
        taxes.propose_settlement(month=month, by=by, at=sale.collected_at)
    entry = taxes.propose_settlement(month=month, by=by, at=LATER)
    with pytest.raises(Refused, match="déjà liquidée"):
        taxes.propose_settlement(month=month, by=by, at=LATER)
    manual.post_entry(entry_id=entry.pk, by=make_user("Ben"), at=LATER)
    number_entries(at=LATER)
    assert balance(Account.VAT_OUTPUT) == 0
    assert balance(Account.VAT_PAYABLE) == -sale.vat_cents
    again = vat_return(month)
    assert (again.net_cents, again.agrees) == (sale.vat_cents, True)
    taken_back = manual.propose_reversal(
        entry_id=entry.pk, reason="Erreur de mois", by=by, at=LATER
    )
    manual.post_entry(entry_id=taken_back.pk, by=make_user("Cleo"), at=LATER)
    assert settlement_of(month) is None
    with pytest.raises(Refused, match="pas de TVA"):
        taxes.propose_settlement(month=dt.date(2026, 3, 1), by=by, at=LATER)


def test_vat_of_a_lost_claim_comes_back_with_its_duplicate(sale: Sale, by: User) -> None:
    lost = postings.bad_debt(cents=sale.gross_cents, merchant_id=sale.merchant_id, sale_id=sale.pk)
    posting.post("lost", lost, kind="bad_debt", at=sale.collected_at)
    [debt] = bad_debts()
    assert (debt.lost_cents, debt.vat_cents) == (sale.gross_cents, sale.vat_cents)
    entry = taxes.propose_debt_vat(sale_id=sale.pk, paper=PAPER, by=by, at=LATER)
    with pytest.raises(Refused, match="déjà proposée"):
        taxes.propose_debt_vat(sale_id=sale.pk, paper=PAPER, by=by, at=LATER)
    manual.post_entry(entry_id=entry.pk, by=make_user("Ben"), at=LATER)
    number_entries(at=LATER)
    found = {figure.code: figure.tax_cents for figure in vat_return(dt.date(2027, 1, 1)).figures}
    assert found["21"] == sale.vat_cents
    assert bad_debts() == []
    with pytest.raises(Refused, match="pas de TVA"):
        taxes.propose_debt_vat(sale_id=sale.pk, paper=PAPER, by=by, at=LATER)


def test_income_of_days_after_the_year_is_deferred(sale: Sale, by: User) -> None:
    assert deferred_cents(2026) == 0
    Flight.objects.update(starts_on=dt.date(2026, 12, 27), ends_on=dt.date(2027, 1, 5))
    net = sum(OrderLine.objects.values_list("net_cents", flat=True))
    assert deferred_cents(2026) == net // 2
    entries = taxes.propose_cut_off(year=2026, by=by, at=LATER)
    with pytest.raises(Refused, match="déjà proposée"):
        taxes.propose_cut_off(year=2026, by=by, at=LATER)
    with pytest.raises(Refused, match="pas terminé"):
        taxes.propose_cut_off(year=2027, by=by, at=LATER)
    manual.post_entry(entry_id=entries[0].pk, by=make_user("Ben"), at=LATER)
    assert balance(Account.DEFERRED_INCOME) == -(net // 2)
    number_entries(at=LATER)
    assert vat_return(dt.date(2026, 12, 1)).agrees
    found = {figure.code: figure.base_cents for figure in vat_return(dt.date(2026, 12, 1)).figures}
    assert found["E2"] == 0
    manual.post_entry(entry_id=entries[1].pk, by=make_user("Cleo"), at=LATER)
    assert balance(Account.DEFERRED_INCOME) == 0


def test_entry_that_no_line_reads_shows_as_a_difference(sale: Sale) -> None:
    lines = [Line(Account.VAT_OUTPUT, 100), Line(Account.BAD_DEBT, -100)]
    posting.post("planted", lines, kind="manual", at=sale.collected_at)
    number_entries(at=LATER)
    found = vat_return(sale.collected_at.date().replace(day=1))
    assert found.agrees
    assert found.net_cents == sale.vat_cents - 100


def test_duties_are_in_the_order_of_their_days() -> None:
    found = duties_after(dt.date(2026, 12, 2))
    days = [duty.day for duty in found]
    assert days == sorted(days)
    assert days[0] == dt.date(2026, 12, 14)  # the tenth working day
    assert dt.date(2027, 1, 31) in days
