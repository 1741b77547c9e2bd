"""Files of banks, as they come: versions and encodings of CAMT.053, headings and marks of CSV."""

import datetime as dt
from typing import Any

import pytest

from billing.ledger.rules.bank import StatementLine, placed
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import UnfitError

DAY = dt.date(2026, 11, 2)
DETAILS = (
    "<TxDtls><Refs><EndToEndId>{0}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy='EUR'>{1}</Amt>"
    "</TxAmt></AmtDtls><RltdPties><Cdtr><Nm>{2}</Nm></Cdtr></RltdPties></TxDtls>"
)
ORDER = "<NtryDtls>" + DETAILS.format("E1", "10.00", "Alice") + DETAILS.format("E2", "20.00", "Bob")


def balance(code: str, euros: str, day: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{euros}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def entry(euros: str, *, side: str = "CRDT", currency: str = "EUR", rest: str = "") -> str:
    return (
        f"<Ntry><Amt Ccy='{currency}'>{euros}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>"
        f"<ValDt><Dt>{DAY}</Dt></ValDt>{rest}</Ntry>"
    )


def statement(*parts: str, account: str = "<IBAN>FR76</IBAN>") -> str:
    return f"<Stmt><Acct><Id>{account}</Id></Acct>{''.join(parts)}</Stmt>"


def camt(*statements: str, version: str = "02", encoding: str = "UTF-8") -> str:
    return (
        f"<?xml version='1.0' encoding='{encoding}'?>"
        f"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}'>"
        f"<BkToCstmrStmt>{''.join(statements)}</BkToCstmrStmt></Document>"
    )


def read(content: bytes) -> dict[str, Any]:
    """Return a statement as a locked child reads it."""
    [piece] = runner.opened("statement", content)
    return dict(piece.words)


def cents(content: bytes) -> list[int]:
    return [line["cents"] for line in read(content)["lines"]]


FIRST = statement(
    balance("OPBD", "100.00", "2026-11-01"), balance("CLBD", "150.00", "2026-11-02"), entry("50.00")
)
SECOND = statement(
    balance("OPBD", "150.00", "2026-11-02"),
    balance("CLBD", "140.00", "2026-11-03"),
    entry("10.00", side="DBIT"),
)


@pytest.mark.parametrize("statements", [(FIRST, SECOND), (SECOND, FIRST)], ids=["old", "new first"])
def test_statements_of_a_file_are_put_in_order(statements: tuple[str, ...]) -> None:
    found = read(camt(*statements).encode())
    assert (found["opening"], found["closing"]) == (10_000, 14_000)
    assert {line["cents"] for line in found["lines"]} == {5_000, -1_000}


@pytest.mark.parametrize("version", ["02", "04", "08"])
def test_entry_without_details_or_booking_day_is_read(version: str) -> None:
    [line] = read(camt(statement(entry("3.00")), version=version).encode())["lines"]
    assert line == {"day": "2026-11-02", "cents": 300, "words": "", "reference": ""}


@pytest.mark.parametrize(
    "content",
    [
        camt(statement(entry("3.00")), encoding="UTF-16").encode("utf-16"),
        camt(statement(entry("3.00"))).encode("utf-8-sig"),
        b"\n " + camt(statement(entry("3.00"))).encode(),
    ],
    ids=["utf-16", "mark", "blank"],
)
def test_camt_is_known_by_its_first_mark(content: bytes) -> None:
    assert cents(content) == [300]


@pytest.mark.parametrize("named", ["ISO-8859-1", "ISO-8859-15", "windows-1252", "UTF-8"])
def test_camt_in_latin_1_is_read_under_any_header(named: str) -> None:
    text = camt(
        statement(entry("3.00", rest="<AddtlNtryInf>Échéance</AddtlNtryInf>")), encoding=named
    )
    [line] = read(text.encode("latin-1"))["lines"]
    assert line["words"] == "Échéance"


def test_order_of_several_transfers_is_split() -> None:
    rest = f"<AcctSvcrRef>A1</AcctSvcrRef>{ORDER}</NtryDtls>"
    lines = read(camt(statement(entry("30.00", side="DBIT", rest=rest))).encode())["lines"]
    assert [(line["cents"], line["words"], line["reference"]) for line in lines] == [
        (-1_000, "Alice · E1", "A1#1"),
        (-2_000, "Bob · E2", "A1#2"),
    ]


def test_order_whose_transfers_do_not_add_up_is_one_line_with_all_words() -> None:
    rest = f"<AcctSvcrRef>A1</AcctSvcrRef>{ORDER}</NtryDtls>"
    [line] = read(camt(statement(entry("31.00", side="DBIT", rest=rest))).encode())["lines"]
    assert (line["cents"], line["words"]) == (-3_100, "Alice · Bob · E1 · E2")


def test_split_order_and_its_sum_are_copies_of_each_other() -> None:
    whole = StatementLine(DAY, -3_000, "x", "")
    parts = [StatementLine(DAY, -1_000, "x", "A1#1"), StatementLine(DAY, -2_000, "x", "A1#2")]
    booked = [(line.day, line.cents, line.reference) for line in parts]
    assert [row.is_new for row in placed([whole, whole], booked)] == [False, True]
    assert [row.is_new for row in placed(parts, [(DAY, -3_000, "")])] == [False, False]
    assert [row.is_new for row in placed(parts, booked)] == [False, False]
    assert [row.is_new for row in placed(parts, [(DAY, -3_000, "B9")])] == [True, True]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (camt(FIRST, statement(entry("1.00"), account="<IBAN>FR99</IBAN>")), "accounts"),
        (
            camt(
                statement(entry("1.00"), account="<Othr><Id>1</Id></Othr>"),
                statement(entry("1.00"), account="<Othr><Id>2</Id></Othr>"),
            ),
            "accounts",
        ),
        (camt(statement(entry("1.00", currency="USD"))), "currency"),
        (camt(), "empty"),
        (camt(FIRST)[:300], "unreadable"),
        (camt(FIRST).replace("camt.053", "camt.052"), "not_a_statement"),
        ("Date;Libellé;Montant;Devise\n20/11/2026;VIR;-12,50;USD\n", "currency"),
        ("Date;Libellé;Montant;Sens\n20/11/2026;VIR;12,50;?\n", "amount"),
    ],
)
def test_statement_that_cannot_be_booked_is_refused(content: str, fault: str) -> None:
    with pytest.raises(UnfitError, match=fault):
        read(content.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Date;Libellé;Montant\n20/11/2026;VIR, A, B, C, D;-12,50\n",
        'Date,Description,Amount\n2026-11-20,"VIR, A",-12.50\n',
        'Date,Libellé,Montant\n20/11/2026,VIR,"-12,50"\n',
        "Date\tLibellé\tMontant\n20/11/2026\tVIR\t-12,50\n",
        "sep=;\nDate;Libellé;Montant\n20/11/26;VIR;-12,50\n",
        "x\n" * 25 + "Date;Libellé;Montant\n20/11/2026;VIR;-12,50\nTotal;;-12,50\n",
        "Date;Libellé;Montant;Sens\n20/11/2026;VIR;12,50;D\n",
        (
            "Date de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise\n"
            "20/11/2026;VIR;X;-12,50;EUR\n"
        ),
        (
            "Date de comptabilisation;Libelle simplifie;Libelle operation;Debit;Credit\n"
            "20/11/2026;V;VIR;-12,50;\n"
        ),
        "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n20/11/2026;21/11/2026;12,50;;VIR;100\n",
        (
            "Date de l'opération (local);Nom de la contrepartie;Montant total (TTC);Devise\n"
            "20-11-2026 10:11:12;VIR;-12,50;EUR\n"
        ),
        "dateOp;dateVal;label;category;amount\n2026-11-20;2026-11-21;VIR;x;-12,50\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_csv_is_read_under_the_headings_of_banks(text: str, encoding: str) -> None:
    [line] = read(text.encode(encoding))["lines"]
    assert (line["day"], line["cents"], line["words"][:3]) == ("2026-11-20", -1_250, "VIR")
