"""A difference is kept once, told anew when it changes, and left alone once somebody closed it."""

import datetime as dt

import pytest

from billing.ledger.settlement import cases
from billing.models import Case
from saas.catalogue.merchants.models import Merchant

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)
EXTRA, BALANCE, MISFIT = Case.Kind.EXTRA, Case.Kind.BALANCE, Case.Kind.PAYMENT_MISMATCH


def found(
    kind: Case.Kind, stripe: int | None, ledger: int | None, at: dt.datetime, subject: str = "it"
) -> Case | None:
    return cases.open_unless_closed(
        kind=kind, subject=subject, at=at, stripe_cents=stripe, ledger_cents=ledger, details="why"
    )


def closed(case: Case | None, shop: Merchant, at: dt.datetime) -> None:
    assert case
    Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=at, closed_by=shop.owner_id, explanation="typed by hand"
    )


def test_case_is_stored_as_found_and_then_as_it_is(db: None, at: dt.datetime) -> None:
    first = found(EXTRA, 5, None, at)
    assert first
    again = found(EXTRA, 6, 7, at + A_DAY)
    assert again == first
    case = Case.objects.get()
    assert (case.kind, case.subject, case.details, case.state) == ("extra", "it", "why", "open")
    assert (case.stripe_cents, case.ledger_cents) == (6, 7)
    assert (case.opened_at, case.tried_at) == (at, at + A_DAY)


def test_closed_case_opens_again_only_with_other_figures(shop: Merchant, at: dt.datetime) -> None:
    closed(found(EXTRA, 5, None, at), shop, at)
    assert found(EXTRA, 5, None, at) is None
    assert found(EXTRA, 5, None, at, subject="other")
    assert found(MISFIT, 5, None, at)
    assert found(EXTRA, 6, None, at)
    assert found(EXTRA, 5, 1, at)


def test_a_balance_that_differs_by_as_much_as_before_is_the_same_difference(
    shop: Merchant, at: dt.datetime
) -> None:
    closed(found(BALANCE, 100, 90, at), shop, at)
    assert found(BALANCE, 300, 290, at) is None
    assert found(BALANCE, 10, None, at) is None
    assert found(BALANCE, None, -10, at) is None
    assert found(BALANCE, 300, 289, at)


def test_a_balance_is_compared_with_what_was_closed_last(shop: Merchant, at: dt.datetime) -> None:
    closed(found(BALANCE, 100, 90, at), shop, at)
    closed(found(BALANCE, 100, 80, at + A_DAY), shop, at + A_DAY)
    assert found(BALANCE, 100, 80, at) is None
    assert found(BALANCE, 100, 90, at)


def test_cases_that_a_night_finds_no_more_are_explained(shop: Merchant, at: dt.datetime) -> None:
    case = found(EXTRA, 1, None, at)
    assert case
    for kind in Case.Kind:
        found(kind, 1, None, at, subject="gone")
    closed(found(EXTRA, 1, None, at, subject="closed"), shop, at)
    assert cases.explain_others({case.pk}, at=at + A_DAY) == 6
    explained = Case.objects.filter(state="explained")
    assert set(explained.values_list("kind", flat=True)) == {
        "missing",
        "extra",
        "amount",
        "unknown_kind",
        "late_fee",
        "balance",
    }
    assert set(explained.values_list("closed_at", flat=True)) == {at + A_DAY}
    assert Case.objects.get(pk=case.pk).state == "open"


def test_a_payment_s_case_is_explained_once_it_fits_and_no_other_is(
    db: None, at: dt.datetime
) -> None:
    for subject in ("cs_1", "cs_2"):
        cases.record_mismatch(
            subject=subject, at=at, stripe_cents=2, ledger_cents=1, details="amount 2, not 1"
        )
    assert found(EXTRA, 2, None, at, subject="cs_1")
    cases.explain_mismatch(subject="cs_1", at=at + A_DAY)
    case = Case.objects.get(state="explained")
    assert (case.kind, case.subject, case.closed_at) == ("misfit", "cs_1", at + A_DAY)
    assert (case.stripe_cents, case.ledger_cents, case.details) == (2, 1, "amount 2, not 1")
