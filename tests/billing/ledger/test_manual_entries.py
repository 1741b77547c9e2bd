"""Entries by hand: two operators, a paper, a balance, and a reversal instead of a change."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.ledger.actions import manual, periods
from billing.ledger.actions.manual import Fault
from billing.ledger.queries import entries
from billing.ledger.rules.postings import Line
from billing.models import Account, Case, LedgerEntry, LedgerTransaction, ManualEntry
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.uploads.papers import Paper
from tests.factories.billing import make_council
from tests.fixtures.people import AT, make_user

pytestmark = pytest.mark.django_db
PAPER = Paper(b"%PDF-1.7 %%EOF", "pdf")
DAY = dt.date(2026, 11, 20)
BANK_FEE = [Line(Account.OTHER_COST, 1_250), Line(Account.BANK, -1_250)]


@pytest.fixture
def author() -> User:
    return make_user("Ada")


@pytest.fixture
def other() -> User:
    return make_user("Ben")


def propose(author: User, lines: list[Line] = BANK_FEE, **changes: Any) -> ManualEntry:
    given: dict[str, Any] = {
        "booked_for": DAY,
        "reason": "Frais de tenue de compte",
        "paper": PAPER,
    }
    return manual.propose_entry(**{**given, **changes}, lines=lines, by=author, at=AT)


def test_entry_is_posted_by_another_operator_on_its_day(author: User, other: User) -> None:
    entry = propose(author)
    assert not LedgerTransaction.objects.exists()
    with pytest.raises(Refused, match="autre personne"):
        manual.post_entry(entry_id=entry.pk, by=author, at=AT)
    posted = manual.post_entry(entry_id=entry.pk, by=other, at=AT)
    assert (posted.state, posted.decided_by) == ("posted", other)
    booked = LedgerEntry.objects.order_by("id").values_list("account", "amount_cents")
    assert list(booked) == [("cost.other", 1_250), ("bank", -1_250)]
    assert posted.transaction
    assert posted.transaction.occurred_at.date() == DAY
    with pytest.raises(Refused):
        manual.post_entry(entry_id=entry.pk, by=other, at=AT)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([Line(Account.BANK, 100), Line(Account.OTHER_COST, -99)], "0,01"),
        ([Line(Account.BANK, 100)], "2 à 20"),
        ([Line(Account.BANK, 0), Line(Account.OTHER_COST, 0)], "débit ou un crédit"),
        ([Line(Account.SHARE_DUE, 100), Line(Account.BANK, -100)], "référence"),
        ([Line(Account.SHARE_COST, 100), Line(Account.BANK, -100)], "référence"),
        ([Line(Account.RECEIVABLE, 100), Line(Account.BANK, -100)], "référence"),
    ],
)
def test_entry_that_is_not_balanced_or_lacks_an_owner_is_refused(
    author: User, lines: list[Line], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        propose(author, lines)
    assert not ManualEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "  "}, "pourquoi"),
        ({"booked_for": dt.date(2027, 5, 1)}, "à venir"),
        ({"paper": Paper(b"RIFF", "webp")}, "PDF"),
    ],
)
def test_entry_needs_a_reason_a_past_day_and_a_pdf(
    author: User, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        propose(author, **changes)
    assert not ManualEntry.objects.exists()


def test_paper_of_a_council_entry_is_kept(author: User) -> None:
    council = make_council("north")
    lines = [Line(Account.SHARE_DUE, 800, council_id=council.pk), Line(Account.BANK, -800)]
    entry = propose(author, lines)
    with default_storage.open(entry.paper) as stored:
        assert stored.read() == PAPER.content
    shown = entries.entry_of(entry.reference)
    assert shown
    assert [(line.account[:6], line.owner, line.cents) for line in shown.lines] == [
        ("467000", "CSE north", 800),
        ("512000", "", -800),
    ]


@pytest.mark.parametrize("kind", [Case.Kind.STRANDED, Case.Kind.PAYMENT_MISMATCH])
def test_case_that_is_no_gap_of_the_balance_is_not_booked(author: User, kind: Case.Kind) -> None:
    case = Case.objects.create(kind=kind, subject="po_1", stripe_cents=123_427, opened_at=AT)
    with pytest.raises(Refused, match="suivez son conseil"):
        manual.propose_correction(
            case_id=case.pk, fault=Fault.STRIPE, reason="Perdu", by=author, at=AT
        )
    assert not ManualEntry.objects.exists()


def test_month_with_a_waiting_entry_is_not_locked(author: User, other: User) -> None:
    entry = propose(author)
    month = entry.booked_for.replace(day=1)
    at = dt.datetime.combine(month + dt.timedelta(days=40), dt.time(9), dt.UTC)
    with pytest.raises(Refused, match="attend un second opérateur"):
        periods.lock_month(month=month, by=other, at=at)
    manual.post_entry(entry_id=entry.pk, by=other, at=at)
    assert periods.lock_month(month=month, by=other, at=at).month == month


def test_refused_entry_is_never_posted(author: User, other: User) -> None:
    entry = propose(author)
    with pytest.raises(Refused, match="pourquoi"):
        manual.refuse_entry(entry_id=entry.pk, refusal="", by=other, at=AT)
    manual.refuse_entry(entry_id=entry.pk, refusal="Pièce illisible", by=author, at=AT)
    with pytest.raises(Refused):
        manual.post_entry(entry_id=entry.pk, by=other, at=AT)


def test_posted_entry_is_reversed_once_by_two_operators(author: User, other: User) -> None:
    entry = propose(author)
    with pytest.raises(Refused, match="Seule une écriture passée"):
        manual.propose_reversal(entry_id=entry.pk, reason="Doublon", by=other, at=AT)
    manual.post_entry(entry_id=entry.pk, by=other, at=AT)
    reversal = manual.propose_reversal(entry_id=entry.pk, reason="Doublon", by=other, at=AT)
    with pytest.raises(Refused, match="déjà extournée"):
        manual.propose_reversal(entry_id=entry.pk, reason="Encore", by=author, at=AT)
    manual.post_entry(entry_id=reversal.pk, by=author, at=AT)
    sums = dict.fromkeys(("cost.other", "bank"), 0)
    for account, cents in LedgerEntry.objects.values_list("account", "amount_cents"):
        sums[account] += cents
    assert set(sums.values()) == {0}


@pytest.mark.parametrize(
    ("stripe_cents", "fault", "counter"),
    [
        (-3_112, Fault.OURS, "cost.other"),
        (3_112, Fault.OURS, "income.other"),
        (-3_112, Fault.STRIPE, "suspense"),
        (-3_112, Fault.BANK, "bank.transit"),
    ],
)
def test_difference_is_booked_from_its_case(
    author: User, other: User, stripe_cents: int, fault: Fault, counter: str
) -> None:
    case = Case.objects.create(
        kind=Case.Kind.UNKNOWN_KIND, subject="txn_1", stripe_cents=stripe_cents, opened_at=AT
    )
    given = {"case_id": case.pk, "fault": fault, "reason": "Virement à la main"}
    entry = manual.propose_correction(**given, by=author, at=AT)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="déjà proposée"):
        manual.propose_correction(**given, by=other, at=AT)  # type: ignore[arg-type]
    manual.post_entry(entry_id=entry.pk, by=other, at=AT)
    booked = LedgerEntry.objects.order_by("id").values_list("account", "amount_cents", "stripe_id")
    assert list(booked) == [
        ("stripe.balance", stripe_cents, "txn_1"),
        (counter, -stripe_cents, "txn_1"),
    ]


def test_page_of_many_entries_takes_as_many_queries_as_of_one(
    author: User, django_assert_num_queries: Any
) -> None:
    council = make_council("north")
    lines = [Line(Account.SHARE_DUE, 800, council_id=council.pk), Line(Account.BANK, -800)]
    propose(author, lines)
    with CaptureQueriesContext(connection) as of_one:
        entries.entries_page(state="", number="1")
    propose(author, lines)
    propose(author, lines)
    with django_assert_num_queries(len(of_one)):
        shown, _page = entries.entries_page(state="", number="1")
    assert [view.lines[0].owner for view in shown] == ["CSE north"] * 3
