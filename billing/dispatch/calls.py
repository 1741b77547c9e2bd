"""Handlers of each kind of call: its request to Stripe, and the effects of its response."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from billing.adjustments.settlement import disputes, refunds
from billing.councils.settlement import (
    accounts,
    changes,
    council_payments,
    restitutions,
    reversals,
    taxes,
    transfers,
)
from billing.ledger.settlement import treasury
from billing.models import StripeCall
from billing.orders.settlement import links, payments, sessions, subscriptions
from billing.stripe.calls.handlers import Call, Handler
from billing.stripe.gateway import portal, reads, writes
from billing.stripe.gateway.values import Answer, Subscription
from billing.stripe.rules.answers import Problem


def _found[T](value: T | None) -> Answer[T] | None:
    return None if value is None else Answer(value, "", None)


def _its_id(value: Any) -> str:
    return str(value.id)


def _leave_unchanged(_call: StripeCall, _problem: Problem, _at: dt.datetime) -> None:
    """Change nothing: the user sees that the call failed, and retries."""


def _find_details(call: StripeCall) -> Answer[str] | None:
    """Return the customer if Stripe already has the merchant's changes."""
    known = reads.customer(call.target)
    return _found(call.target) if known.items() <= call.params.items() else None


def _find_no_link(_call: StripeCall) -> Answer[Any] | None:
    """Return None: Stripe does not list links, and a new link serves as well."""
    return None


def _find_customer(call: StripeCall) -> Answer[str] | None:
    email = call.params["email"]
    return _found(reads.find_customer(email=email, call_uuid=str(call.uuid)))


def _find_session(call: StripeCall) -> Answer[Any] | None:
    customer = call.params["customer"]
    return _found(reads.find_session(customer=customer, call_uuid=str(call.uuid)))


def _find_refund(call: StripeCall) -> Answer[Any] | None:
    payment = call.params["payment_intent"]
    return _found(reads.find_refund(payment_intent=payment, call_uuid=str(call.uuid)))


def _find_ended_session(call: StripeCall) -> Answer[Any] | None:
    """Find a session that was closed at our wish; while it is open, it was not."""
    session = reads.session(call.target)
    return None if session.status == "open" else _found(session)


def _find_transfer(call: StripeCall) -> Answer[Any] | None:
    group = call.params["transfer_group"]
    return _found(reads.find_transfer(group=group, call_uuid=str(call.uuid)))


def _find_reversal(call: StripeCall) -> Answer[Any] | None:
    return _found(reads.find_reversal(transfer_id=call.target, call_uuid=str(call.uuid)))


def _find_answer(call: StripeCall) -> Answer[Any] | None:
    """Return the dispute if evidence was submitted; not while it needs a response."""
    stripe_dispute = reads.dispute(call.target)
    return None if stripe_dispute.status.endswith("needs_response") else _found(stripe_dispute)


def _find_group(call: StripeCall) -> Answer[Any] | None:
    joined = reads.group_of(call.target) == call.params["transfer_group"]
    return _found(call.target) if joined else None


def _record_nothing(_call: StripeCall, _value: Any, _at: dt.datetime) -> None:
    """Write nothing: shares wait only for the call to be done."""


def _change_subscription(call: StripeCall) -> Answer[Any]:
    return writes.change_subscription(call.target, call.params, call.key)


def _is_stopped(call: StripeCall, stripe_subscription: Subscription) -> bool:
    wanted: bool = call.params["cancel_at_period_end"]
    return stripe_subscription.stops_at_period_end == wanted


def _is_repriced(call: StripeCall, stripe_subscription: Subscription) -> bool:
    wanted: int = call.params["items"][0]["price_data"]["unit_amount"]
    return stripe_subscription.gross_cents == wanted


def _on_subscription(call: Call, is_done: Callable[[StripeCall, Subscription], bool]) -> Handler:
    """Return the handler that makes a kind of change to a subscription, and finds it again."""

    def find(call: StripeCall) -> Answer[Any] | None:
        stripe_subscription = reads.subscription(call.target)
        return _found(stripe_subscription) if is_done(call, stripe_subscription) else None

    return Handler(
        call=call,
        find=find,
        result_id=_its_id,
        on_success=subscriptions.on_success,
        on_refusal=_leave_unchanged,
    )


