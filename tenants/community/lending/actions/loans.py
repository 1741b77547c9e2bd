"""Actions of the two sides of a loan, from the request to the thanks."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.lending.actions.steps import end_loan, notify_other
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.notifications import LoanEvent
from tenants.community.lending.queries import loans as loan_queries
from tenants.community.lending.queries import people as people_queries
from tenants.community.lending.queries import things as thing_queries
from tenants.community.lending.rules import codes, slots
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules.codes import Code
from tenants.community.lending.rules.slots import LoanSlot
from tenants.community.members.actions.thanks import Thanked, thank_for

State = Loan.State
LOAN = "loan"


@transaction.atomic
def request(
    *,
    thing: Thing,
    slot: LoanSlot,
    zone: dt.tzinfo,
    key: UUID | None = None,
    by: User,
    at: dt.datetime,
) -> Loan:
    """Ask for a thing, and take its time from now on; the same key a second time asks once.

    Where its lender agreed beforehand, it is booked at once.
    """
    thing = thing_queries.thing_for_change(thing.pk)
    already = loan_queries.requested_with(key, by=by) if key else None
    if already is not None:
        return already
    rules.check_is_lent(thing)
    rules.check_may_borrow(thing, by.pk, count=loan_queries.count_borrowed(by))
    keepers = people_queries.lenders_of(thing)
    rules.check_lender_is_here(here=bool(keepers) or thing.of_council)
    rules.check_not_blocked(blocked=hooks.is_blocked(by.pk, thing.owner_id or by.pk))
    slots.check_slot(slot, longest_minutes=thing.longest_minutes, zone=zone, at=at)
    rules.check_free(taken=thing_queries.is_taken(thing, slot, at=at))
    agreed = thing.lends_at_once or by.pk in {keeper.pk for keeper in keepers}
    loan = Loan(
        thing=thing,
        borrower=by,
        state=State.ACCEPTED if agreed else State.REQUESTED,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        requested_at=at,
        answered_at=at if agreed else None,
        idempotency_key=key,
    )
    loan.full_clean()
    loan.save()
    notify_other(loan=loan, event=LoanEvent.REQUESTED, to_borrower=False, at=at)
    return loan


@transaction.atomic
def accept(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Agree to lend."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_hands_out(loan.thing, by.pk, people_queries.councils_of(by))
    if loan.state == State.ACCEPTED:
        return loan
    rules.check_state(loan, State.REQUESTED)
    rules.check_not_over(loan, at=at)
    loan.state, loan.answered_at = State.ACCEPTED, at
    loan.full_clean()
    loan.save()
    notify_other(loan=loan, event=LoanEvent.ACCEPTED, to_borrower=True, at=at)
    return loan


@transaction.atomic
def decline(*, loan: Loan, reason: str = "", by: User, at: dt.datetime) -> Loan:
    """Refuse to lend, perhaps with a reason; the time is free again."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_hands_out(loan.thing, by.pk, people_queries.councils_of(by))
    rules.check_state(loan, State.REQUESTED)
    loan.answered_at, loan.reason = at, reason
    end_loan(loan=loan, state=State.DECLINED, at=at)
    notify_other(loan=loan, event=LoanEvent.DECLINED, to_borrower=True, at=at)
    return loan


@transaction.atomic
def cancel(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Cancel the borrower's loan; its slot is free again."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_is_borrower(loan, by.pk)
    rules.check_state(loan, State.REQUESTED, State.ACCEPTED)
    end_loan(loan=loan, state=State.CANCELLED, at=at)
    notify_other(loan=loan, event=LoanEvent.CANCELLED, to_borrower=False, at=at)
    return loan


@transaction.atomic
def withdraw_promise(*, loan: Loan, reason: str = "", by: User, at: dt.datetime) -> Loan:
    """Withdraw the lender's acceptance before the thing was handed over."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_hands_out(loan.thing, by.pk, people_queries.councils_of(by))
    rules.check_state(loan, State.ACCEPTED)
    loan.reason = reason
    end_loan(loan=loan, state=State.WITHDRAWN, at=at)
    notify_other(loan=loan, event=LoanEvent.WITHDRAWN, to_borrower=True, at=at)
    return loan


@transaction.atomic
def hand_over(*, loan: Loan, code: Code | None = None, by: User, at: dt.datetime) -> Loan:
    """Record the hand-over: by either party, with a tap or with the other party's code.

    If it is handed over earlier than agreed, its slot starts now.
    """
    loan = loan_queries.loan_for_change(loan.pk)
    _check_party(loan, by)
    _check_code(loan, code, by)
    rules.check_state(loan, State.ACCEPTED)
    rules.check_not_over(loan, at=at)
    rules.check_nobody_has_it(in_hands=loan_queries.is_in_hands(loan.thing_id, but=loan.pk))
    begin = min(loan.starts_at, slots.floor_quarter(at))
    sooner = LoanSlot(begin, loan.ends_at)
    rules.check_free(taken=thing_queries.is_taken(loan.thing, sooner, at=at, but=loan.pk))
    loan.starts_at, loan.state, loan.handed_over_at = begin, State.OUT, at
    loan.full_clean()
    loan.save()
    return loan


@transaction.atomic
def give_back(*, loan: Loan, code: Code | None = None, by: User, at: dt.datetime) -> Loan:
    """Record the return: by the lender with a tap, or by either party with the other's code."""
    loan = loan_queries.loan_for_change(loan.pk)
    _check_party(loan, by)
    _check_code(loan, code, by)
    rules.check_state(loan, State.OUT)
    if code is None:
        rules.check_may_confirm_return(
            keeps_it=rules.hands_out(loan.thing, by.pk, people_queries.councils_of(by)),
            lender_is_here=people_queries.has_lender(loan.thing),
        )
    loan.returned_at = at
    end_loan(loan=loan, state=State.RETURNED, at=at)
    return loan


@transaction.atomic
def declare_lost(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Close a loan as lost."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_hands_out(loan.thing, by.pk, people_queries.councils_of(by))
    rules.check_state(loan, State.OUT)
    end_loan(loan=loan, state=State.LOST, at=at)
    return loan


@transaction.atomic
def thank(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Thank the lender once the thing is back."""
    loan = loan_queries.loan_for_change(loan.pk)
    rules.check_is_borrower(loan, by.pk)
    rules.check_may_thank(loan)
    loan.thanked_at = at
    loan.save(update_fields=["thanked_at"])
    if loan.thing.owner_id is not None:
        thanked = Thanked(LOAN, loan.reference, loan.thing.owner_id)
        thank_for(thing=thanked, by=by, at=at)
    notify_other(loan=loan, event=LoanEvent.THANKS, to_borrower=False, at=at)
    return loan


def _check_party(loan: Loan, person: User) -> None:
    keeps = rules.hands_out(loan.thing, person.pk, people_queries.councils_of(person))
    rules.check_is_party(is_party=keeps or loan.borrower_id == person.pk)


def _check_code(loan: Loan, code: Code | None, person: User) -> None:
    if code is not None:
        codes.check_loan(loan, code)
        codes.check_next(loan, code)
        codes.check_shown_by_other(code, person.pk)
