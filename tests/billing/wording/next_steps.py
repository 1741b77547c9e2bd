"""Next steps told to operators, by the machine and the state that they are about."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from billing.models import StripeCall
from billing.transitions.machines import MACHINES
from billing.wording import onward, outlook

DAY = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)


def of_payment(state: str) -> Iterator[str]:
    yield onward.of_payment(state, expires_at=DAY, problem="", is_duplicate=False)
    if state == "succeeded":
        yield onward.of_payment(state, expires_at=DAY, problem="", is_duplicate=True)
        yield onward.of_payment(state, expires_at=DAY, problem="currency usd", is_duplicate=False)


def of_tax(state: str) -> Iterator[str]:
    yield onward.of_tax(state, due_at=DAY, write_off_requested=False)
    if state == "owed":
        yield onward.of_tax(state, due_at=DAY, write_off_requested=True)


def of_account(state: str) -> Iterator[str]:
    yield onward.of_account(state)
    if state == "no_legal_personality":
        yield onward.of_account(state, asked_at=DAY)
    if state == "restricted":
        yield onward.of_account(state, deadline_at=DAY)


def of_subscription(state: str) -> Iterator[str]:
    tomorrow = DAY + dt.timedelta(days=1)
    yield onward.of_subscription(state, paid_until=DAY, next_try_at=tomorrow)
    yield onward.of_subscription(state, paid_until=None, next_try_at=None)


def of_call(state: str) -> Iterator[str]:
    kinds = StripeCall.Kind.values if state == "failed" else ["transfer"]
    for kind in kinds:
        yield onward.of_call(state, kind=kind, next_at=None)
    if state in {"pending", "in_flight", "unknown"}:
        yield onward.of_call(state, kind="transfer", next_at=DAY)


def of_share(state: str) -> Iterator[str]:
    yield outlook.of_share(state, release_at=DAY, refusal="")


def of_claim(state: str) -> Iterator[str]:
    yield outlook.of_claim(state, since=DAY, by_transfer=False, write_off_requested=False)


def of_refund(state: str) -> Iterator[str]:
    yield outlook.of_refund(state, came_back=False, is_confirmed=False, paid_otherwise=False)


def of_dispute(state: str) -> Iterator[str]:
    yield outlook.of_dispute(state, due_at=DAY, answered=False, settled=False)


ONWARD: Mapping[str, Callable[[str], Iterator[str]]] = {
    "order": lambda state: iter([onward.of_order(state, placed_at=DAY)]),
    "payment": of_payment,
    "transfer": lambda state: iter([onward.of_transfer(state)]),
    "restitution": lambda state: iter([onward.of_restitution(state)]),
    "tax": of_tax,
    "invoice": lambda state: iter([onward.of_invoice(state)]),
    "council": of_account,
    "change": lambda state: iter([onward.of_change(state, asked_at=DAY, confirmed_at=None)]),
    "subscription": of_subscription,
    "call": of_call,
    "event": lambda state: iter([onward.of_event(state)]),
    "case": lambda state: iter([onward.of_case(state)]),
}
EACH: Mapping[str, Callable[[str], Iterator[str]]] = {
    **ONWARD,
    "share": of_share,
    "claim": of_claim,
    "refund": of_refund,
    "dispute": of_dispute,
}
# For payouts and comparisons, pages show only the state.
STATES: Mapping[str, list[str]] = {
    name: list(machine) for name, machine in MACHINES.items() if name in EACH
}
