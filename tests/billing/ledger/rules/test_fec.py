"""The accounting file (FEC), zone by zone: its format, and each fault in a line or two."""

import datetime as dt

import pytest

from billing.ledger.rules import fec
from billing.ledger.rules.fec import FecLine

HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t"
    "CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\t"
    "ValidDate\tMontantdevise\tIdevise\r\n"
)
DAY = "20261125"
DEBIT = FecLine(
    *("VE", "Ventes", "1", DAY, "411000", "Clients", "ME1", "Cazal", "F1", DAY, "Vente"),
    *("240,00", "0,00", "", "", DAY),
)
CREDIT = DEBIT._replace(compte_num="706000", compte_lib="Services", debit="0,00", credit="240,00")


def faults(*lines: FecLine, year: int | None = None) -> list[str]:
    return fec.faults([HEADER, *(fec.written(line) for line in lines)], year=year)


def entry(number: int, **changes: str) -> list[FecLine]:
    return [line._replace(ecriture_num=str(number), **changes) for line in (DEBIT, CREDIT)]


def test_the_file_begins_with_the_names_of_its_zones() -> None:
    assert fec.header() == HEADER
    assert fec.ENCODING == "iso8859-15"
    assert fec.written(DEBIT) == (
        "VE\tVentes\t1\t20261125\t411000\tClients\tME1\tCazal\tF1\t20261125\tVente\t240,00\t0,00"
        "\t\t\t20261125\t\t\r\n"
    )


def test_a_line_is_read_as_it_was_written() -> None:
    assert FecLine.read(fec.written(DEBIT).rstrip("\r\n")) == DEBIT
    assert FecLine.read("VE\tVentes") is None
    assert FecLine.read(fec.written(DEBIT).rstrip("\r\n") + "\t") is None
    assert (DEBIT.cents, CREDIT.cents) == (24_000, -24_000)
    assert FecLine(*["x"] * 13)[13:] == ("", "", "", "", "")


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0,00"), (5, "0,05"), (-123_456, "1234,56"), (100, "1,00")]
)
def test_an_amount_has_a_comma_and_no_sign(cents: int, text: str) -> None:
    assert fec.amount(cents) == text
    assert fec.cents_of(text) == abs(cents)


@pytest.mark.parametrize("text", ["", "1", "1,0", "1,000", "1.00", "-1,00", f"{10**13},00"])
def test_malformed_amount_counts_as_nothing(text: str) -> None:
    assert fec.cents_of(text) == 0


def test_the_largest_amount_has_thirteen_digits() -> None:
    assert fec.cents_of("9999999999999,99") == 10**15 - 1


def test_a_day_has_eight_figures() -> None:
    assert fec.day(dt.date(2026, 1, 5)) == "20260105"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("L’Épi \u2018d’or’", "L'Épi 'd'or'"),
        ("“a” – b — c − d…", '"a" - b - c - d...'),
        ("1\u202f2\u20093\u00a04", "1 2 3 4"),
        ("a|b\tc\nd\x7fe\x1ff\x9fg\x00h", "a b c d e f g h"),
        ("寿 œ € _", "? œ € _"),
    ],
)
def test_a_text_holds_what_the_file_may_hold(text: str, plain: str) -> None:
    assert fec.plain(text) == plain


def test_a_file_that_keeps_the_rules_has_no_fault() -> None:
    assert faults() == []
    assert faults(*entry(1), *entry(2), *entry(3), year=2026) == []
    assert fec.faults([fec.header().rstrip("\r\n"), *map(fec.written, entry(1))]) == []
    assert fec.faults([HEADER.rstrip(), "\t".join(DEBIT), "\t".join(CREDIT)]) == []


def test_another_header_is_a_fault() -> None:
    words = "1: the first line does not name the eighteen zones"
    assert fec.faults([]) == [words]
    assert fec.faults([HEADER.replace("Debit", "Débit")]) == [words]
    assert fec.faults([HEADER.replace("Idevise", "Idevise_")]) == [words]


