"""Status of Troovon's services for the public: a few states, without names and counts.

The result is cached for some seconds, so that many readers cost the same as a single reader.
"""

import datetime as dt
import threading
import time
from typing import NamedTuple

from django.db import Error
from django.db.models import QuerySet

from billing.models import StripeCall
from billing.models.states import OPEN_CALLS
from saas.kernel import schema
from saas.monitoring import queries
from saas.monitoring.heartbeats import PROCESS_OF_QUEUE
from saas.monitoring.models import Announcement, Trouble
from saas.monitoring.queries import DEGRADED, DOWN, OK, Finding

PAGES, MAILS, PAYMENTS, COUNCILS = "pages", "mails", "payments", "councils"
FOUNDINGS, PLANNED = "foundings", "planned"
REMEMBERED_SECONDS = 10.0
SHOWN_FOR = dt.timedelta(days=90)
MOST_SHOWN = 50
# Shorter incidents ended before they could be noticed.
SHORTEST = dt.timedelta(minutes=5)
# A click that leads to Stripe waits for so long where Stripe is well.
CLICK_IS_SLOW_AFTER = dt.timedelta(minutes=3)
_CLICKS = ("checkout", "customer", "portal", "link")
_JOBS = {
    "shares": COUNCILS,
    "council-bills": COUNCILS,
    "council-months": COUNCILS,
    "calls": PAYMENTS,
    "events": PAYMENTS,
    "missed-events": PAYMENTS,
    "mails-of-spaces": MAILS,
    "mails-of-public": MAILS,
    "news": MAILS,
    "digests": MAILS,
}
_PROCESSES = {
    "worker": (MAILS, COUNCILS),
    "caller": (PAYMENTS, COUNCILS),
    "fetcher": (MAILS,),
    "beat": (MAILS, COUNCILS),
    "founder": (FOUNDINGS,),
}
_AFFECTED = {
    Trouble.Kind.STRIPE_HALT: ((PAYMENTS, DOWN), (COUNCILS, DEGRADED)),
    Trouble.Kind.SHORT_BALANCE: ((COUNCILS, DEGRADED),),
    Trouble.Kind.CLOCK: ((MAILS, DEGRADED), (COUNCILS, DEGRADED)),
}

_FELT = (*_AFFECTED, Trouble.Kind.JOB, Trouble.Kind.PROCESS, Trouble.Kind.QUEUE)


class Service(NamedTuple):
    """A service: how it is, and since when where it is not as it should be."""

    name: str
    state: str = OK
    since: dt.datetime | None = None


class Incident(NamedTuple):
    """Past incident of a service, or past maintenance."""

    service: str
    began_at: dt.datetime
    ended_at: dt.datetime
    text_fr: str = ""
    text_en: str = ""


class Status(NamedTuple):
    """State of all services, current and planned maintenance, and past incidents."""

    checked_at: dt.datetime
    services: list[Service]
    planned: list[Announcement]
    incidents: list[Incident]


class _Memory:
    """Last status, in this process; of many concurrent readers, a single thread reads it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.status: Status | None = None
        self.read_at = float("-inf")


_memory = _Memory()


def status(*, at: dt.datetime) -> Status:
    """Return the status of all services, at most some seconds old.

    If a part hangs, a single reader waits for it: the others get the previous status.
    """
    known = _memory.status
    if known and time.monotonic() < _memory.read_at + REMEMBERED_SECONDS:
        return known
    if not _memory.lock.acquire(blocking=known is None) and known:
        return known
    try:
        _memory.status, _memory.read_at = _read(at), time.monotonic()
        return _memory.status
    finally:
        _memory.lock.release()


def forget() -> None:
    """Clear the cached status, after a new announcement."""
    _memory.status = None


def _read(at: dt.datetime) -> Status:
    ready = queries.readiness(at=at)
    found = {PAGES: Service(PAGES), MAILS: Service(MAILS)}
    found |= {PAYMENTS: Service(PAYMENTS), COUNCILS: Service(COUNCILS)}
    found |= {FOUNDINGS: Service(FOUNDINGS)}
    if ready["broker"] == DOWN:
        found[MAILS] = Service(MAILS, DEGRADED)
    if DOWN in {ready["valkey"], ready["broker"]}:
        found[PAGES] = Service(PAGES, DEGRADED)
    nothing_known = Status(at, [Service(name, DOWN) for name in found], [], [])
    if ready["database"] == DOWN:
        return nothing_known
    try:
        with schema.in_public():
            for service in _affected(at):
                found[service.name] = _worse(found[service.name], service)
            return Status(at, list(found.values()), list(announcements(at)), _incidents(at))
    except Error:
        return nothing_known


def _worse(one: Service, other: Service) -> Service:
    """Return the worse of two looks at a service, since the first of both."""
    worse = max(one, other, key=lambda each: (OK, DEGRADED, DOWN).index(each.state))
    began = [each.since for each in (one, other) if each.since]
    return worse._replace(since=min(began, default=None))


def _affected(at: dt.datetime) -> list[Service]:
    findings = queries.findings_of(_FELT, at=at)
    slow = StripeCall.objects.filter(
        state__in=OPEN_CALLS, kind__in=_CLICKS, created_at__lt=at - CLICK_IS_SLOW_AFTER
    )
    since = slow.order_by("created_at").values_list("created_at", flat=True).first()
    clicks = [Service(PAYMENTS, DEGRADED, since)] if since else []
    return clicks + [
        Service(name, state, finding.since)
        for finding in findings
        for name, state in _services_of(finding)
    ]


def _services_of(finding: Finding | Trouble) -> tuple[tuple[str, str], ...]:
    if finding.kind in {Trouble.Kind.PROCESS, Trouble.Kind.QUEUE}:
        process = PROCESS_OF_QUEUE.get(finding.subject, finding.subject)
        return tuple((name, DEGRADED) for name in _PROCESSES.get(process, ()))
    if finding.kind == Trouble.Kind.JOB:
        name = _JOBS.get(finding.subject)
        return ((name, DEGRADED),) if name else ()
    return _AFFECTED.get(Trouble.Kind(finding.kind), ())


def announcements(at: dt.datetime) -> QuerySet[Announcement]:
    """Return current and planned maintenance, the next first."""
    return Announcement.objects.filter(ends_at__gt=at).order_by("starts_at", "pk")[:MOST_SHOWN]


def _incidents(at: dt.datetime) -> list[Incident]:
    """Return past incidents, the latest first; overlapping incidents of a service are merged."""
    since = at - SHOWN_FOR
    over = queries.ended_troubles().filter(ended_at__gt=since, kind__in=_FELT)
    times = sorted(
        (name, trouble.began_at, trouble.ended_at)
        for trouble in over[: MOST_SHOWN * 4]
        for name, _state in _services_of(trouble)
        if trouble.ended_at and trouble.ended_at - trouble.began_at >= SHORTEST
    )
    found: list[Incident] = []
    for name, began_at, ended_at in times:
        last = found[-1] if found else None
        if last and last.service == name and began_at <= last.ended_at:
            found[-1] = last._replace(ended_at=max(last.ended_at, ended_at))
        else:
            found.append(Incident(name, began_at, ended_at))
    planned = Announcement.objects.filter(ends_at__lte=at, ends_at__gt=since)
    found += [
        Incident(PLANNED, one.starts_at, one.ends_at, one.text_fr, one.text_en) for one in planned
    ]
    return sorted(found, key=lambda one: one.began_at, reverse=True)[:MOST_SHOWN]