_TO_A_COUNCIL = Handler(
    call=lambda call: writes.transfer(call.params, call.key),
    find=_find_transfer,
    result_id=_its_id,
    on_success=transfers.on_success,
    on_refusal=transfers.on_refusal,
    on_send=transfers.on_send,
    after_refusal=council_payments.refetch_account,
)
HANDLERS: dict[StripeCall.Kind, Handler] = {
    StripeCall.Kind.CUSTOMER: Handler(
        call=lambda call: writes.create_customer(call.params, call.key),
        find=_find_customer,
        result_id=str,
        on_success=sessions.on_customer_success,
        on_refusal=sessions.on_customer_refusal,
    ),
    StripeCall.Kind.DETAILS: Handler(
        call=lambda call: writes.change_customer(call.target, call.params, call.key),
        find=_find_details,
        result_id=str,
        on_success=sessions.on_update_success,
        on_refusal=sessions.on_update_refusal,
    ),
    StripeCall.Kind.CHECKOUT: Handler(
        call=lambda call: writes.open_session(call.params, call.key),
        find=_find_session,
        result_id=_its_id,
        on_success=payments.on_open_success,
        on_refusal=sessions.on_session_refusal,
    ),
    StripeCall.Kind.EXPIRE: Handler(
        call=lambda call: writes.expire_session(call.target, call.key),
        find=_find_ended_session,
        result_id=_its_id,
        on_success=payments.on_expire_success,
        on_refusal=_leave_unchanged,
        after_refusal=payments.sync_after_expiry,
    ),
    StripeCall.Kind.REFUND: Handler(
        call=lambda call: writes.refund(call.params, call.key),
        find=_find_refund,
        result_id=_its_id,
        on_success=refunds.on_success,
        on_refusal=refunds.on_refusal,
        on_send=refunds.on_send,
        after_refusal=refunds.sync_after_refusal,
    ),
    StripeCall.Kind.TRANSFER: _TO_A_COUNCIL,
    StripeCall.Kind.REVERSAL: Handler(
        call=lambda call: writes.reverse(call.target, call.params, call.key),
        find=_find_reversal,
        result_id=_its_id,
        on_success=reversals.on_success,
        on_refusal=reversals.on_refusal,
        on_send=reversals.on_send,
        after_refusal=reversals.sync_after_refusal,
    ),
    StripeCall.Kind.ACCOUNT: Handler(
        call=lambda call: writes.open_account(call.params, call.key),
        find=lambda call: _found(reads.find_account(call_uuid=str(call.uuid))),
        result_id=_its_id,
        on_success=accounts.on_success,
        on_refusal=_leave_unchanged,
    ),
    StripeCall.Kind.CHANGE: Handler(
        call=lambda call: writes.open_account(call.params, call.key),
        find=lambda call: _found(reads.find_account(call_uuid=str(call.uuid))),
        result_id=_its_id,
        on_success=changes.on_open_success,
        on_refusal=_leave_unchanged,
    ),
    StripeCall.Kind.CLOSE: Handler(
        call=lambda call: writes.close_account(call.target, call.params, call.key),
        find=lambda call: _found(changes.find_closed(call)),
        result_id=_its_id,
        on_success=changes.on_close_success,
        on_refusal=_leave_unchanged,
        after_refusal=changes.sync_after_refusal,
    ),
    StripeCall.Kind.EVIDENCE: Handler(
        call=lambda call: writes.answer_dispute(call.target, call.params, call.key),
        find=_find_answer,
        result_id=_its_id,
        on_success=disputes.on_success,
        on_refusal=_leave_unchanged,
        after_refusal=disputes.sync_after_refusal,
    ),
    StripeCall.Kind.GIVEBACK: _TO_A_COUNCIL._replace(
        on_success=restitutions.on_success, on_refusal=restitutions.on_refusal, on_send=None
    ),
    StripeCall.Kind.TAX: _TO_A_COUNCIL._replace(
        on_success=taxes.on_success, on_refusal=taxes.on_refusal, on_send=None
    ),
    StripeCall.Kind.GROUP: Handler(
        call=lambda call: writes.group_charge(call.target, call.params, call.key),
        find=_find_group,
        result_id=str,
        on_success=_record_nothing,
        on_refusal=_leave_unchanged,
    ),
    StripeCall.Kind.STOP: _on_subscription(_change_subscription, _is_stopped),
    StripeCall.Kind.REPRICE: _on_subscription(_change_subscription, _is_repriced),
    StripeCall.Kind.END: _on_subscription(
        lambda call: writes.end_subscription(call.target, call.key),
        lambda _call, stripe_subscription: stripe_subscription.status == "canceled",
    ),
    StripeCall.Kind.PORTAL: Handler(
        call=lambda call: portal.open_session(call.params, call.key),
        find=_find_no_link,
        result_id=_its_id,
        on_success=links.on_success,
        on_refusal=_leave_unchanged,
    ),
    StripeCall.Kind.LINK: Handler(
        call=lambda call: writes.open_onboarding(call.params, call.key),
        find=_find_no_link,
        result_id=_its_id,
        on_success=links.on_success,
        on_refusal=_leave_unchanged,
    ),
    StripeCall.Kind.TREASURY: Handler(
        call=treasury.send_minimum,
        find=treasury.find_minimum,
        result_id=str,
        on_success=treasury.on_success,
        on_refusal=_leave_unchanged,
    ),
}
