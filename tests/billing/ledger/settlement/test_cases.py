"""A difference is stored once, reported again on a change, and ignored once it is closed."""

import datetime as dt

import pytest

from billing.ledger.settlement import cases
from billing.models import Case
from saas.catalogue.merchants.models import Merchant
from tests.fixtures.people import AT

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


def test_case_is_stored_as_found_and_then_as_it_is() -> None:
    first = found(EXTRA, 5, None, AT)
    assert first
    again = found(EXTRA, 6, 7, AT + A_DAY)
    assert again == first
    case = Case.objects.get()
    assert (case.kind, case.subject, case.details, case.state) == ("extra", "it", "why", "open")
    assert (case.stripe_cents, case.ledger_cents) == (6, 7)
    assert (case.opened_at, case.tried_at) == (AT, AT + A_DAY)


def test_closed_case_opens_again_only_with_other_figures(shop: Merchant) -> None:
    closed(found(EXTRA, 5, None, AT), shop, AT)
    assert found(EXTRA, 5, None, AT) is None
    assert found(EXTRA, 5, None, AT, subject="other")
    assert found(MISFIT, 5, None, AT)
    assert found(EXTRA, 6, None, AT)
    assert found(EXTRA, 5, 1, AT)


def test_a_balance_that_differs_by_as_much_as_before_is_the_same_difference(shop: Merchant) -> None:
    closed(found(BALANCE, 100, 90, AT), shop, AT)
    assert found(BALANCE, 300, 290, AT) is None
    assert found(BALANCE, 10, None, AT) is None
    assert found(BALANCE, None, -10, AT) is None
    assert found(BALANCE, 300, 289, AT)


def test_a_balance_is_compared_with_what_was_closed_last(shop: Merchant) -> None:
    closed(found(BALANCE, 100, 90, AT), shop, AT)
    closed(found(BALANCE, 100, 80, AT + A_DAY), shop, AT + A_DAY)
    assert found(BALANCE, 100, 80, AT) is None
    assert found(BALANCE, 100, 90, AT)


def test_cases_that_a_night_finds_no_more_are_explained(shop: Merchant) -> None:
    case = found(EXTRA, 1, None, AT)
    assert case
    for kind in Case.Kind:
        found(kind, 1, None, AT, subject="gone")
    closed(found(EXTRA, 1, None, AT, subject="closed"), shop, AT)
    assert cases.explain_others({case.pk}, at=AT + A_DAY) == 6
    explained = Case.objects.filter(state="explained")
    assert set(explained.values_list("kind", flat=True)) == {
        "missing",
        "extra",
        "amount",
        "unknown_kind",
        "late_fee",
        "balance",
    }
    assert set(explained.values_list("closed_at", flat=True)) == {AT + A_DAY}
    assert Case.objects.get(pk=case.pk).state == "open"


def test_a_payment_s_case_is_explained_once_it_fits_and_no_other_is() -> None:
    for subject in ("cs_1", "cs_2"):
        cases.record_mismatch(
            subject=subject, at=AT, stripe_cents=2, ledger_cents=1, details="amount 2, not 1"
        )
    assert found(EXTRA, 2, None, AT, subject="cs_1")
    cases.explain_mismatch(subject="cs_1", at=AT + A_DAY)
    case = Case.objects.get(state="explained")
    assert (case.kind, case.subject, case.closed_at) == ("misfit", "cs_1", AT + A_DAY)
    assert (case.stripe_cents, case.ledger_cents, case.details) == (2, 1, "amount 2, not 1")
