"""Notices about gatherings: those that wait, those that are due."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Notice, Participation

Kind = Notice.Kind


def notices_to_mail() -> QuerySet[Notice]:
    """List notices that are still relevant, with the related rows for their text.

    A notice of a place or of the next day is sent only while it holds true. For a gathering hidden
    by moderation, only the cancellation is sent.
    """
    comes = Participation.objects.filter(
        gathering=OuterRef("gathering"),
        person=OuterRef("person"),
        state=Participation.State.COMING,
    )
    same_day = ~Q(kind=Kind.TOMORROW) | Q(gathering__starts_at=F("starts_at"))
    stands = Exists(comes) & Q(gathering__cancelled_at=None) & same_day
    shown = Q(gathering__hidden_at=None) & (Q(kind=Kind.CHANGED) | stands)
    still = Q(kind=Kind.CANCELLED) | shown
    return Notice.objects.filter(still, person__is_active=True).select_related(
        "person", "gathering"
    )


def notices_due(*, at: dt.datetime) -> QuerySet[Notice]:
    """List notices if their job may have been lost."""
    late = notices_to_mail().filter(mailed_at=None, made_at__lt=at - rules.MAILED_WITHIN)
    return late.order_by("made_at")


def reminded_at(at: dt.datetime) -> list[int]:
    """List the keys of reminders that were written at a moment."""
    return list(Notice.objects.filter(kind=Kind.TOMORROW, made_at=at).values_list("pk", flat=True))


def to_remind(*, at: dt.datetime) -> QuerySet[Participation]:
    """List participants to remind: the gathering is within a day, and they joined earlier."""
    written = Notice.objects.filter(
        kind=Kind.TOMORROW,
        gathering=OuterRef("gathering"),
        person=OuterRef("person"),
        starts_at=OuterRef("gathering__starts_at"),
    )
    return (
        Participation.objects.filter(
            ~Exists(written),
            state=Participation.State.COMING,
            person__is_active=True,
            gathering__cancelled_at=None,
            gathering__hidden_at=None,
            gathering__starts_at__gt=at,
            gathering__starts_at__lte=at + rules.RECALLED,
            joined_at__lte=F("gathering__starts_at") - rules.RECALLED,
        )
        .select_related("gathering", "person")
        .order_by("gathering__starts_at", "pk")
    )


def old_notices(*, at: dt.datetime) -> QuerySet[Notice]:
    """List notices past their retention."""
    return Notice.objects.filter(made_at__lt=at - rules.NOTICE_RETENTION)
