"""The reserve on our balance at Stripe: recalculated, sent once, and found again."""

import datetime as dt

import pytest

from billing.ledger.settlement import treasury
from billing.models import Account, StripeCall
from billing.stripe.gateway import treasury as stripe
from billing.stripe.gateway.values import Answer
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def promised(monkeypatch: pytest.MonkeyPatch) -> dict[Account, int]:
    """The sum that the books promise to councils; refunds of two weeks are 5.00."""
    sums = {Account.SHARE_HELD: -700, Account.SHARE_DUE: -300}
    two_weeks_ago = AT - dt.timedelta(days=14)
    monkeypatch.setattr(treasury, "sums_at", {AT: sums}.__getitem__)
    monkeypatch.setattr(treasury, "refunded_since", {two_weeks_ago: 500}.__getitem__)
    return sums


def keeps(cents: int) -> dict[str, object]:
    return {"payouts": {"minimum_balance_by_currency": {"eur": cents}}}


def test_shares_and_two_weeks_of_refunds_stay(promised: dict[Account, int]) -> None:
    call = treasury.prepare_reserve(at=AT)
    assert call
    assert (call.kind, call.subject_id) == ("treasury", 0)
    assert call.params["payments"] == keeps(1_500)


def test_reserve_is_sent_once_and_not_beside_another_call(promised: dict[Account, int]) -> None:
    call = treasury.prepare_reserve(at=AT)
    assert call
    promised[Account.SHARE_DUE] = -301
    assert treasury.prepare_reserve(at=AT) is None
    StripeCall.objects.update(state="failed")
    again = treasury.prepare_reserve(at=AT)
    assert again
    assert again.params["payments"] == keeps(1_501)
    StripeCall.objects.filter(pk=again.pk).update(state="done", result_id="balance_settings")
    assert treasury.prepare_reserve(at=AT) is None
    promised[Account.SHARE_DUE] = -300
    assert treasury.prepare_reserve(at=AT)


def test_stripe_is_asked_for_the_amount_alone_and_says_whether_it_is_kept(
    promised: dict[Account, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = treasury.prepare_reserve(at=AT)
    assert call
    sent = []

    def set_minimum(params: dict[str, object], key: str) -> Answer[str]:
        sent.append((params, key))
        return Answer("balance_settings", "req_1", 200)

    monkeypatch.setattr(stripe, "set_minimum", set_minimum)
    assert treasury.send_minimum(call).request_id == "req_1"
    assert sent == [({"payments": keeps(1_500)}, call.key)]
    monkeypatch.setattr(stripe, "minimum_cents", lambda: 1_499)
    assert treasury.find_minimum(call) is None
    monkeypatch.setattr(stripe, "minimum_cents", lambda: 1_500)
    assert treasury.find_minimum(call) == Answer("balance_settings", "", None)
