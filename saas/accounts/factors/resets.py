"""Removal of a second factor after the loss of phone and codes: at once, or after some days."""

import datetime as dt

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from saas.accounts.factors import queries, rules
from saas.accounts.models import SecondFactor, Session, User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.kernel.watching import security_log
from saas.kernel.watching.security_log import SecurityEvent


@transaction.atomic
def reset(
    *, person: User, by: User | None, at: dt.datetime, origin: str = "", reason: str = ""
) -> None:
    """Remove a person's second factor after the loss of phone and codes, and end their sessions.

    `by` is an operator, or None on the machine itself.
    """
    rules.check_there(queries.factor_of(person, lock=True)).delete()
    Session.objects.filter(person_id=person.pk).delete()
    queue_notice(person=person, kind=Kind.FACTOR_RESET, at=at, origin=origin, detail=reason)
    _log(SecurityEvent.FACTOR_RESET, person, by)


@transaction.atomic
def ask_reset(*, person: User, reason: str, by: User, at: dt.datetime) -> SecondFactor:
    """Plan the removal of a second factor in some days; its person is mailed, and may stop it."""
    factor = rules.check_there(queries.factor_of(person, lock=True))
    rules.check_none_asked(factor.reset_due_at)
    factor.reset_reason = rules.check_reason(reason)
    factor.reset_due_at, factor.reset_by = at + rules.RESET_AFTER, by.display_name
    factor.full_clean()
    factor.save(update_fields=["reset_due_at", "reset_reason", "reset_by"])
    with translation.override(person.language):
        day = date_format(timezone.localtime(factor.reset_due_at), "DATE_FORMAT")
        detail = _("Demandé par %(name)s\u00a0: «\u00a0%(reason)s\u00a0». Prévu le %(day)s.")
        detail %= {"name": by.display_name, "reason": factor.reset_reason, "day": day}
    queue_notice(person=person, kind=Kind.FACTOR_RESET_ASKED, at=at, detail=detail)
    _log(SecurityEvent.FACTOR_RESET_ASKED, person, by)
    return factor


@transaction.atomic
def withdraw_reset(*, person: User, by: User, at: dt.datetime) -> None:
    """Cancel the planned removal of a second factor."""
    factor = rules.check_there(queries.factor_of(person, lock=True))
    rules.check_asked(factor.reset_due_at)
    stop(factor, by=by, at=at)


def stop(factor: SecondFactor, *, by: User, at: dt.datetime) -> None:
    """Cancel the planned removal of a second factor, of a locked row, and mail its person.

    Called after a valid code, or for the person that planned the removal.
    """
    factor.reset_due_at, factor.reset_reason, factor.reset_by = None, "", ""
    factor.save(update_fields=["reset_due_at", "reset_reason", "reset_by"])
    queue_notice(person=factor.user, kind=Kind.FACTOR_RESET_STOPPED, at=at)
    _log(SecurityEvent.FACTOR_RESET_STOPPED, factor.user, by)


def perform_due_resets(*, at: dt.datetime) -> int:
    """Remove the second factors with a due removal; return the number removed.

    Called by the scheduler, not by a user.
    """
    due = queries.due_resets(at)
    return sum(_perform(person, at=at) for person in due)


@transaction.atomic
def _perform(person: User, *, at: dt.datetime) -> bool:
    factor = queries.factor_of(person, lock=True)
    if factor is None or factor.reset_due_at is None or factor.reset_due_at > at:
        return False
    reset(person=person, by=None, at=at)
    return True


def _log(event: SecurityEvent, person: User, by: User | None) -> None:
    security_log.record(event, person=person.reference, by=by.reference if by else "machine")
