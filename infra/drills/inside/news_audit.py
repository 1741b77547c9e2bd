"""Audit of a tape: sent mails and pushes, compared with the members' settings at that moment."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from infra.drills.inside import news
from infra.drills.inside.news import SentMessage
from tenants.community.notifications import rules
from tenants.community.notifications.models import Channel, Notification

FIRST_LOUD, FIRST_QUIET = 7, 21
SHOWN = 30


def audit(seed: int, days: int) -> dict[str, Any]:
    """Return the counts of a run, and each message that should not have left."""
    sent = news.tape.read()
    people = {person.email: index for index, person in enumerate(news.members())}
    digests = [one for one in sent if one.kind == "digest"]
    mails = [one for one in sent if one.kind in news.KINDS]
    wrong = [
        *_sent_twice(sent),
        *_without_switch(mails, people, seed),
        *_without_daily_switch(people, seed),
        *_bad_digests(digests, people, seed),
        *_in_quiet_hours(sent),
    ]
    if days > 1 and not (mails and digests):
        wrong.append("nothing left at all")
    return {
        "days": days,
        "letters": len(mails),
        "digests": len(digests),
        "pushes": sum(one.kind == "push" for one in sent),
        "wrong": wrong[:SHOWN],
    }


def _sent_twice(sent: list[SentMessage]) -> Iterator[str]:
    for (name, to), many in Counter((one.name, one.to) for one in sent).items():
        if many > 1:
            yield f"{name} left {many} times to {to}"


def _without_switch(mails: list[SentMessage], people: dict[str, int], seed: int) -> Iterator[str]:
    for one in mails:
        if _rhythm_at(seed, people[one.to], one.kind, at=one.at) != "now":
            yield f"{one.name} left although {one.to} had switched {one.kind} off"


def _without_daily_switch(people: dict[str, int], seed: int) -> Iterator[str]:
    rows = Notification.objects.filter(digest__sent_at__isnull=False)
    for row in rows.select_related("digest", "person"):
        at = row.digest.sent_at if row.digest else None
        index = people[row.person.email]
        if at is not None and _rhythm_at(seed, index, row.kind, at=at) != "daily":
            yield f"{row.key} stood in a digest although {row.person.email} chose otherwise"


def _rhythm_at(seed: int, index: int, kind: str, *, at: dt.datetime) -> str:
    """Return a member's setting for e-mails of a kind at a moment of the drill."""
    rhythm: str = rules.rhythm_of({}, kind, Channel.MAIL)
    number = 0
    while news.moment_of(number) <= at:
        rhythm = news.chosen_at(seed, number, index).get(kind, rhythm)
        number += 1
    return rhythm


def _bad_digests(digests: list[SentMessage], people: dict[str, int], seed: int) -> Iterator[str]:
    days = Counter((one.to, one.at.astimezone(news.ZONE).date()) for one in digests)
    yield from (f"{to} got {n} digests on {day}" for (to, day), n in days.items() if n > 1)
    yield from (f"{one.name} is empty" for one in digests if one.lines == 0)
    for to, index in people.items():
        silent, last = 0, news.moment_of(0)
        for one in sorted(one for one in digests if one.to == to):
            silent = 1 if _came_between(seed, index, since=last, until=one.at) else silent + 1
            last = one.at
            if silent > rules.DIGESTS_BEFORE_SILENCE:
                yield f"{one.name} is the ninth that {to} did not answer"


def _came_between(seed: int, index: int, *, since: dt.datetime, until: dt.datetime) -> bool:
    days = (until.date() - news.BEGIN).days + 1
    return any(
        since < news.moment_of(number) <= until and news.comes(seed, number, index)
        for number in range(days * len(news.HOURS))
    )


def _in_quiet_hours(sent: list[SentMessage]) -> Iterator[str]:
    for one in sent:
        hour = one.at.astimezone(news.ZONE).hour
        if not FIRST_LOUD <= hour < FIRST_QUIET:
            yield f"{one.name} left in quiet hours, at {one.at:%H:%M}"
