"""A share on its way: held, waiting, sent once, set off against what is owed."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from billing import clock
from billing.councils.actions.councils import accept_terms, declare_personality
from billing.councils.queries.due import councils_to_watch
from billing.councils.settlement import accounts
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Account, Claim, Council, Order, Share, StripeCall, Transfer
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel import hooks
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import BALANCED, HOLD, Till, begins_with, books


def held(till: Till, shop: Merchant, net_cents: int = 20_000) -> Order:
    return till.sell(make_campaign(shop, {"north": net_cents}, at=till.at))


def active_and_held(till: Till) -> None:
    """Sell for 240.00, of which 80.00 are for a council whose account is active."""
    till.active_account(make_council("north"))
    held(till, make_shop())


pytestmark = [*BALANCED, begins_with(active_and_held)]


def test_before_the_window_is_over_nothing_leaves(till: Till) -> None:
    clock.release(at=till.at + dt.timedelta(days=13))
    till.jobs.run()
    assert Share.objects.get().state == "held"
    assert not Transfer.objects.exists()


def test_a_share_arrives_with_its_group_and_out_of_its_charge(till: Till, council: Council) -> None:
    account, order = council.stripe_account, Order.objects.get()
    till.let_shares_leave()
    share, transfer = Share.objects.get(), Transfer.objects.get()
    assert (share.state, share.amount_cents) == ("transferred", 8_000)
    assert (transfer.state, transfer.amount_cents) == ("done", 8_000)
    assert transfer.stripe_id.startswith("tr_")
    params = StripeCall.objects.get(kind="transfer").params
    assert params["transfer_group"] == f"order_{order.uuid}"
    assert params["source_transaction"].startswith(("ch_", "py_"))
    assert params["destination"] == account
    assert (books("share.held"), books("share.due"), books("share.cost")) == (0, 0, 8_000)


def test_releasing_twice_sends_once(till: Till) -> None:
    clock.release(at=till.at + HOLD)
    clock.release(at=till.at + HOLD)
    till.jobs.run()
    assert Transfer.objects.count() == 1


@begins_with(None)
def test_a_council_without_legal_personality_waits_and_is_released_later(
    till: Till, shop: Merchant
) -> None:
    council = make_council("north")
    operator = make_merchant_user("Opale")
    declare_personality(
        council=council, is_person=False, evidence="32 salariés", by=operator, at=till.at
    )
    held(till, shop)
    till.let_shares_leave()
    assert Share.objects.get().state == "waiting_account"
    declare_personality(
        council=council, is_person=True, evidence="54 salariés", by=operator, at=till.at
    )
    till.active_account(Council.objects.get(pk=council.pk))
    till.settle()
    assert Share.objects.get().state == "transferred"


@begins_with(None)
def test_terms_that_nobody_accepted_make_a_share_wait(till: Till, shop: Merchant) -> None:
    council = make_council("north", accepted=False)
    till.active_account(council)
    held(till, shop)
    till.let_shares_leave()
    assert Share.objects.get().state == "waiting_account"
    accept_terms(council=council, by=DELPHINE, at=till.at)
    till.let_shares_leave()
    assert Share.objects.get().state == "transferred"


def test_an_account_that_is_rejected_between_intent_and_call_waits(
    till: Till, council: Council
) -> None:
    account = council.stripe_account
    clock.release(at=till.at + HOLD)
    till.simulator.pull(f"account/{account}/rejected")
    till.jobs.run()
    council.refresh_from_db()
    assert council.account_state == "rejected"
    assert Share.objects.get().state == "waiting_account"
    assert Transfer.objects.get().state == "refused"


@begins_with(None)
def test_shares_of_a_restricted_account_leave_when_it_is_active_again(
    till: Till, shop: Merchant
) -> None:
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


@pytest.mark.parametrize(
    ("owed_cents", "state", "sent_cents", "left_cents"),
    [
        pytest.param(3_000, "transferred", 5_000, 0, id="more is due than owed"),
        pytest.param(8_000, "netted", 0, 0, id="as much is due as owed"),
        pytest.param(9_000, "netted", 0, 1_000, id="less is due than owed"),
    ],
)
@begins_with(None)
def test_debt_of_a_council_is_set_off(
    till: Till, shop: Merchant, owed_cents: int, state: str, sent_cents: int, left_cents: int
) -> None:
    council = make_council("north")
    till.active_account(council)
    earlier = held(till, shop, net_cents=25_000)
    till.let_shares_leave()
    owe(Share.objects.get(sale__order=earlier), owed_cents, till)
    later = till._replace(at=till.at + HOLD)
    order = held(later, shop)
    later.let_shares_leave()
    share = Share.objects.get(sale__order=order)
    assert share.state == state
    assert sum(share.transfers.values_list("amount_cents", flat=True)) == sent_cents
    claim = Claim.objects.get()
    assert claim.left_cents == left_cents
    assert books("share.owed") == left_cents


def owe(share: Share, cents: int, till: Till) -> None:
    """Let a council owe something, as after a refund that its empty account could not pay."""
    posting.post(
        f"test:owed:{share.reference}",
        postings.claimed(
            cents=cents,
            council_id=share.council_id,
            sale_id=share.sale_id,
            sits=Account.SHARE_OWED,
        ),
        kind="claimed",
        at=till.at,
    )
    Claim.objects.create(share=share, amount_cents=cents, due_at=till.at, state=Claim.State.OWED)


def test_a_transfer_whose_answer_is_lost_is_made_once(till: Till) -> None:
    till.fail("error_after", "/v1/transfers", times="3")
    clock.release(at=till.at + HOLD)
    till.jobs.run()
    assert Share.objects.get().state == "sending"
    StripeCall.objects.filter(kind="transfer").update(next_at=till.at)
    clock.resume_calls()
    till.jobs.run()  # the same key brings the stored error again: look it up
    StripeCall.objects.filter(kind="transfer").update(next_at=till.at)
    clock.resume_calls()
    till.jobs.run()
    assert Share.objects.get().state == "transferred"
    assert books("stripe.balance") == 24_000 - 385 - 8_000


@pytest.mark.by_hand
@begins_with(None)
def test_the_account_is_the_only_judge_of_itself(till: Till) -> None:
    council = make_council("north")
    account = till.active_account(council)
    Council.objects.filter(pk=council.pk).update(account_state="onboarding")
    accounts.sync(council.pk, at=till.at)
    council.refresh_from_db()
    assert (council.account_state, council.stripe_account) == ("active", account)


@begins_with(None)
def test_an_account_is_opened_once_and_only_by_its_own_space(till: Till) -> None:
    council = make_council("north")
    account = till.active_account(council)
    council.refresh_from_db()
    assert council.stripe_account == account
    assert StripeCall.objects.filter(kind="account").count() == 1


@begins_with(None)
def test_the_sale_is_reported_to_the_spaces(
    till: Till,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    make_council("north")
    make_council("south")
    months: list[tuple[str, dt.date]] = []
    monkeypatch.setattr(
        hooks.settlement_changed, "ask", lambda name, month: months.append((name, month))
    )
    with django_capture_on_commit_callbacks(execute=True):
        till.sell(campaign)
    assert months == [("north", dt.date(2026, 11, 1)), ("south", dt.date(2026, 11, 1))]


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
def test_however_many_councils_there_are_each_is_watched(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.councils.queries.due.MOST", 1)
    councils = [make_council("north"), make_council("south")]
    for council in councils:
        till.active_account(council)
    assert councils_to_watch() == [council.pk for council in councils]