@pytest.mark.parametrize(
    "zone",
    [
        *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
        *("PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "ValidDate"),
    ],
)
def test_a_zone_that_is_needed_and_empty_is_a_fault(zone: str) -> None:
    name = DEBIT._fields[fec.COLUMNS.index(zone)]
    assert f"2: {zone} is empty" in faults(DEBIT._replace(**{name: " "}), CREDIT)
    assert f"2: {zone} is empty" not in faults(*entry(1))


@pytest.mark.parametrize("zone", ["EcritureDate", "PieceDate", "DateLet", "ValidDate"])
@pytest.mark.parametrize("text", ["20261131", "2026-11-25", "2026112", "2026W481"])
def test_malformed_day_is_a_fault(zone: str, text: str) -> None:
    name = DEBIT._fields[fec.COLUMNS.index(zone)]
    found = faults(DEBIT._replace(**{name: text}), CREDIT)
    assert (f"2: {zone} {text} is no day" in found) is (text != "2026W481")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("comp_aux_num", "comp_aux_lib"),
        ("ecriture_let", "date_let"),
        ("montant_devise", "i_devise"),
    ],
)
def test_zones_that_go_together_are_filled_or_empty_together(one: str, other: str) -> None:
    names = [fec.COLUMNS[DEBIT._fields.index(name)] for name in (one, other)]
    words = f"2: {names[0]} and {names[1]} go together"
    for first, second, is_fault in (("", "_", True), ("x", "", True), ("", "", False)):
        found = faults(DEBIT._replace(**{one: first, other: second}), CREDIT)
        assert (words in found) is is_fault


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"compte_num": "41"}, ["2: CompteNum 41 is not of the French chart"]),
        ({"compte_num": "811CAZAL"}, []),
        ({"compte_num": "911000"}, ["2: CompteNum 911000 is not of the French chart"]),
        ({"compte_num": "411-00"}, ["2: CompteNum 411-00 is not of the French chart"]),
        ({"comp_aux_lib": "寿"}, ["2: a character is not of ISO 8859-15"]),
        ({"valid_date": "20261124"}, ["2: ValidDate comes before EcritureDate"]),
        ({"valid_date": "20261126"}, []),
        ({"debit": "0,00"}, ["2: a line has a debit or a credit", "entry 1 is not balanced"]),
        ({"debit": "240.00"}, ["2: Debit 240.00 is no amount", *["x"] * 2]),
        ({"credit": "x"}, ["2: Credit x is no amount"]),
        ({"credit": "1,00"}, ["2: a line has a debit or a credit", "entry 1 is not balanced"]),
        ({"debit": "240,01"}, ["entry 1 is not balanced"]),
    ],
)
def test_a_line_alone_shows_its_faults(change: dict[str, str], found: list[str]) -> None:
    text = faults(DEBIT._replace(**change), CREDIT, year=2026)
    assert len(text) == len(found)
    assert text[:1] == found[:1]
    assert "x" in found or text == found


def test_a_day_of_another_year_is_a_fault_where_a_year_is_given() -> None:
    assert faults(*entry(1), year=2025) == [
        "2: EcritureDate 20261125 is not of 2025",
        "3: EcritureDate 20261125 is not of 2025",
    ]
    assert faults(*entry(1)) == []


def test_entries_follow_each_other_by_one_from_one() -> None:
    assert faults(*entry(2)) == []  # a year without an opening
    assert faults(*entry(3)) == ["2: EcritureNum 3 does not follow: 1 is due"]
    assert faults(*entry(1), *entry(3)) == ["4: EcritureNum 3 does not follow: 2 is due"]
    assert faults(*entry(1), *entry(1)) == []
    odd = faults(*[line._replace(ecriture_num="x") for line in entry(1)], *entry(1))
    assert odd == ["2: EcritureNum x does not follow: 1 is due"]


def test_an_entry_has_one_journal_and_one_day_and_none_goes_back() -> None:
    other_day = [DEBIT, CREDIT._replace(ecriture_date="20261124")]
    assert faults(*other_day) == ["3: the lines of an entry have one journal and one day"]
    assert faults(DEBIT, CREDIT._replace(piece_ref="F2")) == []
    assert faults(*entry(1), *entry(2, ecriture_date="20261124")) == []
    earlier = entry(2, ecriture_date="20261124", valid_date="20261124")
    assert faults(*entry(1), *earlier) == ["4: ValidDate goes back"]
    later = entry(2, ecriture_date="20261126", valid_date="20261126")
    assert faults(*entry(1), *later) == []


def test_each_entry_is_balanced_by_itself() -> None:
    assert faults(DEBIT, *entry(2), CREDIT._replace(ecriture_num="3")) == [
        "3: entry 1 is not balanced",
        "entry 3 is not balanced",
    ]


def test_one_cent_is_an_amount() -> None:
    assert faults(DEBIT._replace(debit="0,01"), CREDIT._replace(credit="0,01")) == []


def test_an_account_has_one_name() -> None:
    other = entry(2)
    other[0] = other[0]._replace(compte_lib="Clients divers")
    assert faults(*entry(1), *other) == ["4: account 411000 has two names"]


def test_lettered_lines_are_balanced() -> None:
    lettered = {"ecriture_let": "A", "date_let": DAY}
    paid = [
        line._replace(ecriture_num="2", debit=line.credit, credit=line.debit)
        for line in (DEBIT, CREDIT)
    ]
    assert faults(DEBIT._replace(**lettered), CREDIT) == [
        "the lettering A of 411000 ME1 is not balanced"
    ]
    assert faults(DEBIT._replace(**lettered), CREDIT, paid[0]._replace(**lettered), paid[1]) == []


def test_a_line_with_other_zones_is_a_fault_and_the_rest_is_read() -> None:
    lines = [HEADER, "VE\tVentes\r\n", *map(fec.written, entry(1))]
    assert fec.faults(lines) == ["2: a line has eighteen zones"]
