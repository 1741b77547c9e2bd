"""Two that lock the same rows wait in a line, never in a circle, and count nothing twice."""

import datetime as dt
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from billing.adjustments.actions.refunds import request_refund
from billing.adjustments.settlement import disputes
from billing.councils.settlement import dispute_holds, payouts, releases
from billing.ledger import posting
from billing.ledger.queries.balances import sums_at
from billing.ledger.rules import split
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import closings
from billing.models import (
    Account,
    Dispute,
    LedgerClosing,
    Order,
    Payment,
    PayoutPart,
    Refund,
    Sale,
    Share,
    StripeCall,
)
from billing.orders.actions import checkout
from billing.orders.settlement import payments
from billing.stripe.calls import send
from billing.stripe.gateway import reads
from saas.accounts.models import User
from saas.catalogue.placements.actions import campaigns as placements
from tests.factories.billing import (
    make_campaign,
    make_council,
    make_merchant_user,
    make_paid_session,
    make_sale,
    make_shop,
)
from tests.factories.stripe_objects import stripe_payout
from tests.fixtures.billing import Till
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import AT

pytestmark = pytest.mark.usefixtures("own_database")

A_DAY, HOLD = dt.timedelta(days=1), dt.timedelta(days=15)
_WAITS_FOR_US = """
    SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


def wait_until_somebody_waits_for_us(*others: Future[None]) -> None:
    """Wait until a lock of ours blocks another session, or until another thread ends unblocked."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(_WAITS_FOR_US)
            if cursor.fetchone() or any(other.done() for other in others):
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for a row of ours")


def elsewhere(threads: ThreadPoolExecutor, act: Any, *args: Any, **named: Any) -> Future[None]:
    def alone() -> None:
        try:
            act(*args, **named)
        finally:
            connections.close_all()

    return threads.submit(alone)


def requested_refunds(till: Till, *amounts: int) -> tuple[Order, list[StripeCall]]:
    order = till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    by = make_merchant_user("Opale")
    for cents in amounts:
        request_refund(order=order, amount_cents=cents, by=by, at=till.at)
    return order, list(StripeCall.objects.filter(kind="refund").order_by("pk"))


def test_a_refund_that_waits_for_its_order_holds_nothing_that_another_wants(till: Till) -> None:
    make_council("north")
    order, (one, other) = requested_refunds(till, 6_000, 3_000)
    send.make_call(one.pk, at=till.at)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            waiting = elsewhere(threads, send.make_call, other.pk, at=till.at)
            wait_until_somebody_waits_for_us()
            Sale.objects.select_for_update(nowait=True).get()
            Refund.objects.select_for_update(nowait=True).get(pk=other.subject_id)
        waiting.result(timeout=PATIENCE)
    assert Sale.objects.get().refunded_cents == 9_000


def test_a_refund_takes_from_a_share_that_is_released_at_the_same_moment(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.active_account(make_council("north"))
    _, (call,) = requested_refunds(till, 12_000)
    share, shares_after, released = Share.objects.get(), split.shares_after, []
    later = till.at + HOLD
    with ThreadPoolExecutor(1) as threads:

        def meanwhile(*args: Any, **named: Any) -> Any:
            released.append(elsewhere(threads, releases.release, share.pk, at=later))
            wait_until_somebody_waits_for_us()
            return shares_after(*args, **named)

        monkeypatch.setattr("billing.councils.settlement.claims.split.shares_after", meanwhile)
        send.make_call(call.pk, at=till.at)
        released[0].result(timeout=PATIENCE)
    share.refresh_from_db()
    assert (share.state, share.amount_cents) == ("sending", 4_000)


def test_a_refund_is_asked_for_while_another_is_booked(till: Till) -> None:
    make_council("north")
    order, (call,) = requested_refunds(till, 3_000)
    by = make_merchant_user("Bruno")
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Sale.objects.select_for_update().get()
            booking = elsewhere(threads, send.make_call, call.pk, at=till.at)
            wait_until_somebody_waits_for_us()
            request_refund(order=order, amount_cents=2_000, by=by, at=till.at)
        booking.result(timeout=PATIENCE)
    assert sorted(Refund.objects.values_list("amount_cents", flat=True)) == [2_000, 3_000]
    assert Sale.objects.get().refunded_cents == 3_000


def test_dispute_is_booked_as_a_share_leaves(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    till.active_account(make_council("north"))
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    payment, share = Payment.objects.get(), Share.objects.get()
    opened = till.simulator.pull(f"dispute/{payment.charge}")
    snapshot, later, released = reads.dispute(opened["id"]), till.at + HOLD, []
    freeze = dispute_holds.hold
    with ThreadPoolExecutor(1) as threads:

        def meanwhile(sale_id: int, *, at: dt.datetime) -> None:
            Share.objects.select_for_update().get(pk=share.pk)
            released.append(elsewhere(threads, releases.release, share.pk, at=later))
            wait_until_somebody_waits_for_us()
            freeze(sale_id, at=at)

        monkeypatch.setattr("billing.adjustments.settlement.disputes.dispute_holds.hold", meanwhile)
        disputes.apply_snapshot(payment.pk, snapshot, at=till.at)
        released[0].result(timeout=PATIENCE)
    share.refresh_from_db()
    assert share.state == "frozen"


def test_a_dispute_that_waits_for_its_order_holds_nothing_that_a_refund_wants(till: Till) -> None:
    make_council("north")
    order, (call,) = requested_refunds(till, 3_000)
    payment = Payment.objects.get()
    opened = till.simulator.pull(f"dispute/{payment.charge}", inquiry="true")
    snapshot = reads.dispute(opened["id"])
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            waiting = elsewhere(threads, disputes.apply_snapshot, payment.pk, snapshot, at=till.at)
            wait_until_somebody_waits_for_us()
            Payment.objects.select_for_update(nowait=True).get()
            Sale.objects.select_for_update(nowait=True).get()
            Refund.objects.select_for_update(nowait=True).get(pk=call.subject_id)
        waiting.result(timeout=PATIENCE)
    assert Dispute.objects.get().state == "warning_needs_response"


def test_a_draft_is_withdrawn_while_its_payment_is_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=AT)
    by = User.objects.get(pk=campaign.merchant.owner_id)
    payment_id, session = make_paid_session(campaign, at=AT)
    withdraw = placements.withdraw
    futures: list[Future[None]] = []
    with ThreadPoolExecutor(1) as threads:

        def meanwhile(**named: Any) -> Any:
            futures.append(elsewhere(threads, payments.apply_snapshot, payment_id, session, at=AT))
            wait_until_somebody_waits_for_us()
            return withdraw(**named)

        monkeypatch.setattr("billing.orders.actions.checkout.placements.withdraw", meanwhile)
        checkout.withdraw(campaign=campaign, by=by, at=AT)
        futures[0].result(timeout=PATIENCE)
    campaign.refresh_from_db()
    assert (campaign.state, bool(campaign.withdrawn_at)) == ("draft", True)
    refund = Refund.objects.get()
    assert (refund.origin, refund.amount_cents) == ("withdrawn", 24_000)


def test_a_draft_that_is_checked_out_is_withdrawn_only_afterwards() -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=AT)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            placements.check_out(campaign_id=campaign.pk, at=AT)
            waiting = elsewhere(threads, placements.withdraw, campaign_id=campaign.pk, at=AT)
            wait_until_somebody_waits_for_us(waiting)
            assert not waiting.done()
        waiting.result(timeout=PATIENCE)
    campaign.refresh_from_db()
    assert campaign.withdrawn_at == AT


