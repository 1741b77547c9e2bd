"""Notifications for the parties of a loan, and for the waiting list of a thing."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from django.urls import reverse

from saas.kernel.display import writing
from saas.kernel.notifying import Event, Kind, Words, notify, written
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.wording import times


class LoanEvent(StrEnum):
    """The events of a loan; each has its words in `notices/loan_<event>/`."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    MOVED_UP = "moved_up"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    EXTENSION = "extension"
    EXTENDED = "extended"
    NOT_EXTENDED = "not_extended"
    DAMAGE = "damage"
    LEAVING = "leaving"
    THANKS = "thanks"


def notify_party(
    loan: Loan,
    event: LoanEvent,
    *,
    to_borrower: bool,
    until: dt.datetime | None = None,
    at: dt.datetime,
) -> None:
    """Notify the borrower, or each lender of the thing; `until` is the end of an extension."""
    party = "borrower" if to_borrower else "lender"
    news = Event(
        key=f"loan-{event}:{loan.pk}:{party}:{at.isoformat()}",
        kind=Kind.THANKS if event == LoanEvent.THANKS else Kind.LOANS,
        path=loan.get_absolute_url(),
        about=times.about(loan),
        words=lambda: _words_of(loan, event, to_borrower=to_borrower, until=until),
        deadline=_deadline_of(loan, event, to_borrower=to_borrower),
        until_done=to_borrower and event == LoanEvent.OVERDUE,
    )
    notify(news, to=_readers_of(loan, to_borrower=to_borrower), at=at)


def notify_waiting_list(thing: Thing, people: Iterable[int], *, at: dt.datetime) -> None:
    """Notify the waiting list that a thing was withdrawn, with a link to other things."""
    event = Event(
        key=f"thing-withdrawn:{thing.reference}:{at.isoformat()}",
        kind=Kind.LOANS,
        path=reverse("lending:board"),
        about=f"thing:{thing.reference}",
        words=lambda: written("thing_withdrawn", {"thing": thing}),
    )
    notify(event, to=people, at=at)


def _readers_of(loan: Loan, *, to_borrower: bool) -> list[int]:
    if to_borrower:
        return [loan.borrower_id]
    return [lender.pk for lender in people_queries.lenders_of(loan.thing)]


def _deadline_of(loan: Loan, event: LoanEvent, *, to_borrower: bool) -> dt.datetime | None:
    """Return until when an event asks for something: an answer, or the thing back."""
    if to_borrower:
        return loan.ends_at if event in {LoanEvent.REMINDER, LoanEvent.OVERDUE} else None
    if event == LoanEvent.REQUESTED and loan.state == Loan.State.REQUESTED:
        return loan.starts_at
    return loan.ends_at if event == LoanEvent.EXTENSION else None


def _words_of(
    loan: Loan, event: LoanEvent, *, to_borrower: bool, until: dt.datetime | None
) -> Words:
    owner = loan.thing.owner
    lender = owner.short_name if owner else ""
    context = {
        "to_borrower": to_borrower,
        "waits": loan.state == Loan.State.REQUESTED,
        "thing": loan.thing.title,
        "borrower": loan.borrower.short_name,
        "lender": lender or thing_queries.council_name(loan.thing.company_id),
        "when": times.span(loan.starts_at, loan.ends_at),
        "ends": writing.moment(loan.ends_at),
        "until": writing.moment(until or loan.ends_at),
        "place": loan.thing.place,
        "reason": loan.reason,
    }
    return written(f"loan_{event}", context)
