"""Handlers of each kind of call: its request to Stripe, and what its answer changes here."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from billing.gateway import portal, reads, writes
from billing.gateway.values import Answer, Subscription
from billing.models import StripeIntent
from billing.rules.answers import Problem
from billing.settlement import (
    accounts,
    changes,
    council_payments,
    disputes,
    links,
    payments,
    refunds,
    restitutions,
    reversals,
    sessions,
    subscriptions,
    taxes,
    transfers,
    treasury,
)

type Call = Callable[[StripeIntent], Answer[Any] | None]


class Handler(NamedTuple):
    """How one kind of call is made, and what is done with what comes back.

    `on_success` and `on_refusal` run in the transaction that closes the call, `after_commit` after
    it.
    """

    call: Call
    look_up: Call
    result_id: Callable[[Any], str]
    on_success: Callable[[StripeIntent, Any, dt.datetime], None]
    on_refusal: Callable[[StripeIntent, Problem, dt.datetime], None]
    on_send: Callable[[StripeIntent, dt.datetime], None] | None = None
    after_commit: Callable[[StripeIntent, Problem, dt.datetime], None] | None = None


def _found[T](value: T | None) -> Answer[T] | None:
    return None if value is None else Answer(value, "", None)


def _its_id(value: Any) -> str:
    return str(value.id)


def _nothing(_intent: StripeIntent, _problem: Problem, _at: dt.datetime) -> None:
    """Leave everything as it is: whoever asked sees that it did not work, and asks again."""


def _find_details(intent: StripeIntent) -> Answer[str] | None:
    """Find out whether Stripe knows what a merchant changed."""
    known = reads.customer(intent.target)
    return _found(intent.target) if known.items() <= intent.params.items() else None


def _find_no_link(_intent: StripeIntent) -> Answer[Any] | None:
    """Find nothing: Stripe lists no addresses, and another one is as good."""
    return None


def _find_customer(intent: StripeIntent) -> Answer[str] | None:
    email = intent.params["email"]
    return _found(reads.find_customer(email=email, intent_uuid=str(intent.uuid)))


def _find_session(intent: StripeIntent) -> Answer[Any] | None:
    customer = intent.params["customer"]
    return _found(reads.find_session(customer=customer, intent_uuid=str(intent.uuid)))


def _find_refund(intent: StripeIntent) -> Answer[Any] | None:
    payment = intent.params["payment_intent"]
    return _found(reads.find_refund(payment_intent=payment, intent_uuid=str(intent.uuid)))


def _find_ended_session(intent: StripeIntent) -> Answer[Any] | None:
    """Find a session that was closed at our wish; while it is open, it was not."""
    session = reads.session(intent.target)
    return None if session.status == "open" else _found(session)


def _find_transfer(intent: StripeIntent) -> Answer[Any] | None:
    group = intent.params["transfer_group"]
    return _found(reads.find_transfer(group=group, intent_uuid=str(intent.uuid)))


def _find_reversal(intent: StripeIntent) -> Answer[Any] | None:
    return _found(reads.find_reversal(transfer_id=intent.target, intent_uuid=str(intent.uuid)))


def _find_answer(intent: StripeIntent) -> Answer[Any] | None:
    """Find a dispute whose bank was sent an answer; while it waits for one, it was not."""
    said = reads.dispute(intent.target)
    return None if said.status.endswith("needs_response") else _found(said)


def _find_group(intent: StripeIntent) -> Answer[Any] | None:
    joined = reads.group_of(intent.target) == intent.params["transfer_group"]
    return _found(intent.target) if joined else None


def _keep_nothing(_intent: StripeIntent, _value: Any, _at: dt.datetime) -> None:
    """Write nothing more: that the call is done is what shares wait for."""


def _change_subscription(intent: StripeIntent) -> Answer[Any]:
    return writes.change_subscription(intent.target, intent.params, intent.key)


def _is_stopped(intent: StripeIntent, said: Subscription) -> bool:
    wanted: bool = intent.params["cancel_at_period_end"]
    return said.stops_at_period_end == wanted


def _is_repriced(intent: StripeIntent, said: Subscription) -> bool:
    wanted: int = intent.params["items"][0]["price_data"]["unit_amount"]
    return said.gross_cents == wanted


def _on_subscription(call: Call, is_done: Callable[[StripeIntent, Subscription], bool]) -> Handler:
    """Say how one kind of change to a subscription is made, and found again."""

    def look_up(intent: StripeIntent) -> Answer[Any] | None:
        said = reads.subscription(intent.target)
        return _found(said) if is_done(intent, said) else None

    return Handler(
        call=call,
        look_up=look_up,
        result_id=_its_id,
        on_success=subscriptions.changed,
        on_refusal=_nothing,
    )


_TO_A_COUNCIL = Handler(
    call=lambda intent: writes.transfer(intent.params, intent.key),
    look_up=_find_transfer,
    result_id=_its_id,
    on_success=transfers.on_success,
    on_refusal=transfers.on_refusal,
    on_send=transfers.on_send,
    after_commit=council_payments.look_at_account,
)
HANDLERS: dict[StripeIntent.Kind, Handler] = {
    StripeIntent.Kind.CUSTOMER: Handler(
        call=lambda intent: writes.create_customer(intent.params, intent.key),
        look_up=_find_customer,
        result_id=str,
        on_success=sessions.keep_customer,
        on_refusal=sessions.no_customer,
    ),
    StripeIntent.Kind.DETAILS: Handler(
        call=lambda intent: writes.change_customer(intent.target, intent.params, intent.key),
        look_up=_find_details,
        result_id=str,
        on_success=sessions.told,
        on_refusal=sessions.not_told,
    ),
    StripeIntent.Kind.CHECKOUT: Handler(
        call=lambda intent: writes.open_session(intent.params, intent.key),
        look_up=_find_session,
        result_id=_its_id,
        on_success=payments.opened,
        on_refusal=sessions.no_session,
    ),
    StripeIntent.Kind.EXPIRE: Handler(
        call=lambda intent: writes.expire_session(intent.target, intent.key),
        look_up=_find_ended_session,
        result_id=_its_id,
        on_success=payments.closed,
        on_refusal=_nothing,
        after_commit=payments.sync_after_expiry,
    ),
    StripeIntent.Kind.REFUND: Handler(
        call=lambda intent: writes.refund(intent.params, intent.key),
        look_up=_find_refund,
        result_id=_its_id,
        on_success=refunds.on_success,
        on_refusal=refunds.on_refusal,
        on_send=refunds.on_send,
        after_commit=refunds.sync_after_refusal,
    ),
    StripeIntent.Kind.TRANSFER: _TO_A_COUNCIL,
    StripeIntent.Kind.REVERSAL: Handler(
        call=lambda intent: writes.reverse(intent.target, intent.params, intent.key),
        look_up=_find_reversal,
        result_id=_its_id,
        on_success=reversals.on_success,
        on_refusal=reversals.on_refusal,
        on_send=reversals.on_send,
        after_commit=reversals.sync_after_refusal,
    ),
    StripeIntent.Kind.ACCOUNT: Handler(
        call=lambda intent: writes.open_account(intent.params, intent.key),
        look_up=lambda intent: _found(reads.find_account(intent_uuid=str(intent.uuid))),
        result_id=_its_id,
        on_success=accounts.opened,
        on_refusal=_nothing,
    ),
    StripeIntent.Kind.CHANGE: Handler(
        call=lambda intent: writes.open_account(intent.params, intent.key),
        look_up=lambda intent: _found(reads.find_account(intent_uuid=str(intent.uuid))),
        result_id=_its_id,
        on_success=changes.opened,
        on_refusal=_nothing,
    ),
    StripeIntent.Kind.CLOSE: Handler(
        call=lambda intent: writes.close_account(intent.target, intent.params, intent.key),
        look_up=lambda intent: _found(changes.find_closed(intent)),
        result_id=_its_id,
        on_success=changes.closed,
        on_refusal=_nothing,
        after_commit=changes.look_after_refusal,
    ),
    StripeIntent.Kind.EVIDENCE: Handler(
        call=lambda intent: writes.answer_dispute(intent.target, intent.params, intent.key),
        look_up=_find_answer,
        result_id=_its_id,
        on_success=disputes.answered,
        on_refusal=_nothing,
        after_commit=disputes.sync_after_refusal,
    ),
    StripeIntent.Kind.GIVEBACK: _TO_A_COUNCIL._replace(
        on_success=restitutions.on_success, on_refusal=restitutions.on_refusal, on_send=None
    ),
    StripeIntent.Kind.TAX: _TO_A_COUNCIL._replace(
        on_success=taxes.on_success, on_refusal=taxes.on_refusal, on_send=None
    ),
    StripeIntent.Kind.GROUP: Handler(
        call=lambda intent: writes.group_charge(intent.target, intent.params, intent.key),
        look_up=_find_group,
        result_id=str,
        on_success=_keep_nothing,
        on_refusal=_nothing,
    ),
    StripeIntent.Kind.STOP: _on_subscription(_change_subscription, _is_stopped),
    StripeIntent.Kind.REPRICE: _on_subscription(_change_subscription, _is_repriced),
    StripeIntent.Kind.END: _on_subscription(
        lambda intent: writes.end_subscription(intent.target, intent.key),
        lambda _intent, said: said.status == "canceled",
    ),
    StripeIntent.Kind.PORTAL: Handler(
        call=lambda intent: portal.open_session(intent.params, intent.key),
        look_up=_find_no_link,
        result_id=_its_id,
        on_success=links.keep,
        on_refusal=_nothing,
    ),
    StripeIntent.Kind.LINK: Handler(
        call=lambda intent: writes.open_onboarding(intent.params, intent.key),
        look_up=_find_no_link,
        result_id=_its_id,
        on_success=links.keep,
        on_refusal=_nothing,
    ),
    StripeIntent.Kind.TREASURY: Handler(
        call=treasury.send_minimum,
        look_up=treasury.look_up,
        result_id=str,
        on_success=treasury.settle,
        on_refusal=_nothing,
    ),
}
