"""Reads of Stripe: the present state of a known object."""

import dataclasses
import datetime as dt
import urllib.parse
from typing import Any, cast

from django.utils import timezone

from billing.stripe.gateway import events, shapes, values
from billing.stripe.gateway.client import client, raising_problems
from billing.stripe.gateway.values import made_for

_MOST = 100
_MOVES = ("balance_transaction", "failure_balance_transaction")
# Of a dispute (docs.stripe.com/api/disputes/object#dispute_object-status).
_DECIDED = frozenset({"lost", "won", "warning_closed", "prevented"})
_INCLUDE = [
    "configuration.recipient",
    "requirements",
    "future_requirements",
    "identity",
    "defaults",
]


def session(session_id: str, *, is_booked: bool = False) -> values.Session:
    """Fetch a Checkout session with everything that was paid on it.

    Each payment asks for it: the library's objects, which would be taken apart again, are spared.
    The events of a debit are listed unless the payment `is_booked`: then its moment is stored.
    """
    path = f"/v1/checkout/sessions/{urllib.parse.quote_plus(session_id)}"
    expand = ["payment_intent.latest_charge.balance_transaction"]
    with raising_problems():
        found = client().raw_request("get", path, expand=expand)
    read = shapes.session(found.data)
    if read.invoice:
        return dataclasses.replace(read, intent=intent_of_invoice(read.invoice))
    is_paid = read.payment_status == "paid" and not is_booked
    if read.intent is None or not is_paid or not _is_debit(read.intent):
        return read
    # Only an event has that moment: neither session nor charge does
    # (docs.stripe.com/payments/sepa-debit/accept-a-payment).
    kind = "checkout.session.async_payment_succeeded"
    agreed_at = events.last_happened(kind, read.id, since=read.created_at)
    return dataclasses.replace(read, intent=_agreed(read.intent, agreed_at))


def _is_debit(intent: values.PaymentIntent) -> bool:
    return intent.charge is not None and intent.charge.method == "sepa_debit"


def _agreed(intent: values.PaymentIntent, agreed_at: dt.datetime | None) -> values.PaymentIntent:
    """Return the payment intent with the moment at which a debit's bank agreed to it."""
    if intent.charge is None or not _is_debit(intent):
        return intent
    charge = dataclasses.replace(intent.charge, agreed_at=agreed_at)
    return dataclasses.replace(intent, charge=charge)


def intent_of_invoice(invoice_id: str) -> values.PaymentIntent | None:
    """Fetch the payment intent of an invoice: the paid intent, else the pending intent."""
    with raising_problems():
        found = client().v1.invoice_payments.list({"invoice": invoice_id, "limit": _MOST})
        rows = [one.to_dict() for one in found.auto_paging_iter()]
    paid = [row for row in rows if row["status"] == "paid"] or rows
    intents = [values.id_of(row["payment"].get("payment_intent")) for row in paid]
    if not intents or not intents[0]:
        return None
    paid_at = (paid[0].get("status_transitions") or {}).get("paid_at")
    return _agreed(payment_intent(intents[0]), values.moment(paid_at) if paid_at else None)


def month_invoice(invoice_id: str) -> values.MonthInvoice:
    """Fetch the invoice of a month with its payment intent."""
    with raising_problems():
        found = client().v1.invoices.retrieve(invoice_id)
    intent = intent_of_invoice(invoice_id)
    return shapes.month_invoice(found.to_dict(), intent=intent)


def subscription(subscription_id: str) -> values.Subscription:
    """Fetch a subscription."""
    with raising_problems():
        found = client().v1.subscriptions.retrieve(subscription_id)
    return shapes.subscription(found.to_dict())


def invoices_of(subscription_id: str) -> list[str]:
    """Fetch which invoices a subscription has had, oldest first."""
    params = {"subscription": subscription_id, "limit": _MOST}
    with raising_problems():
        found = client().v1.invoices.list(cast("Any", params))
        listed = [str(one.to_dict()["id"]) for one in found.auto_paging_iter()]
    return listed[::-1]


def group_of(charge_id: str) -> str:
    """Fetch which group a charge was put in, or an empty string."""
    with raising_problems():
        found = client().v1.charges.retrieve(charge_id)
    return str(found.to_dict().get("transfer_group") or "")


def payment_intent(call_id: str) -> values.PaymentIntent:
    """Fetch a payment intent with its charge."""
    params = {"expand": ["latest_charge.balance_transaction"]}
    with raising_problems():
        found = client().v1.payment_intents.retrieve(call_id, cast("Any", params))
    return shapes.payment_intent(found.to_dict())


def payment_intent_of_charge(charge_id: str) -> str:
    """Return the payment intent that a charge belongs to, or an empty string."""
    with raising_problems():
        found = client().v1.charges.retrieve(charge_id)
    return values.id_of(found.to_dict().get("payment_intent"))


def refund(refund_id: str) -> values.Refund:
    """Fetch a refund."""
    with raising_problems():
        found = client().v1.refunds.retrieve(refund_id, cast("Any", {"expand": list(_MOVES)}))
    return shapes.refund(found.to_dict())


def refunds_of(payment_intent_id: str) -> list[values.Refund]:
    """Fetch every refund of a payment, wherever it was made, oldest first."""
    expand = [f"data.{move}" for move in _MOVES]
    params = {"payment_intent": payment_intent_id, "limit": _MOST, "expand": expand}
    with raising_problems():
        found = client().v1.refunds.list(cast("Any", params))
        listed = [shapes.refund(one.to_dict()) for one in found.auto_paging_iter()]
    return listed[::-1]


