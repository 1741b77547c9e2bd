"""State of the installation in figures, read in a fixed number of statements.

The statements enter no space: rows of `public` and the queues describe the state of spaces.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Count

from billing.ledger.queries.balances import closing_before, sums_at
from billing.models import StripeCall, StripeEvent
from billing.models.states import OPEN_CALLS
from saas.kernel import schema
from saas.monitoring import cells, heartbeats, queries
from saas.monitoring.models import Trouble
from saas.monitoring.rules import CLOCK
from tenants.spaces.models import Founding, Tenant

_BACKENDS = """
    SELECT coalesce(nullif(application_name, ''), 'other'), count(*)
    FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'troovon-%'
    GROUP BY 1
"""


class Figure(NamedTuple):
    """Gauge: its name, its description, the name of its label, and a value for each label."""

    name: str
    text: str
    label: str
    values: Mapping[str, float]


def of_database(*, at: dt.datetime) -> Iterator[Figure]:
    """Yield the figures from PostgreSQL. Raises DatabaseError while it is down."""
    with schema.in_public():
        yield Figure("troovon_spaces", "Spaces, by state.", "state", _spaces())
        yield Figure(
            "troovon_foundings", "Foundings of spaces, by state.", "state", _states_of(Founding)
        )
        yield Figure("troovon_backends", "Connections to PostgreSQL.", "process", _backends())
        yield from _money(at)
        yield Figure(
            "troovon_stripe_calls_kept", "Calls to Stripe, by state.", "state", _calls_to_make()
        )
        yield Figure(
            "troovon_stripe_events_waiting",
            "Events of Stripe's that were not processed yet.",
            "",
            {"": StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED).count()},
        )
        yield Figure(
            "troovon_open_troubles",
            "Troubles that operators were told of and that are not over.",
            "kind",
            _open_troubles(),
        )
        yield from _clock(at)
        good_at = {cell: queries.good_backup_at(cell) for cell in ["", *settings.CELLS]}
        if settings.BACKUPS_ARE_MADE and any(good_at.values()):
            yield Figure(
                "troovon_backup_timestamp_seconds",
                "When the newest backup was taken that a trial restored without a fault.",
                "cell" if settings.CELLS else "",
                {cell: moment.timestamp() for cell, moment in good_at.items() if moment},
            )


def of_broker(*, at: dt.datetime) -> Iterator[Figure]:
    """Yield queue lengths and live processes. Raises an UNREACHABLE error without a broker."""
    queues, beats = heartbeats.waiting_jobs(), heartbeats.last_heartbeats()
    yield Figure(
        "troovon_queue_jobs",
        "Jobs that wait, by queue.",
        "queue",
        {one.queue: one.jobs for one in queues},
    )
    yield Figure(
        "troovon_queue_age_seconds",
        "Time since which the oldest waiting job of a queue is due.",
        "queue",
        {one.queue: _seconds(one.oldest_at, at) for one in queues},
    )
    yield Figure(
        "troovon_heartbeat_age_seconds",
        "Time since a process was last heard.",
        "process",
        {process: _seconds(beat_at, at) for process, beat_at in beats.items()},
    )


def of_cells() -> Iterator[Figure]:
    """Yield the figures of home and each cell; nothing without CELLS."""
    looked = cells.lately()
    if not looked:
        return
    apart = [cell for cell in looked if cell.name]
    for name, text, values in (
        ("up", "Whether a cell answers.", {one.name: one.size_bytes is not None for one in apart}),
        ("faults", "Faults of a cell.", {one.name: len(one.faults) for one in apart}),
        ("lag_bytes", "What a cell lags behind home.", {one.name: one.lag_bytes for one in apart}),
        (
            "silent_seconds",
            "Time since a cell last heard home.",
            {one.name: one.silent_seconds for one in apart},
        ),
        ("apply_errors", "Failures to apply.", {one.name: one.errors for one in apart}),
        ("spaces", "Spaces, by cell.", {one.shown: one.spaces for one in looked}),
        ("size_bytes", "Size of the database.", {one.shown: one.size_bytes for one in looked}),
        ("connections", "Connections.", {one.shown: one.connections for one in looked}),
    ):
        known = {cell: float(value) for cell, value in values.items() if value is not None}
        yield Figure(f"troovon_cell_{name}", text, "cell", known)


def of_disks() -> Iterator[Figure]:
    """Yield the free space of the disks. Raises OSError if a disk cannot be read."""
    yield Figure(
        "troovon_disk_free_bytes",
        "Free bytes of the disks that are watched.",
        "disk",
        {disk.name: disk.free_bytes for disk in queries.disks()},
    )


def _spaces() -> dict[str, float]:
    counted = Tenant.objects.exclude(schema_name=schema.PUBLIC).values_list("state")
    found = dict(counted.annotate(Count("pk")).order_by())
    return {state: found.get(state, 0) for state in Tenant.State.values}


def _states_of(model: type[Founding] | type[StripeCall]) -> dict[str, float]:
    found = dict(model.objects.values_list("state").annotate(Count("pk")).order_by())
    return {state: found.get(state, 0) for state in model.State.values}


def _calls_to_make() -> dict[str, float]:
    """Count the calls that are not over: those that are done are all the years' calls."""
    states = {*OPEN_CALLS, StripeCall.State.PARKED}
    rows = StripeCall.objects.filter(state__in=states).values_list("state")
    found = dict(rows.annotate(Count("pk")).order_by())
    return {str(state): found.get(state, 0) for state in sorted(states)}


def _backends() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(_BACKENDS)
        return {name.removeprefix("troovon-"): count for name, count in cursor.fetchall()}


def _money(at: dt.datetime) -> Iterator[Figure]:
    yield Figure(
        "troovon_ledger_cents",
        "Balance of each account of the books in cents; debit is positive. What is held for"
        " councils stands on share.held and what is due to them on share.due, both negative.",
        "account",
        {account.value: cents for account, cents in sums_at(at).items()},
    )
    closing = closing_before(at)
    if closing.id is not None:
        yield Figure(
            "troovon_closing_timestamp_seconds",
            "When the books were last added up.",
            "",
            {"": closing.closed_at.timestamp()},
        )


def _open_troubles() -> dict[str, float]:
    rows = Trouble.objects.filter(ended_at=None).values_list("kind")
    found = dict(rows.annotate(Count("pk")).order_by())
    return {kind: found.get(kind, 0) for kind in Trouble.Kind.values}


def _clock(at: dt.datetime) -> Iterator[Figure]:
    jobs = queries.jobs_by_name()
    yield Figure(
        "troovon_scheduled_job_age_seconds",
        "Time since a regular job last succeeded.",
        "job",
        {name: _seconds(job.succeeded_at, at) for name, job in jobs.items() if name != CLOCK},
    )
    if clock := jobs.get(CLOCK):
        yield Figure(
            "troovon_clock_age_seconds",
            "Time since the clock was last heard.",
            "",
            {"": _seconds(clock.succeeded_at, at)},
        )


def _seconds(since: dt.datetime | None, at: dt.datetime) -> float:
    return max((at - since).total_seconds(), 0) if since else 0
