"""Stripe's answers about a council's balance, and its refusals."""

import dataclasses
import datetime as dt

import pytest

from billing.councils.settlement import accounts
from billing.models import Council, CouncilNotice, StripeCall, StripeHalt
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import Requirement
from billing.stripe.rules.answers import Problem
from tests.factories.billing import make_council
from tests.factories.stripe_objects import refusing, stripe_account
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


def test_refused_key_halts_all_and_no_balance_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    expired = refusing(Problem(status=401, message="Expired API Key"))
    monkeypatch.setattr(reads, "balance_cents", expired)
    council = make_council("north", account="acct_north")
    accounts.refetch_balance(council.pk, at=AT)
    assert StripeHalt.objects.get().reason == "Expired API Key"
    assert Council.objects.get().account_balance_at is None


def test_balance_is_stored_with_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "balance_cents", {"acct_north": -7}.__getitem__)
    council, without = make_council("north", account="acct_north"), make_council("south")
    for one in (council, without):
        accounts.refetch_balance(one.pk, at=AT)
    stored = Council.objects.order_by("pk").values_list(
        "account_balance_cents", "account_balance_at"
    )
    assert list(stored) == [(-7, AT), (None, None)]


def test_requirements_of_a_new_account_are_recorded_as_it_opens() -> None:
    council = make_council("north")
    call = StripeCall(
        kind="account", subject_id=council.pk, params={"contact_email": "bureau@north.example"}
    )
    requirement = Requirement("identity.business_details.documents", "currently_due")
    snapshot = stripe_account(
        id="acct_new",
        payouts="restricted",
        deadlines=frozenset({"currently_due"}),
        requirements=(requirement,),
    )
    accounts.on_success(call, snapshot, AT)
    found = Council.objects.get()
    assert (found.stripe_account, found.contact_email) == ("acct_new", "bureau@north.example")
    assert (found.account_state, found.payouts_state) == ("active", "restricted")
    assert (found.account_needs, found.account_seen_at) == ("currently_due", AT)
    assert CouncilNotice.objects.get().kind == "active"
    accounts.on_success(call, dataclasses.replace(snapshot, id="acct_other"), AT)
    assert Council.objects.get().stripe_account == "acct_new"


def test_account_fetched_earlier_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    council = make_council("north", account="acct_north")
    newer = stripe_account(fetched_at=AT)
    older = stripe_account(capability="restricted", fetched_at=AT - dt.timedelta(seconds=1))
    answers = iter([newer, older])
    monkeypatch.setattr(reads, "account", lambda _account: next(answers))
    monkeypatch.setattr(reads, "balance_cents", lambda _account: 0)
    for _answer in range(2):
        accounts.sync(council.pk, at=AT)
    assert Council.objects.get(pk=council.pk).account_state == "active"
