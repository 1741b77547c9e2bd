"""Rows of the simulator's objects, each with the bad days that can happen to it."""

import itertools
from collections.abc import Callable

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.connect import standing
from infra.stripe_simulator.objects.returns import disputes, refund_life
from infra.stripe_simulator.pages.board_months import debit_acts
from infra.stripe_simulator.pages.board_parts import (
    Act,
    Table,
    buttons,
    chip,
    code,
    text,
    when,
)
from infra.stripe_simulator.pages.words import Speaker
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import World

SHOWN = 100
DECISIONS = {
    "needs_response": ("won", "lost", "under_review", "prevented"),
    "under_review": ("won", "lost"),
    "warning_needs_response": ("warning_closed", "needs_response", "warning_under_review"),
    "warning_under_review": ("warning_closed", "needs_response"),
    "lost": ("appeal", "appeal_won"),
    "appeal_needs_response": ("appeal_under_review", "won", "lost"),
    "appeal_under_review": ("won", "lost"),
}
HEADS_OF_ACCOUNTS = (
    "head_owner",
    "head_able",
    "head_bank",
    "head_asked",
    "head_available",
    "when",
    "head_acts",
)
ON_ACCOUNTS = ("active", "requirement", "restricted", "payouts_disabled", "rejected", "closed")


def latest(world: World, *kinds: str, most: int = SHOWN, everybody: bool = False) -> list[JSON]:
    """Return the newest records of some kinds, the platform's own or of all accounts."""
    rows = [
        row
        for kind in kinds
        for row in itertools.islice(
            (
                row
                for row in world.store.newest_first(kind)
                if everybody or row.get("_owner", PLATFORM) == PLATFORM
            ),
            most,
        )
    ]
    rows.sort(key=lambda row: -int(row["_order"]))
    return rows[:most]


def payments(world: World, speaker: Speaker, most: int) -> Table:
    """Show payments, with the buttons to dispute them."""
    rows = []
    for row in latest(world, "charge", most=most):
        amount = speaker.money(row["amount"], row["currency"])
        back = speaker.money(row["amount_refunded"], row["currency"])
        live = disputes.live_of(world, row)
        state = "disputed" if live else "refunded" if row["refunded"] else row["status"]
        can = row["paid"] and live is None and disputes.left_cents(row)
        acts = [Act(name, row["id"]) for name in ("dispute", "inquiry", "take_back") if can]
        acts += debit_acts(row)
        rows.append(
            [
                code(row["id"]),
                text(amount),
                chip(speaker, state),
                text(back if row["amount_refunded"] else "–"),
                _about(row),
                when(row["created"]),
                buttons(speaker, acts, "payments"),
            ]
        )
    heads = ("object", "amount", "state", "refunded", "description", "when", "head_acts")
    return heads, rows


def _about(charge: JSON) -> str:
    """Return the description and the transfer group of a payment."""
    words = [text(charge["description"])] if charge["description"] else []
    words += [code(charge["transfer_group"])] if charge["transfer_group"] else []
    return "<br>".join(words) or "–"


def refunds(world: World, speaker: Speaker, most: int) -> Table:
    """Return the refunds, with the button to make the bank reject them."""
    rows = []
    for row in latest(world, "refund", most=most):
        can = "failed" in refund_life.FOLLOWS.get(row["status"], ())
        acts = [Act("fail_refund", row["id"])] if can else []
        rows.append(
            [
                code(row["id"]),
                text(speaker.money(row["amount"], row["currency"])),
                chip(speaker, row["status"]),
                code(row["charge"]),
                when(row["created"]),
                buttons(speaker, acts, "payments"),
            ]
        )
    return ("object", "amount", "state", "head_payment", "when", "head_acts"), rows


def transfers(world: World, speaker: Speaker, most: int) -> Table:
    """Return the transfers and their reversed amounts."""
    rows = [
        [
            code(row["id"]),
            text(speaker.money(row["amount"], row["currency"])),
            code(row["destination"]),
            text(speaker.money(row["amount_reversed"], row["currency"])),
            code(row["transfer_group"] or "–"),
            when(row["created"]),
        ]
        for row in latest(world, "transfer", most=most)
    ]
    return ("object", "amount", "to", "reversed", "group", "when"), rows


def disputed(world: World, speaker: Speaker, most: int) -> Table:
    """Show disputes, with the decisions that may follow."""
    rows = []
    for row in latest(world, "dispute", most=most):
        due = row["evidence_details"]["due_by"]
        acts = [
            Act("decide", f"{row['id']}/{verdict}", verdict)
            for verdict in DECISIONS.get(row["status"], ())
        ]
        rows.append(
            [
                code(row["id"]) + "<br>" + code(row["charge"]),
                text(speaker.money(row["amount"], row["currency"])),
                chip(speaker, row["status"]),
                code(row["reason"]),
                when(due) if row["status"] in disputes.ANSWERABLE else "–",
                buttons(speaker, acts, "disputes"),
            ]
        )
    heads = ("object", "amount", "state", "head_reason", "head_due", "head_acts")
    return heads, rows


