"""Steps that several actions have in common: a notice, the end of a loan, the waiting list."""

import datetime as dt

from django.db import transaction

from saas.kernel import hooks
from saas.kernel.notifying import settle
from tenants.community.lending.models import Loan, Thing, WaitingListEntry
from tenants.community.lending.notifications import (
    LoanEvent,
    notify_party,
    notify_waiting_list,
)
from tenants.community.lending.queries import loans, things
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tenants.community.lending.wording import times
from tenants.spaces.audiences import Audience


@transaction.atomic
def notify_other(
    *,
    loan: Loan,
    event: LoanEvent,
    to_borrower: bool,
    until: dt.datetime | None = None,
    at: dt.datetime,
) -> None:
    """Settle the tasks about a loan, and notify a party. Called by the steps of a loan only."""
    settle(times.about(loan), at=at)
    notify_party(loan, event, to_borrower=to_borrower, until=until, at=at)


@transaction.atomic
def end_loan(*, loan: Loan, state: str, at: dt.datetime) -> None:
    """End a loan, and give its slot to the waiting list. Called by the steps of a loan only."""
    loan.state, loan.ended_at, loan.extension_until = state, at, None
    loan.full_clean()
    loan.save()
    settle(times.about(loan), at=at)
    move_up(thing=loan.thing, at=at)


@transaction.atomic
def move_up(*, thing: Thing, at: dt.datetime) -> None:
    """Create loans for the waiting list, in its order, if their slots are free now.

    People that may no longer see the thing, or were blocked meanwhile, are skipped. Called by the
    end of a loan, with the thing's row locked.
    """
    if thing.withdrawn_at is not None or thing.hidden_at is not None:
        return
    for entry in loans.first_waiting(thing.pk, at=at):
        slot = LoanSlot(max(entry.starts_at, slots.floor_quarter(at)), entry.ends_at)
        if slot.ends_at - max(slot.starts_at, at) < slots.QUARTER:
            continue
        if not things.is_taken(thing, slot, at=at) and things.is_for(thing, entry.person):
            _serve(entry, thing, slot, at=at)


def _serve(entry: WaitingListEntry, thing: Thing, slot: LoanSlot, *, at: dt.datetime) -> None:
    loan = Loan(
        thing=thing,
        borrower=entry.person,
        state=Loan.State.ACCEPTED if thing.lends_at_once else Loan.State.REQUESTED,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        requested_at=at,
        answered_at=at if thing.lends_at_once else None,
    )
    loan.full_clean()
    loan.save()
    entry.state, entry.loan = WaitingListEntry.State.SERVED, loan
    entry.save(update_fields=["state", "loan"])
    notify_other(loan=loan, event=LoanEvent.MOVED_UP, to_borrower=True, at=at)
    notify_other(loan=loan, event=LoanEvent.REQUESTED, to_borrower=False, at=at)


@transaction.atomic
def take_off(*, thing: Thing, at: dt.datetime) -> None:
    """Withdraw a thing with its requested and accepted loans.

    Called by the end of a thing only.
    """
    thing.withdrawn_at = at
    thing.save(update_fields=["withdrawn_at"])
    promised = loans.with_thing().filter(
        thing=thing, state__in=[Loan.State.REQUESTED, Loan.State.ACCEPTED]
    )
    for loan in promised.select_for_update(of=("self",)):
        loan.state, loan.ended_at, loan.extension_until = Loan.State.WITHDRAWN, at, None
        loan.save(update_fields=["state", "ended_at", "extension_until"])
        notify_other(loan=loan, event=LoanEvent.WITHDRAWN, to_borrower=True, at=at)
    waiting = WaitingListEntry.objects.filter(thing=thing, state=WaitingListEntry.State.WAITING)
    notify_waiting_list(thing, list(waiting.values_list("person_id", flat=True)), at=at)
    waiting.update(state=WaitingListEntry.State.LAPSED)
    if thing.audience == Audience.NEIGHBOURS:
        hooks.offers_changed.ask()
