"""Statements of the bank: read in a child, previewed, booked once, matched or a case."""

import datetime as dt

import pytest

from billing import clock
from billing.ledger import posting, tasks
from billing.ledger.actions import bank, manual
from billing.ledger.actions.manual import Fault
from billing.ledger.queries.bank import matches_of, other_account
from billing.ledger.queries.seller import seller
from billing.ledger.rules import postings
from billing.ledger.rules.bank import StatementLine, placed
from billing.ledger.wording import unread_statement
from billing.models import Account, BankLine, BankStatement, Case, LedgerEntry, Payout
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.sandbox.verdicts import TooHeavyError
from tests.fixtures.people import AT, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 20)
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>FR7630001007941234567890185</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="{currency}">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>A1</AcctSvcrRef><NtryDtls><TxDtls>
<RmtInf><Ustrd>STRIPE po_1</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-20</Dt></BookgDt><AddtlNtryInf>Frais de tenue de compte</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts>
<BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
CSV = (
    "Compte FR76\n\nDate;Libellé;Débit;Crédit\n20/11/2026;VIR STRIPE;;300,00\n"
    "20/11/2026;Frais de tenue;-12,50;\n21/11/2026;CHEQUE 12;;1 030,00\n"
)


def camt(*, closing: str = "387.50", currency: str = "EUR") -> bytes:
    return CAMT.format(closing=closing, currency=currency).encode()


@pytest.fixture
def by() -> User:
    return make_user("Ada")


@pytest.fixture
def payout(db: None) -> Payout:
    """Return a payout to our bank that is booked on its way."""
    lines = postings.paid_out(cents=30_000, payout="po_1")
    posting.post("bt:txn_1", lines, kind="paid_out", at=AT)
    return Payout.objects.create(
        stripe_id="po_1", state="paid", amount_cents=30_000, arrives_on=DAY, made_at=AT
    )


def read(content: bytes, *, by: User) -> BankStatement:
    statement = bank.keep_statement(name="x", content=content, by=by, at=AT)
    tasks.read_statement.run(statement.pk)
    statement.refresh_from_db()
    return statement


def balance(account: Account) -> int:
    return sum(LedgerEntry.objects.filter(account=account).values_list("amount_cents", flat=True))


def test_lines_of_a_statement_clear_payouts_and_book_fees(by: User, payout: Payout) -> None:
    statement = read(camt(), by=by)
    assert [match.kind for match in matches_of(statement)] == ["payout", "fee"]
    assert not BankLine.objects.exists()
    bank.import_statement(statement_id=statement.pk, by=by, at=AT)
    assert (balance(Account.BANK), balance(Account.BANK_TRANSIT)) == (28_750, 0)
    assert balance(Account.FEES_BANK) == 1_250
    line = BankLine.objects.get(kind="payout")
    assert (line.payout_id, line.booked_on) == (payout.pk, DAY)
    assert not Case.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le"])
def test_statement_is_read_in_any_encoding_of_a_bank(encoding: str, by: User) -> None:
    statement = read(CSV.encode(encoding), by=by)
    words = [line["words"] for line in statement.lines]
    assert words == ["VIR STRIPE", "Frais de tenue", "CHEQUE 12"]


def test_line_is_booked_once_in_any_format(by: User, payout: Payout) -> None:
    first = read(camt(), by=by)
    assert read(camt(), by=by) == first
    bank.import_statement(statement_id=first.pk, by=by, at=AT)
    with pytest.raises(Refused, match="déjà importé"):
        bank.import_statement(statement_id=first.pk, by=by, at=AT)
    second = read(CSV.encode("cp1252"), by=by)
    bank.import_statement(statement_id=second.pk, by=by, at=AT)
    assert BankLine.objects.count() == 3
    assert balance(Account.BANK) == 28_750 + 103_000
    with pytest.raises(Refused, match="dans les livres"):
        bank.drop_statement(statement_id=second.pk, by=by, at=AT)


