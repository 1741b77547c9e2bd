"""The accounts’ file of a year keeps every rule, and equals the ledger."""

import datetime as dt
import itertools
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from billing.ledger import posting
from billing.ledger.files import fec
from billing.ledger.queries import accounting
from billing.ledger.queries.accounting import years_of_books
from billing.ledger.rules import chart, postings
from billing.ledger.rules import fec as rules
from billing.ledger.rules.fec import COLUMNS, FecLine
from billing.ledger.rules.postings import Line
from billing.ledger.settlement.numbering import number_entries
from billing.models import Account, Council, LedgerEntry, LedgerTransaction, Order
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Beginning, Till, begins_with
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


def write(year: int, *, at: dt.datetime = AT) -> Iterator[str]:
    """Return the lines of a year's file, after its entries are numbered."""
    number_entries(at=at)
    return fec.write(year)


def read(lines: Iterable[str]) -> list[FecLine]:
    found = [FecLine.read(line.rstrip("\r\n")) for line in itertools.islice(lines, 1, None)]
    assert all(found)
    return [line for line in found if line]


@pytest.fixture
def council(db: None, beginning: Beginning | None) -> Council:
    return make_council("north") if beginning is None else Council.objects.get()


def returned(till: Till) -> None:
    """Sell; the share has arrived, and a third was given back."""
    till.active_account(make_council("north"))
    order = till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    till.let_shares_leave()
    till.give_back(order, 8_000)


@pytest.fixture
def sold(till: Till) -> Order:
    return Order.objects.get()


@begins_with(returned)
def test_the_year_of_a_real_sale_keeps_every_rule(sold: Order) -> None:
    assert fec.faults(write(2026), year=2026) == []


@begins_with(returned)
def test_the_file_says_what_the_ledger_says(sold: Order) -> None:
    lines = read(write(2026))
    ledger_sums: dict[str, int] = {}
    for account, cents in LedgerEntry.objects.values_list("account", "amount_cents"):
        number = chart.CHART[Account(account)].number
        ledger_sums[number] = ledger_sums.get(number, 0) + cents
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.compte_num] = sums.get(line.compte_num, 0) + line.cents
    assert sums == ledger_sums
    assert len(lines) == LedgerEntry.objects.count()


@begins_with(returned)
def test_a_sale_its_credit_note_and_its_transfer_stand_in_their_journals(
    sold: Order, shop: Merchant, council: Council
) -> None:
    lines = read(write(2026))
    sale = next(line for line in lines if line.compte_num == "411000")
    assert (sale.journal_code, sale.piece_ref) == ("VE", "F2026-00001")
    assert (sale.comp_aux_num, sale.comp_aux_lib) == (shop.reference, "Cazal et filles SARL")
    assert (sale.debit, sale.credit) == ("240,00", "0,00")
    note = next(line for line in lines if line.piece_ref == "A2026-00001")
    assert (note.journal_code, note.ecriture_lib) == ("VE", "Avoir A2026-00001")
    sent = next(line for line in lines if line.journal_code == "RV" and line.comp_aux_num)
    assert (sent.compte_num, sent.comp_aux_lib) == ("467000", "CSE north")
    assert {line.journal_code for line in lines} == {"VE", "BQ", "RV", "OD"}


def test_paid_invoice_is_lettered_if_settled(till: Till, shop: Merchant, council: Council) -> None:
    till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    lettered = [line for line in read(write(2026)) if line.ecriture_let]
    assert [line.cents for line in lettered] == [24_000, -24_000]
    assert {line.date_let for line in lettered} == {"20261125"}


@begins_with(returned)
def test_the_next_year_begins_with_what_stood_on_the_accounts(sold: Order) -> None:
    lines = read(write(2027))
    assert {line.journal_code for line in lines} == {"AN"}
    assert {line.ecriture_date for line in lines} == {"20270101"}
    assert fec.faults(write(2027), year=2027) == []
    assert sum(line.cents for line in lines) == 0
    assert [line for line in lines if line.compte_num[0] in "67"] == []
    result = next(line for line in lines if line.compte_num == "110000")
    earned = LedgerEntry.objects.filter(
        account__in=["revenue.placement", "fees.stripe", "share.cost"]
    )
    assert result.cents == sum(earned.values_list("amount_cents", flat=True))
    assert list(write(2025)) == [rules.header()]


def test_a_year_ends_at_midnight_in_paris(council: Council, shop: Merchant) -> None:
    """Half past eleven in the evening of Saint Sylvester, by the clock of the books."""
    post(shop, 1, at=dt.datetime(2026, 12, 31, 22, 59, tzinfo=dt.UTC))
    post(shop, 2, at=dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC))
    assert [line.ecriture_date for line in read(write(2026))] == ["20261231"] * 2
    assert {line.ecriture_date for line in read(write(2027))} == {"20270101"}
    assert years_of_books() == [2027, 2026]


def post(shop: Merchant, number: int, *, at: dt.datetime) -> None:
    lines = postings.captured(
        cents=number, merchant_id=shop.pk, sale_id=None, charge=f"ch_{number}"
    )
    posting.post(f"captured {number}", lines, kind="captured", at=at)


