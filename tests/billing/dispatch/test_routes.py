"""Each kind of event has a single route to settlement; failures are retried five times."""

import datetime as dt
from types import SimpleNamespace

import pytest

from billing.dispatch import events
from billing.models import Payment, StripeEvent, StripeHalt
from billing.orders.settlement import payments
from billing.stripe.events import EventRoute, NeedsOperator, NotYet
from billing.stripe.events import process as process_event
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import Problem
from tests.factories.records import make_event
from tests.factories.stripe_objects import refusing
from tests.fixtures.people import AT

SNAPSHOT = """
checkout.session.completed: session
checkout.session.async_payment_succeeded: session
checkout.session.async_payment_failed: session
checkout.session.expired: session
payment_intent.succeeded: payment_intent
payment_intent.processing: payment_intent
payment_intent.payment_failed: payment_intent
payment_intent.canceled: payment_intent
charge.succeeded: charge
charge.failed: charge
charge.updated: charge
charge.refunded: refunded_charge
refund.created: refund
refund.updated: refund
refund.failed: refund
charge.dispute.created: dispute
charge.dispute.updated: dispute
charge.dispute.closed: dispute
charge.dispute.funds_withdrawn: dispute
charge.dispute.funds_reinstated: dispute
transfer.created: transfer
transfer.updated: transfer
transfer.reversed: transfer
balance.available: balance
payout.created: payout
payout.updated: payout
payout.paid: payout
payout.failed: payout
payout.canceled: payout
payout.reconciliation_completed: payout
invoice.paid: month
invoice.payment_failed: month
customer.subscription.updated: subscription
customer.subscription.deleted: subscription
"""
CONNECTED = """
payout.paid: payout
payout.failed: payout
account.external_account.updated: account
"""
THIN = """
v2.core.account.created: account
v2.core.account.updated: account
v2.core.account.closed: account
v2.core.account[configuration.recipient].updated: account
v2.core.account[configuration.recipient].capability_status_updated: account
v2.core.account[requirements].updated: account
v2.core.account[future_requirements].updated: account
v2.core.account[identity].updated: account
v2.core.account_link.returned: account
"""
TWO_MINUTES = dt.timedelta(minutes=2)


@pytest.mark.parametrize(
    ("endpoint", "listed"), [("SNAPSHOT", SNAPSHOT), ("CONNECTED", CONNECTED), ("THIN", THIN)]
)
def test_each_kind_has_one_route(endpoint: str, listed: str) -> None:
    routes: tuple[EventRoute, ...] = getattr(events, f"{endpoint}_ROUTES")
    found = [f"{kind}: {route.sync.__name__[1:]}" for route in routes for kind in route.kinds]
    assert found == listed.split("\n")[1:-1]
    kinds = [kind for route in routes for kind in route.kinds]
    assert getattr(events, f"{endpoint}_KINDS") == kinds
    assert set(routes) <= set(events.ROUTES)


@pytest.fixture
def event(db: None) -> StripeEvent:
    return make_event("balance.available", received_at=AT)


class Handler:
    """The handler of a route, with the result it is to give."""

    def __init__(self) -> None:
        self.says: bool | Exception = True

    def sync(self, _event: StripeEvent, _at: dt.datetime) -> bool:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.fixture
def handler(event: StripeEvent, monkeypatch: pytest.MonkeyPatch) -> Handler:
    stand_in = Handler()
    routes = (EventRoute(("balance.available",), stand_in.sync),)
    monkeypatch.setattr(events, "ROUTES", routes)
    return stand_in


def process(at: dt.datetime) -> StripeEvent:
    """Process the only event."""
    process_event(StripeEvent.objects.get().pk, at=at)
    return StripeEvent.objects.get()


@pytest.mark.parametrize(("useful", "state"), [(True, "processed"), (False, "ignored")])
def test_event_says_whether_it_was_of_use(handler: Handler, *, useful: bool, state: str) -> None:
    handler.says = useful
    found = process(AT)
    assert (found.state, found.processed_at, found.attempts, found.failure) == (state, AT, 1, "")
    assert found.claimed_until == AT + TWO_MINUTES, "nobody else took it meanwhile"


@pytest.mark.parametrize(
    ("tags", "state", "failure"),
    [
        ({"troovon_env": "test"}, "received", "made by us, not written down yet"),
        ({"troovon_env": "another"}, "ignored", ""),
        ({}, "ignored", ""),
    ],
)
def test_a_session_that_we_made_and_do_not_know_yet_is_waited_for(
    event: StripeEvent,
    monkeypatch: pytest.MonkeyPatch,
    tags: dict[str, str],
    state: str,
    failure: str,
) -> None:
    StripeEvent.objects.update(kind="checkout.session.completed", object_id="cs_new")
    monkeypatch.setattr(reads, "session_tags", {"cs_new": tags}.__getitem__)
    found = process(AT)
    assert (found.state, found.failure) == (state, failure)


