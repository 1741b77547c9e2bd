"""Subscriptions and debits for demonstrators: rows and buttons."""

from infra.stripe_simulator.errors import JSON, ParameterError
from infra.stripe_simulator.levers import selling
from infra.stripe_simulator.pages.board_parts import (
    Act,
    Table,
    buttons,
    chip,
    code,
    state_word,
    text,
    when,
)
from infra.stripe_simulator.pages.words import Speaker
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import World

RENEWED = {"active", "past_due", "unpaid"}
CARDS = ("paid", "declined_later")


def subscribed(world: World, speaker: Speaker, most: int) -> Table:
    """Show subscriptions, with the buttons that change the card behind them."""
    rows = [
        _row(world, speaker, row)
        for row in world.store.newest_first("subscription")
        if row["_owner"] == PLATFORM
    ]
    heads = ("object", "head_customer", "amount", "state", "head_next", "head_acts")
    return heads, rows[:most]


def _row(world: World, speaker: Speaker, row: JSON) -> list[str]:
    parts = row["items"]["data"]
    cents = sum(part["price"]["unit_amount"] * part["quantity"] for part in parts)
    rhythm = speaker.rhythm(parts[0]["price"]["recurring"])
    customer = world.store.get("customer", row["customer"]) or {}
    goes_on = row["status"] in RENEWED
    state = "ends" if goes_on and row["cancel_at_period_end"] else row["status"]
    acts = [
        Act("card", f"{row['customer']}/{outcome}", f"card_{outcome}")
        for outcome in CARDS
        if goes_on
    ]
    return [
        code(row["id"]),
        text(customer.get("name") or customer.get("email") or row["customer"]),
        text(f"{speaker.money(cents, row['currency'])} {rhythm}"),
        chip(speaker, state),
        when(parts[0]["current_period_end"]) if goes_on else "–",
        buttons(speaker, acts, "months"),
    ]


def debit_acts(charge: JSON) -> list[Act]:
    """Return the buttons for a bank's answers to a pending debit."""
    if charge["status"] != "pending":
        return []
    return [
        Act("debit", f"{charge['id']}/{answer}", f"debit_{answer}") for answer in selling.ANSWERS
    ]


def answer(world: World, speaker: Speaker, about: str) -> tuple[str, JSON]:
    """Let the bank answer a debit now."""
    charge = selling.debit(world, about.split("/"), {})
    state = state_word(speaker, charge["status"])
    return "said_debit", {"object": charge["id"], "state": state}


def change_card(world: World, _speaker: Speaker, about: str) -> tuple[str, JSON]:
    """Let a customer pay with another card from now on."""
    name, _, outcome = about.partition("/")
    if outcome not in CARDS:
        raise ParameterError("This card is not on the board.", param="outcome")
    selling.card(world, [name], {"outcome": outcome})
    return f"said_card_{outcome}", {"object": name}
