"""What each answer of Stripe means, as a table."""

import datetime as dt

import pytest

from billing.rules import answers
from billing.rules.answers import Problem, Sent, Step, Verdict

NOW = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)
FRESH = Sent(NOW - dt.timedelta(minutes=1), 1, 0)
OLD = Sent(NOW - dt.timedelta(hours=20), 9, 0)
SECONDS = dt.timedelta(seconds=1)


def step(problem: Problem, sent: Sent = FRESH, kind: str = "transfer") -> Step:
    return answers.next_step(kind, problem, sent, at=NOW)


@pytest.mark.parametrize(
    ("problem", "sent", "expected"),
    [
        (Problem(None), FRESH, Step(Verdict.RESEND, 5 * SECONDS)),
        (Problem(None), Sent(FRESH.first_at, 4, 0), Step(Verdict.RESEND, 40 * SECONDS)),
        (Problem(None), Sent(FRESH.first_at, 99, 0), Step(Verdict.RESEND, 3_600 * SECONDS)),
        (Problem(None), OLD, Step(Verdict.LOOK_UP)),
        (Problem(409, code="lock_timeout"), FRESH, Step(Verdict.RESEND, 30 * SECONDS)),
        (Problem(409, code="idempotency_key_in_use"), OLD, Step(Verdict.RESEND, 30 * SECONDS)),
        (Problem(429), FRESH, Step(Verdict.RESEND, 5 * SECONDS)),
        (Problem(429, retry_after=90), FRESH, Step(Verdict.RESEND, 90 * SECONDS)),
        (Problem(500), FRESH, Step(Verdict.RESEND, 60 * SECONDS)),
        (Problem(500), Sent(FRESH.first_at, 2, 1), Step(Verdict.RESEND, 10 * SECONDS)),
        (Problem(500, replayed=True), Sent(FRESH.first_at, 2, 1), Step(Verdict.LOOK_UP)),
        (Problem(400, kind="idempotency_error"), FRESH, Step(Verdict.PARK)),
        (Problem(400, kind="invalid_request_error"), FRESH, Step(Verdict.PARK)),
        (Problem(404, code="resource_missing"), FRESH, Step(Verdict.PARK)),
        (Problem(401), FRESH, Step(Verdict.HALT)),
        (Problem(403), FRESH, Step(Verdict.HALT)),
        (Problem(400, code="balance_insufficient"), FRESH, Step(Verdict.REFUSED)),
    ],
)
def test_what_follows_an_answer(problem: Problem, sent: Sent, expected: Step) -> None:
    assert step(problem, sent) == expected


@pytest.mark.parametrize(
    ("kind", "problem", "expected"),
    [
        ("transfer", Problem(400, code="insufficient_capabilities_for_transfer"), True),
        ("transfer", Problem(400, param="amount"), False),
        ("reversal", Problem(400, param="amount"), True),
        ("reversal", Problem(400, code="balance_insufficient"), True),
        ("refund", Problem(400, code="charge_already_refunded"), True),
        ("refund", Problem(400, param="amount"), True),
        ("refund", Problem(404, code="resource_missing"), False),
        ("checkout", Problem(400, code="amount_too_small"), True),
        ("checkout", Problem(404, code="resource_missing"), False),
        ("expire", Problem(400), True),
    ],
)
def test_some_refusals_are_answers(*, kind: str, problem: Problem, expected: bool) -> None:
    assert answers.is_expected(kind, problem) is expected


def test_calls_that_failed_together_come_apart() -> None:
    waits = {answers.spread(40 * SECONDS, seed=seed) for seed in range(500)}
    assert len(waits) == 500
    assert min(waits) == 40 * SECONDS
    assert max(waits) < 50 * SECONDS
    assert answers.spread(0 * SECONDS, seed=7) == 0 * SECONDS


def test_an_empty_balance_of_ours_is_not_the_councils_fault() -> None:
    assert not answers.is_about_the_account(Problem(400, code="balance_insufficient"))
    assert answers.is_about_the_account(Problem(400, code="insufficient_capabilities_for_transfer"))


def test_each_retry_allows_five_more_keys() -> None:
    assert [answers.most_attempts(retries=times) for times in range(3)] == [5, 10, 15]
