"""The buttons for bad days: each performs a single act and shows its result."""

from collections.abc import Callable
from typing import Any

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.levers import balances, judging, paying_out
from infra.stripe_simulator.levers.disputing import VERDICTS
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.connect import accounts
from infra.stripe_simulator.objects.returns import disputes, refund_life
from infra.stripe_simulator.pages import board_months
from infra.stripe_simulator.pages.board_parts import state_word
from infra.stripe_simulator.pages.board_rows import account_state
from infra.stripe_simulator.pages.layout import missing, redirect
from infra.stripe_simulator.pages.words import Speaker, language_of
from infra.stripe_simulator.store import PLATFORM, new_id
from infra.stripe_simulator.wire import Request, Response, decode_form
from infra.stripe_simulator.world import World

AN_HOUR, A_DAY, A_MONTH = 3600, 24 * 3600, 30 * 24 * 3600
THOUSAND_CENTS = 100_000
NEXT = 3
NOTICES = 50
PLACES = ("payments", "months", "transfers", "disputes", "payouts", "accounts", "events")
Outcome = tuple[str, dict[str, Any]]
Deed = Callable[[World, Speaker, str], Outcome]


def _wait(step: int, word: str) -> Deed:
    def deed(world: World, _speaker: Speaker, _about: str) -> Outcome:
        world.set_clock(world.clock.now() + step)
        return f"said_{word}", {}

    return deed


def _bring_balance(cents: int) -> Deed:
    def deed(world: World, speaker: Speaker, _about: str) -> Outcome:
        balances.balance(world, [], {"available": cents})
        left = money.available_cents(world, PLATFORM, "eur")
        return "said_balance", {"amount": speaker.money(left, "eur")}

    return deed


def _order(kind: str, word: str, seconds: float = 60.0) -> Deed:
    def deed(world: World, _speaker: Speaker, _about: str) -> Outcome:
        world.faults.order({"kind": kind, "times": NEXT, "seconds": seconds})
        return f"said_{word}", {}

    return deed


def _switch(interval: str) -> Deed:
    def deed(world: World, _speaker: Speaker, _about: str) -> Outcome:
        paying_out.payouts(world, [], {"interval": interval, "everyone": True})
        return f"said_{interval}", {}

    return deed


def _pay_out(world: World, speaker: Speaker, about: str) -> Outcome:
    made = paying_out.payouts(world, ["now"], {"account": about})["payout"]
    if made is None:
        return "said_nothing_to_pay", {}
    return "said_paid_out", {"amount": speaker.money(made["amount"], made["currency"])}


def _clear(world: World, _speaker: Speaker, _about: str) -> Outcome:
    world.faults.clear()
    return "said_clear", {}


def _retry(world: World, _speaker: Speaker, _about: str) -> Outcome:
    world.deliveries.retry_now()
    return "said_retry", {}


def _dispute(way: str) -> Deed:
    def deed(world: World, speaker: Speaker, about: str) -> Outcome:
        charge = world.find("charge", about, owner=PLATFORM, param="charge")
        if way == "take_back":
            record = disputes.open_lost(world, charge)
        else:
            record = disputes.open_dispute(world, charge, inquiry=way == "inquiry")
        amount = speaker.money(record["amount"], record["currency"])
        fee = speaker.money(disputes.FEE_CENTS, record["currency"])
        word = "inquiry" if way == "inquiry" else "dispute"
        return f"said_{word}", {"amount": amount, "fee": fee}

    return deed


def _decide(world: World, speaker: Speaker, about: str) -> Outcome:
    name, _, verdict = about.partition("/")
    record = world.find("dispute", name, owner=PLATFORM, param="dispute")
    for step in VERDICTS.get(verdict, [verdict]):
        disputes.decide(world, record, step)
    return "said_decided", {"object": name, "state": state_word(speaker, record["status"])}


def _fail_refund(world: World, speaker: Speaker, about: str) -> Outcome:
    refund = world.find("refund", about, owner=PLATFORM, param="refund")
    refund_life.bring_to(world, refund, "failed")
    amount = speaker.money(refund["amount"], refund["currency"])
    return "said_refund", {"object": about, "amount": amount}


def _payout(world: World, speaker: Speaker, about: str) -> Outcome:
    name, _, state = about.partition("/")
    record = paying_out.payout(world, [name, state], {"code": "account_closed"})
    return "said_payout", {"object": name, "state": state_word(speaker, record["status"])}


def _account(world: World, speaker: Speaker, about: str) -> Outcome:
    name, _, state = about.partition("/")
    record = accounts.find(world, name)
    judging.decide(world, record, state, given={})
    if state == "requirement":
        return "said_requirement", {"object": name}
    return "said_account", {"object": name, "state": state_word(speaker, account_state(record))}


DEEDS: dict[str, Deed] = {
    "hour": _wait(AN_HOUR, "hour"),
    "day": _wait(A_DAY, "day"),
    "month": _wait(A_MONTH, "month"),
    "empty": _bring_balance(0),
    "fill": _bring_balance(THOUSAND_CENTS),
    "pay_out": _pay_out,
    "daily": _switch("daily"),
    "manual": _switch("manual"),
    "lose": _order("drop_event", "lose"),
    "twice": _order("duplicate_event", "twice"),
    "late": _order("delay_event", "late"),
    "retry": _retry,
    "break": _order("error_before", "calls"),
    "break_after": _order("error_after", "calls"),
    "limit": _order("rate_limit", "calls", seconds=5.0),
    "clear": _clear,
    "dispute": _dispute("dispute"),
    "inquiry": _dispute("inquiry"),
    "take_back": _dispute("take_back"),
    "decide": _decide,
    "fail_refund": _fail_refund,
    "debit": board_months.answer,
    "card": board_months.change_card,
    "payout": _payout,
    "account": _account,
}


def take(world: World, request: Request, name: str) -> Response:
    """Perform a button's act once, and redirect back with a sentence about it."""
    speaker = Speaker(language_of(None, request.headers.get("accept-language", "")))
    if request.method != "POST" or name not in DEEDS:
        return missing(speaker)
    given = decode_form(request.body.decode("utf-8", "replace"))
    if _is_strange(world, request):
        outcome: Outcome = ("said_stranger", {})
    else:
        outcome = _done(world, speaker, name, about=str(given.get("id", "")))
    back = str(given.get("back", ""))
    token = _note(world, outcome)
    return redirect(f"/{back if back in PLACES else ''}?said={token}")


def _is_strange(world: World, request: Request) -> bool:
    """Return True if the button was pressed from a page of another site."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin not in {None, "null", world.settings.base}


def _done(world: World, speaker: Speaker, name: str, *, about: str) -> Outcome:
    try:
        outcome = DEEDS[name](world, speaker, about)
        world.run_due()
    except ApiError as error:
        return "said_refused", {"message": error.message}
    return outcome


def _note(world: World, outcome: Outcome) -> str:
    """Keep a sentence for the page that comes next."""
    record: JSON = {"id": new_id("said_", 12), "key": outcome[0], "values": outcome[1]}
    world.store.put("notice", record)
    old = list(world.store.newest_first("notice"))[NOTICES:]
    for row in old:
        world.store.remove("notice", row["id"])
    return str(record["id"])


def sentence(world: World, speaker: Speaker, request: Request) -> tuple[str, bool]:
    """Give the sentence that the last button left, and whether it was a refusal."""
    token = str(decode_form(request.query).get("said", ""))
    record = world.store.get("notice", token)
    if record is None:
        return "", False
    refused = record["key"] in {"said_refused", "said_stranger"}
    return speaker.say(record["key"], **record["values"]), refused
