"""A process killed between any two steps of a call leaves the action done exactly once.

Each test stops this process at a point, and then runs the clock's work: it resumes due calls.
Stripe is asked for the real number of effects. The refund is sent by a fork that kills itself with
SIGKILL. The other kinds, sent by the same lines, end by an uncaught exception: it leaves each
transaction in the same state as a death.
"""

import datetime as dt
import os
import signal
from collections.abc import Callable
from typing import Any, NamedTuple, Never
from unittest.mock import patch

import pytest
from django.db import connections, transaction

from billing import clock
from billing.adjustments.actions.disputes import answer_dispute
from billing.adjustments.actions.refunds import request_refund
from billing.councils.settlement import releases, restitutions, taxes
from billing.dispatch.calls import HANDLERS
from billing.models import (
    Council,
    Dispute,
    LedgerEntry,
    Order,
    Payment,
    Restitution,
    Sale,
    StripeCall,
    Transfer,
)
from billing.orders.actions.checkout import open_checkout
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import client as gateway
from billing.stripe.gateway import reads
from billing.stripe.gateway.client import client
from billing.stripe.queries.due import calls_to_resume, calls_to_send
from saas.catalogue.placements.models import Campaign
from tests.billing.councils.settlement.test_taxes import make_vat_payer
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.fixtures.billing import HOLD, Beginning, Till

POINTS = ("before its commit", "not sent", "answer lost", "not written", "written")


class Deed(NamedTuple):
    """A kind of call: the action that prepares it, and its number of effects at Stripe.

    `half` almost prepares the call, if it is not prepared by a single transaction of a user.
    """

    kind: str
    begin: Callable[[], object]
    made: Callable[[], int]
    half: Callable[["Death"], None] | None = None


class Death(NamedTuple):
    """A way for something to end in the middle."""

    die: Callable[[], None]
    outlive: Callable[[Callable[[], object]], None]


class Cut(BaseException):
    """The end of everything that this process was doing."""


def cut() -> Never:
    raise Cut


