"""Queries of digests: the members due for a digest, and the contents of each digest.

For hundreds of members at a time; the number of queries does not depend on the number of members.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import counted
from saas.kernel.offers import digest_hooks
from saas.kernel.offers.digest_hooks import DigestAd, Novelty
from tenants.community.members.queries import people as member_queries
from tenants.community.notifications import rules
from tenants.community.notifications.models import (
    Channel,
    Digest,
    Habits,
    Kind,
    Notification,
    Rhythm,
)
from tenants.community.notifications.queries.readers import Reader, with_choices, zone

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)


class DueBatch(NamedTuple):
    """A batch of unsaved digests of a day: their rows, their entries, and members to stop."""

    at: dt.datetime
    day: dt.date
    digests: list[Digest]
    entries: list[int]
    ended: list[int]
    last: int


class DigestMail(NamedTuple):
    """A digest with its current contents for its reader."""

    digest: Digest
    reader: Reader
    entries: list[Notification]
    novelties: list[Novelty]
    ahead: list[Novelty]
    ad: DigestAd | None = None

    @property
    def carries_an_ad(self) -> bool:
        """Return True if it may end with an ad: neither an empty digest nor the last digest may."""
        return not self.digest.farewell and bool(self.entries or self.novelties)

    @property
    def says_something(self) -> bool:
        """Return True if the digest has any contents."""
        return self.digest.farewell or bool(self.entries or self.novelties)


class _PersonOfRow:
    """The person of each row of a query, for a hook with a person as argument."""

    pk: ClassVar[Any] = OuterRef("pk")


def due_for_digest(*, at: dt.datetime, after: int, size: int) -> DueBatch | None:
    """Return the next members past their digest hour today and without a digest yet.

    A late digest is held during its reader's quiet hours; a member that joined after the hour gets
    tomorrow's.
    """
    here = zone()
    now = at.astimezone(here)
    people = list(_due(now, after=after)[:size])
    if not people:
        return None
    batch = DueBatch(at, now.date(), [], [], [], people[-1].pk)
    spans = {person.pk: _span_of(person, now.date(), here) for person in people}
    entries = _entries_of(people)
    new = _novelties(min(since for since, _until in spans.values()), at)
    for reader in with_choices(people):
        until = spans[reader.person.pk][1]
        quiet = rules.loud_from(at, reader.quiet, here) > at
        if quiet or not reader.takes_mail or reader.person.created_at >= until:
            continue
        own = [row for row in entries.get(reader.person.pk, []) if row.made_at < until]
        daily = [row for row in own if _is_on(reader, row.kind)]
        shown = _shown_to(reader, new, spans[reader.person.pk])
        if daily or shown:
            _add(batch, reader, spans[reader.person.pk], daily=daily, shown=shown)
    return batch


def _add(
    batch: DueBatch,
    reader: Reader,
    span: tuple[dt.datetime, dt.datetime],
    *,
    daily: list[Notification],
    shown: list[Novelty],
) -> None:
    person: Any = reader.person
    ends = person.unanswered >= rules.DIGESTS_BEFORE_SILENCE
    digest = Digest(
        person=reader.person,
        day=batch.day,
        since=span[0],
        until=span[1],
        entries=0 if ends else len(daily) + len(shown),
        farewell=ends,
    )
    batch.digests.append(digest)
    if ends:
        batch.ended.append(reader.person.pk)
    else:
        batch.entries.extend(row.pk for row in daily)


def _due(now: dt.datetime, *, after: int) -> QuerySet[User]:
    habits = Habits.objects.filter(person=OuterRef("pk"))
    digests = Digest.objects.filter(person=OuterRef("pk"))
    sent = digests.filter(
        sent_at__isnull=False,
        farewell=False,
        sent_at__gt=Coalesce(OuterRef("last_came"), LONG_AGO),
    )
    people = User.objects.filter(is_active=True, pk__gt=after).annotate(
        hour=Coalesce(Subquery(habits.values("digest_hour")), rules.USUAL_HOUR),
        stopped=Subquery(habits.values("digests_stopped_at")),
        last_came=Subquery(habits.values("came_at")),
        last_until=Subquery(digests.order_by("-day").values("until")[:1]),
    )
    people = people.annotate(unanswered=Subquery(sent.values(total=counted(F("pk")))))
    people = people.filter(hour__lte=now.hour, stopped=None)
    people = people.exclude(Exists(digests.filter(day=now.date())))
    return _with_employer(people).order_by("pk")


def _with_employer(people: QuerySet[User]) -> QuerySet[User]:
    for employer in hooks.employer.ask(_PersonOfRow):
        people = people.annotate(employer=employer)
    return people.annotate(workplace=member_queries.workplace_of(OuterRef("pk")))


def _span_of(person: Any, day: dt.date, here: zoneinfo.ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    until = rules.digest_moment(day, person.hour, here)
    return rules.covered_since(person.last_until, until), until


def _entries_of(people: Iterable[User]) -> dict[int, list[Notification]]:
    rows = Notification.objects.filter(
        person__in=[person.pk for person in people],
        mail=Rhythm.DAILY,
        mailed_at=None,
        digest=None,
        read_at=None,
        done_at=None,
    ).exclude(deadline__lt=timezone.now(), until_done=False)
    found: dict[int, list[Notification]] = {}
    for row in rows.order_by("-made_at", "-pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def _novelties(since: dt.datetime, until: dt.datetime) -> list[Novelty]:
    """Return the rooms' news in the current language and the zone of the space."""
    with timezone.override(zone()):
        found = digest_hooks.novelties.collect(since, until)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _novelties_by_language(digests: list[Digest], languages: set[str]) -> dict[str, list[Novelty]]:
    since, until = min(one.since for one in digests), max(one.until for one in digests)
    found = {}
    for language in languages:
        with translation.override(language):
            found[language] = _novelties(since, until)
    return found