@pytest.mark.parametrize("kind", ["refund.created", "charge.refunded"])
def test_refund_of_a_strange_payment_is_ignored(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    others = SimpleNamespace(payment_intent="")
    monkeypatch.setattr(reads, "refund", lambda _: others)
    monkeypatch.setattr(reads, "payment_intent_of_charge", lambda _: "")
    assert events.refetch(kind, "re_1", at=AT) is False


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "charge.succeeded"])
def test_a_payment_of_ours_is_of_use_whichever_event_names_it(
    payment: Payment, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    followed: list[int] = []
    Payment.objects.update(payment_intent="pi_1")
    monkeypatch.setattr(reads, "payment_intent_of_charge", lambda _: "pi_1")
    monkeypatch.setattr(payments, "sync", lambda pk, **_: followed.append(pk))
    assert events.refetch(kind, "pi_1", at=AT) is True
    assert followed == [payment.pk]


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("connected", "charge.succeeded"),
        ("connected", "charge.refunded"),
        ("connected", "balance.available"),
        ("connected", "v2.core.account.updated"),
        ("snapshot", "account.external_account.updated"),
        ("snapshot", "v2.core.account.updated"),
        ("thin", "payout.paid"),
        ("thin", "charge.succeeded"),
    ],
)
def test_a_kind_without_a_route_at_its_endpoint_is_ignored_and_nothing_is_fetched(
    event: StripeEvent, monkeypatch: pytest.MonkeyPatch, endpoint: str, kind: str
) -> None:
    fail = refusing(Problem(status=404))
    routes = tuple(EventRoute(route.kinds, fail) for route in events.ROUTES)
    monkeypatch.setattr(events, "ROUTES", routes)
    StripeEvent.objects.update(endpoint=endpoint, kind=kind, account="acct_1", object_id="ch_1")
    found = process(AT)
    assert (found.state, found.attempts, found.failure) == ("ignored", 1, "")
    with pytest.raises(StripeCallFailed):
        events.refetch(kind, "ch_1", at=AT)


@pytest.mark.parametrize(
    ("endpoint", "listed"), [("snapshot", SNAPSHOT), ("connected", CONNECTED), ("thin", THIN)]
)
def test_each_kind_is_synced_at_its_own_endpoint(
    event: StripeEvent, monkeypatch: pytest.MonkeyPatch, endpoint: str, listed: str
) -> None:
    synced: list[tuple[str, str, str]] = []

    def route(event: StripeEvent, _at: dt.datetime) -> bool:
        synced.append((event.kind, event.object_id, event.account))
        return True

    monkeypatch.setattr(
        events, "ROUTES", tuple(EventRoute(one.kinds, route) for one in events.ROUTES)
    )
    kinds = [line.split(": ")[0] for line in listed.split("\n")[1:-1]]
    for kind in kinds:
        StripeEvent.objects.update(
            endpoint=endpoint, kind=kind, object_id="x_1", account="acct_1", state="received"
        )
        assert process(AT).state == "processed"
        StripeEvent.objects.update(claimed_until=None, attempts=0)
    assert synced == [(kind, "x_1", "acct_1") for kind in kinds]


def test_event_that_needs_an_operator_is_parked_at_once(handler: Handler) -> None:
    handler.says = NeedsOperator("x" * 500)
    found = process(AT)
    assert (found.state, found.failure, found.attempts) == ("parked", "x" * 300, 1)


def test_failed_event_is_tried_five_times_ever_later(handler: Handler) -> None:
    at = AT
    handler.says = NotYet("x" * 500)
    for attempt in range(1, 5):
        found = process(at)
        assert (found.state, found.attempts, found.failure) == ("received", attempt, "x" * 300)
        assert found.claimed_until == at + attempt * TWO_MINUTES
        early = process(found.claimed_until - dt.timedelta(seconds=1))
        assert early.attempts == attempt
        at = found.claimed_until
    found = process(at)
    assert (found.state, found.attempts, found.failure) == ("parked", 5, "x" * 300)


def test_shares_leave_at_the_moment_of_an_event_that_comes_late(
    event: StripeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    released: list[dt.datetime] = []
    monkeypatch.setattr(
        "billing.councils.settlement.releases.release_due", lambda *, at: released.append(at)
    )
    for happened_at in (AT - TWO_MINUTES, AT + TWO_MINUTES, None):
        StripeEvent.objects.update(happened_at=happened_at, state="received", claimed_until=None)
        process(AT)
    assert released == [AT - TWO_MINUTES, AT, AT]


def test_event_killed_five_times_is_parked(handler: Handler) -> None:
    StripeEvent.objects.update(attempts=5)
    found = process(AT)
    assert (found.state, found.failure) == ("parked", "never finished")


def test_event_killed_four_times_has_a_fifth_try(handler: Handler) -> None:
    StripeEvent.objects.update(attempts=4)
    found = process(AT)
    assert (found.state, found.attempts) == ("processed", 5)


def test_event_over_or_claimed_is_left_alone(handler: Handler) -> None:
    StripeEvent.objects.update(claimed_until=AT + TWO_MINUTES)
    assert process(AT).attempts == 0
    StripeEvent.objects.update(claimed_until=None, state="ignored")
    assert process(AT).attempts == 0


@pytest.mark.parametrize(("status", "halts"), [(401, 1), (403, 1), (500, 0)])
def test_refused_key_halts_and_an_event_waits(handler: Handler, *, status: int, halts: int) -> None:
    handler.says = StripeCallFailed(Problem(status=status))
    found = process(AT)
    assert (found.state, found.claimed_until) == ("received", AT + TWO_MINUTES)
    assert StripeHalt.objects.filter(reason="key refused").count() == halts
    if halts:
        assert process(found.claimed_until or AT).attempts == 1


def test_an_outage_of_stripe_parks_nothing(handler: Handler) -> None:
    handler.says = StripeCallFailed(Problem(status=500))
    for attempt in range(1, 8):
        StripeEvent.objects.update(claimed_until=None)
        assert process(AT).state == "received", attempt


def test_an_account_that_is_gone_is_no_key_that_was_refused(handler: Handler) -> None:
    handler.says = StripeCallFailed(Problem(status=403, code="account_invalid", message="gone"))
    assert process(AT).state == "received"
    assert not StripeHalt.objects.exists()
