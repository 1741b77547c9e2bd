"""How a frozen call is made, and what is done with every way it can end."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.db import transaction

from billing import queries
from billing.gateway.values import StripeCallFailed
from billing.models import StripeIntent
from billing.rules import answers
from billing.rules.answers import Problem, Sent, Verdict
from billing.settlement import halts
from billing.settlement.calls.handlers import HANDLERS, Handler
from billing.settlement.calls.prepare import key_of
from billing.settlement.transitions import STRIPE, record
from saas.kernel import rows

IN_FLIGHT_FOR = dt.timedelta(minutes=2)
_FREE = """
    id = (
        SELECT id FROM billing_stripeintent
        WHERE id = %s AND state IN ('pending', 'in_flight', 'unknown')
        AND (next_at IS NULL OR next_at <= %s)
        AND NOT EXISTS (SELECT FROM billing_stripehalt WHERE ended_at IS NULL)
        FOR UPDATE SKIP LOCKED
    )
"""
# A call whose key Stripe may have forgotten is searched for, not made again.
_TAKEN = """
    state = CASE WHEN state = 'unknown' OR first_sent_at <= %s THEN 'unknown' ELSE 'in_flight' END,
    first_sent_at = coalesce(first_sent_at, %s), sent_at = %s, next_at = %s, sendings = sendings + 1
"""
_FINISHED = ("state", "result_id", "request_id", "http_status", "failure", "done_at")
OPEN = (
    StripeIntent.State.PENDING,
    StripeIntent.State.IN_FLIGHT,
    StripeIntent.State.UNKNOWN,
)


def send_call(intent_id: int, *, at: dt.datetime) -> StripeIntent | None:
    """Make a call that is due, and write down what came of it; in no transaction.

    Returns it as it was taken, or nothing where it was not due.
    """
    intent = _claim(intent_id, at)
    if intent is not None:
        _make(intent, at)
    return intent


def _make(intent: StripeIntent, at: dt.datetime) -> None:
    handler = HANDLERS[StripeIntent.Kind(intent.kind)]
    try:
        asks = intent.state == StripeIntent.State.UNKNOWN
        answer = handler.look_up(intent) if asks else handler.call(intent)
    except StripeCallFailed as no:
        if _note(intent.pk, no.problem, at) and handler.after_commit:
            handler.after_commit(intent, no.problem, at)
        return
    if answer is None:
        _try_anew(intent.pk, at)
        return
    _finish(intent, handler, answer, at=at)


@transaction.atomic
def _claim(intent_id: int, at: dt.datetime) -> StripeIntent | None:
    """Take a call for two minutes, unless it is done, waits, or is in other hands."""
    moments = [at - answers.KEY_LASTS, at, at, at + IN_FLIGHT_FOR]
    taken = rows.change(StripeIntent, _TAKEN, _FREE, values=[*moments, intent_id, at])
    if not taken:
        return None
    [intent] = taken
    sent = HANDLERS[StripeIntent.Kind(intent.kind)].on_send
    if sent:
        sent(intent, at)
    return intent


@transaction.atomic
def _note(intent_id: int, problem: Problem, at: dt.datetime) -> bool:
    """Write down why a call did not succeed, and what follows; says whether it was refused."""
    intent = StripeIntent.objects.select_for_update().get(pk=intent_id)
    if intent.state not in OPEN:
        return False
    history = Sent(intent.first_sent_at or at, intent.sendings, intent.server_errors)
    step = answers.next_step(intent.kind, problem, history, at=at)
    intent.failure = rows.cut(StripeIntent, "failure", problem.said)
    intent.request_id = problem.request_id
    intent.http_status = problem.status
    broke = problem.status is not None and problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    intent.server_errors += broke
    intent.next_at = at + answers.spread(step.delay, seed=intent.uuid.int)
    _take_step(intent, step.verdict, at)
    intent.save()
    refused = step.verdict == Verdict.REFUSED
    if refused:
        HANDLERS[StripeIntent.Kind(intent.kind)].on_refusal(intent, problem, at)
    return refused


def _take_step(intent: StripeIntent, verdict: Verdict, at: dt.datetime) -> None:
    if verdict == Verdict.HALT:
        halts.halt(intent.failure, at=at)
    elif verdict == Verdict.PARK:
        intent.state = StripeIntent.State.PARKED
    elif verdict == Verdict.REFUSED:
        intent.state = StripeIntent.State.FAILED
    elif intent.state == StripeIntent.State.UNKNOWN:
        wait = answers.backoff(intent.sendings)
        intent.next_at = at + answers.spread(wait, seed=intent.uuid.int)
    elif verdict == Verdict.LOOK_UP:
        intent.state = StripeIntent.State.UNKNOWN


@transaction.atomic
def _try_anew(intent_id: int, at: dt.datetime) -> None:
    """Ask under a new key: Stripe has been searched, and the old call left nothing there."""
    intent = StripeIntent.objects.select_for_update().get(pk=intent_id)
    if intent.state != StripeIntent.State.UNKNOWN:
        return
    if queries.is_let_go(intent):
        _let_go(intent, at)
        return
    if intent.attempt >= answers.last_attempt(retried_at=queries.attempt_retried(intent)):
        intent.state = StripeIntent.State.PARKED
        intent.save(update_fields=["state"])
        return
    intent.attempt += 1
    intent.key = key_of(intent.kind, intent.uuid, attempt=intent.attempt)
    intent.state = StripeIntent.State.PENDING
    intent.first_sent_at, intent.next_at = None, at
    intent.sendings, intent.server_errors = 0, 0
    intent.save()


def _let_go(intent: StripeIntent, at: dt.datetime) -> None:
    """Give a call up that an operator let go: what it was about waits as after a refusal."""
    before, intent.state = intent.state, StripeIntent.State.FAILED
    intent.save(update_fields=["state"])
    record("intent", intent.pk, "given_up", states=(before, intent.state), by=STRIPE, at=at)
    HANDLERS[StripeIntent.Kind(intent.kind)].on_refusal(intent, answers.LET_GO, at)


@transaction.atomic
def _finish(intent: StripeIntent, handler: Handler, answer: Any, *, at: dt.datetime) -> None:
    """Write the result of a claimed call together with all that follows from it, once."""
    intent.state = StripeIntent.State.DONE
    intent.result_id = handler.result_id(answer.value)
    intent.request_id = answer.request_id
    intent.http_status = answer.status
    intent.failure, intent.done_at = "", at
    if rows.store_if("state <> 'done'", intent, *_FINISHED):
        handler.on_success(intent, answer.value, at)
