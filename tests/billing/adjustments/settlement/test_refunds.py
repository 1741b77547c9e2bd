"""Refunds to a merchant: the amounts taken from councils, and councils without enough left."""

import dataclasses

import pytest

from billing import clock
from billing.adjustments.actions.refunds import request_refund
from billing.councils.actions.write_offs import write_off
from billing.councils.queries.due import claims_left_due
from billing.councils.queries.owed import owed_by_councils
from billing.models import (
    Claim,
    Council,
    Invoice,
    Order,
    Payment,
    Refund,
    Sale,
    Share,
    StateChange,
    StripeCall,
    Transfer,
)
from billing.orders.queries.sales import refundable_cents
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import shapes
from billing.stripe.gateway.client import client
from billing.stripe.gateway.values import StripeCallFailed
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import BALANCED, HOLD, Till, begins_with, books


def sold(till: Till) -> None:
    """Sell for 240.00: 39.02 and 20.98 for the councils, with 800 and 430 people at 30 %."""
    make_council("north", company="North Un", weight=800, rate_bp=3_000)
    make_council("north", company="North Deux", weight=430, rate_bp=3_000)
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))


def sent(till: Till) -> None:
    """The same, after both shares have arrived."""
    sold(till)
    for council in Council.objects.order_by("pk"):
        till.active_account(council)
    till.let_shares_leave()
    assert set(Share.objects.values_list("state", flat=True)) == {"transferred"}


pytestmark = [*BALANCED, begins_with(sold)]


def second() -> Council:
    return Council.objects.latest("pk")


def shares() -> list[tuple[int, str]]:
    return list(Share.objects.order_by("pk").values_list("amount_cents", "state"))


def test_third_given_back_early_is_not_sent(till: Till, order: Order, operator: User) -> None:
    refund = till.give_back(order, 8_000, operator)
    assert refund.state == "succeeded"
    assert shares() == [(2_602, "held"), (1_398, "held")]
    assert (books("share.held"), books("share.cost"), books("share.owed")) == (-4_000, 4_000, 0)
    note = Invoice.objects.get(kind="credit_note")
    assert (note.number, note.net_cents, note.vat_cents) == ("A2026-00001", 6_667, 1_333)
    assert Order.objects.get(pk=order.pk).state == "partly_refunded"


@begins_with(sent)
def test_third_given_back_later_is_taken_back(till: Till, order: Order, operator: User) -> None:
    till.give_back(order, 8_000, operator)
    assert shares() == [(2_602, "partly_reversed"), (1_398, "partly_reversed")]
    assert sorted(Claim.objects.values_list("amount_cents", "settled_cents", "state")) == [
        (700, 700, "done"),
        (1_300, 1_300, "done"),
    ]
    assert (books("share.owed"), books("share.cost")) == (0, 4_000)


@begins_with(sent)
def test_whole_refund_leaves_the_councils_nothing(till: Till, order: Order, operator: User) -> None:
    till.give_back(order, 24_000, operator)
    assert shares() == [(0, "reversed"), (0, "reversed")]
    assert Order.objects.get(pk=order.pk).state == "refunded"
    assert Campaign.objects.get(pk=order.campaign_id).state == "stopped"
    assert [books(name) for name in ("revenue.placement", "vat.output", "receivable")] == [0, 0, 0]


@begins_with(sent)
def test_share_gone_to_the_bank_is_owed_and_set_off_against_the_next(
    till: Till, order: Order, operator: User, shop: Merchant
) -> None:
    account = second().stripe_account
    till.simulator.pull("balance", account=account, available="0")
    till.give_back(order, 8_000, operator)
    owed = owed_by_councils()
    assert [(row.council_name, row.cents) for row in owed] == [("CSE North Deux", 700)]
    later = till._replace(at=till.at + HOLD)
    next_order = later.sell(make_campaign(shop, {"north": 20_000}, at=later.at))
    till.let_shares_leave(later.at + HOLD)
    share = Share.objects.get(sale__order=next_order, council=second())
    assert (share.netted_cents, share.transfers.get().amount_cents) == (700, 2_098 - 700)
    assert owed_by_councils() == []
    assert books("share.owed") == 0


@begins_with(sent)
def test_debt_of_a_council_may_be_written_off(till: Till, order: Order, operator: User) -> None:
    account = second().stripe_account
    till.simulator.pull("balance", account=account, available="0")
    till.give_back(order, 8_000, operator)
    reversal = Claim.objects.get(state="owed")
    with pytest.raises(Refused, match="7,00"):
        write_off(debt=reversal, seen_cents=800, reason="x", by=operator, at=till.at)
    write_off(debt=reversal, seen_cents=700, reason="x", by=operator, at=till.at)
    assert (books("share.owed"), books("bad_debt")) == (0, 700)


def test_refund_after_the_dashboards_follows_it(till: Till, order: Order, operator: User) -> None:
    payment = Payment.objects.get()
    client().v1.refunds.create({"payment_intent": payment.payment_intent})
    refund = till.give_back(order, 8_000, operator)
    assert refund.state == "failed"
    assert sorted(Refund.objects.values_list("origin", "state", "amount_cents")) == [
        ("dashboard", "succeeded", 24_000),
        ("operator", "failed", 8_000),
    ]
    assert shares() == [(0, "cancelled"), (0, "cancelled")]


