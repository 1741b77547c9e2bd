"""Both lists of a member, and their entries waiting for a mail or a push."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from saas.accounts.models import User
from saas.kernel.database.statements import counted
from tenants.community.notifications import rules
from tenants.community.notifications.models import Habits, Notification, Rhythm

MOST_TO_DO = 50
A_PAGE = 20


class Group(NamedTuple):
    """Entries about the same item, the newest first."""

    newest: Notification
    older: list[Notification]


class Lists(NamedTuple):
    """Both lists of a member, and whether older news follow."""

    to_do: list[Notification]
    news: list[Group]
    next: int | None
    previous: int | None
    unread: int


def signed_in_columns(user_id: Any) -> dict[str, Combinable]:
    """Return the columns that each page needs: unread notifications, and the last visit."""
    unread = Notification.objects.filter(person_id=user_id, shown=True, read_at=None)
    habits = Habits.objects.filter(person_id=user_id)
    return {
        "unread_notifications": Subquery(unread.values(total=counted(F("pk")))),
        "came_at": Subquery(habits.values("came_at")),
    }


def is_news(visitor: User, at: dt.datetime) -> bool:
    """Return True if a visit must be recorded: the first of a day, or there are unread entries."""
    came_at: dt.datetime | None = getattr(visitor, "came_at", None)
    is_first = came_at is None or came_at.date() < at.date()
    return is_first or bool(getattr(visitor, "unread_notifications", 0))


def rail_counts(person: User, _at: dt.datetime) -> dict[str, int]:
    """Return the count loaded with the member's own row."""
    return {"notifications": getattr(person, "unread_notifications", 0) or 0}


def shown_to(person: User) -> QuerySet[Notification]:
    """Return a member's notifications in the app, the newest first."""
    return Notification.objects.filter(person=person, shown=True).order_by("-made_at", "-pk")


def is_to_do(at: dt.datetime) -> Q:
    """Return the filter of *À faire*: tasks not done, before their deadline or overdue."""
    return Q(done_at=None) & (Q(deadline__gt=at) | Q(until_done=True))


def to_do(person: User, *, at: dt.datetime) -> list[Notification]:
    """Return a member's tasks, the earliest deadline first."""
    return list(shown_to(person).filter(is_to_do(at)).order_by("deadline", "pk")[:MOST_TO_DO])


def news(person: User, *, at: dt.datetime, start: int, size: int) -> list[Notification]:
    """List the rest."""
    return list(shown_to(person).exclude(is_to_do(at))[start : start + size])


def lists(person: User, *, at: dt.datetime, number: int) -> Lists:
    """Return both lists; news about the same item are grouped."""
    start = (number - 1) * A_PAGE
    rows = news(person, at=at, start=start, size=A_PAGE + 1)
    waiting = to_do(person, at=at)
    return Lists(
        to_do=waiting,
        news=_grouped(rows[:A_PAGE]),
        next=number + 1 if len(rows) > A_PAGE else None,
        previous=number - 1 if number > 1 else None,
        unread=rail_counts(person, at)["notifications"],
    )


def _grouped(rows: Iterable[Notification]) -> list[Group]:
    groups: dict[str, Group] = {}
    for row in rows:
        if row.about in groups:
            groups[row.about].older.append(row)
        else:
            groups[row.about] = Group(row, [])
    return list(groups.values())


def find(reference: str, *, viewer: User) -> Notification | None:
    """Return the viewer's own entry, if any."""
    return Notification.objects.filter(person=viewer, shown=True, reference=reference).first()


def waiting_mails(*, at: dt.datetime) -> QuerySet[Notification]:
    """List mails of their own that may leave now."""
    return Notification.objects.filter(
        mail=Rhythm.NOW,
        mailed_at=None,
        mail_from__lte=at,
        failures__lt=rules.MOST_FAILURES,
        person__is_active=True,
    ).select_related("person")


def waiting_pushes(*, at: dt.datetime) -> QuerySet[Notification]:
    """List pushes that may leave now."""
    return Notification.objects.filter(
        push_from__lte=at, pushed_at=None, person__is_active=True
    ).select_related("person")


def active_members(at: dt.datetime) -> int:
    """Return how many members came in the last 30 days."""
    since = at - dt.timedelta(days=30)
    return Habits.objects.filter(person__is_active=True, came_at__gte=since).count()