def paid_out(world: World, speaker: Speaker, most: int) -> Table:
    """Return the payouts of all balances, with the buttons for the bank's answers."""
    rows = []
    for row in latest(world, "payout", most=most, everybody=True):
        whose = row["_owner"]
        moving = row["status"] in {"pending", "in_transit"}
        acts = [Act("payout", f"{row['id']}/paid", "arrived")] if moving else []
        if row["status"] not in {"failed", "canceled"}:
            acts.append(Act("payout", f"{row['id']}/failed", "fail_payout"))
        rows.append(
            [
                code(row["id"]),
                text(speaker.money(row["amount"], row["currency"])),
                chip(speaker, row["status"]),
                text(speaker.say("head_platform")) if whose == PLATFORM else code(whose),
                when(row["arrival_date"]),
                when(row["created"]),
                buttons(speaker, acts, "payouts"),
            ]
        )
    heads = ("object", "amount", "state", "head_owner", "head_arrival", "when", "head_acts")
    return heads, rows


def account_state(account: JSON) -> str:
    """Return the state of an account in a single word."""
    if account["closed"]:
        return "closed"
    if account["configuration"]["recipient"] and not standing.is_connected(account):
        return "disconnected"
    return str(standing.state_of(account))


def accounts(world: World, speaker: Speaker, most: int) -> Table:
    """Return the accounts, with the buttons for Stripe's decisions."""
    rows = []
    for row in latest(world, "account", most=most):
        requirements = row["requirements"]["entries"] + row["future_requirements"]["entries"]
        cents = money.available_cents(world, row["id"], "eur")
        rows.append(
            [
                text(row["display_name"] or row["contact_email"] or "–") + " " + code(row["id"]),
                chip(speaker, account_state(row)),
                chip(speaker, str(standing.payouts_of(row))),
                text(
                    ", ".join(part["description"].rpartition(".")[2] for part in requirements)
                    or "–"
                ),
                text(speaker.money(cents, "eur")),
                when(row["created"]),
                buttons(speaker, _account_acts(row), "accounts"),
            ]
        )
    return HEADS_OF_ACCOUNTS, rows


def _account_acts(account: JSON) -> list[Act]:
    if account["closed"] or standing.state_of(account) is None:
        return []
    connected = standing.is_connected(account)
    well = not account["requirements"]["entries"] and standing.payouts_of(account) == "active"
    useless = account_state(account) if account_state(account) != "active" or well else ""
    names = [name for name in ON_ACCOUNTS if name != useless]
    names.append("disconnected" if connected else "reconnected")
    return [
        *(Act("account", f"{account['id']}/{name}", name) for name in names),
        Act("pay_out", account["id"]),
    ]


def events(world: World, speaker: Speaker, most: int) -> Table:
    """Show events and how many destinations still wait for each."""
    rows = [
        [
            code(row["id"]),
            text(row["type"]),
            code(row["account"]) if "account" in row else text(speaker.say("head_platform")),
            text(str(len(row.get("_waiting", ())))),
            when(row["created"]),
        ]
        for row in latest(world, "event", "v2.core.event", most=most, everybody=True)
    ]
    return ("object", "type", "head_owner", "waiting", "when"), rows


def deliveries(world: World, speaker: Speaker, most: int) -> Table:
    """Return the webhook deliveries, with the last response of each."""
    rows = []
    for row in latest(world, "delivery", most=most):
        last = row["attempts"][-1] if row["attempts"] else {}
        answer = last.get("status") or last.get("error") or "–"
        rows.append(
            [
                text(row["type"]),
                code(row["destination"]),
                chip(speaker, row["state"]),
                text(str(len(row["attempts"]))),
                text(answer),
                when(last["at"]) if last else "–",
            ]
        )
    return ("type", "to", "state", "attempts", "answer", "when"), rows


def faults(world: World, speaker: Speaker, _most: int) -> Table:
    """Show the faults that are switched on and how often they have struck."""
    rows = [
        [
            code(fault.kind),
            text(fault.path or fault.event or "–"),
            text(str(fault.met)),
            text(speaker.say("always") if fault.times is None else str(fault.times - fault.met)),
        ]
        for fault in world.faults.active
        if not fault.is_over
    ]
    return ("head_kind", "to", "head_struck", "head_left"), rows


Rows = Callable[[World, Speaker, int], Table]