def _week_by_language(at: dt.datetime, languages: set[str]) -> dict[str, list[Novelty]]:
    """Return what members do together this week; only on Mondays."""
    found: dict[str, list[Novelty]] = {language: [] for language in languages}
    with timezone.override(zone()):
        if timezone.localtime(at).weekday():
            return found
        for language in languages:
            with translation.override(language):
                week = digest_hooks.week_ahead.collect(at, at + WEEK)
                found[language] = sorted(week, key=lambda one: one.starts_at or one.at)
    return found


def _shown_to(
    reader: Reader, new: list[Novelty], span: tuple[dt.datetime, dt.datetime]
) -> list[Novelty]:
    """Return the news for this member: visible to them, and not written by themselves."""
    return _seen_by(reader, [one for one in new if span[0] <= one.at < span[1]])


def _seen_by(reader: Reader, new: list[Novelty]) -> list[Novelty]:
    """Return the news of others that the member may see: first the news of their own site."""
    if not _is_daily(reader, Kind.SPACE):
        return []
    person: Any = reader.person
    seen = [
        one
        for one in new
        if one.author_id != person.pk and one.company_id in {None, person.employer}
    ]
    return sorted(seen, key=lambda one: not _is_near(one, person))


def _is_near(new: Novelty, person: Any) -> bool:
    return new.site_id is None or person.workplace in {None, new.site_id}


def _is_daily(reader: Reader, kind: str) -> bool:
    return reader.rhythm(kind, Channel.MAIL) == Rhythm.DAILY


def _is_on(reader: Reader, kind: str) -> bool:
    """Return True if an entry may still be in a digest, even if mails are now sent at once."""
    return reader.rhythm(kind, Channel.MAIL) != Rhythm.OFF


def digests_to_send(*, at: dt.datetime, after: int, size: int) -> list[DigestMail]:
    """Return the next unsent digests, with their current contents."""
    waiting = Digest.objects.filter(
        sent_at=None,
        failures__lt=rules.MOST_FAILURES,
        day__gte=(at - dt.timedelta(days=1)).date(),
        person__is_active=True,
        pk__gt=after,
    )
    digests = list(waiting.order_by("pk")[:size])
    if not digests:
        return []
    ids = [digest.person_id for digest in digests]
    people = with_choices(_with_employer(User.objects.filter(pk__in=ids)))
    readers = {reader.person.pk: reader for reader in people}
    languages = {reader.person.language for reader in people}
    new = _novelties_by_language(digests, languages)
    week = _week_by_language(at, languages)
    entries = _entries_in(digests, at=at)
    digest_mails = [
        DigestMail(
            digest,
            reader := readers[digest.person_id],
            [row for row in entries.get(digest.pk, []) if _is_on(reader, row.kind)],
            _shown_to(reader, new[reader.person.language], (digest.since, digest.until))
            if reader.takes_mail
            else [],
            _seen_by(reader, week[reader.person.language]) if reader.takes_mail else [],
        )
        for digest in digests
    ]
    return _with_ads(digest_mails, at)


def _with_ads(digest_mails: list[DigestMail], at: dt.datetime) -> list[DigestMail]:
    """Add the next ad of the rotation, if any, to each digest with contents."""
    people: list[Any] = [
        digest_mail.reader.person for digest_mail in digest_mails if digest_mail.carries_an_ad
    ]
    if not people:
        return digest_mails
    employers = {person.pk: getattr(person, "employer", None) for person in people}
    with timezone.override(zone()):
        ads = digest_hooks.digest_ads.merge(employers, at)
    return [
        digest_mail._replace(ad=ads.get(digest_mail.reader.person.pk))
        if digest_mail.carries_an_ad
        else digest_mail
        for digest_mail in digest_mails
    ]


def _entries_in(digests: list[Digest], *, at: dt.datetime) -> dict[int, list[Notification]]:
    rows = Notification.objects.filter(digest__in=[one.pk for one in digests])
    stands = Q(deadline=None) | Q(deadline__gt=at) | Q(until_done=True)
    rows = rows.filter(stands, read_at=None, done_at=None)
    found: dict[int, list[Notification]] = {}
    for row in rows.order_by("-made_at", "-pk"):
        found.setdefault(row.digest_id or 0, []).append(row)
    return found
