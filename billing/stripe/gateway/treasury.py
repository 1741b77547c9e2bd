"""Moves of Stripe's balances, payouts to banks, and the minimum that always stays there."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from billing.stripe.gateway.client import client, raising_problems
from billing.stripe.gateway.shapes import made_at
from billing.stripe.gateway.values import Answer, id_of, moment

_MOST = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Payout:
    """A payout from a balance to a bank; a negative payout is taken from the bank."""

    id: str
    status: str
    amount_cents: int
    currency: str
    arrives_on: dt.date
    failure: str
    balance_transaction: str
    failure_balance_transaction: str
    created_at: dt.datetime
    returned_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Movement:
    """A balance transaction, as in Stripe's list."""

    id: str
    kind: str
    amount_cents: int
    fee_cents: int
    net_cents: int
    currency: str
    source: str
    created_at: dt.datetime
    available_at: dt.datetime


def payout(payout_id: str, *, account: str = "") -> Payout:
    """Fetch a payout of ours, or of a council's account."""
    with raising_problems():
        params = cast("Any", {"expand": ["failure_balance_transaction"]})
        found = client().v1.payouts.retrieve(payout_id, params, _seen_from(account))
    return _payout(found.to_dict())


def payouts_since(since: dt.datetime, *, account: str = "") -> list[Payout]:
    """Fetch the payouts of some days, of ours or of a council's account, oldest first."""
    params = {
        "created": {"gte": int(since.timestamp())},
        "limit": _MOST,
        "expand": ["data.failure_balance_transaction"],
    }
    with raising_problems():
        found = client().v1.payouts.list(cast("Any", params), _seen_from(account))
        listed = [_payout(one.to_dict()) for one in found.auto_paging_iter()]
    return listed[::-1]


def movements(first: dt.datetime, before: dt.datetime) -> Iterator[list[Movement]]:
    """Fetch the moves of our balance between two moments, newest first, a page at a time.

    The pages are read as they come: a busy day has a thousand of them, and the library's own
    objects would take longer than Stripe.
    """
    period = {"gte": int(first.timestamp()), "lt": int(before.timestamp())}
    params: dict[str, Any] = {"created": period, "limit": _MOST}
    while True:
        with raising_problems():
            found: Any = client().raw_request("get", "/v1/balance_transactions", **params).data
        listed = [_movement(one) for one in found["data"]]
        if listed:
            yield listed
        if not found["has_more"]:
            return
        params["starting_after"] = listed[-1].id


def newest_movement() -> str:
    """Fetch the id of our last balance transaction; two equal results mean no movement between."""
    with raising_problems():
        found = client().v1.balance_transactions.list({"limit": 1})
    return str(found.data[0].id) if found.data else ""


def transfer_of_reversal(movement_id: str) -> str:
    """Fetch which transfer a move took back."""
    params = {"expand": ["source"]}
    with raising_problems():
        found = client().v1.balance_transactions.retrieve(movement_id, cast("Any", params))
    source = found.to_dict().get("source")
    return id_of(source.get("transfer")) if isinstance(source, dict) else ""


def minimum_cents() -> int | None:
    """Fetch the minimum balance that payouts leave."""
    with raising_problems():
        shape = client().v1.balance_settings.retrieve().to_dict()
    minimums = shape["payments"]["payouts"].get("minimum_balance_by_currency") or {}
    return minimums.get("eur")


def set_minimum(params: dict[str, Any], key: str) -> Answer[str]:
    """Set the minimum balance that payouts leave."""
    with raising_problems():
        made = client().v1.balance_settings.update(cast("Any", params), {"idempotency_key": key})
    response = made.last_response
    return Answer(
        "balance_settings",
        str(response.request_id or "") if response else "",
        response.code if response else None,
    )


def _seen_from(account: str) -> Any:
    return {"stripe_account": account} if account else {}


def _payout(shape: dict[str, Any]) -> Payout:
    return Payout(
        id=shape["id"],
        status=shape["status"],
        amount_cents=shape["amount"],
        currency=shape["currency"],
        arrives_on=moment(shape["arrival_date"]).date(),
        failure=str(shape.get("failure_code") or shape.get("failure_message") or ""),
        balance_transaction=id_of(shape.get("balance_transaction")),
        failure_balance_transaction=id_of(shape.get("failure_balance_transaction")),
        created_at=moment(shape["created"]),
        returned_at=made_at(shape.get("failure_balance_transaction")),
    )


def _movement(shape: Any) -> Movement:
    return Movement(
        id=shape["id"],
        kind=shape["type"],
        amount_cents=shape["amount"],
        fee_cents=shape["fee"],
        net_cents=shape["net"],
        currency=shape["currency"],
        source=str(shape["source"] or ""),
        created_at=moment(shape["created"]),
        available_at=moment(shape["available_on"]),
    )