def test_line_that_matches_nothing_is_a_case_corrected_in_a_press(by: User) -> None:
    statement = read(CSV.encode(), by=by)
    bank.import_statement(statement_id=statement.pk, by=by, at=AT)
    assert balance(Account.SUSPENSE) == -30_000 - 103_000
    case = Case.objects.get(kind="bank", ledger_cents=103_000)
    entry = manual.propose_correction(
        case_id=case.pk, fault=Fault.OURS, reason="Subvention", by=by, at=AT
    )
    manual.post_entry(entry_id=entry.pk, by=make_user("Ben"), at=AT)
    case.refresh_from_db()
    assert case.state == Case.State.EXPLAINED
    assert balance(Account.OTHER_INCOME) == -103_000
    assert balance(Account.SUSPENSE) == -30_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (camt(closing="387.51"), "différence"),
        (camt(currency="USD"), "euros"),
        (b"<html/>", "reconnaissons"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "illisible"),
        (b"<Document", "illisible"),
        (b"hello;world\n1;2\n", "reconnaissons"),
        (b"Date;Libelle;Montant\n31/02/2026;x;1,00\n", "date"),
        (b"Date;Libelle;Montant\n01/02/2026;x;1,001\n", "montant"),
        (b"Date;Libelle;Montant\n01/02/2026;x;NaN\n", "montant"),
        (b"Date;Libelle;Montant\n", "aucune ligne"),
    ],
)
def test_file_that_is_no_sound_statement_is_refused(
    by: User, content: bytes, sentence: str
) -> None:
    statement = read(content, by=by)
    assert sentence in unread_statement(statement.failure)
    with pytest.raises(Refused, match="pas encore lu"):
        bank.import_statement(statement_id=statement.pk, by=by, at=AT)
    bank.drop_statement(statement_id=statement.pk, by=by, at=AT)


def test_statement_over_two_megabytes_is_refused_at_once(by: User) -> None:
    with pytest.raises(Refused, match="2"):
        read(b"x" * (bank.MOST_BYTES + 1), by=by)
    assert not BankStatement.objects.exists()


def test_statement_whose_child_dies_is_tried_twice_and_no_more(
    by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The try is counted before it begins: a job that is delivered again finds it in the row."""
    tries, again = [], []

    def die(_job: str, _content: bytes, **_options: object) -> object:
        tries.append(BankStatement.objects.get().attempts)
        raise TooHeavyError("statement")

    monkeypatch.setattr("saas.kernel.sandbox.runner.opened", die)
    monkeypatch.setattr(tasks, "send", lambda *args, **_: again.append(args))
    statement = bank.keep_statement(name="x", content=camt(), by=by, at=AT)
    for _delivery in range(4):
        tasks.read_statement.run(statement.pk)
    statement.refresh_from_db()
    assert (tries, again) == ([1, 2], [(tasks.read_statement, statement.pk)])
    assert "deux fois" in unread_statement(statement.failure)


def test_statement_with_lost_job_is_queued_again(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[object] = []
    monkeypatch.setattr(clock, "send", lambda *args: queued.append(args))
    statement = bank.keep_statement(name="x", content=camt(), by=by, at=AT)
    clock.read_statements.run()
    assert queued == [(tasks.read_statement, statement.pk)]


def test_statement_not_imported_is_dropped(by: User) -> None:
    statement = read(CSV.encode(), by=by)
    bank.drop_statement(statement_id=statement.pk, by=by, at=AT)
    assert not BankStatement.objects.exists()


def test_equal_lines_are_new_unless_booked_as_often() -> None:
    line = StatementLine(DAY, -100, "x", "")
    one, other = line._replace(reference="A"), line._replace(reference="B")
    new = [row.is_new for row in placed([line, line], [(DAY, -100, "")])]
    assert new == [False, True]
    assert [row.place for row in placed([line, line], [])] == [0, 1]
    assert [row.is_new for row in placed([one, other], [(DAY, -100, "A")])] == [False, True]
    assert placed([other], [(DAY, -100, "A")])[0].place == 1


def test_statement_of_another_account_names_ours(by: User) -> None:
    ours = "".join(seller()["iban"].split())
    assert other_account(read(camt(), by=by)) == ours
    text = camt(closing="387.50").decode().replace("FR7630001007941234567890185", ours)
    assert not other_account(read(text.encode(), by=by))
