"""Plain values read from Stripe: ids, cents, states."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

from billing.stripe.rules.answers import Problem


class StripeCallFailed(Exception):  # noqa: N818 - an answer like another, which the caller weighs
    """A request that Stripe refused, or did not answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status or ''} {problem.text}".strip())
        self.problem = problem


class BadEvent(Exception):  # noqa: N818 - somebody else's mistake, answered with 400
    """A posted body without a valid signature of Stripe for us."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer[T]:
    """The result of a call that changes something, and how to find it in Stripe's log."""

    value: T
    request_id: str
    status: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """A move on our Stripe balance."""

    id: str
    amount_cents: int
    fee_cents: int
    net_cents: int
    made_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Charge:
    """Money that was taken from a buyer; `agreed_at` is when the bank of a debit agreed to it."""

    id: str
    payment_intent: str
    captured_cents: int
    currency: str
    method: str
    created_at: dt.datetime
    balance_transaction: BalanceTransaction | None
    agreed_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PaymentIntent:
    """A buyer's attempt to pay."""

    id: str
    status: str
    decline_code: str
    order_uuid: str
    charge: Charge | None


@dataclasses.dataclass(frozen=True, slots=True)
class Session:
    """A Checkout page."""

    id: str
    url: str
    status: str
    payment_status: str
    amount_cents: int
    currency: str
    livemode: bool
    client_reference_id: str
    created_at: dt.datetime
    expires_at: dt.datetime
    intent: PaymentIntent | None
    subscription: str = ""
    invoice: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Subscription:
    """A monthly payment; `product` is the product of its price."""

    id: str
    status: str
    stops_at_period_end: bool
    item: str
    product: str
    gross_cents: int
    paid_until: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class MonthInvoice:
    """Stripe's invoice of a month: the amount to collect, and the result."""

    id: str
    subscription: str
    status: str
    is_first: bool
    paid_cents: int
    currency: str
    livemode: bool
    next_try_at: dt.datetime | None
    intent: PaymentIntent | None


@dataclasses.dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back to a buyer."""

    id: str
    status: str
    amount_cents: int
    payment_intent: str
    call_uuid: str
    created_at: dt.datetime
    balance_transaction: str
    failure_balance_transaction: str
    failure_reason: str
    pending_reason: str = ""
    left_at: dt.datetime | None = None
    returned_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Transfer:
    """Money that went to a council's account."""

    id: str
    amount_cents: int
    call_uuid: str
    created_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Reversal:
    """Money that came back from a council's account."""

    id: str
    transfer: str
    amount_cents: int
    call_uuid: str
    created_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Requirement:
    """Something that Stripe asks of an account, in Stripe's own names: `why` it is asked again."""

    what: str
    status: str
    why: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Dispute:
    """A payment that the buyer's bank contests, with its movements on our balance."""

    id: str
    status: str
    reason: str
    amount_cents: int
    currency: str
    payment_intent: str
    has_evidence: bool
    due_at: dt.datetime | None
    created_at: dt.datetime
    balance_transactions: tuple[BalanceTransaction, ...]
    decided_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """The status of a council's account; `requirements` are the answers that its people owe.

    `coming` are answers that they will owe from `coming_at` on. Stripe gives an account no
    timestamp: `fetched_at` is the time of our request.
    """

    id: str
    capability: str
    payouts: str
    applied: bool
    closed: bool
    deadlines: frozenset[str]
    requirements: tuple[Requirement, ...] = ()
    deadline_at: dt.datetime | None = None
    coming: tuple[Requirement, ...] = ()
    coming_at: dt.datetime | None = None
    fetched_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Destination:
    """A webhook endpoint; Stripe returns its secret only on creation."""

    id: str
    name: str
    secret: str


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """An address at Stripe, valid for a person for a few minutes, and the id of its object."""

    id: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """The object that an event is about; everything else is fetched again."""

    id: str
    kind: str
    object_id: str
    account: str
    livemode: bool
    api_version: str
    body: bytes
    happened_at: dt.datetime | None = None


def moment(seconds: int) -> dt.datetime:
    """Return Stripe's seconds as a moment."""
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)


def id_of(thing: Any) -> str:
    """Return the id of a Stripe object, of an unexpanded reference, or an empty text."""
    if isinstance(thing, dict):
        return str(thing["id"])
    return str(thing or "")


def made_for(thing: dict[str, Any]) -> str:
    """Return our id in the metadata of a Stripe object, or an empty text if it is no UUID."""
    text = str((thing.get("metadata") or {}).get("troovon_id", ""))
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
