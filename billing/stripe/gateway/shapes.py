"""From Stripe's objects, seen as dictionaries, to our values."""

import datetime as dt
from typing import Any

from billing.stripe.gateway import values
from billing.stripe.gateway.values import id_of, made_for

type Shape = dict[str, Any]


def balance_transaction(shape: Any) -> values.BalanceTransaction | None:
    """Read a balance transaction, where it is known and was expanded."""
    if not isinstance(shape, dict):
        return None
    return values.BalanceTransaction(
        shape["id"], shape["amount"], shape["fee"], shape["net"], values.moment(shape["created"])
    )


def made_at(shape: Any) -> dt.datetime | None:
    """Return the moment of a balance transaction, if it exists and was expanded."""
    found = balance_transaction(shape)
    return found.made_at if found else None


def charge(shape: Any) -> values.Charge | None:
    """Parse a charge, if it exists and was expanded."""
    if not isinstance(shape, dict):
        return None
    details = shape.get("payment_method_details") or {}
    return values.Charge(
        id=shape["id"],
        payment_intent=id_of(shape.get("payment_intent")),
        captured_cents=shape["amount_captured"],
        currency=shape["currency"],
        method=str(details.get("type", "")),
        created_at=values.moment(shape["created"]),
        balance_transaction=balance_transaction(shape.get("balance_transaction")),
    )


def payment_intent(shape: Shape) -> values.PaymentIntent:
    """Read a payment intent."""
    error = shape.get("last_payment_error") or {}
    return values.PaymentIntent(
        id=shape["id"],
        status=shape["status"],
        decline_code=str(error.get("decline_code") or error.get("code") or ""),
        order_uuid=made_for(shape),
        charge=charge(shape.get("latest_charge")),
    )


def session(shape: Shape) -> values.Session:
    """Read a Checkout session, with its payment intent where that was expanded."""
    intent = shape.get("payment_intent")
    return values.Session(
        id=shape["id"],
        url=shape.get("url") or "",
        status=shape.get("status") or "",
        payment_status=shape["payment_status"],
        amount_cents=shape.get("amount_total") or 0,
        currency=shape.get("currency") or "",
        livemode=shape["livemode"],
        client_reference_id=shape.get("client_reference_id") or "",
        created_at=values.moment(shape["created"]),
        expires_at=values.moment(shape["expires_at"]),
        intent=payment_intent(intent) if isinstance(intent, dict) else None,
        subscription=id_of(shape.get("subscription")),
        invoice=id_of(shape.get("invoice")),
    )


def subscription(shape: Shape) -> values.Subscription:
    """Parse a monthly subscription; it has a single item."""
    row = shape["items"]["data"][0]
    ends = row.get("current_period_end")
    return values.Subscription(
        id=shape["id"],
        status=shape["status"],
        stops_at_period_end=bool(shape.get("cancel_at_period_end")),
        item=row["id"],
        product=id_of(row["price"]["product"]),
        gross_cents=(row["price"].get("unit_amount") or 0) * row.get("quantity", 1),
        paid_until=values.moment(ends) if ends else None,
    )


def month_invoice(shape: Shape, *, intent: values.PaymentIntent | None) -> values.MonthInvoice:
    """Read the invoice of a month, with the payment that was fetched for it."""
    details = (shape.get("parent") or {}).get("subscription_details") or {}
    next_try = shape.get("next_payment_attempt")
    return values.MonthInvoice(
        id=shape["id"],
        subscription=id_of(details.get("subscription")),
        status=shape.get("status") or "",
        is_first=shape.get("billing_reason") == "subscription_create",
        paid_cents=shape["amount_paid"],
        currency=shape["currency"],
        livemode=shape["livemode"],
        next_try_at=values.moment(next_try) if next_try else None,
        intent=intent,
    )


def refund(shape: Shape) -> values.Refund:
    """Read a refund."""
    return values.Refund(
        id=shape["id"],
        status=shape.get("status") or "",
        amount_cents=shape["amount"],
        payment_intent=id_of(shape.get("payment_intent")),
        call_uuid=made_for(shape),
        created_at=values.moment(shape["created"]),
        balance_transaction=id_of(shape.get("balance_transaction")),
        failure_balance_transaction=id_of(shape.get("failure_balance_transaction")),
        failure_reason=str(shape.get("failure_reason") or ""),
        pending_reason=str(shape.get("pending_reason") or ""),
        left_at=made_at(shape.get("balance_transaction")),
        returned_at=made_at(shape.get("failure_balance_transaction")),
    )


