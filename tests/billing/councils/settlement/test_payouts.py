"""Payouts to banks: ours are booked, a council's are linked to its shares."""

import datetime as dt

import pytest
from django.core import mail

from billing import clock
from billing.councils.settlement import payouts
from billing.ledger.settlement import treasury
from billing.models import Council, CouncilNotice, Payout, PayoutPart, StripeCall, Transfer
from billing.stripe import tasks
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import treasury as stripe
from saas.catalogue.merchants.models import Merchant
from saas.kernel.display.writing import shortdate
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import HOLD, Till, books

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


def transferred(till: Till, shop: Merchant, *nets: int) -> tuple[Council, str]:
    """Sell in the north, and let the council's shares arrive on its account."""
    council = make_council("north")
    account = till.active_account(council)
    for net_cents in nets:
        till.sell(make_campaign(shop, {"north": net_cents}, at=till.at))
    till.let_shares_leave()
    return council, account


def pay_out(till: Till, account: str = "") -> str:
    found = till.simulator.pull("payouts/now", **({"account": account} if account else {}))
    return str(found["payout"]["id"])


def test_payout_that_a_council_s_bank_refuses_is_mailed_once(till: Till, shop: Merchant) -> None:
    council, account = transferred(till, shop, 20_000)
    payout = pay_out(till, account)
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    mail.outbox.clear()
    till.simulator.pull(f"payout/{payout}/failed", code="account_closed")
    for _ in range(2):
        payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
        tasks.follow_up()
        till.jobs.run()
    (message,) = (one for one in mail.outbox if "refusé un virement" in str(one.subject))
    made = shortdate(Payout.objects.get().made_at)
    assert f"a refusé le virement de 80,00\u00a0€ du {made}. Le compte bancaire est fermé." in str(
        message.body
    )
    assert "un nouveau virement part ensuite de lui-même" in str(message.body)
    assert "/council/account/" in str(message.body)


def test_a_payout_first_received_as_failed_is_a_notice(till: Till, shop: Merchant) -> None:
    council, account = transferred(till, shop, 20_000)
    payout = pay_out(till, account)
    till.simulator.pull(f"payout/{payout}/failed", code="no_account")
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    notice = CouncilNotice.objects.get(kind="payout_refused")
    assert notice.facts["failure"] == "no_account"


def test_payout_of_a_council_lists_its_shares_and_is_not_booked(till: Till, shop: Merchant) -> None:
    council, account = transferred(till, shop, 20_000, 10_000)
    before = books("stripe.balance")
    payout = pay_out(till, account)
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    found = Payout.objects.get()
    assert (found.council_id, found.amount_cents) == (council.pk, 12_000)
    parts = PayoutPart.objects.order_by("pk").values_list("transfer_id", "amount_cents")
    oldest_first = Transfer.objects.order_by("done_at", "pk").values_list("pk", "amount_cents")
    assert list(parts) == list(oldest_first)
    assert books("stripe.balance") == before


def test_share_that_leaves_in_two_payouts_is_parted(till: Till, shop: Merchant) -> None:
    council, account = transferred(till, shop, 20_000)
    till.simulator.pull("balance", account=account, available="3001")
    first = pay_out(till, account)
    till.simulator.pull("balance", account=account, available="4999")
    second = pay_out(till, account)
    for payout in (first, second):
        payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    assert list(PayoutPart.objects.values_list("amount_cents", flat=True)) == [3_001, 4_999]


def test_a_council_s_event_is_followed_and_a_stranger_s_is_left(till: Till, shop: Merchant) -> None:
    _, account = transferred(till, shop, 20_000)
    payout = pay_out(till, account)
    body = (
        f'{{"id": "evt_1", "object": "event", "type": "payout.paid", "livemode": false,'
        f' "account": "{account}", "api_version": "2026-10-28.endive", "created": 1,'
        f' "data": {{"object": {{"id": "{payout}", "object": "payout"}}}}}}'
    ).encode()
    assert till.postman.post("connected", body) == 200
    stranger = body.replace(account.encode(), b"acct_stranger").replace(b"evt_1", b"evt_2")
    assert till.postman.post("connected", stranger) == 200
    till.jobs.catch_up()
    assert Payout.objects.get().stripe_id == payout


def test_a_payout_whose_events_were_lost_is_found_by_night(till: Till, shop: Merchant) -> None:
    _, account = transferred(till, shop, 20_000)
    pay_out(till)
    pay_out(till, account)
    clock.watch(at=till.at + HOLD)
    till.jobs.run()
    assert Payout.objects.filter(council=None).count() == 1
    assert Payout.objects.exclude(council=None).count() == 1


def test_reserve_stays_on_our_balance_and_is_sent_once(till: Till, shop: Merchant) -> None:
    make_council("north")
    till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    later = till.at + dt.timedelta(hours=1)
    call = treasury.prepare_reserve(at=later)
    assert call
    assert treasury.prepare_reserve(at=later) is None
    make_call(call.pk, at=later)
    assert StripeCall.objects.get(kind="treasury").state == "done"
    assert stripe.minimum_cents() == 8_000
    assert treasury.prepare_reserve(at=later) is None
    till.simulator.pull("clock/advance", days="4")
    pay_out(till)
    till.settle()
    assert books("stripe.balance") == 8_000
