"""Refusals before anything is written."""

import datetime as dt

import pytest

from billing.councils.rules import holds
from billing.ledger.rules import approvals
from billing.orders.rules import checkout
from billing.stripe.rules import params
from saas.kernel.errors import Refused

UTC = dt.UTC


@pytest.mark.parametrize("value", [0, -1, 1.0, True, "100", None, 10_000_000])
def test_only_whole_cents_above_nothing_are_an_amount(value: object) -> None:
    with pytest.raises(Refused, match="centimes"):
        params.check_cents(value)


@pytest.mark.parametrize("value", [1, 50, 9_999_999])
def test_whole_cents_pass(value: int) -> None:
    assert params.check_cents(value) == value


def test_an_order_costs_at_least_half_a_euro() -> None:
    checkout.check_price(42, 50)
    with pytest.raises(Refused, match="0,50"):
        checkout.check_price(41, 49)
    with pytest.raises(Refused, match="centimes"):
        checkout.check_price(0, 50)


def test_a_second_person_is_needed_above_five_hundred_euros() -> None:
    assert not approvals.needs_second_person(50_000, unseconded_cents=0)
    assert approvals.needs_second_person(50_001, unseconded_cents=0)
    with pytest.raises(Refused, match="autre personne"):
        approvals.check_may_approve(requested_by_id=7, approver_id=7)
    for asker in (8, None):
        approvals.check_may_approve(requested_by_id=asker, approver_id=7)


def test_unapproved_refunds_count_towards_the_five_hundred_euros() -> None:
    assert not approvals.needs_second_person(100, unseconded_cents=49_900)
    assert approvals.needs_second_person(101, unseconded_cents=49_900)


def released(**changes: object) -> dt.datetime:
    sale: dict[str, object] = {
        "collected_at": dt.datetime(2026, 11, 25, 11, 15, tzinfo=UTC),
        "method": "card",
        "hold_days": 14,
        "last_day": dt.date(2026, 11, 30),
        "zone": "Europe/Paris",
    }
    return holds.release_at(**(sale | changes))  # type: ignore[arg-type]


def test_a_share_is_held_for_fourteen_days_after_a_card() -> None:
    assert released() == dt.datetime(2026, 12, 9, 11, 15, tzinfo=UTC)


def test_a_share_is_held_for_eight_weeks_after_a_debit_unless_longer_was_agreed() -> None:
    eight_weeks = dt.datetime(2027, 1, 20, 11, 15, tzinfo=UTC)
    assert released(method="sepa_debit", hold_days=55) == eight_weeks
    assert released(method="sepa_debit", hold_days=57) == eight_weeks + dt.timedelta(days=1)


def test_a_share_never_leaves_before_its_last_day_is_over_in_its_space() -> None:
    last_day = dt.date(2026, 12, 20)
    assert released(last_day=last_day) == dt.datetime(2026, 12, 20, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount_cents": (23_999, 24_000)}, "amount 23999, not 24000"),
        ({"currency": "usd"}, "currency usd"),
        ({"livemode": (True, False)}, "livemode True"),
        ({"order_uuid": ("another", "ours")}, "order another"),
    ],
)
def test_session_that_does_not_fit_says_what_differs(change: dict[str, object], words: str) -> None:
    fits: dict[str, object] = {
        "amount_cents": (24_000, 24_000),
        "currency": "eur",
        "livemode": (False, False),
        "order_uuid": ("ours", "ours"),
    }
    assert checkout.mismatch(**fits) == ""  # type: ignore[arg-type]
    assert checkout.mismatch(**(fits | change)) == words  # type: ignore[arg-type]
