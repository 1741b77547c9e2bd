"""The small pieces of the demonstrators' pages: chips, buttons, tables that fold on a phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.pages.board_words import STATES
from infra.stripe_simulator.pages.layout import esc
from infra.stripe_simulator.pages.words import Speaker

GOOD = {"active", "succeeded", "paid", "won", "warning_closed", "prevented", "delivered"}
BAD = {
    "rejected", "closed", "failed", "lost", "disputed", "restricted", "unsupported", "dropped",
    "disconnected", "needs_response", "past_due", "unpaid",
}  # fmt: skip


FEW_BUTTONS = 4


@dataclass(frozen=True, slots=True)
class Act:
    """A button: its act, its object, and its label."""

    name: str
    about: str = ""
    word: str = ""


Table = tuple[Sequence[str], list[list[str]]]


def text(value: object) -> str:
    """Write a plain cell."""
    return esc(value)


def code(value: object) -> str:
    """Write an id, which may be broken anywhere."""
    return f'<code title="{esc(value)}">{esc(value)}</code>'


def when(moment: int | str) -> str:
    """Write a moment to the minute, in UTC."""
    written = moment if isinstance(moment, str) else iso(moment)
    return f'<time datetime="{esc(written)}">{esc(written[:16].replace("T", " "))}</time>'


def state_word(speaker: Speaker, state: str) -> str:
    """Return a state in the reader's language."""
    return speaker.say(f"state_{state}") if state in STATES else state


def chip(speaker: Speaker, state: str) -> str:
    """Show a state in the reader's words, and as the API writes it."""
    tone = "good" if state in GOOD else "bad" if state in BAD else "wait"
    shown = state_word(speaker, state)
    raw = "" if shown == state else f' <span class="raw">{esc(state)}</span>'
    return f'<span class="chip {tone}">{esc(shown)}</span>{raw}'


def button(speaker: Speaker, act: Act, back: str) -> str:
    """Return the form of a single button."""
    label = speaker.say(f"do_{act.word or act.name}")
    about = f'<input type="hidden" name="id" value="{esc(act.about)}">' if act.about else ""
    named = f' aria-label="{esc(label)} – {esc(act.about)}"' if act.about else ""
    return (
        f'<form method="post" action="/do/{esc(act.name)}" class="act">{about}'
        f'<input type="hidden" name="back" value="{esc(back)}">'
        f'<button type="submit" class="small"{named}>{esc(label)}</button></form>'
    )


def buttons(speaker: Speaker, acts: Iterable[Act], back: str) -> str:
    """Draw some buttons beside each other."""
    each = [button(speaker, act, back) for act in acts]
    drawn = f'<div class="acts">{"".join(each)}</div>' if each else ""
    if len(each) <= FEW_BUTTONS:
        return drawn
    summary = esc(speaker.say("head_acts"))
    return f'<details class="more"><summary>{summary}</summary>{drawn}</details>'


def folding(speaker: Speaker, table: Table, *, caption: str) -> str:
    """Return a table with rows that become cards on a small screen, or a note if it is empty."""
    heads, rows = table
    if not rows:
        return f'<p class="empty">{esc(speaker.say("nothing"))}</p>'
    labels = [speaker.say(name) for name in heads]
    head = "".join(f'<th scope="col">{esc(label)}</th>' for label in labels)
    lines = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{esc(label)}"><div>{cell}</div></td>'
            for label, cell in zip(labels, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="folding"><caption class="unseen">{esc(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    )
