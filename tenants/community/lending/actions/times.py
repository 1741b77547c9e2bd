"""Actions on the time of a loan: extension, waiting list, the clock's actions, leavers."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.lending.actions.steps import (
    end_loan,
    move_up,
    notify_other,
    take_off,
)
from tenants.community.lending.models import (
    DamageNote,
    LendingPicture,
    Loan,
    Thing,
    WaitingListEntry,
)
from tenants.community.lending.notifications import LoanEvent, notify_party
from tenants.community.lending.queries import loans as loan_queries
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot

State = Loan.State
MOST_AT_ONCE = 200


@transaction.atomic
def extend(*, loan: Loan, until: dt.datetime, zone: dt.tzinfo, by: User, at: dt.datetime) -> Loan:
    """Ask to keep a thing longer; where its lender agreed beforehand, it is so at once."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_is_borrower(loan, by.pk)
    rules.check_state(loan, State.ACCEPTED, State.OUT)
    longest = slots.end_of(loan.starts_at, loan.thing.longest_minutes, zone)
    rules.check_extension(loan, until, longest=longest, at=at)
    _check_free_until(loan, until, at=at)
    if loan.extension_until == until:
        return loan
    if loan.thing.lends_at_once:
        loan.ends_at, loan.extension_until = until, None
        event = LoanEvent.EXTENDED
    else:
        loan.extension_until = until
        event = LoanEvent.EXTENSION
    loan.full_clean()
    loan.save()
    notify_other(loan=loan, event=event, to_borrower=False, until=until, at=at)
    return loan


@transaction.atomic
def answer_extension(*, loan: Loan, allow: bool, by: User, at: dt.datetime) -> Loan:
    """Let a borrower keep a thing longer, or not."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_hands_out(loan.thing, by.pk, people_queries.councils_of(by))
    rules.check_state(loan, State.ACCEPTED, State.OUT)
    rules.check_extension_requested(loan)
    until = loan.extension_until or loan.ends_at
    if allow:
        _check_free_until(loan, until, at=at)
        loan.ends_at = until
    loan.extension_until = None
    loan.full_clean()
    loan.save()
    event = LoanEvent.EXTENDED if allow else LoanEvent.NOT_EXTENDED
    notify_other(loan=loan, event=event, to_borrower=True, until=until, at=at)
    return loan


@transaction.atomic
def wait(
    *, thing: Thing, slot: LoanSlot, zone: dt.tzinfo, by: User, at: dt.datetime
) -> WaitingListEntry:
    """Join the waiting list for a taken slot; first come, first served."""
    thing = thing_queries.thing_for_change(thing.pk)
    rules.check_is_lent(thing)
    rules.check_may_borrow(thing, by.pk, count=loan_queries.count_borrowed(by))
    rules.check_not_blocked(blocked=hooks.is_blocked(by.pk, thing.owner_id or by.pk))
    slots.check_slot(slot, longest_minutes=thing.longest_minutes, zone=zone, at=at)
    rules.check_may_wait(
        taken=thing_queries.is_taken(thing, slot, at=at), count=loan_queries.count_waited_for(by)
    )
    entry = WaitingListEntry(
        thing=thing, person=by, starts_at=slot.starts_at, ends_at=slot.ends_at, queued_at=at
    )
    entry.full_clean()
    entry.save()
    return entry


@transaction.atomic
def leave_waiting_list(
    *,
    entry: WaitingListEntry,
    by: User,
    at: dt.datetime,  # noqa: ARG001 - a place that was left has no moment
) -> None:
    """Leave the waiting list; another person's entry is not changed."""
    WaitingListEntry.objects.filter(
        pk=entry.pk, person=by, state=WaitingListEntry.State.WAITING
    ).update(state=WaitingListEntry.State.LEFT)


@transaction.atomic
def report_damage(
    *, loan: Loan, text: str, pictures: list[LendingPicture], by: User, at: dt.datetime
) -> DamageNote:
    """Report damage or missing parts to the other party, with pictures."""
    loan = loan_queries.loan_for_change(loan.pk)
    keeps = rules.hands_out(loan.thing, by.pk, people_queries.councils_of(by))
    rules.check_is_party(is_party=keeps or loan.borrower_id == by.pk)
    rules.check_may_report_damage(loan, text, at=at)
    rules.check_pictures(pictures)
    note = DamageNote(loan=loan, author=by, text=text.strip(), made_at=at)
    note.full_clean()
    note.save()
    for position, picture in enumerate(pictures):
        picture.damage_note, picture.position = note, position
        picture.save(update_fields=["damage_note", "position"])
    to_borrower = loan.borrower_id != by.pk
    notify_other(loan=loan, event=LoanEvent.DAMAGE, to_borrower=to_borrower, at=at)
    return note


