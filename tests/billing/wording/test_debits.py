"""When a bank answers a debit: counted in its working days."""

import datetime as dt

import pytest

from billing.wording import debits


@pytest.mark.parametrize(
    ("debited_on", "usual", "latest"),
    [
        (dt.date(2026, 11, 25), dt.date(2026, 12, 2), dt.date(2026, 12, 15)),
        (dt.date(2026, 11, 27), dt.date(2026, 12, 4), dt.date(2026, 12, 17)),
        (dt.date(2026, 11, 28), dt.date(2026, 12, 4), dt.date(2026, 12, 17)),
        (dt.date(2026, 11, 29), dt.date(2026, 12, 4), dt.date(2026, 12, 17)),
    ],
)
def test_saturdays_and_sundays_are_no_working_days(
    debited_on: dt.date, usual: dt.date, latest: dt.date
) -> None:
    assert debits.answer_of(debited_on) == (usual, latest)
