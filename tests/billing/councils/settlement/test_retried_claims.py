"""Each night councils are asked for what they owe, as far as their accounts can pay it."""

import pytest

from billing import clock
from billing.councils import tasks
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import Problem
from tests.fixtures.billing import Jobs
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


def test_each_account_is_looked_at_once_and_asked_for_no_more_than_it_has(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def available(account: str) -> int:
        looked.append(account)
        if account == "acct_gone":
            raise StripeCallFailed(Problem(status=404))
        return {"acct_a": 100, "acct_b": 50}[account]

    owed = [(number, "acct_a", 40) for number in range(1, 601)]
    owed += [(601, "acct_gone", 1), (602, "acct_b", 51), (603, "acct_b", 50), (604, "acct_b", 1)]
    monkeypatch.setattr(reads, "available_cents", available)
    monkeypatch.setattr(clock, "owed_claims", lambda **_: owed)
    clock.watch(at=AT)
    assert sorted(looked) == ["acct_a", "acct_b", "acct_gone"]
    requests = [args for task, args in jobs.waiting if task == tasks.retry_reversal]
    assert requests == [(1,), (2,), (603,)]
