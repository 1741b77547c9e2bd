"""Loans that follow from a meeting on which borrower and lender have agreed."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks, modules
from saas.kernel.notifying import settle
from tenants.community.lending.actions.steps import end_loan
from tenants.community.lending.models import Loan
from tenants.community.lending.queries import loans as loan_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tenants.community.lending.wording import times

State = Loan.State


@transaction.atomic
def book(*, reservation: hooks.Reservation, by: User, at: dt.datetime) -> str:
    """Create a loan for the hour of an agreed meeting; return a description of the change.

    If the borrower already has the thing, or has reserved that time, the meeting belongs to that
    loan.
    """
    thing = thing_queries.thing_of_reservation(reservation)
    if thing is None or thing.withdrawn_at is not None or thing.hidden_at is not None:
        return ""
    rules.check_is_party(is_party=by.pk in {thing.owner_id, reservation.person_id})
    slot = slots.hour_from(reservation.starts_at, longest_minutes=thing.longest_minutes)
    before = loan_queries.loan_around(thing, reservation.person_id, slot)
    if before is not None:
        return _agree(before, at=at)
    modules.check_used("lending")
    borrower = loan_queries.person_with_id(reservation.person_id)
    rules.check_may_borrow(thing, borrower.pk, count=loan_queries.count_borrowed(borrower))
    zone = timezone.get_current_timezone()
    slots.check_slot(slot, longest_minutes=thing.longest_minutes, zone=zone, at=at)
    rules.check_free(taken=thing_queries.is_taken(thing, slot, at=at))
    loan = Loan(
        thing=thing,
        borrower=borrower,
        state=State.ACCEPTED,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        requested_at=at,
        answered_at=at,
        idempotency_key=reservation.key,
    )
    loan.full_clean()
    loan.save()
    return _in_words(loan)


@transaction.atomic
def unbook(*, reservation: hooks.Reservation, by: User, at: dt.datetime) -> None:
    """End a loan created by a cancelled meeting; a loan already handed over continues."""
    loan = loan_queries.loan_of_reservation(reservation)
    if loan is None:
        return
    rules.check_is_party(is_party=by.pk in {loan.thing.owner_id, loan.borrower_id})
    state = State.CANCELLED if by.pk == loan.borrower_id else State.WITHDRAWN
    end_loan(loan=loan, state=state, at=at)


def _agree(loan: Loan, *, at: dt.datetime) -> str:
    """Accept a requested loan, because its two parties have agreed on a meeting."""
    if loan.state != State.REQUESTED:
        return ""
    loan.state, loan.answered_at = State.ACCEPTED, at
    loan.full_clean()
    loan.save()
    settle(times.about(loan), at=at)
    return _in_words(loan)


def _in_words(loan: Loan) -> str:
    when: LoanSlot = LoanSlot(loan.starts_at, loan.ends_at)
    return _("L’emprunt est réservé : %(when)s.") % {"when": times.span(*when)}
