"""What each kind of call asks of Stripe, and what its answer changes here."""

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
    disputes,
    leaving,
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


class Work(NamedTuple):
    """How one kind of call is made, and what is done with what comes back.

    `settle` and `refused` run in the transaction that closes the intent, `afterwards` after it.
    """

    call: Call
    look_up: Call
    result_id: Callable[[Any], str]
    settle: Callable[[StripeIntent, Any, dt.datetime], None]
    refused: Callable[[StripeIntent, Problem, dt.datetime], None]
    sent: Callable[[StripeIntent, dt.datetime], None] | None = None
    afterwards: Callable[[StripeIntent, Problem, dt.datetime], None] | None = None


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


def _on_subscription(call: Call, is_done: Callable[[StripeIntent, Subscription], bool]) -> Work:
    """Say how one kind of change to a subscription is made, and found again."""

    def look_up(intent: StripeIntent) -> Answer[Any] | None:
        said = reads.subscription(intent.target)
        return _found(said) if is_done(intent, said) else None

    return Work(
        call=call,
        look_up=look_up,
        result_id=_its_id,
        settle=subscriptions.changed,
        refused=_nothing,
    )


_TO_A_COUNCIL = Work(
    call=lambda intent: writes.transfer(intent.params, intent.key),
    look_up=_find_transfer,
    result_id=_its_id,
    settle=transfers.made,
    refused=transfers.refused,
    sent=transfers.sent,
    afterwards=leaving.look_at_account,
)
WORK: dict[StripeIntent.Kind, Work] = {
    StripeIntent.Kind.CUSTOMER: Work(
        call=lambda intent: writes.create_customer(intent.params, intent.key),
        look_up=_find_customer,
        result_id=str,
        settle=sessions.keep_customer,
        refused=sessions.no_customer,
    ),
    StripeIntent.Kind.DETAILS: Work(
        call=lambda intent: writes.change_customer(intent.target, intent.params, intent.key),
        look_up=_find_details,
        result_id=str,
        settle=sessions.told,
        refused=sessions.not_told,
    ),
    StripeIntent.Kind.CHECKOUT: Work(
        call=lambda intent: writes.open_session(intent.params, intent.key),
        look_up=_find_session,
        result_id=_its_id,
        settle=payments.opened,
        refused=sessions.no_session,
    ),
    StripeIntent.Kind.EXPIRE: Work(
        call=lambda intent: writes.expire_session(intent.target, intent.key),
        look_up=_find_ended_session,
        result_id=_its_id,
        settle=payments.closed,
        refused=_nothing,
        afterwards=payments.sync_after_expiry,
    ),
    StripeIntent.Kind.REFUND: Work(
        call=lambda intent: writes.refund(intent.params, intent.key),
        look_up=_find_refund,
        result_id=_its_id,
        settle=refunds.made,
        refused=refunds.refused,
        sent=refunds.sent,
        afterwards=refunds.sync_after_refusal,
    ),
    StripeIntent.Kind.TRANSFER: _TO_A_COUNCIL,
    StripeIntent.Kind.REVERSAL: Work(
        call=lambda intent: writes.reverse(intent.target, intent.params, intent.key),
        look_up=_find_reversal,
        result_id=_its_id,
        settle=reversals.made,
        refused=reversals.refused,
        sent=reversals.sent,
        afterwards=reversals.sync_after_refusal,
    ),
    StripeIntent.Kind.ACCOUNT: Work(
        call=lambda intent: writes.open_account(intent.params, intent.key),
        look_up=lambda intent: _found(reads.find_account(intent_uuid=str(intent.uuid))),
        result_id=_its_id,
        settle=accounts.opened,
        refused=_nothing,
    ),
    StripeIntent.Kind.CHANGE: Work(
        call=lambda intent: writes.open_account(intent.params, intent.key),
        look_up=lambda intent: _found(reads.find_account(intent_uuid=str(intent.uuid))),
        result_id=_its_id,
        settle=changes.opened,
        refused=_nothing,
    ),
    StripeIntent.Kind.CLOSE: Work(
        call=lambda intent: writes.close_account(intent.target, intent.params, intent.key),
        look_up=lambda intent: _found(changes.find_closed(intent)),
        result_id=_its_id,
        settle=changes.closed,
        refused=_nothing,
        afterwards=changes.look_after_refusal,
    ),
    StripeIntent.Kind.EVIDENCE: Work(
        call=lambda intent: writes.answer_dispute(intent.target, intent.params, intent.key),
        look_up=_find_answer,
        result_id=_its_id,
        settle=disputes.answered,
        refused=_nothing,
        afterwards=disputes.sync_after_refusal,
    ),
    StripeIntent.Kind.GIVEBACK: _TO_A_COUNCIL._replace(
        settle=restitutions.made, refused=restitutions.refused, sent=None
    ),
    StripeIntent.Kind.TAX: _TO_A_COUNCIL._replace(
        settle=taxes.made, refused=taxes.refused, sent=None
    ),
    StripeIntent.Kind.GROUP: Work(
        call=lambda intent: writes.group_charge(intent.target, intent.params, intent.key),
        look_up=_find_group,
        result_id=str,
        settle=_keep_nothing,
        refused=_nothing,
    ),
    StripeIntent.Kind.STOP: _on_subscription(_change_subscription, _is_stopped),
    StripeIntent.Kind.REPRICE: _on_subscription(_change_subscription, _is_repriced),
    StripeIntent.Kind.END: _on_subscription(
        lambda intent: writes.end_subscription(intent.target, intent.key),
        lambda _intent, said: said.status == "canceled",
    ),
    StripeIntent.Kind.PORTAL: Work(
        call=lambda intent: portal.open_session(intent.params, intent.key),
        look_up=_find_no_link,
        result_id=_its_id,
        settle=links.keep,
        refused=_nothing,
    ),
    StripeIntent.Kind.LINK: Work(
        call=lambda intent: writes.open_onboarding(intent.params, intent.key),
        look_up=_find_no_link,
        result_id=_its_id,
        settle=links.keep,
        refused=_nothing,
    ),
    StripeIntent.Kind.TREASURY: Work(
        call=treasury.send_minimum,
        look_up=treasury.look_up,
        result_id=str,
        settle=treasury.settle,
        refused=_nothing,
    ),
}
