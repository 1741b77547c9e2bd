"""Meanings here of Stripe's words about an account."""

import datetime as dt

import pytest

from billing.councils.rules import accounts
from billing.models import AccountChange, Council
from saas.kernel.errors import Refused

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("capability", "applied", "closed", "expected"),
    [
        ("none", True, False, None),
        ("pending", True, False, "onboarding"),
        ("active", True, False, "active"),
        ("active", False, False, "restricted"),
        ("restricted", True, False, "restricted"),
        ("rejected", True, False, "rejected"),
        ("unsupported", True, False, "unsupported"),
        ("active", True, True, "closed"),
        ("something new", True, False, None),
    ],
)
def test_account_state_follows_stripe_s_words(
    *, capability: str, applied: bool, closed: bool, expected: str | None
) -> None:
    assert accounts.trigger_of(capability=capability, applied=applied, closed=closed) == expected


def test_overdue_requirements_come_before_due_ones() -> None:
    needs = Council.Needs
    assert accounts.needs_of({"currently_due", "past_due"}) == needs.PAST_DUE
    assert accounts.needs_of({"currently_due", "eventually_due"}) == needs.CURRENTLY_DUE
    assert accounts.needs_of({"eventually_due"}) == needs.NOTHING


def council(state: str, *, payouts: str = "active", needs: str = Council.Needs.NOTHING) -> Council:
    return Council(
        account_state=state,
        payouts_state=payouts,
        account_needs=needs,
        confirmed_until=dt.date(2099, 1, 1),
    )


@pytest.mark.parametrize("state", Council.AccountState.values)
def test_only_an_active_account_receives(state: str) -> None:
    assert accounts.may_receive(council(state), at=NOW) is (state == "active")


def test_unknown_state_of_payouts_is_none() -> None:
    states = Council.PayoutsState
    assert {accounts.payouts_of(state) for state in states.values} == set(states)
    assert accounts.payouts_of("something new") == states.NONE


def news(
    now: Council,
    *,
    before: str | None = None,
    payouts_before: str = "active",
    needs_before: str = Council.Needs.NOTHING,
    asks_more: bool = False,
) -> str | None:
    return accounts.news_of(
        now,
        state_before=before or now.account_state,
        payouts_before=payouts_before,
        needs_before=needs_before,
        asks_more=asks_more,
    )


@pytest.mark.parametrize("state", Council.AccountState.values)
def test_a_council_is_notified_of_a_new_state_that_is_not_its_own_doing(state: str) -> None:
    states = {"active", "restricted", "rejected", "unsupported", "closed"}
    assert news(council(state), before="another") == (state if state in states else None)


@pytest.mark.parametrize("state", ["active", "restricted"])
def test_a_council_is_notified_once_of_late_needs_stopped_payouts_and_new_needs(state: str) -> None:
    late, due = Council.Needs.PAST_DUE, Council.Needs.CURRENTLY_DUE
    assert news(council(state, needs=late), needs_before=due) == "past_due"
    assert news(council(state, needs=late), needs_before=late) is None
    assert news(council(state, payouts="restricted")) == "payouts_stopped"
    assert news(council(state, payouts="restricted"), payouts_before="restricted") is None
    assert news(council(state), payouts_before="restricted") is None
    assert news(council(state, needs=due), asks_more=True) == "needs"
    assert news(council(state, needs=due)) is None
    assert news(council(state), asks_more=True) is None


def test_account_in_onboarding_sends_no_notice() -> None:
    late = Council.Needs.PAST_DUE
    assert news(council("onboarding", needs=late, payouts="none"), asks_more=True) is None


@pytest.mark.parametrize("siren", ["732829320", "552100554", "000000097"])
def test_a_french_vat_number_follows_from_the_siren(siren: str) -> None:
    key = {"732829320": "44", "552100554": "96", "000000097": "12"}[siren]
    accounts.check_french_vat_number(f"FR{key}{siren}", siren=siren)
    with pytest.raises(Refused, match=f"attendu FR{key}{siren}") as refusal:
        accounts.check_french_vat_number(f"FR00{siren}", siren=siren)
    assert refusal.value.field == "vat_number"


def test_only_an_account_that_is_there_is_replaced() -> None:
    accounts.check_has_account(Council(stripe_account="acct_1"))
    with pytest.raises(Refused, match="pas encore de compte"):
        accounts.check_has_account(Council())


def test_another_person_confirms_a_replacement_within_thirty_days() -> None:
    accounts.check_may_confirm(AccountChange(asked_by_reference="PE1"), "PE2")
    with pytest.raises(Refused, match="jamais celle qui demande"):
        accounts.check_may_confirm(AccountChange(asked_by_reference="PE1"), "PE1")
    assert dt.timedelta(days=30) == AccountChange.LASTS