def test_order_is_made_anew_while_its_payment_is_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=AT)
    by = User.objects.get(pk=campaign.merchant.owner_id)
    payment_id, session = make_paid_session(campaign, at=AT)
    Payment.objects.filter(pk=payment_id).update(state="expired")
    order = Order.objects.get()
    Order.objects.filter(pk=order.pk).update(state="priced", net_cents=19_000, gross_cents=23_000)
    check_out = placements.check_out
    futures: list[Future[None]] = []
    with ThreadPoolExecutor(1) as threads:

        def meanwhile(**named: Any) -> Any:
            found = check_out(**named)
            if not futures:
                futures.append(
                    elsewhere(threads, payments.apply_snapshot, payment_id, session, at=AT)
                )
                wait_until_somebody_waits_for_us()
            return found

        monkeypatch.setattr("billing.orders.actions.checkout.placements.check_out", meanwhile)
        checkout.open_checkout(campaign=campaign, by=by, at=AT)
        futures[0].result(timeout=PATIENCE)
    states = Order.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "priced"]


def book(key: str, cents: int, *, at: dt.datetime) -> None:
    lines = [Line(Account.STRIPE_BALANCE, cents), Line(Account.BANK_TRANSIT, -cents)]
    assert posting.post(key, lines, kind="test", at=at)


def test_late_entry_is_taken_in_once() -> None:
    book("first", 100, at=AT - 2 * A_DAY)
    closings.close_books(at=AT)
    book("late", 11, at=AT - 2 * A_DAY)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            closings.take_in_late()
            other = elsewhere(threads, closings.take_in_late)
            wait_until_somebody_waits_for_us(other)
        other.result(timeout=PATIENCE)
    assert closings.is_right()
    assert sums_at(AT)[Account.STRIPE_BALANCE] == 111


def test_a_day_is_added_up_once_and_the_second_night_goes_on() -> None:
    book("first", 100, at=AT - A_DAY)
    close = closings._close  # noqa: SLF001 - whoever comes second knows the day as missing still
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            close(AT)
            other = elsewhere(threads, close, AT)
            wait_until_somebody_waits_for_us(other)
        other.result(timeout=PATIENCE)
    assert LedgerClosing.objects.count() == 1
    assert closings.is_right()


def test_two_payments_to_our_bank_share_no_cent() -> None:
    make_sale(make_campaign(make_shop(), {"north": 20_000}, at=AT), at=AT)
    later, all_of_it = AT + A_DAY, 24_000 - 43

    def pay_out(name: str, cents: int) -> None:
        left = stripe_payout(later, id=name, amount_cents=cents, balance_transaction="")
        payouts.apply_snapshot(left, council_id=None, at=later)

    pay_out("po_before", 957)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            pay_out("po_one", 20_000)
            other = elsewhere(threads, pay_out, "po_other", 20_000)
            wait_until_somebody_waits_for_us(other)
        other.result(timeout=PATIENCE)
    parts = dict(PayoutPart.objects.values_list("payout__stripe_id", "amount_cents"))
    assert parts == {"po_before": 957, "po_one": 20_000, "po_other": all_of_it - 20_957}
