"""Meanings of each answer of Stripe, as a table."""

import datetime as dt

import pytest

from billing.models import StripeCall
from billing.stripe.rules import answers
from billing.stripe.rules.answers import Problem, Sent, Step, Verdict

NOW = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)
FRESH = Sent(NOW - dt.timedelta(minutes=1), 1, 0)
OLD = Sent(NOW - dt.timedelta(hours=20), 9, 0)
SECONDS = dt.timedelta(seconds=1)
# Stripe gives a call that still runs the type of a key that was misused.
UNDER_WAY = Problem(409, kind="idempotency_error", code="idempotency_key_in_use")


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
        (UNDER_WAY, FRESH, Step(Verdict.RESEND, 30 * SECONDS)),
        (UNDER_WAY, OLD, Step(Verdict.RESEND, 30 * SECONDS)),
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
        (Problem(403, code="account_invalid"), FRESH, Step(Verdict.REFUSED)),
        (Problem(400, code="balance_insufficient"), FRESH, Step(Verdict.REFUSED)),
        (Problem(400, code="something_new", replayed=True), FRESH, Step(Verdict.LOOK_UP)),
        (Problem(400, code="balance_insufficient", replayed=True), FRESH, Step(Verdict.REFUSED)),
        (Problem(400, kind="idempotency_error", replayed=True), FRESH, Step(Verdict.PARK)),
    ],
)
def test_step_after_each_answer(problem: Problem, sent: Sent, expected: Step) -> None:
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
def test_expected_refusals_are_answers(*, kind: str, problem: Problem, expected: bool) -> None:
    assert answers.is_expected(kind, problem) is expected


@pytest.mark.parametrize(
    ("status", "failure", "age", "expected"),
    [
        (400, "something_new no", dt.timedelta(0), True),
        (400, "something_new no", answers.KEY_LASTS - SECONDS, True),
        (400, "something_new no", answers.KEY_LASTS, False),
        (409, "idempotency_key_in_use no", dt.timedelta(0), True),
        (409, "idempotency_error no", dt.timedelta(0), True),
        (499, "", dt.timedelta(0), True),
        (400, "idempotency_error no", dt.timedelta(0), False),
        (500, "api_error no", dt.timedelta(0), False),
        (399, "", dt.timedelta(0), False),
        (None, "", dt.timedelta(0), False),
    ],
)
def test_a_parked_call_goes_out_under_its_key_while_stripe_knows_that(
    *, status: int | None, failure: str, age: dt.timedelta, expected: bool
) -> None:
    stored = answers.keeps_its_key("refund", status, failure, first_at=NOW - age, at=NOW)
    assert stored is expected
    assert not answers.keeps_its_key("refund", status, failure, first_at=None, at=NOW)


def test_creating_calls_keep_their_key_and_changing_calls_are_checked() -> None:
    stored = {
        kind
        for kind in StripeCall.Kind.values
        if answers.keeps_its_key(kind, 400, "no", first_at=NOW, at=NOW)
    }
    changes = {"expire", "close", "group", "stop", "end", "reprice", "evidence", "treasury"}
    changes.add("details")
    assert stored == set(StripeCall.Kind.values) - changes


def test_calls_that_failed_together_come_apart() -> None:
    waits = {answers.spread(40 * SECONDS, seed=seed) for seed in range(500)}
    assert len(waits) == 500
    assert min(waits) == 40 * SECONDS
    assert max(waits) < 50 * SECONDS
    assert answers.spread(0 * SECONDS, seed=7) == 0 * SECONDS


def test_an_empty_balance_of_ours_is_not_the_councils_fault() -> None:
    assert not answers.is_about_the_account(Problem(400, code="balance_insufficient"))
    assert answers.is_about_the_account(Problem(400, code="insufficient_capabilities_for_transfer"))


def test_a_retry_allows_five_more_keys_from_where_it_was_made() -> None:
    assert [answers.last_attempt(retried_at=at) for at in (0, 1, 5)] == [5, 6, 10]


def test_misused_key_parks_a_call_of_any_kind() -> None:
    misused = Problem(400, kind="idempotency_error")
    assert step(misused, kind="checkout") == Step(Verdict.PARK)
    assert step(Problem(400), kind="checkout") == Step(Verdict.REFUSED)


NOTHING_LEAVES = {
    "balance_insufficient",
    "insufficient_capabilities_for_transfer",
    "account_closed",
    "account_invalid",
}
ANSWERS = {
    "refund": {"charge_already_refunded", "charge_disputed"},
    "transfer": NOTHING_LEAVES,
    "reversal": {"balance_insufficient", "account_closed", "account_invalid"},
    "giveback": NOTHING_LEAVES,
    "tax": NOTHING_LEAVES,
    "group": set[str](),
    "stop": set[str](),
}
CODES = {code for codes in ANSWERS.values() for code in codes} | {"something_new", ""}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_kind_of_call_knows_these_refusals_and_no_other(kind: str) -> None:
    known = {code for code in CODES if answers.is_expected(kind, Problem(400, code=code))}
    assert known == ANSWERS[kind]


