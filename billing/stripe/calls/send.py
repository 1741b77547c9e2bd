"""Sending of a frozen call, and the handling of each outcome."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.db import transaction

from billing.models import StripeCall
from billing.models.states import OPEN_CALLS
from billing.stripe import halts
from billing.stripe.calls.handlers import Handler, handler_of
from billing.stripe.calls.prepare import key_of
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.queries.due import attempt_retried, is_let_go
from billing.stripe.rules import answers
from billing.stripe.rules.answers import Problem, Sent, Verdict
from billing.transitions import machines
from billing.transitions.machines import listed
from billing.transitions.transition import STRIPE, advance, transition
from saas.kernel.database import rows

IN_FLIGHT_FOR = dt.timedelta(minutes=2)
_FREE = f"""
    id = (
        SELECT id FROM billing_stripecall
        WHERE id = %s AND state IN ({listed(machines.from_states("call", "forgotten"))})
        AND (next_at IS NULL OR next_at <= %s)
        AND NOT EXISTS (SELECT FROM billing_stripehalt WHERE ended_at IS NULL)
        FOR UPDATE SKIP LOCKED
    )
"""  # noqa: S608 - our own words
# If Stripe may have forgotten the key of a call, it is searched for instead of sent again.
_TAKEN = f"""
    state = CASE
        WHEN state NOT IN ({listed(machines.from_states("call", "claimed"))})
            OR first_sent_at <= %s THEN '{machines.to_state("call", "forgotten")}'
        ELSE '{machines.to_state("call", "claimed")}' END,
    first_sent_at = coalesce(first_sent_at, %s), sent_at = %s, next_at = %s, sendings = sendings + 1
"""
_FINISHED = ("state", "result_id", "request_id", "http_status", "failure", "done_at")
_NOT_DONE = f"state IN ({listed(machines.from_states('call', 'done'))})"


def make_call(call_id: int, *, at: dt.datetime) -> StripeCall | None:
    """Send a due call and store its outcome; outside a transaction.

    Returns the call as claimed, or null if it was not due.
    """
    call = _claim(call_id, at)
    if call is not None:
        _make(call, at)
    return call


def _handler(call: StripeCall) -> Handler:
    [handler] = handler_of.ask(StripeCall.Kind(call.kind))
    return handler


def _make(call: StripeCall, at: dt.datetime) -> None:
    handler = _handler(call)
    try:
        asks = call.state == StripeCall.State.UNKNOWN
        answer = handler.find(call) if asks else handler.call(call)
    except StripeCallFailed as no:
        if _note(call.pk, no.problem, at) and handler.after_refusal:
            handler.after_refusal(call, no.problem, at)
        return
    if answer is None:
        _try_anew(call.pk, at)
        return
    _finish(call, handler, answer, at=at)


@transaction.atomic
def _claim(call_id: int, at: dt.datetime) -> StripeCall | None:
    """Take a call for two minutes, unless it is done, waits, or is in other hands."""
    moments = [at - answers.KEY_LASTS, at, at, at + IN_FLIGHT_FOR]
    taken = rows.change(StripeCall, _TAKEN, _FREE, values=[*moments, call_id, at])
    if not taken:
        return None
    [call] = taken
    sent = _handler(call).on_send
    if sent:
        sent(call, at)
    return call


@transaction.atomic
def _note(call_id: int, problem: Problem, at: dt.datetime) -> bool:
    """Store why a call failed, and the next step; return True if it was refused."""
    call = StripeCall.objects.select_for_update().get(pk=call_id)
    if call.state not in OPEN_CALLS:
        return False
    history = Sent(call.first_sent_at or at, call.sendings, call.server_errors)
    step = answers.next_step(call.kind, problem, history, at=at)
    call.failure = rows.cut(StripeCall, "failure", problem.text)
    call.request_id = problem.request_id
    call.http_status = problem.status
    broke = problem.status is not None and problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    call.server_errors += broke
    call.next_at = at + answers.spread(step.delay, seed=call.uuid.int)
    _take_step(call, step.verdict, at)
    call.save()
    refused = step.verdict == Verdict.REFUSED
    if refused:
        _handler(call).on_refusal(call, problem, at)
    return refused


def _take_step(call: StripeCall, verdict: Verdict, at: dt.datetime) -> None:
    if verdict == Verdict.HALT:
        halts.halt(call.failure, at=at)
    elif verdict == Verdict.PARK:
        advance("call", call, "parked")
    elif verdict == Verdict.REFUSED:
        advance("call", call, "refused")
    elif call.state == StripeCall.State.UNKNOWN:
        wait = answers.backoff(call.sendings)
        call.next_at = at + answers.spread(wait, seed=call.uuid.int)
    elif verdict == Verdict.LOOK_UP:
        advance("call", call, "lost")


@transaction.atomic
def _try_anew(call_id: int, at: dt.datetime) -> None:
    """Ask under a new key: Stripe has been searched, and the old call left nothing there."""
    call = StripeCall.objects.select_for_update().get(pk=call_id)
    if call.state != StripeCall.State.UNKNOWN:
        return
    if is_let_go(call):
        _let_go(call, at)
        return
    if call.attempt >= answers.last_attempt(retried_at=attempt_retried(call)):
        advance("call", call, "parked")
        call.save(update_fields=["state"])
        return
    call.attempt += 1
    call.key = key_of(call.kind, call.uuid, attempt=call.attempt)
    advance("call", call, "begun_anew")
    call.first_sent_at, call.next_at = None, at
    call.sendings, call.server_errors = 0, 0
    call.save()


def _let_go(call: StripeCall, at: dt.datetime) -> None:
    """Cancel a call released by an operator: its subject waits as after a refusal."""
    transition("call", call, "given_up", by=STRIPE, at=at)
    _handler(call).on_refusal(call, answers.LET_GO, at)


@transaction.atomic
def _finish(call: StripeCall, handler: Handler, answer: Any, *, at: dt.datetime) -> None:
    """Write the result of a claimed call together with all that follows from it, once."""
    advance("call", call, "done")
    call.result_id = handler.result_id(answer.value)
    call.request_id = answer.request_id
    call.http_status = answer.status
    call.failure, call.done_at = "", at
    if rows.store_if(_NOT_DONE, call, *_FINISHED):
        handler.on_success(call, answer.value, at)
