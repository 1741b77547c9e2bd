"""Counts and durations of this process, which monitoring adds up over all processes.

    metrics.count(metrics.MAILS, "sent")
    metrics.observe(metrics.REQUEST_SECONDS, 0.12, "space", "classifieds:board")

A label is a word of ours: a route, a task, a status. It never names a person, a space or a
merchant.
"""

import bisect
import os
import threading
from typing import NamedTuple


class Metric(NamedTuple):
    """A counter, or with buckets a histogram; `labels` are the names of its labels."""

    name: str
    text: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()


class Sample(NamedTuple):
    """Additive part of a metric: `part` is a bucket's bound, `sum`, or empty."""

    metric: str
    part: str
    labels: tuple[str, ...]


SUM, ABOVE = "sum", "+Inf"
REQUESTS = Metric(
    "troovon_requests",
    "Requests that were answered, by the kind of host, the name of the address and the status.",
    ("site", "route", "status"),
)
REQUEST_SECONDS = Metric(
    "troovon_request_duration_seconds",
    "Time in which pages were made, by the kind of host and the name of the address.",
    ("site", "route"),
    (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSED_REQUESTS = Metric(
    "troovon_refused_requests",
    "Requests that the server refused before any page was made (slow bodies, crowds, long pages).",
    ("status",),
)
JOBS = Metric(
    "troovon_jobs", "Jobs that ended, by task and outcome (done, failed).", ("task", "outcome")
)
JOB_SECONDS = Metric(
    "troovon_job_duration_seconds",
    "Time that jobs took, by task.",
    ("task",),
    (0.1, 0.5, 2.5, 10, 60, 240),
)
STRIPE_CALLS = Metric(
    "troovon_stripe_calls",
    "Calls to Stripe, by kind and outcome (answered, or the status or cause of a failure).",
    ("kind", "outcome"),
)
STRIPE_SECONDS = Metric(
    "troovon_stripe_call_duration_seconds",
    "Time that Stripe took to answer, by the kind of call.",
    ("kind",),
    (0.25, 0.5, 1, 2.5, 5, 10, 30),
)
MAILS = Metric(
    "troovon_mails",
    "Mails, by outcome: sent, refused (the address), failed (the server).",
    ("outcome",),
)
MAIL_EVENTS = Metric(
    "troovon_mail_events", "Mails that came back, by cause: bounced, complained.", ("cause",)
)
POOL_REQUESTS = Metric("troovon_pool_requests", "Connections asked of the web's pools.", ())
POOL_WAITS = Metric("troovon_pool_waits", "Connections that a page had to wait for.", ())
POOL_WAIT_SECONDS = Metric(
    "troovon_pool_wait_seconds", "Time that pages waited for connections.", ()
)
POOL_TIMEOUTS = Metric("troovon_pool_timeouts", "Connections that no page was given in time.", ())
EVERY = (
    *(REQUESTS, REQUEST_SECONDS, REFUSED_REQUESTS, JOBS, JOB_SECONDS),
    *(STRIPE_CALLS, STRIPE_SECONDS, MAILS, MAIL_EVENTS),
    *(POOL_REQUESTS, POOL_WAITS, POOL_WAIT_SECONDS, POOL_TIMEOUTS),
)
_lock = threading.Lock()
_counts: dict[Sample, float] = {}


def count(metric: Metric, *labels: str, by: float = 1) -> None:
    """Add to a counter."""
    with _lock:
        _add(Sample(metric.name, "", labels), by)


def observe(metric: Metric, value: float, *labels: str) -> None:
    """Add an observation to a histogram."""
    place = bisect.bisect_left(metric.buckets, value)
    bound = str(float(metric.buckets[place])) if place < len(metric.buckets) else ABOVE
    with _lock:
        _add(Sample(metric.name, bound, labels), 1)
        _add(Sample(metric.name, SUM, labels), value)


def take() -> dict[Sample, float]:
    """Return the counts since the last call, and reset them."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    return taken


def give_back(taken: dict[Sample, float]) -> None:
    """Add back the counts that could not be delivered."""
    with _lock:
        for sample, value in taken.items():
            _add(sample, value)


def _add(sample: Sample, by: float) -> None:
    _counts[sample] = _counts.get(sample, 0) + by


def _begin_again() -> None:
    """Reset the counts in a child process: the parent delivers its own."""
    global _lock  # noqa: PLW0603 - another thread of the parent may have held it
    _lock = threading.Lock()
    _counts.clear()


os.register_at_fork(after_in_child=_begin_again)
