"""Single function to notify members of an event: `notify`.

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

Each member chooses by kind if events are shown in the app, mailed or pushed to a phone, at once or
in the day's digest; the caller does not ask for it. A mail that must reach an address regardless of
this choice (sign-in, money, closed accounts) is a mail of `saas.kernel.mail` and not an event.

The app `notifications` answers; any module may call, in or outside of a transaction: the rows are
written in the caller's transaction or not at all, and mails leave after the commit.
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
    CLASSIFIEDS = "classifieds"  # the author's own ads are about to end, …
    SEARCHES = "searches"  # something new fits a saved search
    THANKS = "thanks"  # thanks and welcomes
    NEIGHBOURS = "neighbours"  # from linked spaces
    DUTIES = "duties"  # tasks of the reader's role: administration, moderation
    DECISIONS = "decisions"  # reasoned decisions of moderators: their e-mail cannot be switched off


class Words(NamedTuple):
    """Text of an event in the reader's language; the action labels the button to its page."""

    title: str  # at most 120 signs, the subject of the mail too
    text: str = ""
    action: str = ""


class Event(NamedTuple):
    """Event of interest to members.

    `key` is its name for all time in this space: the same key never notifies the same person twice,
    so a caller may be killed and run again. `words` is called once for each language of the
    readers, under that language and the space's time zone. `path` is its page in this space
    (opening that page counts as read). `about` names the subject, `kind:reference`: entries of the
    same subject are grouped, and `settle` ends them. With a `deadline` it is listed in *À faire*,
    which needs an action, until it is settled or the moment has passed; else in *Nouvelles*. With
    `until_done` it stays there after the deadline, until it is settled. `mail_path` is the target
    of the e-mail's button instead, if that opens without signing in.
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
    """Notify members, by their ids, of an event; skip members that left or have it already.

    The number of statements is the same for a single reader and for thousands.
    """
    hooks.notified.ask(event, sorted(set(to)), at)


def settle(about: str, *, at: dt.datetime, to: Iterable[int] | None = None) -> None:
    """Settle the request of an event (done, answered or gone), for all readers or some.

    Its entries leave *À faire*; its pending mails and pushes are never sent.
    """
    hooks.notified_settled.ask(about, None if to is None else sorted(set(to)), at)


def written(name: str, context: dict[str, Any]) -> Words:
    """Return the words of `notices/<name>/{title,text,action}.txt`, in the language of now."""
    parts = (render_to_string(f"notices/{name}/{part}.txt", context) for part in Words._fields)
    # Breaks of the template's lines go; the spaces that French typography keeps together stay.
    return Words(*(_BREAKS.sub(" ", part).strip(" ") for part in parts))
