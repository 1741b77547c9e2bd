"""What Stripe's words about an account mean here."""

import pytest

from billing.models import Council
from billing.rules import accounts


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
def test_where_an_account_goes(
    *, capability: str, applied: bool, closed: bool, expected: str | None
) -> None:
    assert accounts.trigger_of(capability=capability, applied=applied, closed=closed) == expected


def test_what_is_overdue_is_said_before_what_is_due() -> None:
    needs = Council.Needs
    assert accounts.needs_of({"currently_due", "past_due"}) == needs.PAST_DUE
    assert accounts.needs_of({"currently_due", "eventually_due"}) == needs.CURRENTLY_DUE
    assert accounts.needs_of({"eventually_due"}) == needs.NOTHING
