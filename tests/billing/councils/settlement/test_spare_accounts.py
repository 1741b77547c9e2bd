"""The spare account of a council with two: its snapshots from Stripe, and its closing."""

import datetime as dt
from typing import Any

import pytest

from billing.councils.actions.accounts import cancel_replacement, confirm_replacement
from billing.councils.settlement import changes
from billing.models import AccountChange, Council, CouncilNotice, StateChange, StripeCall
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import Account, Requirement
from billing.stripe.rules.answers import Problem
from saas.kernel.errors import Refused
from tests.billing.councils.settlement.test_changes import LOU, ask, calls, fresh
from tests.factories.billing import make_council
from tests.factories.stripe_objects import stripe_account
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


@pytest.fixture
def council(db: None) -> Council:
    return make_council("north", account="acct_old")


@pytest.fixture
def call(council: Council) -> StripeCall:
    """Return the call that opens the account replacing the old account."""
    ask(council, AT)
    return confirm_replacement(council=council, by=LOU, at=AT)


@pytest.fixture
def replaced(call: StripeCall) -> AccountChange:
    changes.on_open_success(call, new_account(), AT)
    return change()


def new_account(**differing: Any) -> Account:
    return stripe_account(id="acct_new", **differing)


def change() -> AccountChange:
    return AccountChange.objects.get()


def test_requirements_of_a_spare_account_are_recorded(council: Council, call: StripeCall) -> None:
    requirement = Requirement("identity.business_details.documents", "currently_due")
    changes.on_open_success(
        call, new_account(capability="restricted", requirements=(requirement,)), AT
    )
    assert (change().state, change().new_account) == ("confirmed", "acct_new")
    assert change().new_account_state == "restricted"
    assert change().new_account_requirements == [
        {"what": requirement.what, "status": requirement.status, "why": ""}
    ]
    assert fresh(council).stripe_account == "acct_old"


def test_snapshot_of_a_new_account_is_the_council_s(council: Council, call: StripeCall) -> None:
    Council.objects.update(account_needs="past_due", account_balance_cents=-5)
    changes.on_open_success(call, new_account(payouts="restricted"), AT + A_DAY)
    found = fresh(council)
    assert (found.stripe_account, found.account_state) == ("acct_new", "active")
    assert (found.payouts_state, found.account_needs) == ("restricted", "nothing")
    assert (found.account_seen_at, found.account_balance_cents) == (AT + A_DAY, None)
    row = StateChange.objects.get(machine="council", trigger="replaced")
    assert (row.why, row.at) == (change().reference, AT + A_DAY)


def test_spare_account_given_up_takes_no_place(council: Council, call: StripeCall) -> None:
    cancel_replacement(council=council, by=LOU, at=AT)
    changes.on_open_success(call, new_account(), AT)
    assert (change().state, change().new_account) == ("cancelled", "acct_new")
    assert fresh(council).stripe_account == "acct_old"


def test_replacement_that_is_done_is_cancelled_by_nobody(replaced: AccountChange) -> None:
    with pytest.raises(Refused):
        changes.cancel(replaced.pk, because="Trop tard", by="OPALE", name="Opale", at=AT + A_DAY)
    assert (change().state, change().ended_at, change().ended_because) == ("done", AT, "")
    assert not CouncilNotice.objects.filter(kind="change_cancelled").exists()


def test_two_clocks_at_once_close_an_account_once(
    replaced: AccountChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        changes, "changes_with_a_spare_account", lambda **_: [replaced.pk, replaced.pk]
    )
    changes.prepare_closings(at=AT)
    [close] = calls("close")
    assert close.target == "acct_old"
    assert close.params["applied_configurations"] == ["recipient"]


def test_the_account_that_a_council_has_is_never_closed(replaced: AccountChange) -> None:
    Council.objects.update(stripe_account="acct_old")  # an operator has put it back
    changes.prepare_closings(at=AT)
    assert calls("close") == []


@pytest.mark.parametrize("closed", [False, True])
def test_refused_closing_refetches_the_account(
    replaced: AccountChange, monkeypatch: pytest.MonkeyPatch, *, closed: bool
) -> None:
    changes.prepare_closings(at=AT)
    [close] = calls("close")
    monkeypatch.setattr(reads, "account", {"acct_old": new_account(closed=closed)}.__getitem__)
    for day in (1, 2):
        changes.sync_after_refusal(close, Problem(400), AT + day * A_DAY)
    assert change().spare_closed_at == (AT + A_DAY if closed else None)
    rows = StateChange.objects.filter(machine="change", trigger="closed")
    assert rows.count() == (1 if closed else 0)
