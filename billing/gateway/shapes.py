"""From Stripe's objects, seen as dictionaries, to our values."""

from typing import Any

from billing.gateway import values
from billing.gateway.values import id_of, made_for, moment

type Shape = dict[str, Any]


def move(shape: Any) -> values.BalanceMove | None:
    """Read a balance transaction, where it is known and was expanded."""
    if not isinstance(shape, dict):
        return None
    return values.BalanceMove(shape["id"], shape["amount"], shape["fee"], shape["net"])


def charge(shape: Any) -> values.Charge | None:
    """Read a charge, where there is one and it was expanded."""
    if not isinstance(shape, dict):
        return None
    details = shape.get("payment_method_details") or {}
    return values.Charge(
        id=shape["id"],
        payment_intent=id_of(shape.get("payment_intent")),
        captured_cents=shape["amount_captured"],
        currency=shape["currency"],
        method=str(details.get("type", "")),
        created_at=moment(shape["created"]),
        move=move(shape.get("balance_transaction")),
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
        created_at=moment(shape["created"]),
        expires_at=moment(shape["expires_at"]),
        intent=payment_intent(intent) if isinstance(intent, dict) else None,
    )


def refund(shape: Shape) -> values.Refund:
    """Read a refund."""
    return values.Refund(
        id=shape["id"],
        status=shape.get("status") or "",
        amount_cents=shape["amount"],
        payment_intent=id_of(shape.get("payment_intent")),
        intent_uuid=made_for(shape),
        created_at=moment(shape["created"]),
        balance_transaction=id_of(shape.get("balance_transaction")),
        failure_balance_transaction=id_of(shape.get("failure_balance_transaction")),
        failure_reason=str(shape.get("failure_reason") or ""),
    )


def transfer(shape: Shape) -> values.Transfer:
    """Read a transfer."""
    return values.Transfer(
        id=shape["id"],
        amount_cents=shape["amount"],
        intent_uuid=made_for(shape),
        created_at=moment(shape["created"]),
    )


def reversal(shape: Shape) -> values.Reversal:
    """Read a reversal of a transfer."""
    return values.Reversal(
        id=shape["id"],
        transfer=id_of(shape["transfer"]),
        amount_cents=shape["amount"],
        intent_uuid=made_for(shape),
        created_at=moment(shape["created"]),
    )


def account(shape: Shape) -> values.Account:
    """Read a council's account; each level of it may be missing."""
    recipient = (shape.get("configuration") or {}).get("recipient") or {}
    capabilities = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    entries = (shape.get("requirements") or {}).get("entries") or []
    return values.Account(
        id=shape["id"],
        capability=_status(capabilities.get("stripe_transfers")),
        payouts=_status(capabilities.get("payouts")),
        applied=recipient.get("applied") is not False,
        closed=bool(shape.get("closed")),
        deadlines=frozenset(
            deadline for entry in entries for deadline in _deadlines(entry.get("impact") or {})
        ),
    )


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
