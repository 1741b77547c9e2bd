"""Objects inside objects: the fields for `expand`, and the fields hidden from every caller."""

import copy
from collections.abc import Callable

from infra.stripe_simulator.errors import JSON, ParameterError
from infra.stripe_simulator.store import Store

DEEPEST = 4

# By kind: the fields that can be opened, and the kind found there (empty: not looked into).
EXPANDABLE: dict[str, dict[str, str]] = {
    "billing_portal.session": {"configuration": "billing_portal.configuration"},
    "balance_transaction": {"source": ""},
    "charge": {
        "application": "",
        "application_fee": "",
        "balance_transaction": "balance_transaction",
        "customer": "customer",
        "failure_balance_transaction": "balance_transaction",
        "on_behalf_of": "",
        "payment_intent": "payment_intent",
        "refunds": "refund",
        "review": "",
        "source_transfer": "transfer",
        "transfer": "transfer",
    },
    "checkout.session": {
        "customer": "customer",
        "invoice": "invoice",
        "line_items": "item",
        "payment_intent": "payment_intent",
        "payment_link": "",
        "setup_intent": "setup_intent",
        "subscription": "subscription",
    },
    "customer": {
        "cash_balance": "",
        "default_source": "",
        "invoice_credit_balance": "",
        "invoice_settings": "customer.invoice_settings",
        "sources": "",
        "subscriptions": "subscription",
        "tax": "",
        "tax_ids": "",
        "test_clock": "test_helpers.test_clock",
    },
    "customer.invoice_settings": {"default_payment_method": "payment_method"},
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "invoice": {
        "application": "",
        "confirmation_secret": "",
        "customer": "customer",
        "default_payment_method": "payment_method",
        "default_source": "",
        "discounts": "",
        "lines": "line_item",
        "parent": "invoice.parent",
        "payments": "invoice_payment",
        "test_clock": "test_helpers.test_clock",
    },
    "invoice.parent": {"subscription_details": "invoice.parent.subscription"},
    "invoice.parent.subscription": {"subscription": "subscription"},
    "invoice_payment": {"invoice": "invoice", "payment": "invoice_payment.payment"},
    "invoice_payment.payment": {"charge": "charge", "payment_intent": "payment_intent"},
    "item": {"discounts": "", "price": "price", "taxes": ""},
    "line_item": {
        "discounts": "",
        "pricing": "line_item.pricing",
        "subscription": "subscription",
        "taxes": "",
    },
    "line_item.pricing": {"price_details": "line_item.price"},
    "line_item.price": {"price": "price", "product": "product"},
    "mandate": {"payment_method": "payment_method"},
    "payment_intent": {
        "application": "",
        "customer": "customer",
        "latest_charge": "charge",
        "on_behalf_of": "",
        "payment_method": "payment_method",
        "review": "",
    },
    "payment_method": {"customer": "customer"},
    "payout": {
        "balance_transaction": "balance_transaction",
        "destination": "",
        "failure_balance_transaction": "balance_transaction",
        "original_payout": "payout",
        "reversed_by": "payout",
    },
    "price": {"currency_options": "", "product": "product", "tiers": ""},
    "setup_intent": {
        "application": "",
        "customer": "customer",
        "latest_attempt": "",
        "mandate": "mandate",
        "payment_method": "payment_method",
    },
    "subscription": {
        "application": "",
        "customer": "customer",
        "default_payment_method": "payment_method",
        "default_source": "",
        "discounts": "",
        "items": "subscription_item",
        "latest_invoice": "invoice",
        "pending_setup_intent": "setup_intent",
        "schedule": "",
        "test_clock": "test_helpers.test_clock",
    },
    "subscription_item": {"discounts": "", "price": "price"},
    "product": {"default_price": "price", "tax_code": ""},
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
        "source_transfer_reversal": "transfer_reversal",
        "transfer_reversal": "transfer_reversal",
    },
    "transfer": {
        "balance_transaction": "balance_transaction",
        "destination": "",
        "destination_payment": "charge",
        "reversals": "transfer_reversal",
        "source_transaction": "charge",
    },
    "transfer_reversal": {
        "balance_transaction": "balance_transaction",
        "destination_payment_refund": "refund",
        "source_refund": "refund",
        "transfer": "transfer",
    },
}

