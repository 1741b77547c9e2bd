"""The dashboard of objects and faults, for people: an overview, a page per kind."""

from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects import balance_settings, money
from infra.stripe_simulator.pages import board_acts, board_months, board_rows
from infra.stripe_simulator.pages.board_parts import Act, Table, buttons, folding, state_word
from infra.stripe_simulator.pages.layout import esc, missing, notice, page, table
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.wire import Request, Response
from infra.stripe_simulator.world import World

FEW = 8
# By page: its tables, each under its heading.
PAGES: dict[str, tuple[tuple[str, board_rows.Rows], ...]] = {
    "payments": (("board_payments", board_rows.payments), ("board_refunds", board_rows.refunds)),
    "months": (("board_months", board_months.subscribed),),
    "transfers": (("board_transfers", board_rows.transfers),),
    "disputes": (("board_disputes", board_rows.disputed),),
    "payouts": (("board_payouts", board_rows.paid_out),),
    "accounts": (("board_accounts", board_rows.accounts),),
    "events": (("board_events", board_rows.events), ("deliveries", board_rows.deliveries)),
}


def show(world: World, request: Request) -> Response:
    """Show the overview: balance, time, buttons for bad days, and the latest of each kind."""
    speaker = _speaker(request)
    sections = "".join(
        _section(speaker, name, rows(world, speaker, FEW), link=f"/{place}")
        for place, tables in PAGES.items()
        for name, rows in tables
    )
    body = (
        f'<p class="hint">{esc(speaker.say("board_intro"))}</p>'
        f"{_tiles(world, speaker, PLATFORM)}{_panels(world, speaker)}{sections}"
    )
    return _framed(world, request, "", body=body)


def show_place(world: World, request: Request, place: str) -> Response:
    """Show all objects of a kind."""
    speaker, alone = _speaker(request), len(PAGES[place]) == 1
    body = "".join(
        _section(speaker, name, rows(world, speaker, board_rows.SHOWN), alone=alone)
        for name, rows in PAGES[place]
    )
    return _framed(world, request, place, body=body)


def _speaker(request: Request) -> Speaker:
    return Speaker(language_of(None, request.headers.get("accept-language", "")))


def _framed(world: World, request: Request, place: str, *, body: str) -> Response:
    speaker = _speaker(request)
    title = speaker.say(f"board_{place or 'home'}")
    sentence, refused = board_acts.sentence(world, speaker, request)
    tone = "refused" if refused else "done"
    news = f'<p class="{tone}" role="status">{esc(sentence)}</p>' if sentence else ""
    whole = f"{_navigation(speaker, place)}{news}<h1>{esc(title)}</h1>{body}"
    return page(speaker, title, whole, wide=True)


def _navigation(speaker: Speaker, here: str) -> str:
    links = ""
    for place in ("", *PAGES):
        current = ' aria-current="page"' if place == here else ""
        label = speaker.say(f"board_{place or 'home'}")
        links += f'<a href="/{place}"{current}>{esc(label)}</a>'
    return f'<nav class="places" aria-label="{esc(speaker.say("board_nav"))}">{links}</nav>'


def _section(
    speaker: Speaker, name: str, found: Table, *, link: str = "", alone: bool = False
) -> str:
    """Draw a table under its heading, which it needs not when the page is named like it."""
    title, rows = speaker.say(name), found[1]
    more = f'<a href="{esc(link)}">{esc(speaker.say("board_all"))}</a>' if link and rows else ""
    head = "" if alone else f'<div class="head"><h2>{esc(title)}</h2>{more}</div>'
    return f'<section class="card">{head}{folding(speaker, found, caption=title)}</section>'


def _tile(label: str, value: str) -> str:
    return (
        f'<div class="tile"><span class="hint">{esc(label)}</span>'
        f"<strong>{esc(value)}</strong></div>"
    )


