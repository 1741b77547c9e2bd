"""A loan's times and its notification key, as its pages and notices write them."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from saas.kernel.display import writing
from tenants.community.lending.models import Loan
from tenants.community.lending.rules import slots


def about(loan: Loan) -> str:
    """Return the notification key of a loan."""
    return f"loan:{loan.reference}"


def span(starts: dt.datetime, ends: dt.datetime) -> str:
    """Write a time: lundi 30 novembre, 12 h 30 – 13 h 15, with both days where there are two."""
    same = timezone.localdate(starts) == timezone.localdate(ends)
    end = writing.hour(ends) if same else writing.moment(ends)
    return f"{writing.moment(starts)} – {end}"


def spans_of_day(spans: Sequence[slots.LoanSlot], day: dt.date, zone: dt.tzinfo) -> list[str]:
    """Write the parts of a day that loans take: 12 h 00 – 13 h 15, or the whole day."""
    begin, end = slots.midnight(day, zone), slots.midnight(day + dt.timedelta(days=1), zone)
    return [
        _part_of_day(span, begin, end)
        for span in sorted(spans)
        if span.starts_at < end and span.ends_at > begin
    ]


def _part_of_day(span: slots.LoanSlot, begin: dt.datetime, end: dt.datetime) -> str:
    first, last = max(span.starts_at, begin), min(span.ends_at, end)
    if (first, last) == (begin, end):
        return _("toute la journée")
    if last == end:
        return _("à partir de %(hour)s") % {"hour": writing.hour(first)}
    return f"{writing.hour(first)} – {writing.hour(last)}"
