"""Notifications for the parties of a loan, and for the waiting list of a thing."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.notifying import Event, Kind, Words, notify, written
from tenants.community.lending.models import LoanNotice, Thing
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.wording import notices


def send_notice(notice: LoanNotice) -> None:
    """Notify the borrower, or each lender of the thing, unless the notice is obsolete."""
    loan = notice.loan
    if not notices.is_still_true(notice):
        return
    lender = loan.thing.owner.short_name if loan.thing.owner else ""
    lender = lender or thing_queries.council_name(loan.thing.company_id)
    event = Event(
        key=f"loan-notice:{notice.pk}",
        kind=Kind.THANKS if notice.kind == LoanNotice.Kind.THANKS else Kind.LOANS,
        path=loan.get_absolute_url(),
        about=notices.about(loan),
        words=lambda: _words_of(notice, lender),
        deadline=notices.deadline_of(notice),
        until_done=notices.is_late(notice),
    )
    notify(event, to=[reader.pk for reader in _readers_of(notice)], at=timezone.now())


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


def _readers_of(notice: LoanNotice) -> list[User]:
    loan = notice.loan
    return [loan.borrower] if notice.to_borrower else list(people_queries.lenders_of(loan.thing))


def _words_of(notice: LoanNotice, lender: str) -> Words:
    words = notices.words_of(notice, lender=lender)
    return Words(words.subject, words.sentence, words.action)