def _tiles(world: World, speaker: Speaker, owner: str) -> str:
    sums = money.balance_of(world, owner)
    drawn = "".join(
        _tile(
            f"{speaker.say('balance')} {speaker.say(part)}",
            speaker.money(sums[part].get("eur", 0), "eur"),
        )
        for part in ("available", "pending")
    )
    now = f"{_day(world.clock.now())} UTC"
    return f'<div class="tiles">{drawn}{_tile(speaker.say("clock"), now)}</div>'


def _panels(world: World, speaker: Speaker) -> str:
    """Draw the buttons that concern no object in particular, and the faults that are on."""
    interval = balance_settings.schedule(world, PLATFORM)["interval"]
    other = "manual" if interval != "manual" else "daily"
    payouts = speaker.say("panel_payouts_on", interval=speaker.say(interval))
    drawn = (
        _panel(speaker, "time", ("hour", "day", "month"))
        + _panel(speaker, "balance", ("empty", "fill", "pay_out", other), more=payouts)
        + _panel(speaker, "events", ("lose", "twice", "late", "retry"))
        + _panel(speaker, "calls", ("break", "break_after", "limit", "clear"))
    )
    faults = _section(speaker, "board_faults", board_rows.faults(world, speaker, FEW))
    return f'<div class="panels">{drawn}</div>{faults}'


def _panel(speaker: Speaker, name: str, acts: tuple[str, ...], *, more: str = "") -> str:
    hint = f"{speaker.say(f'panel_{name}_hint')} {more}".strip()
    drawn = buttons(speaker, [Act(act) for act in acts], "")
    return (
        f'<section class="card"><h2>{esc(speaker.say(f"panel_{name}"))}</h2>'
        f'<p class="hint">{esc(hint)}</p>{drawn}</section>'
    )


Parts = tuple[tuple[str, tuple[str, ...], list[list[str]]], ...]


def show_express(world: World, request: Request, account_id: str) -> Response:
    """Show an account's own dashboard: its balance, its transfers and its payouts."""
    speaker = _speaker(request)
    account = world.store.get("account", account_id)
    if account is None:
        return missing(speaker)
    received = [
        [
            row["id"],
            speaker.money(row["amount"], row["currency"]),
            speaker.money(row["amount_reversed"], row["currency"]),
            _day(row["created"]),
        ]
        for row in world.store.newest_first("transfer")
        if row["destination"] == account_id
    ][: board_rows.SHOWN]
    left = [
        [
            row["id"],
            speaker.money(row["amount"], row["currency"]),
            state_word(speaker, row["status"]),
            _day(row["created"]),
        ]
        for row in world.store.newest_first("payout")
        if row["_owner"] == account_id
    ][: board_rows.SHOWN]
    parts = (
        ("transfers", ("object", "amount", "reversed", "when"), received),
        ("board_payouts", ("object", "amount", "state", "when"), left),
    )
    return _express_page(world, speaker, account, parts=parts)


def _day(moment: int) -> str:
    return iso(moment)[:16].replace("T", " ")


def _express_page(world: World, speaker: Speaker, account: JSON, *, parts: Parts) -> Response:
    title = speaker.say("express_title")
    sections = "".join(
        f'<section class="card"><h2>{esc(speaker.say(name))}</h2>{table(speaker, heads, rows)}'
        "</section>"
        for name, heads, rows in parts
    )
    name = account["display_name"] or account["id"]
    body = (
        f'<h1>{esc(title)}</h1><p class="hint">{esc(name)}</p>'
        f"{_tiles(world, speaker, account['id'])}{sections}"
    )
    return page(speaker, title, body, wide=True)


def show_receipt(world: World, request: Request, charge_id: str) -> Response:
    """Show the receipt of a charge."""
    speaker = _speaker(request)
    charge = world.store.get("charge", charge_id)
    if charge is None:
        return missing(speaker)
    amount = speaker.money(charge["amount"], charge["currency"])
    text = f"{amount} · {charge['description'] or charge_id} · {_day(charge['created'])} UTC"
    return notice(speaker, speaker.say("receipt_title"), text)
