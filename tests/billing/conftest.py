"""Fixtures of money, and the history of each row after each test of settlement."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from billing.models import (
    AccountChange,
    Claim,
    Council,
    Dispute,
    Invoice,
    Order,
    Payment,
    Payout,
    Refund,
    Restitution,
    Share,
    StateChange,
    TaxPayment,
    Transfer,
)
from billing.transitions.machines import Machine
from billing.transitions.transition import column_of
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign
from saas.kernel import hooks
from tests.factories.billing import make_campaign, make_merchant_user, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient

MODELS: dict[Machine, type[Any]] = {
    "order": Order,
    "payment": Payment,
    "council": Council,
    "share": Share,
    "transfer": Transfer,
    "claim": Claim,
    "refund": Refund,
    "dispute": Dispute,
    "restitution": Restitution,
    "tax": TaxPayment,
    "change": AccountChange,
    "invoice": Invoice,
    "payout": Payout,
}
HELD_LIGHTLY = {"billing_council", "billing_payment", "billing_sale", "billing_share"}
HELD = re.compile(r'\s*SELECT .*? FROM "(\w+)" .*\bFOR UPDATE( OF "\1")?\s*\Z', re.DOTALL)
SETTLING = {"settlement", "calls", "stripe", "dispatch", "transitions"}
# State machines with several possible first states, set by Stripe or a person.
BEGIN_ANYWHERE = {"change", "dispute", "refund", "claim", "payout"}


def gaps() -> list[str]:
    """Return rows that differ from their last state change, and changes that do not follow on."""
    found = []
    changes: dict[str, list[StateChange]] = defaultdict(list)
    for change in StateChange.objects.order_by("pk"):
        changes[change.machine].append(change)
    for machine, model in MODELS.items():
        if not changes[machine]:
            continue
        column = column_of(machine)
        states = dict(model.objects.values_list("pk", column))
        begins = model._meta.get_field(column).default
        after: dict[int, str] = {}
        for change in changes[machine]:
            first = change.before if machine in BEGIN_ANYWHERE else begins
            before = after.get(change.subject_id, first)
            if change.before != before:
                found.append(f"{machine} {change.subject_id}: {before}, then {change.before}")
            after[change.subject_id] = change.after
        found += [
            f"{machine} {subject}: is {states[subject]}, came to {last}"
            for subject, last in after.items()
            if subject in states and states[subject] != last
        ]
    return found


def is_of_settlement(request: pytest.FixtureRequest) -> bool:
    """Return True if the test's folder is about syncing rows with Stripe."""
    return request.path.parent.name in SETTLING


type Committing = Callable[[], AbstractContextManager[object]]
type Reported = list[tuple[str, dt.date]]


class Desk(SpaceClient):
    """A merchant's browser on the desk, and the till where a campaign is to be paid."""

    def __init__(self, till: Till, campaign: Campaign) -> None:
        super().__init__(settings.BASE_HOST)
        self.till, self.campaign = till, campaign
        self.force_login(campaign.merchant.owner)

    @property
    def checkout(self) -> str:
        return f"/desk/checkout/{self.campaign.reference}/"

    def open(self) -> Order:
        return self.till.open(self.campaign)

    def sell(self) -> Order:
        return self.till.sell(self.campaign)

    def read(self, path: str) -> str:
        """A page with ordinary spaces."""
        answer = self.get(path)
        assert answer.status_code == 200, path
        return " ".join(answer.content.decode().split())


@pytest.fixture
def desk(till: Till, campaign: Campaign) -> Desk:
    return Desk(till, campaign)


@pytest.fixture
def rival(till: Till) -> Desk:
    """Another merchant's browser."""
    return Desk(till, make_campaign(make_shop(), {"north": 5_000}, at=till.at))


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Committing:
    """Return a context manager that runs pending on-commit callbacks at the end of its block."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Reported:
    """Return a list that collects each reported change as the space and its month."""
    months: Reported = []
    monkeypatch.setattr(hooks.settlement_changed, "ask", lambda *change: months.append(change))
    return months


@pytest.fixture
def operator(db: None) -> User:
    """Return a user that acts as an operator of Troovon."""
    return make_merchant_user("Opale")


@pytest.fixture
def order(till: Till) -> Order:
    """Return the only order, for files that start with a single order."""
    return Order.objects.select_related("merchant__owner").get()


@pytest.fixture
def council(till: Till) -> Council:
    """Return the only council, for files that start with a single council."""
    return Council.objects.select_related("tenant").get()


@pytest.fixture(autouse=True)
def who_points_to_a_row_waits_for_nobody(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check that rows with many references are never locked by a plain FOR UPDATE.

    Such a lock would block the insertion of rows that refer to them.
    """
    if not is_of_settlement(request):
        yield
        return
    too_tight: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if "FOR UPDATE" in sql and (found := HELD.match(sql)) and found[1] in HELD_LIGHTLY:
            too_tight.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(watch):
        yield
    assert too_tight == []


@pytest.fixture(autouse=True)
def history_is_whole(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look at the end of each test of the till, but where it put rows into states by hand."""
    by_hand = request.node.get_closest_marker("by_hand") is not None
    looks = is_of_settlement(request) and "till" in request.fixturenames and not by_hand
    if looks:
        request.getfixturevalue("till")  # so that its rows are still there when we look
    yield
    if looks:
        assert gaps() == []