# The kind of object by the last fixed part of an address, or by the part before a verb.
KIND_AT = {
    "balance_transactions": "balance_transaction",
    "charges": "charge",
    "configurations": "billing_portal.configuration",
    "customers": "customer",
    "disputes": "dispute",
    "invoice_payments": "invoice_payment",
    "invoices": "invoice",
    "line_items": "item",
    "lines": "line_item",
    "mandates": "mandate",
    "payment_intents": "payment_intent",
    "payment_methods": "payment_method",
    "payouts": "payout",
    "prices": "price",
    "products": "product",
    "refunds": "refund",
    "reversals": "transfer_reversal",
    "sessions": "checkout.session",
    "setup_intents": "setup_intent",
    "subscription_items": "subscription_item",
    "subscriptions": "subscription",
    "test_clocks": "test_helpers.test_clock",
    "transfers": "transfer",
}

Inclusion = Callable[[Store, JSON], object]
INCLUDED: dict[tuple[str, str], Inclusion] = {}


def included(kind: str, field: str) -> Callable[[Inclusion], Inclusion]:
    """Name the function that builds a field which is absent unless asked for."""

    def remember(build: Inclusion) -> Inclusion:
        INCLUDED[kind, field] = build
        return build

    return remember


def public(record: JSON) -> JSON:
    """Return a copy of a record without the simulator's private fields."""
    return {key: copy.deepcopy(value) for key, value in record.items() if not key.startswith("_")}


def check(endpoint: str, paths: list[str]) -> None:
    """Refuse a path that cannot be opened, before anything is done."""
    fixed = [piece for piece in endpoint.split("/") if not piece.startswith("{")]
    kind = KIND_AT.get(fixed[-1]) or KIND_AT.get(fixed[-2], "")
    if "billing_portal" in fixed and fixed[-1] == "sessions":
        kind = "billing_portal.session"
    is_list = endpoint.startswith("GET") and not endpoint.endswith("}")
    for path in paths:
        if kind and is_list != path.startswith("data."):
            raise _cannot(path, f"data.{path}" if is_list else "")
        pieces = [piece for piece in path.split(".") if piece != "data"]
        if len(path.split(".")) > DEEPEST:
            raise ParameterError("You cannot expand more than 4 levels of a property.")
        _check(kind, pieces, path)


def _cannot(path: str, rather: str = "") -> ParameterError:
    better = f"'{rather}' instead" if rather else "a property that holds the id of an object"
    return ParameterError(
        f"This property cannot be expanded ({path}). You may want to try expanding {better}.",
        param="expand",
    )


def _check(kind: str, pieces: list[str], path: str) -> None:
    for piece in pieces:
        if not kind:
            return
        if piece not in EXPANDABLE.get(kind, {}):
            raise _cannot(path)
        kind = EXPANDABLE[kind][piece]


def expand(store: Store, body: JSON, paths: list[str]) -> JSON:
    """Open each asked path of an answer."""
    for path in paths:
        _open(store, body, path.split("."))
    return body


def _open(store: Store, body: JSON, pieces: list[str], *, kind: str = "") -> None:
    first, *rest = pieces
    kind = body.get("object", kind)
    value = _opened(store, body, first, kind=kind)
    if not rest:
        return
    inside = EXPANDABLE.get(kind, {}).get(first, "")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            _open(store, item, rest, kind=inside)


def _opened(store: Store, body: JSON, field: str, *, kind: str) -> object:
    value = body.get(field)
    if isinstance(value, (dict, list)):
        return value
    if (kind, field) in INCLUDED:
        body[field] = INCLUDED[kind, field](store, body)
    elif isinstance(value, str) and field in EXPANDABLE.get(kind, {}):
        found = store.anything(value)
        body[field] = value if found is None else public(found[1])
    return body.get(field)
