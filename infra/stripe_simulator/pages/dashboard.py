"""What the simulator knows, for people: balance, payments, transfers, accounts, events."""

import itertools
from collections.abc import Sequence

from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.standing import state_of
from infra.stripe_simulator.pages.layout import esc, missing, notice, page, table
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.wire import Request, Response
from infra.stripe_simulator.world import World

SHOWN = 25


def show(world: World, request: Request) -> Response:
    """Show everything on one page, newest first."""
    speaker = _speaker(request)
    sections = "".join(
        f'<section class="card"><h2>{esc(speaker.say(name))}</h2>{table(speaker, heads, rows)}'
        "</section>"
        for name, heads, rows in (
            ("payments", *_payments(world, speaker)),
            ("transfers", *_transfers(world, speaker)),
            ("accounts", *_accounts(world, speaker)),
            ("events", *_events(world)),
            ("deliveries", *_deliveries(world)),
        )
    )
    title = speaker.say("dashboard")
    body = f"<h1>{esc(title)}</h1>{_tiles(world, speaker, PLATFORM)}{sections}"
    return page(speaker, title, body, wide=True)


Table = tuple[Sequence[str], list[list[str]]]


def _speaker(request: Request) -> Speaker:
    return Speaker(language_of(None, request.headers.get("accept-language", "")))


def _latest(world: World, *kinds: str) -> list[JSON]:
    rows = [
        row
        for kind in kinds
        for row in itertools.islice(world.store.newest_first(kind), SHOWN * 4)
        if row.get("_owner", PLATFORM) == PLATFORM
    ]
    rows.sort(key=lambda row: -int(row["_order"]))
    return rows[:SHOWN]


def _when(moment: int | str) -> str:
    text = moment if isinstance(moment, str) else iso(moment)
    return text[:19].replace("T", " ")


def _tiles(world: World, speaker: Speaker, owner: str) -> str:
    sums = money.balance_of(world, owner)
    tiles = [
        (f"{speaker.say('balance')} {speaker.say(part)}", sums[part].get("eur", 0))
        for part in ("available", "pending")
    ]
    drawn = "".join(
        f'<div class="tile"><span class="hint">{esc(label)}</span>'
        f"<strong>{esc(speaker.money(cents, 'eur'))}</strong></div>"
        for label, cents in tiles
    )
    clock = (
        f'<div class="tile"><span class="hint">{esc(speaker.say("clock"))}</span>'
        f"<strong>{esc(_when(world.clock.now()))} UTC</strong></div>"
    )
    return f'<div class="tiles">{drawn}{clock}</div>'


def _payments(world: World, speaker: Speaker) -> Table:
    rows = [
        [
            row["id"],
            speaker.money(row["amount"], row["currency"]),
            row["status"],
            speaker.money(row["amount_refunded"], row["currency"]),
            row["description"] or "",
            row["transfer_group"] or "",
            _when(row["created"]),
        ]
        for row in _latest(world, "charge")
    ]
    heads = ("object", "amount", "state", "refunded", "description", "group", "when")
    return heads, rows


def _transfers(world: World, speaker: Speaker) -> Table:
    rows = [
        [
            row["id"],
            speaker.money(row["amount"], row["currency"]),
            row["destination"],
            speaker.money(row["amount_reversed"], row["currency"]),
            row["transfer_group"] or "",
            _when(row["created"]),
        ]
        for row in _latest(world, "transfer")
    ]
    return ("object", "amount", "to", "reversed", "group", "when"), rows


def _accounts(world: World, speaker: Speaker) -> Table:
    rows = [
        [
            row["id"],
            row["display_name"] or row["contact_email"] or "",
            "closed" if row["closed"] else str(state_of(row)),
            speaker.money(money.available_cents(world, row["id"], "eur"), "eur"),
            _when(row["created"]),
        ]
        for row in _latest(world, "account")
    ]
    return ("object", "description", "state", "available", "when"), rows


def _events(world: World) -> Table:
    rows = [
        [row["id"], row["type"], str(len(row.get("_waiting", ()))), _when(row["created"])]
        for row in _latest(world, "event", "v2.core.event")
    ]
    return ("object", "type", "waiting", "when"), rows


def _deliveries(world: World) -> Table:
    rows = []
    for row in _latest(world, "delivery"):
        last = row["attempts"][-1] if row["attempts"] else {}
        answer = last.get("status") or last.get("error") or ""
        rows.append(
            [
                row["type"],
                row["destination"],
                row["state"],
                str(len(row["attempts"])),
                str(answer),
                _when(last["at"]) if last else "",
            ]
        )
    return ("type", "to", "state", "attempts", "answer", "when"), rows


def show_express(world: World, request: Request, account_id: str) -> Response:
    """Show an account's own side: its balance and what it received."""
    speaker = _speaker(request)
    account = world.store.get("account", account_id)
    if account is None:
        return missing(speaker)
    rows = [
        [
            row["id"],
            speaker.money(row["amount"], row["currency"]),
            speaker.money(row["amount_reversed"], row["currency"]),
            _when(row["created"]),
        ]
        for row in world.store.newest_first("transfer")
        if row["destination"] == account_id
    ][:SHOWN]
    title = speaker.say("express_title")
    name = account["display_name"] or account_id
    drawn = table(speaker, ("object", "amount", "reversed", "when"), rows)
    body = (
        f'<h1>{esc(title)}</h1><p class="hint">{esc(name)}</p>'
        f"{_tiles(world, speaker, account_id)}"
        f'<section class="card"><h2>{esc(speaker.say("transfers"))}</h2>{drawn}</section>'
    )
    return page(speaker, title, body, wide=True)


def show_receipt(world: World, request: Request, charge_id: str) -> Response:
    """Show what a charge took."""
    speaker = _speaker(request)
    charge = world.store.get("charge", charge_id)
    if charge is None:
        return missing(speaker)
    amount = speaker.money(charge["amount"], charge["currency"])
    text = f"{amount} · {charge['description'] or charge_id} · {_when(charge['created'])} UTC"
    return notice(speaker, speaker.say("receipt_title"), text)
