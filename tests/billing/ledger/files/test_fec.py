"""The accounts’ file of a year: it keeps every rule, equals the ledger; its checker has eyes."""

import datetime as dt
import itertools
import tracemalloc
from collections.abc import Iterable
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
from billing.models import Account, Council, LedgerEntry, LedgerTransaction, Order
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Beginning, Till, begins_with
from tests.fixtures.people import AT

GOOD = FecLine(
    journal_code="VE",
    journal_lib="Ventes et avoirs",
    ecriture_num="1",
    ecriture_date="20261125",
    compte_num="411000",
    compte_lib="Clients",
    comp_aux_num="ME7K3M9",
    comp_aux_lib="Cazal et filles SARL",
    piece_ref="F2026-00001",
    piece_date="20261125",
    ecriture_lib="Vente F2026-00001",
    debit="240,00",
    credit="0,00",
    valid_date="20261125",
)
OTHER = GOOD._replace(
    compte_num="706000",
    compte_lib="Prestations de services",
    comp_aux_num="",
    comp_aux_lib="",
    debit="0,00",
    credit="240,00",
)


def file_of(*lines: FecLine) -> list[str]:
    return [rules.header(), *(rules.written(line) for line in lines)]


def read(lines: Iterable[str]) -> list[FecLine]:
    found = [FecLine.read(line.rstrip("\r\n")) for line in itertools.islice(lines, 1, None)]
    assert all(found)
    return [line for line in found if line]


def test_a_file_that_keeps_the_rules_has_no_fault() -> None:
    second = (GOOD._replace(ecriture_num="2"), OTHER._replace(ecriture_num="2"))
    assert fec.faults(file_of(GOOD, OTHER, *second), year=2026) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"journal_code": ""}, "JournalCode is empty"),
        ({"piece_ref": " "}, "PieceRef is empty"),
        ({"ecriture_lib": ""}, "EcritureLib is empty"),
        ({"compte_num": "41"}, "CompteNum 41 is not of the French chart"),
        ({"compte_num": "A11000"}, "CompteNum A11000 is not of the French chart"),
        ({"ecriture_date": "25/11/2026"}, "EcritureDate 25/11/2026 is no day"),
        ({"ecriture_date": "20261131"}, "EcritureDate 20261131 is no day"),
        ({"piece_date": "2026-11-25"}, "PieceDate 2026-11-25 is no day"),
        ({"ecriture_date": "20251125"}, "EcritureDate 20251125 is not of 2026"),
        ({"valid_date": "20261124"}, "ValidDate comes before EcritureDate"),
        ({"debit": "240.00"}, "Debit 240.00 is no amount"),
        ({"debit": "-240,00"}, "Debit -240,00 is no amount"),
        ({"debit": "1 240,00"}, "Debit 1 240,00 is no amount"),
        ({"debit": "239,99"}, "entry 1 is not balanced"),
        ({"debit": "0,00"}, "a line has a debit or a credit"),
        ({"credit": "240,00"}, "a line has a debit or a credit"),
        ({"comp_aux_lib": ""}, "CompAuxNum and CompAuxLib go together"),
        ({"ecriture_let": "V1"}, "EcritureLet and DateLet go together"),
        ({"montant_devise": "240,00"}, "Montantdevise and Idevise go together"),
        ({"ecriture_num": "7"}, "EcritureNum 7 does not follow: 1 is due"),
        ({"journal_code": "OD"}, "the lines of an entry have one journal and one day"),
        ({"comp_aux_lib": "Café “寿司”"}, "a character is not of ISO 8859-15"),
        ({"ecriture_let": "V1", "date_let": "20261125"}, "the lettering V1 of 411000 ME7K3M9"),
    ],
)
def test_each_fault_is_found(change: dict[str, str], fault: str) -> None:
    found = fec.faults(file_of(GOOD._replace(**change), OTHER), year=2026)
    assert any(fault in text for text in found), found


def test_a_file_without_its_header_or_with_other_zones_is_found() -> None:
    assert fec.faults(file_of(GOOD, OTHER)[1:])[0].startswith("1: the first line")
    assert fec.faults([])[0].startswith("1: the first line")
    assert "2: a line has eighteen zones" in fec.faults([rules.header(), "VE\tVentes\r\n"])