@transaction.atomic
def lapse(*, at: dt.datetime) -> int:
    """Close loans that were not handed over in their slot, and return their number.

    Called by the clock only.
    """
    ids = list(
        loan_queries.ended_without_hand_over(at=at).values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    for loan_id in ids:
        loan = loan_queries.loan_for_change(loan_id)
        if loan.state not in (State.REQUESTED, State.ACCEPTED) or loan.ends_at > at:
            continue
        end_loan(loan=loan, state=State.LAPSED, at=at)
        notify_other(loan=loan, event=LoanEvent.LAPSED, to_borrower=True, at=at)
    WaitingListEntry.objects.filter(state=WaitingListEntry.State.WAITING, ends_at__lte=at).update(
        state=WaitingListEntry.State.LAPSED
    )
    return len(ids)


@transaction.atomic
def remind(*, at: dt.datetime) -> int:
    """Create reminders for loans that end soon or are overdue; return the number of these loans.

    Called by the clock only.
    """
    soon = loan_queries.to_remind(at=at)
    for loan in soon:
        loan.reminded_of = loan.ends_at
        loan.save(update_fields=["reminded_of"])
        notify_other(loan=loan, event=LoanEvent.REMINDER, to_borrower=True, at=at)
    late = list(loan_queries.overdue_loans(at=at)[:MOST_AT_ONCE])
    for loan in late:
        loan.overdue_of = loan.ends_at
        loan.save(update_fields=["overdue_of"])
        notify_other(loan=loan, event=LoanEvent.OVERDUE, to_borrower=True, at=at)
        notify_party(loan, LoanEvent.OVERDUE, to_borrower=False, at=at)
    return len(soon) + len(late)


@transaction.atomic
def settle_leaver(*, by: User, at: dt.datetime) -> None:
    """Settle a leaver's things, loans and waiting list entries.

    Borrowers of the leaver's things keep the duty to return them and are notified. The things that
    the leaver has borrowed are due now.
    """
    WaitingListEntry.objects.filter(person=by, state=WaitingListEntry.State.WAITING).update(
        state=WaitingListEntry.State.LEFT
    )
    for thing_id in Thing.objects.filter(owner=by, withdrawn_at=None).values_list("pk", flat=True):
        take_off(thing=thing_queries.thing_for_change(thing_id), at=at)
    for loan_id in Loan.objects.filter(thing__owner=by, state=State.OUT).values_list(
        "pk", flat=True
    ):
        loan = loan_queries.loan_for_change(loan_id)
        notify_other(loan=loan, event=LoanEvent.LEAVING, to_borrower=True, at=at)
    for loan_id in Loan.objects.filter(borrower=by, ended_at=None).values_list("pk", flat=True):
        _settle_borrowed(loan_queries.loan_for_change(loan_id), at=at)


@transaction.atomic
def settle_move(*, by: User, company_id: int | None, at: dt.datetime) -> None:
    """End a moved person's waiting list entries and promised loans for things of another company.

    Things already handed over to them are returned as agreed.
    """
    waiting = WaitingListEntry.objects.filter(person=by, state=WaitingListEntry.State.WAITING)
    waiting.filter(thing__in=thing_queries.of_another_company(by, company_id)).update(
        state=WaitingListEntry.State.LEFT
    )
    for loan_id in loan_queries.promised_elsewhere(by, company_id):
        _settle_borrowed(loan_queries.loan_for_change(loan_id), at=at)


def _settle_borrowed(loan: Loan, *, at: dt.datetime) -> None:
    if loan.state in (State.REQUESTED, State.ACCEPTED):
        end_loan(loan=loan, state=State.CANCELLED, at=at)
        notify_other(loan=loan, event=LoanEvent.CANCELLED, to_borrower=False, at=at)
        return
    loan.extension_until = None
    loan.ends_at = min(loan.ends_at, max(at, loan.starts_at + slots.QUARTER))
    loan.full_clean()
    loan.save()
    notify_other(loan=loan, event=LoanEvent.LEAVING, to_borrower=False, at=at)
    move_up(thing=loan.thing, at=at)


def _check_free_until(loan: Loan, until: dt.datetime, *, at: dt.datetime) -> None:
    more = LoanSlot(loan.ends_at, until)
    rules.check_free_until(taken=thing_queries.is_taken(loan.thing, more, at=at, but=loan.pk))
