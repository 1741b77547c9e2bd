"""A check of the house: troubles begin and end, and operators hear of each once."""

import datetime as dt

from celery import current_app

from saas import sentry
from saas.kernel import schema
from saas.kernel.tasks import send
from saas.monitoring import actions, notifications, queries, rules
from saas.monitoring.models import Trouble


def check_system(*, at: dt.datetime) -> None:
    """Update the incidents, report new incidents to Sentry, and mail them to operators."""
    with schema.in_public():
        for trouble in actions.update_troubles(at=at).begun:
            _report(trouble)
        mail_operators(at=at)


def mail_operators(*, at: dt.datetime) -> None:
    """Mail the unreported incidents; a mail that did not leave is retried in five minutes."""
    troubles = actions.claim_mails(at=at)
    if troubles and notifications.mail_operators(troubles):
        actions.record_mailed(troubles=troubles, at=at)


def make_up_nights(*, at: dt.datetime) -> None:
    """Queue the nightly jobs that did not run at their hour: Troovon was down, or they failed."""
    with schema.in_public():
        for task in actions.take_missed_nights(at=at):
            send(current_app.tasks[task])


def stand_in(*, at: dt.datetime) -> None:
    """Check the system in the scheduler's place if it has stopped: no other job would report it."""
    with schema.in_public():
        actions.await_first_beat(at=at)
        beat_at = queries.last_beat_at()
    if beat_at is not None and rules.clock_is_stopped(beat_at, at=at):
        check_system(at=at)


def _report(trouble: Trouble) -> None:
    subject = f" {trouble.subject}" if trouble.subject else ""
    sentry.report(
        f"trouble: {trouble.kind}{subject}", fingerprint=["trouble", trouble.kind, trouble.subject]
    )