@pytest.mark.parametrize(
    "kind", ["customer", "checkout", "expire", "account", "change", "close", "evidence"]
)
def test_changing_calls_expect_any_refusal_but_a_missing_object(kind: str) -> None:
    assert answers.is_expected(kind, Problem(400, code="something_new"))
    assert not answers.is_expected(kind, Problem(404))
    assert not answers.is_expected(kind, Problem(400, code="resource_missing"))


@pytest.mark.parametrize("kind", ["refund", "reversal", "transfer", "tax"])
def test_more_than_is_left_is_an_answer_to_what_takes_back(kind: str) -> None:
    too_much = answers.is_expected(kind, Problem(400, param="amount"))
    assert too_much is (kind in {"refund", "reversal"})
    assert not answers.is_expected(kind, Problem(400, param="currency"))


@pytest.mark.parametrize("kind", StripeCall.Kind.values)
def test_calls_to_an_account_expect_that_it_is_missing(kind: str) -> None:
    for status in (400, 404):
        gone = Problem(status, code="resource_missing", param="destination")
        assert answers.is_expected(kind, gone) is (kind in {"transfer", "giveback", "tax"})
        assert answers.is_about_the_account(gone)
        assert not answers.is_expected(kind, gone._replace(param="source_transaction"))
    other = Problem(400, code="parameter_unknown", param="destination")
    assert not answers.is_expected("transfer", other)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem(404), True),
        (Problem(400, code="resource_missing"), True),
        (Problem(403, code="account_invalid"), True),
        (Problem(403), False),
        (Problem(400, code="account_closed"), False),
        (Problem(None), False),
    ],
)
def test_an_account_is_gone_where_stripe_knows_none(*, problem: Problem, expected: bool) -> None:
    assert answers.is_gone(problem) is expected


def test_a_call_is_looked_up_once_its_key_is_forgotten() -> None:
    almost = Sent(NOW - answers.KEY_LASTS + SECONDS, 1, 0)
    assert dt.timedelta(hours=20) == answers.KEY_LASTS
    assert step(Problem(None), almost).verdict == Verdict.RESEND
    assert step(Problem(500, replayed=True)) == Step(Verdict.LOOK_UP)


@pytest.mark.parametrize(
    ("times", "seconds"), [(0, 5), (1, 5), (2, 10), (9, 1_280), (10, 2_560), (11, 3_600)]
)
def test_each_wait_is_twice_the_one_before_up_to_an_hour(times: int, seconds: int) -> None:
    assert answers.backoff(times) == seconds * SECONDS


def test_a_busy_stripe_is_left_alone_as_long_as_it_asks_or_longer() -> None:
    often = Sent(FRESH.first_at, 5, 0)
    assert step(Problem(429, retry_after=10), often) == Step(Verdict.RESEND, 80 * SECONDS)
    assert step(Problem(499)).verdict == Verdict.PARK
    assert step(Problem(599)).verdict == Verdict.RESEND


def test_delays_are_a_quarter_longer_at_the_most() -> None:
    assert answers.spread(4 * SECONDS, seed=500) == 4.5 * SECONDS
    assert answers.spread(4 * SECONDS, seed=1_000) == 4 * SECONDS


def test_more_asked_back_than_is_left_is_about_the_amount() -> None:
    assert answers.is_about_the_amount(Problem(400, param="amount"))
    assert not answers.is_about_the_amount(
        Problem(400, param="amount", code="balance_insufficient")
    )
    assert not answers.is_about_the_amount(Problem(400, code="account_closed"))


def test_address_that_serves_for_minutes_is_asked_for_no_longer_than_five() -> None:
    for kind in ("portal", "link"):
        almost = Sent(NOW - dt.timedelta(minutes=5) + SECONDS, 1, 0)
        assert step(Problem(None), almost, kind).verdict == Verdict.RESEND
        over = Sent(NOW - dt.timedelta(minutes=5), 1, 0)
        assert step(Problem(None), over, kind).verdict == Verdict.REFUSED


def test_names_of_verdicts_problems_and_steps() -> None:
    assert list(Verdict) == ["resend", "look_up", "park", "refused", "halt"]
    assert Problem(None) == (None, "", "", "", "", False, None, "")
    assert Step(Verdict.PARK).delay == dt.timedelta(0)


@pytest.mark.parametrize(
    ("status", "passing"),
    [(None, True), (409, True), (429, True), (500, True), (503, True), (400, False), (404, False)],
)
def test_passing_failure_is_no_refusal(*, status: int | None, passing: bool) -> None:
    assert answers.is_passing(Problem(status)) is passing
