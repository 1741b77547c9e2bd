"""Amounts due to a council without an account are settled on paper, by two operators."""

import datetime as dt

import pytest

from billing.councils.actions.paper_payments import post_payment, propose_payment
from billing.councils.queries.endings import obstacles
from billing.councils.queries.paper_payments import payable_of
from billing.councils.settlement import stranded
from billing.councils.settlement.releases import release
from billing.ledger.actions import manual
from billing.models import Account, Case, Council, LedgerEntry, ManualEntry, Payout, Share
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from saas.kernel.uploads.papers import Paper
from tests.factories.billing import make_council
from tests.fixtures.billing import HOLD, Till
from tests.fixtures.people import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
PAPER = Paper(b"%PDF-1.7 %%EOF", "pdf")


@pytest.fixture
def ada(db: None) -> User:
    return make_user("Ada")


@pytest.fixture
def ben(db: None) -> User:
    return make_user("Ben")


@pytest.fixture
def share(till: Till, campaign: Campaign) -> Share:
    """Return a share whose council has no account, after its hold."""
    council = make_council("north")
    till.sell(campaign)
    share = Share.objects.get(council=council)
    release(share.pk, at=share.release_at + HOLD)
    share = Share.objects.select_related("council").get()
    assert share.state == Share.State.WAITING_ACCOUNT
    return share


def propose(share: Share, way: str, *, by: User, seen_cents: int | None = None) -> ManualEntry:
    at = share.release_at + HOLD
    return propose_payment(
        council=share.council,
        way=way,
        seen_cents=share.left_cents if seen_cents is None else seen_cents,
        reason="CSE de moins de cinquante salariés",
        paper=PAPER,
        by=by,
        at=at,
    )


def balance(account: Account) -> int:
    return sum(LedgerEntry.objects.filter(account=account).values_list("amount_cents", flat=True))


@pytest.mark.parametrize("way", ["transfer", "donation"])
def test_share_is_paid_by_hand_and_its_space_may_end(
    share: Share, ada: User, ben: User, way: str
) -> None:
    at, cents = share.release_at + HOLD, share.left_cents
    entry = propose(share, way, by=ada)
    with pytest.raises(Refused, match="autre personne"):
        post_payment(entry_id=entry.pk, by=ada, at=at)
    with pytest.raises(Refused, match="parts du CSE"):
        manual.post_entry(entry_id=entry.pk, by=ben, at=at)
    post_payment(entry_id=entry.pk, by=ben, at=at)
    share = Share.objects.select_related("council").get()
    assert (share.state, share.netted_cents, share.left_cents) == ("netted", cents, 0)
    assert balance(Account.BANK_TRANSIT) == -cents
    assert balance(Account.SHARE_DUE) == balance(Account.SHARE_HELD) == 0
    assert obstacles(share.council.tenant_id, at) == []
    with pytest.raises(Refused, match="extourne"):
        manual.propose_reversal(entry_id=entry.pk, reason="x", by=ada, at=at)
    with pytest.raises(Refused, match="rien à régler"):
        propose(share, way, by=ada, seen_cents=0)


def test_share_left_to_the_merchant_costs_nothing(share: Share, ada: User, ben: User) -> None:
    at = share.release_at + HOLD
    entry = propose(share, "merchant", by=ada)
    post_payment(entry_id=entry.pk, by=ben, at=at)
    share = Share.objects.select_related("council").get()
    assert (share.state, share.amount_cents) == ("cancelled", 0)
    assert balance(Account.SHARE_COST) == balance(Account.SHARE_HELD) == 0
    assert obstacles(share.council.tenant_id, at) == []


def test_payment_on_paper_is_proposed_once_for_the_amount_seen(
    share: Share, ada: User, ben: User
) -> None:
    with pytest.raises(Refused, match="montant a changé"):
        propose(share, "transfer", by=ada, seen_cents=1)
    with pytest.raises(Refused, match="comment"):
        propose(share, "gift", by=ada)
    entry = propose(share, "transfer", by=ada)
    with pytest.raises(Refused, match="déjà proposé"):
        propose(share, "transfer", by=ben)
    Share.objects.filter(pk=share.pk).update(amount_cents=share.amount_cents - 1)
    with pytest.raises(Refused, match="changé depuis"):
        post_payment(entry_id=entry.pk, by=ben, at=share.release_at + HOLD)
    Share.objects.filter(pk=share.pk).update(amount_cents=share.amount_cents)


def test_share_within_its_hold_is_not_paid_on_paper(till: Till, campaign: Campaign) -> None:
    council = make_council("north")
    till.sell(campaign)
    assert payable_of(council, at=till.at).cents == 0


def test_money_back_on_a_closed_account_is_a_case(till: Till) -> None:
    council = make_council("north", account="acct_1")
    of_council = {"council": council, "account": "acct_1", "amount_cents": 123_427}
    day = dt.timedelta(days=1)
    Payout.objects.create(stripe_id="po_0", state="failed", made_at=till.at - 3 * day, **of_council)
    Payout.objects.create(stripe_id="po_1", state="paid", made_at=till.at - 2 * day, **of_council)
    Payout.objects.create(stripe_id="po_2", state="failed", made_at=till.at - day, **of_council)
    stranded.open_cases(council, at=till.at)
    assert not Case.objects.exists()  # the account may still pay it out
    Council.objects.update(account_state="closed")
    council.refresh_from_db()
    for _again in range(2):
        stranded.open_cases(council, at=till.at)
    case = Case.objects.get()
    assert (case.kind, case.subject, case.stripe_cents) == ("stranded", "po_2", 123_427)