def write_down(
    shop: Merchant, key: str, *, occurred_at: dt.datetime, posted_at: dt.datetime
) -> None:
    event = LedgerTransaction.objects.create(
        business_key=key, kind="captured", occurred_at=occurred_at, posted_at=posted_at
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=event, account=account, amount_cents=cents, merchant=shop)
        for account, cents in (("stripe.balance", 100), ("receivable", -100))
    )


def test_late_entry_renumbers_no_other(shop: Merchant) -> None:
    day = dt.timedelta(days=1)
    write_down(shop, "first", occurred_at=AT, posted_at=AT)
    write_down(shop, "second", occurred_at=AT + 2 * day, posted_at=AT + 2 * day)
    handed_out = list(write(2026, at=AT + 3 * day))
    write_down(shop, "late", occurred_at=AT + day, posted_at=AT + 4 * day)
    lines = list(write(2026, at=AT + 40 * day))
    assert lines[: len(handed_out)] == handed_out
    late = read(lines)[-1]
    assert (late.ecriture_num, late.piece_ref) == ("3", "late")
    assert (late.ecriture_date, late.valid_date) == ("20261126", "20270104")
    assert fec.faults(lines, year=2026) == []
    assert [line.journal_code for line in read(write(2027))] == ["AN", "AN"]


def test_entry_begun_first_and_committed_last_gets_a_later_number(shop: Merchant) -> None:
    """Its number is not that of an entry that was handed out."""
    write_down(shop, "quick", occurred_at=AT, posted_at=AT + dt.timedelta(seconds=2))
    handed_out = list(write(2026))
    write_down(shop, "slow", occurred_at=AT, posted_at=AT + dt.timedelta(seconds=1))
    lines = list(write(2026))
    assert lines[: len(handed_out)] == handed_out
    assert [line.ecriture_num for line in read(lines)] == ["1", "1", "2", "2"]


def test_an_entry_is_valid_no_earlier_than_its_event(shop: Merchant) -> None:
    day = dt.timedelta(days=1)
    write_down(shop, "ahead", occurred_at=AT + 3 * day, posted_at=AT)
    write_down(shop, "now", occurred_at=AT, posted_at=AT + day)
    lines = list(write(2026))
    assert [(line.piece_ref, line.valid_date) for line in read(lines)[::2]] == [
        ("now", "20261126"),
        ("ahead", "20261128"),
    ]
    assert fec.faults(lines, year=2026) == []


def most_memory_of_a_year(shop: Merchant, at: dt.datetime, events: int) -> int:
    """Write a year of so many more events of two entries; how many bytes are held at once."""
    made = LedgerTransaction.objects.bulk_create(
        LedgerTransaction(business_key=f"{events} {number}", kind="captured", occurred_at=at)
        for number in range(events)
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=event, account=account, amount_cents=cents, merchant=shop)
        for event in made
        for account, cents in (("stripe.balance", 100), ("receivable", -100))
    )
    tracemalloc.start()
    for _line in write(2026):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_long_year_needs_no_more_memory(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that memory does not grow from two chunks to twelve: a single chunk is in memory."""
    monkeypatch.setattr(accounting, "CHUNK", 200)
    short = most_memory_of_a_year(shop, AT, 200)
    assert most_memory_of_a_year(shop, AT, 1_000) < 1.5 * short


def test_the_file_is_named_as_the_tax_office_asks() -> None:
    assert fec.file_name(2026) == "000000000FEC20261231.txt"


@begins_with(returned)
def test_the_command_writes_and_checks_the_file(sold: Order, tmp_path: Path) -> None:
    call_command("fec", "2026", out=tmp_path)
    written = (tmp_path / "000000000FEC20261231.txt").read_bytes()
    text = written.decode("iso8859-15")
    assert text.startswith("JournalCode\tJournalLib\tEcritureNum\t")
    assert text.count("\r\n") == text.count("\n") == len(read(write(2026))) + 1
    assert text.split("\r\n")[0].split("\t") == list(COLUMNS)


@begins_with(returned)
def test_command_names_a_fault(
    sold: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.ledger.files.fec.write", lambda _year: ["no header\r\n"])
    with pytest.raises(CommandError, match="first line"):
        call_command("fec", "2026", out=tmp_path)


def test_opening_of_an_account_without_auxiliaries_is_one_line(
    till: Till, campaign: Campaign, papers: None
) -> None:
    make_council("north")
    till.sell(campaign)
    number_entries(at=till.at)
    opening = [line.split("\t") for line in fec.write(2027) if "Reprise" in line]
    assert [zones[4] for zones in opening].count("517000") == 1
    assert all(bool(zones[6]) == zones[4].startswith(("411", "467")) for zones in opening)


def test_year_whose_accounts_begin_at_zero_has_no_number_one() -> None:
    at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    lines = [Line(Account.BANK, 100), Line(Account.STRIPE_BALANCE, -100)]
    posting.post("there", lines, kind="manual", at=at)
    back = [line._replace(cents=-line.cents) for line in lines]
    posting.post("back", back, kind="manual", at=at)
    posting.post("next", lines, kind="manual", at=at.replace(year=2027))
    number_entries(at=at.replace(year=2027))
    texts = list(fec.write(2027))
    assert texts[1].split("\t")[2] == "2"
    assert fec.faults(texts, year=2027) == []
    assert fec.faults([texts[0], texts[1].replace("\t2\t", "\t3\t")], year=2027)
