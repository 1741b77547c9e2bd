"""Queries on loans: a single loan, the waiting list, and due actions of the clock."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.crypto import constant_time_compare

from saas.accounts.models import User
from saas.kernel import hooks, modules
from saas.kernel.database.statements import Given, counted, statement
from tenants.community.lending.models import Loan, Thing, WaitingListEntry
from tenants.community.lending.queries import people, things
from tenants.community.lending.rules import codes, slots
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules.codes import Code
from tenants.community.lending.rules.slots import LoanSlot

MOST_LISTED = 100


def promised_elsewhere(person: User, company_id: int | None) -> list[int]:
    """List a person's requested and accepted loans of things restricted to another company."""
    rows = Loan.objects.filter(
        borrower=person,
        state__in=[Loan.State.REQUESTED, Loan.State.ACCEPTED],
        thing__in=things.of_another_company(person, company_id),
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def with_thing() -> QuerySet[Loan]:
    """Bring loans with their thing and both sides."""
    return Loan.objects.select_related("thing", "thing__owner", "borrower")


def of_sides(person: User, councils: Iterable[int | None] | None = None) -> QuerySet[Loan]:
    """Return a person's loans as borrower or lender; each role is read with its own index."""
    listed = people.councils_of(person) if councils is None else councils
    handed_out = things.handed_out_by(person, listed, through="thing__")
    borrows = Loan.objects.filter(borrower=person).values("pk")
    return with_thing().filter(pk__in=borrows.union(Loan.objects.filter(handed_out).values("pk")))


def going_on_between(person: Any) -> QuerySet[Loan]:
    """Return a person's open loans, as borrower or as owner of the thing."""
    going_on = Loan.objects.filter(ended_at=None).values("pk")
    lends, borrows = going_on.filter(thing__owner=person), going_on.filter(borrower=person)
    return Loan.objects.filter(pk__in=borrows.union(lends))


def find_loan(reference: str, *, viewer: User) -> Loan | None:
    """Return a loan if the viewer is a party of it."""
    return of_sides(viewer).filter(reference=reference).first()


def loans_of(person: User) -> QuerySet[Loan]:
    """List a person's loans as borrower and lender: open loans first, then ended loans."""
    rows = of_sides(person)
    return rows.order_by(F("ended_at").desc(nulls_first=True), "ends_at", "pk")


def loan_with(loan_id: int, *, viewer: User) -> Loan | None:
    """Return the loan of a code if the viewer is a party of it."""
    return of_sides(viewer).filter(pk=loan_id).first()


def loan_for_change(loan_id: int) -> Loan:
    """Lock a thing, then a loan of it, so that its loans change in sequence; return the loan."""
    thing_id = Loan.objects.values_list("thing_id", flat=True).get(pk=loan_id)
    things.thing_for_change(thing_id)
    return with_thing().select_for_update(of=("self",)).get(pk=loan_id)


def requested_with(key: UUID, *, by: User) -> Loan | None:
    """Return the loan that a person has already requested with a form's key, if any."""
    return with_thing().filter(idempotency_key=key, borrower=by).first()


def loan_around(thing: Thing, person_id: int, slot: LoanSlot) -> Loan | None:
    """Return a person's loan of a thing that overlaps the slot or is handed over now, if any."""
    there = Q(state__in=rules.TAKEN, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    rows = with_thing().filter(there | Q(state=Loan.State.OUT), thing=thing, borrower=person_id)
    return rows.order_by("starts_at").first()


def loan_of_reservation(reservation: hooks.Reservation) -> Loan | None:
    """Take the loan that a meeting made, while the thing has not changed hands."""
    promised = [Loan.State.REQUESTED, Loan.State.ACCEPTED]
    rows = Loan.objects.filter(idempotency_key=reservation.key, state__in=promised)
    found = rows.values_list("pk", flat=True).first()
    return loan_for_change(found) if found else None


def person_with_id(person_id: int) -> User:
    """Return the person of a reservation."""
    return User.objects.get(pk=person_id)


def count_borrowed(person: User) -> int:
    """Count a person's open loans as borrower, including requests."""
    return Loan.objects.filter(borrower=person, ended_at=None).count()


def is_in_hands(thing_id: int, *, but: int) -> bool:
    """Return True if another borrower has the thing."""
    return Loan.objects.filter(thing_id=thing_id, state=Loan.State.OUT).exclude(pk=but).exists()


def going_on(thing_id: int, *, at: dt.datetime) -> list[Loan]:
    """List a thing's current and future loans, the earliest first."""
    from_now = Q(ends_at__gt=at) | Q(state=Loan.State.OUT)
    rows = with_thing().filter(from_now, thing_id=thing_id, state__in=rules.TAKEN)
    return list(rows.order_by("starts_at")[:MOST_LISTED])


def first_waiting(thing_id: int, *, at: dt.datetime) -> list[WaitingListEntry]:
    """Lock and return a thing's waiting list, without expired entries, first come first.

    If lending is switched off, the list is empty: no new loan may begin.
    """
    if not modules.is_used("lending"):
        return []
    rows = WaitingListEntry.objects.filter(
        thing_id=thing_id, state=WaitingListEntry.State.WAITING, ends_at__gt=at
    )
    rows = rows.filter(person__is_active=True).select_related("person")
    return list(rows.order_by("queued_at", "pk").select_for_update(of=("self",)))


def waiting_of(person: User, entry_id: int) -> WaitingListEntry | None:
    """Return a person's entry on a waiting list, if it is still waiting."""
    return (
        WaitingListEntry.objects.filter(
            pk=entry_id, person=person, state=WaitingListEntry.State.WAITING
        )
        .select_related("thing")
        .first()
    )


def waits_of(person: User) -> list[WaitingListEntry]:
    """List a person's waiting list entries, the earliest slot first."""
    rows = WaitingListEntry.objects.filter(person=person, state=WaitingListEntry.State.WAITING)
    return list(rows.select_related("thing").order_by("starts_at"))


def waiting_for(thing: Thing, person: User) -> list[WaitingListEntry]:
    """List a person's waiting list entries for a thing."""
    return [entry for entry in waits_of(person) if entry.thing_id == thing.pk]


def count_waited_for(person: User) -> int:
    """Count a person's waiting list entries."""
    return WaitingListEntry.objects.filter(
        person=person, state=WaitingListEntry.State.WAITING
    ).count()


def ended_without_hand_over(*, at: dt.datetime) -> QuerySet[Loan]:
    """List loans that ended without a hand-over."""
    still = [Loan.State.REQUESTED, Loan.State.ACCEPTED]
    return Loan.objects.filter(state__in=still, ends_at__lte=at).order_by("ends_at")


def to_remind(*, at: dt.datetime) -> list[Loan]:
    """Lock and list loans with a reminder due now for their present end."""
    soon = Loan.objects.filter(
        state=Loan.State.OUT, ends_at__gt=at, ends_at__lte=at + dt.timedelta(hours=3)
    )
    soon = _to_notify(soon.exclude(reminded_of=F("ends_at")))
    return [
        loan
        for loan in soon[:MOST_LISTED]
        if (due := slots.remind_at(LoanSlot(loan.starts_at, loan.ends_at))) and due <= at
    ]


def overdue_loans(*, at: dt.datetime) -> QuerySet[Loan]:
    """Lock and list overdue loans without an overdue notice."""
    late = Loan.objects.filter(state=Loan.State.OUT, ends_at__lte=at)
    return _to_notify(late.exclude(overdue_of=F("ends_at")))


def _to_notify(loans: QuerySet[Loan]) -> QuerySet[Loan]:
    """Lock loans with both sides, the earliest end first; skip rows locked by another clock."""
    rows = loans.select_related("thing", "thing__owner", "borrower").order_by("ends_at")
    return rows.select_for_update(of=("self",), skip_locked=True)


def rail_counts(person: User, at: dt.datetime) -> dict[str, int]:
    """Count the loans that need an action by the person; all open loans if lending is off.

    If it is off, no other page leads to them, and no borrowed thing may be forgotten.
    """
    if not modules.is_used("lending"):
        return {"loans": going_on_between(person).count()}
    come_along = getattr(person, "today", {})
    [due] = [come_along["loans_due"]] if come_along else _due(person=person, at=at)
    return {"loans": due}


@statement
def _due(person: Given, at: Given) -> QuerySet[Loan, int]:
    return due_of(person, at)


def due_of(person: Any, at: Any) -> QuerySet[Loan, int]:
    """Count the loans that need an action by the person, as a query of a single row."""
    requested = Q(state=Loan.State.REQUESTED) | Q(extension_until__isnull=False)
    lends = Q(thing__owner=person) & (requested | Q(state=Loan.State.OUT, ends_at__lte=at))
    borrows = Q(borrower=person, state=Loan.State.OUT, ends_at__lte=at)
    due = Case(When(lends | borrows, then=F("pk")))
    return going_on_between(person).order_by().values_list(counted(due), flat=True)


def code_typed(loan: Loan, typed: str, *, by: User) -> Code:
    """Return the code for six typed digits, if a person of the other party shows them."""
    step = codes.step_of(loan)
    plain = "".join(sign for sign in typed if sign.isdigit())
    for other in people.other_side(loan, by):
        if step and constant_time_compare(plain, codes.figures(loan, step, other.pk)):
            return Code(loan.pk, step, other.pk)
    raise codes.wrong_figures(loan, plain, by.pk)