def transfer(shape: Shape) -> values.Transfer:
    """Read a transfer."""
    return values.Transfer(
        id=shape["id"],
        amount_cents=shape["amount"],
        call_uuid=made_for(shape),
        created_at=values.moment(shape["created"]),
    )


def reversal(shape: Shape) -> values.Reversal:
    """Read a reversal of a transfer."""
    return values.Reversal(
        id=shape["id"],
        transfer=id_of(shape["transfer"]),
        amount_cents=shape["amount"],
        call_uuid=made_for(shape),
        created_at=values.moment(shape["created"]),
    )


def dispute(shape: Shape) -> values.Dispute:
    """Read a dispute; its balance transactions come whole, each of them once."""
    details = shape.get("evidence_details") or {}
    due_by = details.get("due_by")
    found = [balance_transaction(one) for one in shape.get("balance_transactions") or []]
    return values.Dispute(
        id=shape["id"],
        status=shape["status"],
        reason=str(shape.get("reason") or ""),
        amount_cents=shape["amount"],
        currency=shape["currency"],
        payment_intent=id_of(shape.get("payment_intent")),
        has_evidence=bool(details.get("submission_count")),
        due_at=values.moment(due_by) if due_by else None,
        created_at=values.moment(shape["created"]),
        balance_transactions=tuple(one for one in found if one is not None),
    )


def account(shape: Shape) -> values.Account:
    """Read a council's account; each level of it may be missing."""
    recipient = (shape.get("configuration") or {}).get("recipient") or {}
    capabilities = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    entries, deadline_at = _asked(shape, "requirements")
    coming, coming_at = _asked(shape, "future_requirements")
    return values.Account(
        id=shape["id"],
        capability=_status(capabilities.get("stripe_transfers")),
        payouts=_status(capabilities.get("payouts")),
        applied=recipient.get("applied") is not False,
        closed=bool(shape.get("closed")),
        deadlines=frozenset(
            deadline for entry in entries for deadline in _deadlines(entry.get("impact") or {})
        ),
        requirements=_for_its_people(entries),
        deadline_at=deadline_at,
        coming=_for_its_people(coming),
        coming_at=coming_at,
    )


def _asked(shape: Shape, kind: str) -> tuple[list[Shape], dt.datetime | None]:
    """Return the entries of a kind of requirements, and the nearest deadline of them."""
    listed = shape.get(kind) or {}
    soonest = (listed.get("summary") or {}).get("minimum_deadline") or {}
    return listed.get("entries") or [], _written_moment(soonest.get("time"))


def destination(shape: Shape) -> values.Destination:
    """Read where events are posted to."""
    return values.Destination(
        id=shape["id"],
        name=shape["name"],
        secret=str((shape.get("webhook_endpoint") or {}).get("signing_secret") or ""),
    )


def _status(capability: Any) -> str:
    return str((capability or {}).get("status") or "none")


def _deadlines(impact: Shape) -> list[str]:
    return [
        str((restricted.get("deadline") or {}).get("status", ""))
        for restricted in impact.get("restricts_capabilities") or []
    ]


def _for_its_people(entries: list[Shape]) -> tuple[values.Requirement, ...]:
    found = (entry for entry in entries if entry.get("awaiting_action_from") != "stripe")
    return tuple(_requirement(entry) for entry in found)


def _requirement(entry: Shape) -> values.Requirement:
    deadlines = _deadlines(entry.get("impact") or {})
    status = str((entry.get("minimum_deadline") or {}).get("status", ""))
    errors = entry.get("errors") or [{}]
    return values.Requirement(
        what=str(entry.get("description", "")),
        status=next(iter(deadlines), status),
        why=str(errors[0].get("code") or ""),
    )


def _written_moment(text: Any) -> dt.datetime | None:
    """Parse a date and time in the format of version 2 of the API; return None for another text."""
    try:
        written = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return written if written.tzinfo else written.replace(tzinfo=dt.UTC)
