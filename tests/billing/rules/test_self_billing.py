"""When the VAT of an invoice in a council's name may leave."""

import datetime as dt

import pytest

from billing.rules import self_billing

DECEMBER = dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)
HOLD_OVER = dt.datetime(2026, 12, 9, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("held_until", "due_at"),
    [
        pytest.param(None, DECEMBER, id="nothing is held"),
        pytest.param(DECEMBER - dt.timedelta(days=3), DECEMBER, id="the hold is over"),
        pytest.param(HOLD_OVER, HOLD_OVER, id="the hold goes on"),
        pytest.param(
            DECEMBER + dt.timedelta(days=90),
            DECEMBER + dt.timedelta(days=60),
            id="never later than the law allows",
        ),
    ],
)
def test_it_is_due_with_the_last_share_that_is_billed(
    held_until: dt.datetime | None, due_at: dt.datetime
) -> None:
    assert self_billing.tax_due_at(DECEMBER, held_until) == due_at
