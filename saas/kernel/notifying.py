"""The one function by which members are told that something happened: `notify`.

    notify(
        Event(
            key=f"ride-asked:{booking.pk}",
            kind=Kind.RIDES,
            path=ride.get_absolute_url(),
            words=lambda: Words(
                title=_("Une demande pour votre trajet"),
                text=_("%(name)s demande une place…") % {...},
                action=_("Répondre"),
            ),
            about=f"ride-booking:{booking.pk}",
            deadline=departure.starts_at,
        ),
        to=[ride.author_id],
        at=at,
    )

Whether it stands in the app, goes by e-mail or to a phone, at once or in the day's digest, is each
member's own choice by kind; nobody who calls this asks for it. What must reach an address whatever
was chosen (sign-in, money, closed accounts) is a mail of `saas.kernel.mail` and not an event.

The room `notifications` answers; any module may call, in or outside of a transaction: the rows
stand with what the caller writes or not at all, and mails leave after the commit.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from django.template.loader import render_to_string

from saas.kernel import hooks

_BREAKS = re.compile(r"[ \n]+")


class Kind(StrEnum):
    """The kinds of news: a member chooses for each how they hear of it."""

    MESSAGES = "messages"  # a colleague wrote, or proposes to meet
    LOANS = "loans"  # the two sides of a loan
    GATHERINGS = "gatherings"
    RIDES = "rides"
    CLASSIFIEDS = "classifieds"  # one's own are about to end, …
    SEARCHES = "searches"  # something new fits a saved search
    THANKS = "thanks"  # thanks and welcomes
    NEIGHBOURS = "neighbours"  # from linked spaces
    DUTIES = "duties"  # what waits for somebody's role: administration, moderation
    DECISIONS = "decisions"  # reasoned decisions of moderators: their e-mail cannot be switched off


class Words(NamedTuple):
    """An event in words, in one reader's language; the action labels the button of its page."""

    title: str  # at most 120 signs, the subject of the mail too
    text: str = ""
    action: str = ""


class Event(NamedTuple):
    """Something that happened, of which one or many members hear.

    `key` names it for all time in this space: the same key never tells the same person twice, so
    a caller may be killed and run again. `words` is called once for each language of the readers,
    under that language and the space's time zone. `path` is the page in this space that it leads to
    (opening that page counts as read). `about` names the thing, `kind:reference`: entries of one
    thing stand together, and `settle` ends them. With a `deadline` it stands in *À faire*, which
    needs an action, until it is settled or the moment has passed; else in *Nouvelles*. With
    `until_done` it stays there when it is late, until it is settled.
    `mail_path` is where the e-mail's button leads instead, where it opens without signing in.
    """

    key: str
    kind: Kind
    path: str
    words: Callable[[], Words]
    about: str = ""
    deadline: dt.datetime | None = None
    mail_path: str = ""
    until_done: bool = False


def notify(event: Event, *, to: Iterable[int], at: dt.datetime) -> None:
    """Tell members, by their ids, of an event; who has left or knows it already is left out.

    It costs the same number of statements for one reader and for thousands.
    """
    hooks.notified.ask(event, sorted(set(to)), at)


def settle(about: str, *, at: dt.datetime, to: Iterable[int] | None = None) -> None:
    """End what an event asked for: done, answered or gone, for all readers or some.

    Its entries leave *À faire*; those of their mails and pushes that wait are never sent.
    """
    hooks.notified_settled.ask(about, None if to is None else sorted(set(to)), at)


def written(name: str, context: dict[str, Any]) -> Words:
    """Return the words of `notices/<name>/{title,text,action}.txt`, in the language of now."""
    parts = (render_to_string(f"notices/{name}/{part}.txt", context) for part in Words._fields)
    # Breaks of the template's lines go; the spaces that French typography keeps together stay.
    return Words(*(_BREAKS.sub(" ", part).strip(" ") for part in parts))
