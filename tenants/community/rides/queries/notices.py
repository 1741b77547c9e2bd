"""Notices about shared rides: those that wait, those that are due."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tenants.community.rides import rules
from tenants.community.rides.models import Booking, RideNotice

Kind = RideNotice.Kind
State = Booking.State


def notices_to_mail() -> QuerySet[RideNotice]:
    """Return notices still relevant, with the related rows for their text."""
    still = (
        Q(kind__in=[Kind.DECLINED, Kind.CANCELLED])
        | Q(kind=Kind.ASKED, booking__state=State.ASKED)
        | Q(kind__in=[Kind.ACCEPTED, Kind.TOMORROW], booking__state=State.ACCEPTED)
    )
    return RideNotice.objects.filter(still, person__is_active=True).select_related(
        "person", "booking__person", "booking__departure__ride__author"
    )


def notices_due(*, at: dt.datetime) -> QuerySet[RideNotice]:
    """Return notices with a job that may have been lost."""
    late = notices_to_mail().filter(mailed_at=None, made_at__lt=at - rules.MAILED_WITHIN)
    return late.order_by("made_at")


def reminded_at(at: dt.datetime) -> list[int]:
    """List the keys of reminders that were written at a moment."""
    rows = RideNotice.objects.filter(kind=Kind.TOMORROW, made_at=at)
    return list(rows.values_list("pk", flat=True))


def to_remind(*, at: dt.datetime) -> QuerySet[Booking]:
    """Return seats accepted more than a day before a ride within a day, without a reminder."""
    written = RideNotice.objects.filter(kind=Kind.TOMORROW, booking=OuterRef("pk"))
    return (
        Booking.objects.filter(
            ~Exists(written),
            state=State.ACCEPTED,
            departure__starts_at__gt=at,
            departure__starts_at__lte=at + rules.RECALLED,
            decided_at__lte=F("departure__starts_at") - rules.RECALLED,
        )
        .select_related("departure__ride")
        .order_by("departure__starts_at", "pk")
    )


def old_notices(*, at: dt.datetime) -> QuerySet[RideNotice]:
    """Return notices past their retention period."""
    return RideNotice.objects.filter(made_at__lt=at - rules.NOTICE_RETENTION)
