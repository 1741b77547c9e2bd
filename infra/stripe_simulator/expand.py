"""Objects inside objects: what `expand` opens, and what is hidden from every caller."""

import copy
from collections.abc import Callable

from infra.stripe_simulator.errors import JSON, ParameterError
from infra.stripe_simulator.store import Store

DEEPEST = 4

# By kind: the fields that can be opened, and the kind found there (empty: not looked into).
EXPANDABLE: dict[str, dict[str, str]] = {
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
        "invoice": "",
        "line_items": "item",
        "payment_intent": "payment_intent",
        "payment_link": "",
        "setup_intent": "",
        "subscription": "",
    },
    "customer": {
        "cash_balance": "",
        "default_source": "",
        "invoice_credit_balance": "",
        "sources": "",
        "subscriptions": "",
        "tax": "",
        "tax_ids": "",
        "test_clock": "",
    },
    "item": {"discounts": "", "price": "price", "taxes": ""},
    "payment_intent": {
        "application": "",
        "customer": "customer",
        "latest_charge": "charge",
        "on_behalf_of": "",
        "payment_method": "payment_method",
        "review": "",
    },
    "payment_method": {"customer": "customer"},
    "payout": {"balance_transaction": "", "destination": "", "failure_balance_transaction": ""},
    "price": {"currency_options": "", "product": "product", "tiers": ""},
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

# By the last fixed piece of an address: what stands there.
KIND_AT = {
    "balance_transactions": "balance_transaction",
    "charges": "charge",
    "customers": "customer",
    "expire": "checkout.session",
    "line_items": "item",
    "payment_intents": "payment_intent",
    "payouts": "payout",
    "refunds": "refund",
    "reversals": "transfer_reversal",
    "sessions": "checkout.session",
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
    """Copy a record without what only the simulator knows."""
    return {key: copy.deepcopy(value) for key, value in record.items() if not key.startswith("_")}


def check(endpoint: str, paths: list[str]) -> None:
    """Refuse a path that cannot be opened, before anything is done."""
    fixed = [piece for piece in endpoint.split("/") if not piece.startswith("{")]
    kind = KIND_AT.get(fixed[-1], "")
    for path in paths:
        pieces = [piece for piece in path.split(".") if piece != "data"]
        if len(path.split(".")) > DEEPEST:
            raise ParameterError("You cannot expand more than 4 levels of a property.")
        _check(kind, pieces, path)


def _check(kind: str, pieces: list[str], path: str) -> None:
    for piece in pieces:
        if not kind:
            return
        if piece not in EXPANDABLE.get(kind, {}):
            raise ParameterError(
                f"This property cannot be expanded ({path}). You may want to try expanding a "
                "property that holds the id of an object.",
                param="expand",
            )
        kind = EXPANDABLE[kind][piece]


def expand(store: Store, body: JSON, paths: list[str]) -> JSON:
    """Open each asked path of an answer."""
    for path in paths:
        _open(store, body, path.split("."))
    return body


def _open(store: Store, body: JSON, pieces: list[str]) -> None:
    first, *rest = pieces
    value = _opened(store, body, first)
    if not rest:
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            _open(store, item, rest)


def _opened(store: Store, body: JSON, field: str) -> object:
    kind, value = body.get("object", ""), body.get(field)
    if isinstance(value, (dict, list)):
        return value
    if (kind, field) in INCLUDED:
        body[field] = INCLUDED[kind, field](store, body)
    elif isinstance(value, str) and field in EXPANDABLE.get(kind, {}):
        found = store.anything(value)
        body[field] = value if found is None else public(found[1])
    return body.get(field)
