"""A loan's times and its notification key, as its pages and notices write them."""

import datetime as dt

from django.utils import timezone

from saas.kernel.display import writing
from tenants.community.lending.models import Loan


def about(loan: Loan) -> str:
    """Return the notification key of a loan."""
    return f"loan:{loan.reference}"


def span(starts: dt.datetime, ends: dt.datetime) -> str:
    """Write a time: lundi 30 novembre, 12 h 30 – 13 h 15, with both days where there are two."""
    same = timezone.localdate(starts) == timezone.localdate(ends)
    end = writing.hour(ends) if same else writing.moment(ends)
    return f"{writing.moment(starts)} – {end}"
