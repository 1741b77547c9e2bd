"""Sessions are ended: by their person, by a new password, by a role that asks for a clean start."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import Pass, SecondFactor, Session, User
from saas.accounts.notices.actions import queue_notice
from saas.accounts.notices.rules import Kind
from saas.accounts.sessions import queries, rules
from saas.kernel.people import ways_in


@transaction.atomic
def end_session(*, by: User, name: str, at: dt.datetime) -> None:
    """End a session of a person, on any device."""
    found = rules.check_listed(queries.session_named(by, name, at=at))
    Session.objects.filter(session_key=found.key, person_id=by.pk).delete()


@transaction.atomic
def end_other_sessions(*, by: User, current: str, at: dt.datetime) -> int:  # noqa: ARG001 - each action says when
    """End all sessions of a person but the current session; return the number ended."""
    others = Session.objects.filter(person_id=by.pk).exclude(session_key=current)
    return others.delete()[0]


@transaction.atomic
def end_ways_in(*, person: User, by: User | None, at: dt.datetime) -> None:  # noqa: ARG001 - as above
    """End all access of a person before they get a role of trust; they sign in again by a link.

    Their employer may have opened any of it through its identity provider: sessions, links, API
    tokens, calendars, push subscriptions, and a password not chosen by the mailbox's reader.
    """
    Session.objects.filter(person_id=person.pk).delete()
    Pass.objects.filter(user=person, used_at=None).delete()
    planned = SecondFactor.objects.filter(user=person, reset_due_at__isnull=False)
    planned.update(reset_due_at=None, reset_reason="", reset_by="")
    ways_in.end_opened(person, ways_in.End.ALL, at)
    locked = User.objects.select_for_update().get(pk=person.pk)
    if locked.has_usable_password() and not locked.password_by_link:
        locked.set_unusable_password()
        locked.save(update_fields=["password"])
        person.password = locked.password
    queue_notice(person=person, kind=Kind.COUNCIL, at=at)
