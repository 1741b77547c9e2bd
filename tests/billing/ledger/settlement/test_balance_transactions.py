"""Balance transactions without an event: booked from the list of Stripe, compared at night."""

import datetime as dt
from collections.abc import Iterator

import pytest

from billing.dispatch import refetching
from billing.ledger.queries.reconciliation import Difference
from billing.ledger.settlement import reconcile
from billing.models import BalanceTransaction, Case, LedgerEntry, Reconciliation
from billing.stripe.gateway import reads, treasury
from billing.stripe.gateway.treasury import Movement
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import Problem
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


class Balance:
    """Our balance as Stripe lists it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.movements: list[Movement] = []
        self.more = 0
        self.breaks_off_at: dt.datetime | None = None
        self.newest = iter(["txn_last"] * 50)
        self.listed_between: list[tuple[dt.datetime, dt.datetime]] = []
        monkeypatch.setattr(treasury, "movements", self._list)
        monkeypatch.setattr(treasury, "newest_movement", lambda: next(self.newest))
        monkeypatch.setattr(reads, "balance_cents", self._cents)

    def _list(self, first: dt.datetime, before: dt.datetime) -> Iterator[list[Movement]]:
        if self.breaks_off_at and first >= self.breaks_off_at:
            raise StripeCallFailed(Problem(status=500))
        self.listed_between.append((first, before))
        yield from ([add] for add in self.movements)

    def _cents(self) -> int:
        return sum(add.net_cents for add in self.movements) + self.more

    def add(self, name: str, kind: str, cents: int, at: dt.datetime, source: str = "") -> None:
        self.movements.append(Movement(name, kind, cents, 0, cents, "eur", source, at, at + A_DAY))


@pytest.fixture
def balance(db: None, monkeypatch: pytest.MonkeyPatch) -> Balance:
    return Balance(monkeypatch)


def test_fees_and_what_we_put_there_are_booked_at_their_moment_once(balance: Balance) -> None:
    yesterday = AT - A_DAY
    balance.add("txn_fee", "stripe_fee", -200, yesterday)
    balance.add("txn_up", "topup", 500, yesterday, source="tu_1")
    balance.add("txn_bare", "topup", 300, yesterday)
    for _ in range(2):
        run = reconcile.reconcile(at=AT)
        assert (run.state, run.stripe_cents, run.ledger_cents) == ("agrees", 600, 600)
        assert (run.compared, run.explained, run.differing) == (3, 3, 0)
    entries = LedgerEntry.objects.filter(account="stripe.balance").order_by("pk")
    columns = ("transaction__business_key", "transaction__kind", "transaction__source_ref")
    assert set(entries.values_list(*columns, "stripe_id", "amount_cents")) == {
        ("bt:txn_fee", "fee", "txn_fee", "txn_fee", -200),
        ("bt:txn_up", "topped_up", "txn_up", "tu_1", 500),
        ("bt:txn_bare", "topped_up", "txn_bare", "txn_bare", 300),
    }
    assert set(entries.values_list("transaction__occurred_at", flat=True)) == {yesterday}
    stored = BalanceTransaction.objects.get(stripe_id="txn_up")
    assert (stored.kind, stored.amount_cents, stored.net_cents, stored.fee_cents) == (
        "topup",
        500,
        500,
        0,
    )
    assert (stored.made_at, stored.available_at, stored.source) == (yesterday, AT, "tu_1")


def test_balance_that_nothing_explains_is_a_case_until_its_cause_ends(balance: Balance) -> None:
    balance.more = 7
    run = reconcile.reconcile(at=AT)
    case = Case.objects.get()
    assert (case.kind, case.subject, case.stripe_cents, case.ledger_cents) == (
        "balance",
        "stripe.balance",
        7,
        0,
    )
    assert (case.reconciliation_id, run.state, run.differing) == (run.pk, "differs", 1)
    assert (run.begun_at, run.ended_at, run.explained) == (AT, AT, 0)
    balance.more = 0
    assert reconcile.reconcile(at=AT).state == "agrees"
    case.refresh_from_db()
    assert case.state == "explained"


def test_while_something_moves_it_is_read_again_five_times_at_most(balance: Balance) -> None:
    balance.newest = iter(["txn_1", "txn_2", "txn_3", "txn_3"])
    assert reconcile.reconcile(at=AT).state == "agrees"
    assert len(balance.listed_between) == 2
    balance.listed_between.clear()
    balance.newest = iter([f"txn_{number}" for number in range(20)])
    assert reconcile.reconcile(at=AT).state == "agrees"
    assert len(balance.listed_between) == 5


def test_the_last_three_days_are_compared_up_to_now(balance: Balance) -> None:
    reconcile.reconcile(at=AT)
    run = Reconciliation.objects.get()
    today = AT.date()
    assert (run.first_day, run.last_day) == (today - 3 * A_DAY, today - A_DAY)
    midnight = dt.datetime.combine(run.first_day, dt.time(), dt.UTC)
    assert balance.listed_between == [(midnight, AT + A_DAY)]


def test_a_long_list_that_breaks_off_goes_on_at_the_day_it_had_come_to(balance: Balance) -> None:
    midnight = dt.datetime.combine(AT.date(), dt.time(), dt.UTC)
    reconcile.reconcile(at=AT)
    balance.listed_between.clear()
    later = AT + 20 * A_DAY
    for days in (4, 9):
        balance.breaks_off_at = midnight + days * A_DAY
        assert reconcile.reconcile(at=later).state == "failed"
    balance.breaks_off_at = None
    balance.add("txn_last", "adjustment", -1, AT + 19 * A_DAY)
    run = reconcile.reconcile(at=later)
    assert (run.state, run.first_day) == ("differs", AT.date())
    whole = [(midnight + day * A_DAY, midnight + (day + 1) * A_DAY) for day in range(17)]
    lately = (midnight + 17 * A_DAY, later + A_DAY)
    assert balance.listed_between == [*whole, lately, lately]
    balance.listed_between.clear()
    reconcile.reconcile(at=later + A_DAY)
    assert balance.listed_between[0] == (midnight + 18 * A_DAY, later + 2 * A_DAY)


def test_movement_from_midnight_on_is_for_the_next_night(balance: Balance) -> None:
    midnight = dt.datetime.combine(AT.date(), dt.time(), dt.UTC)
    balance.add("txn_before", "adjustment", -1, midnight - dt.timedelta(seconds=1))
    balance.add("txn_after", "adjustment", -1, midnight)
    run = reconcile.reconcile(at=AT)
    assert set(Case.objects.values_list("subject", flat=True)) == {"txn_before"}
    assert (run.compared, run.explained, run.differing) == (2, 0, 1)
    assert reconcile.reconcile(at=AT + A_DAY).differing == 2


def test_hold_of_the_minimum_balance_is_no_difference(balance: Balance) -> None:
    balance.add("txn_hold", "payout_minimum_balance_hold", -300, AT - A_DAY)
    run = reconcile.reconcile(at=AT)
    assert (run.state, run.stripe_cents, run.ledger_cents) == ("agrees", -300, 0)
    assert (run.explained_cents, run.compared, run.explained) == (-300, 1, 1)


def test_night_refetches_five_hundred_differences_and_the_next_others(
    balance: Balance, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def on_its_way(difference: Difference, **_: object) -> bool:
        fetched.append(difference.subject)
        return True

    monkeypatch.setattr(refetching, "refetch", on_its_way)
    for number in range(502):
        balance.add(f"txn_{number}", "adjustment", -1, AT - A_DAY)
    assert reconcile.reconcile(at=AT).differing == 2
    assert len(fetched) == 500
    reconcile.reconcile(at=AT)
    assert len(set(fetched)) == 502


def test_a_run_that_nobody_ended_for_an_hour_was_killed(balance: Balance) -> None:
    hour = dt.timedelta(hours=1)
    days = {"first_day": AT.date(), "last_day": AT.date()}
    for begun_at in (AT - hour, AT - hour - dt.timedelta(seconds=1)):
        Reconciliation.objects.create(begun_at=begun_at, **days)
    reconcile.reconcile(at=AT)
    young, old, _now = Reconciliation.objects.order_by("pk")
    assert young.state == "running"
    assert (old.state, old.failure, old.ended_at) == ("failed", "killed", AT)
