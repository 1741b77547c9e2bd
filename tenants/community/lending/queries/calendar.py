"""Calendar entries of loans, for both parties."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.values import calendars
from tenants.community.lending.models import Loan
from tenants.community.lending.queries.loans import loans_of

State = Loan.State
OVER = frozenset({State.DECLINED, State.CANCELLED, State.WITHDRAWN, State.LAPSED})


def calendar_entries(person: User, since: dt.datetime) -> list[calendars.Entry]:
    """List the calendar entries of a person's loans, as borrower or lender, from a moment on."""
    rows = loans_of(person).filter(ends_at__gt=since).order_by("-starts_at", "-pk")
    return [calendar_entry(row, person) for row in rows[: calendars.MOST_EVENTS]]


def calendar_entry(loan: Loan, viewer: User) -> calendars.Entry:
    """Return a loan as a calendar entry for a party."""
    words = _("Emprunt : %(title)s") if loan.borrower_id == viewer.pk else _("Prêt : %(title)s")
    steps = [loan.answered_at, loan.handed_over_at, loan.returned_at, loan.ended_at]
    return calendars.Entry(
        reference=loan.reference,
        title=words % {"title": loan.thing.title},
        starts_at=loan.starts_at,
        ends_at=loan.ends_at,
        url=reverse("lending:loan", args=[loan.reference]),
        made_at=loan.requested_at,
        changed_at=max([loan.requested_at, *filter(None, steps)]),
        status=_status(loan),
        place=loan.thing.place,
    )


def _status(loan: Loan) -> str:
    if loan.state in OVER:
        return calendars.CANCELLED
    return calendars.TENTATIVE if loan.state == State.REQUESTED else calendars.CONFIRMED