def outlive_cut(act: Callable[[], object]) -> None:
    with pytest.raises(Cut):
        act()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def outlive_child(act: Callable[[], object]) -> None:
    """Run something in a fork of this process, which must not survive it."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        gateway._client.cache_clear()  # noqa: SLF001 - the parent's sockets are the parent's
        try:
            act()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child came through"
    assert os.WTERMSIG(status) == signal.SIGKILL


CUT, KILL = Death(cut, outlive_cut), Death(kill, outlive_child)


def listed(found: Any) -> int:
    return len(found.data)


def sold(till: Till) -> Order:
    return till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))


def sent(till: Till) -> Order:
    till.active_account(make_council("north"))
    order = sold(till)
    till.let_shares_leave()
    assert Transfer.objects.get().state == "done"
    return order


def checkout(till: Till) -> Deed:
    shop = make_shop()
    campaign = make_campaign(shop, {"north": 20_000}, at=till.at)
    customer = client().v1.customers.create({"email": shop.billing_email})
    shop.stripe_customer = customer.id
    shop.save()

    def begin() -> Order:
        found = Campaign.objects.select_related("merchant__owner").get(pk=campaign.pk)
        return open_checkout(campaign=found, by=found.merchant.owner, at=till.at)

    return Deed("checkout", begin, lambda: listed(client().v1.checkout.sessions.list()))


def refund(till: Till) -> Deed:
    order, by = sold(till), make_merchant_user("Opale")
    return Deed(
        "refund",
        lambda: request_refund(order=order, amount_cents=8_000, by=by, at=till.at),
        lambda: listed(client().v1.refunds.list()),
    )


def transfer(till: Till) -> Deed:
    till.active_account(make_council("north"))
    sold(till)
    till.simulator.pull("clock/advance", to=(till.at + HOLD).isoformat())
    return Deed(
        "transfer",
        lambda: releases.release_due(at=till.at + HOLD),
        lambda: listed(client().v1.transfers.list()),
    )


def reversal(till: Till) -> Deed:
    """Return the deed of a reversal, claimed by a booked refund."""
    order, by = sent(till), make_merchant_user("Opale")
    left = Transfer.objects.get()
    request_refund(order=order, amount_cents=8_000, by=by, at=till.at)
    claims = StripeCall.objects.get(kind="refund")
    return Deed(
        "reversal",
        lambda: make_call(claims.pk, at=till.at + HOLD),
        lambda: listed(client().v1.transfers.reversals.list(left.stripe_id)),
        lambda death: _send_and_die("not written", claims, till.at + HOLD, death),
    )


def evidence(till: Till) -> Deed:
    sold(till)
    till.simulator.pull(f"dispute/{Payment.objects.get().charge}")
    till.settle()
    dispute, by = Dispute.objects.get(), make_merchant_user("Opale")

    def submissions() -> int:
        found = client().v1.disputes.retrieve(dispute.stripe_id)
        return int(found.evidence_details.submission_count)

    return Deed(
        "evidence",
        lambda: answer_dispute(dispute=dispute, text="Diffusée.", by=by, at=till.at),
        submissions,
    )


def giveback(till: Till) -> Deed:
    sent(till)
    till.simulator.pull(f"dispute/{Payment.objects.get().charge}")
    till.settle()
    for verdict in ("lost", "appeal_won"):
        till.simulator.pull(f"dispute/{Dispute.objects.get().stripe_id}/{verdict}")
        till.settle()
    till.simulator.pull("balance")
    Restitution.objects.get(state="due")
    return Deed(
        "giveback",
        lambda: restitutions.release_due(at=till.at + HOLD),
        lambda: listed(client().v1.transfers.list()) - 1,
    )


def tax(till: Till) -> Deed:
    make_vat_payer()
    till.active_account(Council.objects.get())
    sold(till)
    till.simulator.pull("clock/advance", to=(till.at + HOLD).isoformat())
    clock.bill(at=till.at + HOLD)
    return Deed(
        "tax",
        lambda: taxes.release_due(at=till.at + HOLD),
        lambda: listed(client().v1.transfers.list()),
    )


CUT_OFF = [checkout, transfer, reversal, evidence, giveback, tax]


def end_at(point: str, deed: Deed, at: dt.datetime, death: Death) -> None:
    if point == "before its commit":
        half = deed.half
        death.outlive(lambda: half(death) if half else _begin_and_die(deed, death))
        assert not StripeCall.objects.filter(kind=deed.kind).exists()
        if half is None:
            deed.begin()
        return
    deed.begin()
    call = StripeCall.objects.get(kind=deed.kind)
    death.outlive(lambda: _send_and_die(point, call, at, death))


def _begin_and_die(deed: Deed, death: Death) -> None:
    with transaction.atomic():
        deed.begin()
        death.die()


def _send_and_die(point: str, call: StripeCall, at: dt.datetime, death: Death) -> None:
    kind = StripeCall.Kind(call.kind)
    handler = HANDLERS[kind]

    def die_at(here: str) -> None:
        if point == here:
            death.die()

    def ask(row: StripeCall) -> Any:
        die_at("not sent")
        answer = handler.call(row)
        die_at("answer lost")
        return answer

    def settle(row: StripeCall, value: Any, moment: dt.datetime) -> None:
        handler.on_success(row, value, moment)
        die_at("not written")

    with patch.dict(HANDLERS, {kind: handler._replace(call=ask, on_success=settle)}):
        make_call(call.pk, at=at)
        die_at("written")


def take_up(at: dt.datetime) -> None:
    """Send all due calls, as the clock does each minute."""
    for moment in (at + dt.timedelta(minutes=10 * turn) for turn in range(1, 5)):
        due = calls_to_resume(at=moment) + calls_to_send()
        for call_id in sorted(set(due)):
            make_call(call_id, at=moment)


def is_done_once(deed: Deed) -> None:
    assert deed.made() == 1
    assert StripeCall.objects.get(kind=deed.kind).state == "done"
    assert sum(LedgerEntry.objects.values_list("amount_cents", flat=True)) == 0
    ours = LedgerEntry.objects.filter(account="stripe.balance")
    assert sum(ours.values_list("amount_cents", flat=True)) == reads.balance_cents()
    assert Sale.objects.count() == (0 if deed.kind == "checkout" else 1)


@pytest.mark.parametrize("point", POINTS)
def test_killed_refund_is_done_once(own_database: None, till: Till, point: str) -> None:
    deed = refund(till)
    end_at(point, deed, till.at + HOLD, KILL)
    take_up(till.at + HOLD)
    is_done_once(deed)


@pytest.mark.django_db
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("beginning", CUT_OFF, indirect=True, scope="module")
def test_call_that_was_cut_off_is_done_once(till: Till, beginning: Beginning, point: str) -> None:
    deed = beginning.made
    end_at(point, deed, till.at + HOLD, CUT)
    take_up(till.at + HOLD)
    is_done_once(deed)
