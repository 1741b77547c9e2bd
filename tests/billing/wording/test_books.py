"""Names in the books, and the sentences that the law asks of papers."""

import datetime as dt
import re

import pytest

from billing.councils.rules import statements
from billing.ledger.rules import chart
from billing.models import Account
from billing.papers.rules.papers import Corrected, Kind, Paper
from billing.papers.wording import mentions
from billing.wording import books
from tests.billing.papers.files import samples
from tests.billing.wording.sentences import all_different, in_both, reads_well

DAY = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 12, 9, 11, 15, tzinfo=dt.UTC)


def test_accounts_and_events_have_names_on_pages() -> None:
    accounts = [in_both(books.account_in_words, one)[0] for one in Account]
    events = [in_both(books.event_in_words, kind)[0] for kind in books.EVENTS]
    assert all_different(accounts)
    assert all_different(events)
    assert books.event_in_words("some_new") == "some_new"
    assert {*chart._WORDS} == {*books.EVENTS}  # noqa: SLF001 - both name the events of the books


def test_the_chart_is_that_of_french_books() -> None:
    """Check the classes of ANC 2014-03: 1 to 5 for the balance sheet, 6 for costs, 7 for income."""
    places = [*chart.CHART.values(), chart.PROFIT_BROUGHT_FORWARD, chart.LOSS_BROUGHT_FORWARD]
    assert all_different([place.number for place in places])
    assert all_different([place.name for place in places])
    for place in places:
        assert re.fullmatch(r"[14567]\d{5}", place.number)
        assert reads_well(place.name)
    spent = {Account.FEES_STRIPE, Account.FEES_DISPUTE, Account.SHARE_COST, Account.BAD_DEBT}
    spent |= {Account.OTHER_COST, Account.FEES_BANK}
    by_class = dict.fromkeys(
        (Account.REVENUE_PLACEMENT, Account.OTHER_INCOME), "7"
    ) | dict.fromkeys({*spent, Account.ROUNDING}, "6")
    for account, place in chart.CHART.items():
        assert chart.is_of_balance_sheet(account) == (account not in by_class)
        assert place.number[0] == by_class.get(account, place.number[0])
    vat = (Account.VAT_OUTPUT, Account.VAT_INPUT, Account.VAT_PENDING)
    assert [chart.CHART[one].number[:4] for one in vat] == ["4457", "4456", "4458"]
    assert {chart.CHART[one].of for one in Account} == {"merchant", "council", ""}
    shares = (Account.SHARE_HELD, Account.SHARE_DUE, Account.SHARE_OWED)
    assert {chart.CHART[one].of for one in shares} == {"council"}


def test_each_event_is_in_one_journal_under_a_name_of_its_own() -> None:
    for kind in books.EVENTS:
        code, name = chart.journal_of(kind).value
        assert re.fullmatch(r"[A-Z]{2}", code)
        assert reads_well(name)
        assert reads_well(chart.words_of(kind))
    assert chart.words_of("some_new") == "Some new"
    assert re.fullmatch(r"[A-Z]{2}", chart.Journal.OPENING.value[0])
    assert reads_well(chart.Journal.OPENING.value[1])
    journals = {kind: chart.journal_of(kind).name for kind in books.EVENTS}
    assert {kind for kind in journals if journals[kind] == "SALES"} == {"invoiced", "credited"}
    sent = {"transferred", "reversed", "tax_sent", "paid_by_hand", "stranded"}
    assert {kind for kind in journals if journals[kind] == "SENT"} == sent
    at_stripe = {"captured", "fee", "refunded", "refund_failed", "dispute_opened"}
    at_stripe |= {"dispute_returned", "paid_out", "payout_failed", "topped_up"}
    assert {kind for kind in journals if journals[kind] == "BANK"} == at_stripe


def test_a_council_reads_each_movement_of_its_statement() -> None:
    kinds = (
        *("shared", "claimed", "lost", "restored", "transferred", "reversed", "netted"),
        *("written_off", "self_billed", "tax_sent", "some_new"),
    )
    assert all_different([in_both(statements.words_of, k)[0] for k in kinds])


PAPERS: dict[str, Paper] = samples.EACH | {
    "a bill in a council's name": samples.self_billed()._replace(due_on=LATER.date()),
    "its credit note": samples.self_billed()._replace(
        kind=Kind.SELF_BILLED_CREDIT,
        corrects=Corrected("R2026-CO7K3M9-00001", DAY.date()),
        due_on=LATER.date(),
    ),
    "an unknown way to pay": samples.invoice(method="bank"),
    "a name alone": samples.invoice(seller=samples.ABROAD),
    "without capital": samples.invoice(seller=samples.SELLER._replace(capital="", iban="")),
    "with an account only": samples.invoice(seller=samples.BUYER._replace(iban="FR76")),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_carries_the_sentences_of_the_law(name: str) -> None:
    found = mentions.mentions_of(PAPERS[name])
    subjects = [mention.subject for mention in found]
    assert all_different(subjects)
    assert {"AAI", "TXD", "AAB", "PMD", "PMT"} <= {*subjects} <= {*CODES_OF_SUBJECTS}
    assert ("REG" in subjects) == PAPERS[name].kind.is_self_billed
    assert ("SUR" in subjects) == PAPERS[name].is_fictional
    seller = PAPERS[name].seller
    registered = bool(seller.legal_form or seller.rcs or seller.iban)
    assert ("ABL" in subjects) == registered
    for mention in found:
        assert reads_well(mention.text)
        assert mention.text.endswith(".")


CODES_OF_SUBJECTS = ("AAI", "TXD", "AAB", "PMD", "PMT", "REG", "ABL", "SUR")  # UNTDID 4451


@pytest.mark.parametrize(
    ("name", "subject", "words"),
    [
        ("an invoice", "AAI", "le 25/11/2026 par carte bancaire."),
        ("by direct debit", "AAI", "par prélèvement SEPA."),
        ("an unknown way to pay", "AAI", "en ligne."),
        ("a credit note", "AAI", "Avoir sur la facture F2026-00001 du 25/11/2026"),
        ("a self-billed credit note", "AAI", "Avoir sur la facture R2026-CO7K3M9-00001"),
        ("a bill in a council's name", "AAI", "au plus tard le 09/12/2026."),
        ("its credit note", "AAI", "au plus tard le 09/12/2026."),
        ("an invoice", "TXD", "269-2 c"),
        ("a reverse charge", "TXD", "Autoliquidation"),
        ("tax on debits", "TXD", "d’après les débits"),
        ("a self-billed invoice", "REG", "par Troovon Démo au nom et pour le compte de Cazal"),
        ("an invoice", "ABL", "Troovon Démo, SAS au capital de 10"),
        ("an invoice", "ABL", "552 100 554, IBAN FR76 3000"),
        ("without capital", "ABL", "Troovon Démo, SAS, RCS Saint-Avel-sur-Loge 552 100 554."),
        ("with an account only", "ABL", "Cazal et filles SARL, IBAN FR76."),
    ],
)
def test_a_sentence_of_the_law_carries_its_facts(name: str, subject: str, words: str) -> None:
    texts = {mention.subject: mention.text for mention in mentions.mentions_of(PAPERS[name])}
    assert words in texts[subject]