def test_an_entry_that_is_missing_or_became_valid_before_the_last_is_found() -> None:
    third = [line._replace(ecriture_num="3") for line in (GOOD, OTHER)]
    assert "4: EcritureNum 3 does not follow: 2 is due" in fec.faults(file_of(GOOD, OTHER, *third))
    days = {"ecriture_date": "20261124", "valid_date": "20261124"}
    earlier = [line._replace(ecriture_num="2", **days) for line in (GOOD, OTHER)]
    assert "4: ValidDate goes back" in fec.faults(file_of(GOOD, OTHER, *earlier))


def test_an_entry_that_was_booked_late_bears_an_earlier_day() -> None:
    late = [line._replace(ecriture_num="2", ecriture_date="20261101") for line in (GOOD, OTHER)]
    assert fec.faults(file_of(GOOD, OTHER, *late), year=2026) == []


def test_an_account_with_two_names_is_found() -> None:
    second = [line._replace(ecriture_num="2") for line in (GOOD, OTHER)]
    second[0] = second[0]._replace(compte_lib="Clients divers")
    assert "4: account 411000 has two names" in fec.faults(file_of(GOOD, OTHER, *second))


def test_texts_are_written_with_what_the_file_may_hold() -> None:
    assert rules.plain("L’Épi\t«\u00a0d’or\u00a0»|\n œuf… 寿") == "L'Épi « d'or » œuf... ?"


def test_every_account_of_the_ledger_has_its_place_in_the_chart() -> None:
    assert set(chart.CHART) == set(Account)
    numbers = [account.number for account in chart.CHART.values()]
    assert len(set(numbers)) == len(numbers)
    assert not chart.is_of_balance_sheet(Account.REVENUE_PLACEMENT)
    assert chart.is_of_balance_sheet(Account.SHARE_DUE)


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


@pytest.mark.django_db
@begins_with(returned)
def test_the_year_of_a_real_sale_keeps_every_rule(sold: Order) -> None:
    assert fec.faults(fec.write(2026), year=2026) == []


@pytest.mark.django_db
@begins_with(returned)
def test_the_file_says_what_the_ledger_says(sold: Order) -> None:
    lines = read(fec.write(2026))
    ledger_sums: dict[str, int] = {}
    for account, cents in LedgerEntry.objects.values_list("account", "amount_cents"):
        number = chart.CHART[Account(account)].number
        ledger_sums[number] = ledger_sums.get(number, 0) + cents
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.compte_num] = sums.get(line.compte_num, 0) + line.cents
    assert sums == ledger_sums
    assert len(lines) == LedgerEntry.objects.count()


@pytest.mark.django_db
@begins_with(returned)
def test_a_sale_its_credit_note_and_its_transfer_stand_in_their_journals(
    sold: Order, shop: Merchant, council: Council
) -> None:
    lines = read(fec.write(2026))
    sale = next(line for line in lines if line.compte_num == "411000")
    assert (sale.journal_code, sale.piece_ref) == ("VE", "F2026-00001")
    assert (sale.comp_aux_num, sale.comp_aux_lib) == (shop.reference, "Cazal et filles SARL")
    assert (sale.debit, sale.credit) == ("240,00", "0,00")
    note = next(line for line in lines if line.piece_ref == "A2026-00001")
    assert (note.journal_code, note.ecriture_lib) == ("VE", "Avoir A2026-00001")
    sent = next(line for line in lines if line.journal_code == "RV" and line.comp_aux_num)
    assert (sent.compte_num, sent.comp_aux_lib) == ("467000", "CSE north")
    assert {line.journal_code for line in lines} == {"VE", "BQ", "RV", "OD"}


@pytest.mark.django_db
def test_paid_invoice_is_lettered_once_nothing_is_owed(
    till: Till, shop: Merchant, council: Council
) -> None:
    till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    lettered = [line for line in read(fec.write(2026)) if line.ecriture_let]
    assert [line.cents for line in lettered] == [24_000, -24_000]
    assert {line.date_let for line in lettered} == {"20261125"}


