import datetime as dt

import pytest

from billing.stripe.rules.waiting import Standing, standing_of


@pytest.mark.parametrize(
    ("seconds", "failure", "standing"),
    [(4, "", Standing.MAKING), (5, "", Standing.SLOW), (1, "api_error", Standing.SLOW)],
)
def test_a_page_says_that_stripe_is_slow_after_four_seconds_or_a_failure(
    seconds: int, failure: str, standing: Standing
) -> None:
    found = standing_of(
        kind="checkout",
        state="pending",
        failure=failure,
        status=None,
        waits_for=dt.timedelta(seconds=seconds),
        halted=False,
    )
    assert found == standing
