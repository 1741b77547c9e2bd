"""Money left on an account when another took its place is found on its way to the bank."""

import pytest

from billing import clock
from billing.councils.queries.payouts import payout_trace
from billing.councils.settlement import payouts
from billing.models import (
    AccountChange,
    Council,
    OwnPayout,
    Payout,
    PayoutPart,
    StripeCall,
    StripeEvent,
)
from billing.stripe import tasks
from billing.stripe.gateway import treasury
from saas.kernel import schema
from tests.billing.councils.settlement.test_changes import (
    ask,
    complete,
    confirm,
    fresh,
    let_go,
    sell,
)
from tests.billing.councils.settlement.test_payouts import pay_out
from tests.factories.billing import make_council
from tests.factories.records import make_event
from tests.fixtures.billing import BALANCED, Till, begins_with


def replaced(till: Till) -> None:
    """Create a council with 80.00 on its replaced account and 80.00 on its current account."""
    made = make_council("north")
    till.active_account(made)
    sell(till)
    later = till._replace(at=let_go(till))
    till.jobs.run()
    ask(fresh(made), till.at)
    complete(confirm(fresh(made), till), till)
    sell(later)
    let_go(later)
    till.jobs.run()


pytestmark = [*BALANCED, begins_with(replaced)]


@pytest.fixture
def old(council: Council) -> str:
    change = AccountChange.objects.get()
    assert change.old_account != council.stripe_account
    return change.old_account


def receive_event(payout: str, account: str) -> StripeEvent:
    event = make_event("payout.paid", payout, event_id=f"evt_{payout}", account=account)
    tasks.process_event(event.pk)
    event.refresh_from_db()
    return event


def destinations(payout: str) -> list[tuple[str, int]]:
    """Return the connected accounts that had received a payout's money, with each amount."""
    return [
        (StripeCall.objects.get(kind="transfer", subject_id=transfer).params["destination"], cents)
        for transfer, cents in PayoutPart.objects.filter(payout__stripe_id=payout).values_list(
            "transfer", "amount_cents"
        )
    ]


def test_each_account_pays_out_what_was_sent_to_it(till: Till, council: Council, old: str) -> None:
    new = council.stripe_account
    from_new, from_old = pay_out(till, new), pay_out(till, old)
    assert receive_event(from_new, new).state == "processed"
    assert receive_event(from_old, old).state == "processed"
    assert list(Payout.objects.order_by("pk").values_list("council", "account")) == [
        (council.pk, new),
        (council.pk, old),
    ]
    assert destinations(from_new) == [(new, 8_000)]
    assert destinations(from_old) == [(old, 8_000)]
    for payout, left_old_account in ((from_new, False), (from_old, True)):
        trace = payout_trace(payout)
        assert trace
        assert (trace.other_cents, trace.left_old_account) == (0, left_old_account)
    with schema.inside("north"):
        found = dict(OwnPayout.objects.values_list("stripe_id", "left_old_account"))
    assert found == {from_new: False, from_old: True}


def test_payout_without_an_event_is_found_at_night(till: Till, council: Council, old: str) -> None:
    payout = pay_out(till, old)
    made_at = treasury.payout(payout, account=old).created_at
    payouts.sync_lately(council.pk, days=2, at=made_at)
    assert Payout.objects.get().account == old
    assert destinations(payout) == [(old, 8_000)]


def test_payout_is_fetched_from_the_account_it_left(till: Till, council: Council, old: str) -> None:
    payout = pay_out(till, old)
    receive_event(payout, old)
    Payout.objects.update(state="in_transit")
    AccountChange.objects.update(spare_closed_at=till.at)
    till.simulator.pull(f"payout/{payout}/paid")
    payouts.sync_lately(council.pk, days=2, at=till.at + 9 * clock.TWO_DAYS)
    assert Payout.objects.get().state == "paid"


def test_an_account_that_nobody_here_had_is_ignored(council: Council) -> None:
    assert receive_event("po_none", "acct_none").state == "ignored"
    assert not Payout.objects.exists()