@pytest.mark.django_db
@begins_with(returned)
def test_the_next_year_begins_with_what_stood_on_the_accounts(sold: Order) -> None:
    lines = read(fec.write(2027))
    assert {line.journal_code for line in lines} == {"AN"}
    assert {line.ecriture_date for line in lines} == {"20270101"}
    assert fec.faults(fec.write(2027), year=2027) == []
    assert sum(line.cents for line in lines) == 0
    assert [line for line in lines if line.compte_num[0] in "67"] == []
    result = next(line for line in lines if line.compte_num == "110000")
    earned = LedgerEntry.objects.filter(
        account__in=["revenue.placement", "fees.stripe", "share.cost"]
    )
    assert result.cents == sum(earned.values_list("amount_cents", flat=True))
    assert list(fec.write(2025)) == [rules.header()]


@pytest.mark.django_db
def test_a_year_ends_at_midnight_in_paris(council: Council, shop: Merchant) -> None:
    """Half past eleven in the evening of Saint Sylvester, by the clock of the books."""
    post(shop, 1, at=dt.datetime(2026, 12, 31, 22, 59, tzinfo=dt.UTC))
    post(shop, 2, at=dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC))
    assert [line.ecriture_date for line in read(fec.write(2026))] == ["20261231"] * 2
    assert {line.ecriture_date for line in read(fec.write(2027))} == {"20270101"}
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


@pytest.mark.django_db
def test_late_entry_renumbers_no_other(shop: Merchant) -> None:
    day = dt.timedelta(days=1)
    write_down(shop, "first", occurred_at=AT, posted_at=AT)
    write_down(shop, "second", occurred_at=AT + 2 * day, posted_at=AT + 2 * day)
    handed_out = list(fec.write(2026))
    write_down(shop, "late", occurred_at=AT + day, posted_at=AT + 40 * day)
    lines = list(fec.write(2026))
    assert lines[: len(handed_out)] == handed_out
    late = read(lines)[-1]
    assert (late.ecriture_num, late.piece_ref) == ("3", "late")
    assert (late.ecriture_date, late.valid_date) == ("20261126", "20270104")
    assert fec.faults(lines, year=2026) == []
    assert [line.journal_code for line in read(fec.write(2027))] == ["AN", "AN"]


@pytest.mark.django_db
def test_an_entry_is_valid_no_earlier_than_its_event(shop: Merchant) -> None:
    day = dt.timedelta(days=1)
    write_down(shop, "ahead", occurred_at=AT + 3 * day, posted_at=AT)
    write_down(shop, "now", occurred_at=AT, posted_at=AT + day)
    lines = list(fec.write(2026))
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
    for _line in fec.write(2026):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.django_db
def test_a_long_year_needs_no_more_memory_than_a_short_one(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two chunks and twelve: one is held at once."""
    monkeypatch.setattr(accounting, "CHUNK", 200)
    short = most_memory_of_a_year(shop, AT, 200)
    assert most_memory_of_a_year(shop, AT, 1_000) < 1.5 * short


@pytest.mark.django_db
def test_the_file_is_named_as_the_tax_office_asks() -> None:
    assert fec.file_name(2026) == "000000000FEC20261231.txt"


@pytest.mark.django_db
@begins_with(returned)
def test_the_command_writes_and_checks_the_file(sold: Order, tmp_path: Path) -> None:
    call_command("fec", "2026", out=tmp_path)
    written = (tmp_path / "000000000FEC20261231.txt").read_bytes()
    text = written.decode("iso8859-15")
    assert text.startswith("JournalCode\tJournalLib\tEcritureNum\t")
    assert text.count("\r\n") == text.count("\n") == len(read(fec.write(2026))) + 1
    assert text.split("\r\n")[0].split("\t") == list(COLUMNS)


@pytest.mark.django_db
@begins_with(returned)
def test_the_command_says_what_is_wrong(
    sold: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.ledger.files.fec.write", lambda _year: ["no header\r\n"])
    with pytest.raises(CommandError, match="first line"):
        call_command("fec", "2026", out=tmp_path)
