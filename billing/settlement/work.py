"""What each kind of call asks of Stripe, and what its answer changes here."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from billing.gateway import reads, writes
from billing.gateway.values import Answer
from billing.models import StripeIntent
from billing.rules.answers import Problem
from billing.settlement import accounts, payments, refunds, reversals, transfers
from saas.catalogue.merchants import actions as merchants

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


def _keep_customer(intent: StripeIntent, customer: str, at: dt.datetime) -> None:
    merchants.keep_stripe_customer(merchant_id=intent.subject_id, customer=customer, at=at)


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


WORK: dict[StripeIntent.Kind, Work] = {
    StripeIntent.Kind.CUSTOMER: Work(
        call=lambda intent: writes.create_customer(intent.params, intent.key),
        look_up=_find_customer,
        result_id=str,
        settle=_keep_customer,
        refused=_nothing,
    ),
    StripeIntent.Kind.CHECKOUT: Work(
        call=lambda intent: writes.open_session(intent.params, intent.key),
        look_up=_find_session,
        result_id=_its_id,
        settle=payments.opened,
        refused=_nothing,
    ),
    StripeIntent.Kind.EXPIRE: Work(
        call=lambda intent: writes.expire_session(intent.target, intent.key),
        look_up=_find_ended_session,
        result_id=_its_id,
        settle=payments.closed,
        refused=_nothing,
        afterwards=payments.converge_after_expiry,
    ),
    StripeIntent.Kind.REFUND: Work(
        call=lambda intent: writes.refund(intent.params, intent.key),
        look_up=_find_refund,
        result_id=_its_id,
        settle=refunds.made,
        refused=refunds.refused,
        sent=refunds.sent,
        afterwards=refunds.converge_after_refusal,
    ),
    StripeIntent.Kind.TRANSFER: Work(
        call=lambda intent: writes.transfer(intent.params, intent.key),
        look_up=_find_transfer,
        result_id=_its_id,
        settle=transfers.made,
        refused=transfers.refused,
        sent=transfers.sent,
        afterwards=transfers.converge_account_after_refusal,
    ),
    StripeIntent.Kind.REVERSAL: Work(
        call=lambda intent: writes.reverse(intent.target, intent.params, intent.key),
        look_up=_find_reversal,
        result_id=_its_id,
        settle=reversals.made,
        refused=reversals.refused,
        sent=reversals.sent,
        afterwards=reversals.converge_after_refusal,
    ),
    StripeIntent.Kind.ACCOUNT: Work(
        call=lambda intent: writes.open_account(intent.params, intent.key),
        look_up=lambda intent: _found(reads.find_account(intent_uuid=str(intent.uuid))),
        result_id=_its_id,
        settle=accounts.opened,
        refused=_nothing,
    ),
}