def test_refund_sent_back_does_not_reopen_shares(till: Till, order: Order, operator: User) -> None:
    refund = till.give_back(order, 8_000, operator)
    before = shares()
    till.simulator.pull(f"refund/{refund.stripe_id}/failed")
    till.settle()
    refund.refresh_from_db()
    assert refund.state == "failed"
    assert shares() == before
    assert books("receivable") == -8_000
    assert refundable_cents(Sale.objects.get()) == 16_000


@begins_with(sent)
def test_a_claim_that_was_left_after_its_refusal_is_looked_at_again_each_night(
    till: Till, order: Order, operator: User
) -> None:
    transfer = Transfer.objects.get(share__council=second())
    client().v1.transfers.reversals.create(transfer.stripe_id, {"amount": 2_000})
    listing = f"/v1/transfers/{transfer.stripe_id}/reversals"
    till.fail("error_before", listing, method="GET", times="6")  # each is tried three times
    request_refund(order=order, amount_cents=8_000, by=operator, at=till.at)
    with pytest.raises(StripeCallFailed):  # the steps after the refusal are lost
        till.jobs.catch_up()
    till.jobs.run()
    claim = Claim.objects.get(share__council=second())
    assert (claim.amount_cents, claim.state) == (700, "due")
    assert "greater than unreversed amount" in claim.refusal
    assert claims_left_due() == [claim.pk]
    clock.watch(at=till.at)
    with pytest.raises(StripeCallFailed):
        till.jobs.run()
    till.jobs.run()
    assert Claim.objects.get(pk=claim.pk).state == "due"
    clock.watch(at=till.at)
    till.jobs.run()
    assert sorted(
        Claim.objects.filter(transfer=transfer).values_list(
            "amount_cents", "settled_cents", "state"
        )
    ) == [(700, 700, "done"), (1_300, 1_300, "done")]
    assert claims_left_due() == []


def test_refund_of_a_share_being_sent_is_claimed(till: Till, order: Order, operator: User) -> None:
    for council in Council.objects.order_by("pk"):
        till.active_account(council)
    till.simulator.pull("clock/advance", to=(till.at + HOLD).isoformat())
    clock.release(at=till.at + HOLD)
    transfers, till.jobs.waiting = till.jobs.waiting, []
    assert set(Share.objects.values_list("state", flat=True)) == {"sending"}
    refund = request_refund(order=order, amount_cents=8_000, by=operator, at=till.at)
    call = StripeCall.objects.get(kind="refund", subject_id=refund.pk)
    make_call(call.pk, at=till.at)
    assert set(Claim.objects.values_list("state", flat=True)) == {"due"}
    till.jobs.waiting = transfers
    till.jobs.run()
    till.settle()
    assert shares() == [(2_602, "partly_reversed"), (1_398, "partly_reversed")]


def test_claim_on_a_refused_transfer_is_set_off(till: Till, order: Order, operator: User) -> None:
    accounts = [till.active_account(council) for council in Council.objects.order_by("pk")]
    till.simulator.pull("clock/advance", to=(till.at + HOLD).isoformat())
    clock.release(at=till.at + HOLD)
    transfers, till.jobs.waiting = till.jobs.waiting, []
    refund = request_refund(order=order, amount_cents=8_000, by=operator, at=till.at)
    call = StripeCall.objects.get(kind="refund", subject_id=refund.pk)
    make_call(call.pk, at=till.at)
    for account in accounts:
        till.simulator.pull(f"account/{account}/restricted")
    till.jobs.waiting = transfers
    till.jobs.run()
    assert shares() == [(2_602, "waiting_account"), (1_398, "waiting_account")]
    for claim in Claim.objects.all():
        assert (claim.state, claim.settled_cents) == ("netted", claim.amount_cents)
        netted = StateChange.objects.get(machine="claim", subject_id=claim.pk, trigger="netted")
        assert claim.settled_at == netted.at
    for account in accounts:
        till.simulator.pull(f"account/{account}/active")
    till.settle()
    assert shares() == [(2_602, "transferred"), (1_398, "transferred")]
    assert (books("share.due"), books("share.owed")) == (0, 0)


def test_a_pending_refund_is_credited_at_once_and_paid_out_when_it_is(
    till: Till, order: Order, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_is = shapes.refund

    def still_pending(shape: dict[str, object]) -> object:
        return dataclasses.replace(as_it_is(shape), status="pending", balance_transaction="")

    monkeypatch.setattr(shapes, "refund", still_pending)
    refund = request_refund(order=order, amount_cents=8_000, by=operator, at=till.at)
    till.jobs.catch_up()
    refund.refresh_from_db()
    assert (refund.state, books("receivable")) == ("pending", -8_000)
    assert shares() == [(2_602, "held"), (1_398, "held")]
    monkeypatch.setattr(shapes, "refund", as_it_is)
    clock.watch(at=till.at)
    till.jobs.run()
    refund.refresh_from_db()
    assert (refund.state, books("receivable")) == ("succeeded", 0)
