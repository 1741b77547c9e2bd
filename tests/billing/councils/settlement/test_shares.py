"""States of a share: held, pending, sent once, set off against a debt."""

import datetime as dt

import pytest

from billing import clock
from billing.councils.queries.due import councils_to_watch
from billing.models import LedgerTransaction, Order, Share, StripeCall, Transfer
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from tests.billing.conftest import Committing, Reported
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import BALANCED, HOLD, Till, begins_with


def held(till: Till, shop: Merchant, net_cents: int = 20_000) -> Order:
    return till.sell(make_campaign(shop, {"north": net_cents}, at=till.at))


def active_and_held(till: Till) -> None:
    """Sell for 240.00, with 80.00 for a council with an active account."""
    till.active_account(make_council("north"))
    held(till, make_shop())


pytestmark = [*BALANCED, begins_with(active_and_held)]


@begins_with(None)
def test_shares_of_a_restricted_account_leave_once_it_is_active(till: Till, shop: Merchant) -> None:
    council = make_council("north")
    account = till.active_account(council)
    till.simulator.pull(f"account/{account}/restricted")
    till.settle()
    council.refresh_from_db()
    assert council.account_state == "restricted"
    held(till, shop)
    till.let_shares_leave()
    assert Share.objects.get().state == "waiting_account"
    till.simulator.pull(f"account/{account}/active")
    till.settle()
    assert Share.objects.get().state == "transferred"


def test_transfer_beyond_our_balance_leaves_later(till: Till) -> None:
    clock.release(at=till.at + HOLD)
    # Without its charge a transfer is paid out of the available balance, which is empty today.
    call = StripeCall.objects.get(kind="transfer")
    del call.params["source_transaction"]
    call.save()
    till.jobs.run()
    assert Share.objects.get().state == "releasable"
    assert "balance_insufficient" in StripeCall.objects.get(kind="transfer").failure
    till.let_shares_leave()
    assert Share.objects.get().state == "transferred"
    assert sorted(Transfer.objects.values_list("state", flat=True)) == ["done", "refused"]


@begins_with(None)
def test_the_sale_is_reported_to_the_spaces(
    till: Till, campaign: Campaign, committing: Committing, reported: Reported
) -> None:
    make_council("north")
    make_council("south")
    with committing():
        till.sell(campaign)
    assert reported == [("north", dt.date(2026, 11, 1)), ("south", dt.date(2026, 11, 1))]


@begins_with(None)
def test_share_that_waits_for_a_signature_holds_back_no_other(
    till: Till, shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.councils.queries.due.MOST", 1)
    till.active_account(make_council("north", accepted=False))
    till.active_account(make_council("south"))
    held(till, shop)
    till.sell(make_campaign(shop, {"south": 20_000}, at=till.at))
    till.let_shares_leave()
    till.let_shares_leave()
    states = Share.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["waiting_account", "transferred"]


@begins_with(None)
def test_each_of_many_councils_is_watched(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.councils.queries.due.MOST", 1)
    councils = [make_council("north"), make_council("south")]
    for council in councils:
        till.active_account(council)
    assert councils_to_watch() == [council.pk for council in councils]


def test_share_is_due_at_the_end_of_its_hold_however_late_the_clock(till: Till) -> None:
    clock.release(at=till.at + 2 * HOLD)
    share = Share.objects.get()
    due = LedgerTransaction.objects.get(kind="due")
    assert (due.occurred_at, share.released_at) == (share.release_at, till.at + 2 * HOLD)


@begins_with(None)
def test_share_that_waited_for_its_account_is_due_when_it_leaves(
    till: Till, shop: Merchant
) -> None:
    council = make_council("north")
    held(till, shop)
    clock.release(at=till.at + HOLD)
    assert Share.objects.get().state == "waiting_account"
    till.active_account(council)
    clock.release(at=till.at + 2 * HOLD)
    due = LedgerTransaction.objects.get(kind="due")
    assert due.occurred_at == Share.objects.get().released_at