def dispute(dispute_id: str) -> values.Dispute:
    """Fetch a dispute with everything that it moved, and when its bank decided it last.

    Only an event has the moment of the decision (docs.stripe.com/api/disputes/object).
    """
    with raising_problems():
        found = client().v1.disputes.retrieve(dispute_id)
    read = shapes.dispute(found.to_dict())
    if read.status not in _DECIDED:
        return read
    decided_at = events.last_happened("charge.dispute.closed", read.id, since=read.created_at)
    return dataclasses.replace(read, decided_at=decided_at)


def transfer(transfer_id: str) -> values.Transfer:
    """Fetch a transfer."""
    with raising_problems():
        found = client().v1.transfers.retrieve(transfer_id)
    return shapes.transfer(found.to_dict())


def reversals_of(transfer_id: str) -> list[values.Reversal]:
    """Fetch the reversals of a transfer, oldest first."""
    with raising_problems():
        found = client().v1.transfers.reversals.list(transfer_id, {"limit": _MOST})
        listed = [shapes.reversal(one.to_dict()) for one in found.auto_paging_iter()]
    return listed[::-1]


def account(account_id: str) -> values.Account:
    """Fetch a council's account; without `include` it would look unconfigured."""
    fetched_at = timezone.now()
    with raising_problems():
        found = client().v2.core.accounts.retrieve(account_id, cast("Any", {"include": _INCLUDE}))
    return dataclasses.replace(shapes.account(found.to_dict()), fetched_at=fetched_at)


def available_cents(account_id: str) -> int:
    """Fetch the available balance of a council's account."""
    with raising_problems():
        found = client().v1.balance.retrieve(None, {"stripe_account": account_id})
    shape = found.to_dict()
    return sum(part["amount"] for part in shape["available"] if part["currency"] == "eur")


def balance_cents(account_id: str = "") -> int:
    """Fetch the whole balance of our account, or a council's, available and pending."""
    whose = cast("Any", {"stripe_account": account_id} if account_id else {})
    with raising_problems():
        shape = client().v1.balance.retrieve(None, whose).to_dict()
    parts = [*shape["available"], *shape["pending"]]
    return sum(part["amount"] for part in parts if part["currency"] == "eur")


def find_customer(*, email: str, call_uuid: str) -> str | None:
    """Look for the customer that a call of ours made."""
    with raising_problems():
        found = client().v1.customers.list({"email": email, "limit": _MOST})
        for one in found.auto_paging_iter():
            shape = one.to_dict()
            if made_for(shape) == call_uuid:
                return str(shape["id"])
    return None


def customer(customer_id: str) -> dict[str, Any]:
    """Fetch a merchant's customer object."""
    with raising_problems():
        found = client().v1.customers.retrieve(customer_id).to_dict()
    address = found.get("address") or {}
    return {
        "name": found.get("name"),
        "email": found.get("email"),
        "preferred_locales": found.get("preferred_locales"),
        "address": {
            part: address.get(part) for part in ("line1", "postal_code", "city", "country")
        },
    }


def find_session(*, customer: str, call_uuid: str) -> values.Session | None:
    """Look for the session that a call of ours opened."""
    with raising_problems():
        found = client().v1.checkout.sessions.list({"customer": customer, "limit": _MOST})
        for one in found.auto_paging_iter():
            shape = one.to_dict()
            if made_for(shape) == call_uuid:
                return shapes.session(shape)
    return None


def find_refund(*, payment_intent: str, call_uuid: str) -> values.Refund | None:
    """Look for the refund that a call of ours made."""
    found = (one for one in refunds_of(payment_intent) if one.call_uuid == call_uuid)
    return next(found, None)


def find_transfer(*, group: str, call_uuid: str) -> values.Transfer | None:
    """Look for the transfer that a call of ours made."""
    with raising_problems():
        found = client().v1.transfers.list({"transfer_group": group, "limit": _MOST})
        for one in found.auto_paging_iter():
            shape = one.to_dict()
            if made_for(shape) == call_uuid:
                return shapes.transfer(shape)
    return None


def find_reversal(*, transfer_id: str, call_uuid: str) -> values.Reversal | None:
    """Look for the reversal that a call of ours made."""
    with raising_problems():
        found = client().v1.transfers.reversals.list(transfer_id, {"limit": _MOST})
        for one in found.auto_paging_iter():
            shape = one.to_dict()
            if made_for(shape) == call_uuid:
                return shapes.reversal(shape)
    return None


def find_account(*, call_uuid: str) -> values.Account | None:
    """Look for the account that a call of ours opened."""
    with raising_problems():
        found = client().v2.core.accounts.list({"limit": _MOST})
        for one in found.auto_paging_iter():
            shape = one.to_dict()
            if made_for(shape) == call_uuid:
                return account(str(shape["id"]))
    return None


def session_tags(session_id: str) -> dict[str, str]:
    """Fetch the metadata of an unknown session."""
    with raising_problems():
        found = client().v1.checkout.sessions.retrieve(session_id)
    return dict(found.to_dict().get("metadata") or {})


def destinations() -> list[values.Destination]:
    """Fetch where Stripe posts events of this account."""
    with raising_problems():
        found = client().v2.core.event_destinations.list({"limit": _MOST})
        return [shapes.destination(one.to_dict()) for one in found.auto_paging_iter()]
