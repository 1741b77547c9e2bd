"""Accounts are closed when people leave, and opened again; of a council, by the council."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.people import erasing
from saas.kernel.tasks import after_commit
from tenants.community.members import tasks
from tenants.community.members.actions import claims, council
from tenants.community.members.models import (
    ClosingRequest,
    CouncilChange,
    Departure,
    Invitation,
    Profile,
    Role,
)
from tenants.community.members.queries import council as council_reads
from tenants.community.members.queries import departures
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import council as council_rules
from tenants.community.members.rules import membership as rules


@transaction.atomic
def close_account(*, of: User, by: User, at: dt.datetime) -> Departure:
    """Close a leaver's account: end all access, settle their affairs, and notify them. Idempotent.

    An administrator of all the person's companies and roles closes a colleague's account; members
    close their own. A council member's account needs the council's answer: `council.ask_to_close`.
    Messages to other members stay with these members.
    """
    person = queries.person_to_change(of.pk)
    if by.pk != person.pk:
        queries.check_may_close(person, by=by)
        rules.check_is_not_of_council(council_reads.seats_of(person))
    council.end_seats(of=person, by=by, right=CouncilChange.Right.ONESELF, at=at)
    council.drop_closing(of=person, by=by, at=at)
    return _shut(person, by=by, at=at)


@transaction.atomic
def answer_closing(*, of: User, confirms: bool, by: User, at: dt.datetime) -> ClosingRequest:
    """Confirm or refuse, as a fellow council member, the closing of an account; a yes closes it."""
    person = queries.person_to_change(of.pk)
    decided = council.answer_closing(of=person, confirms=confirms, by=by, at=at)
    if confirms:
        council.end_seats(of=person, by=by, right=CouncilChange.Right.COUNCIL, at=at)
        _shut(person, by=queries.person_to_change(decided.asked_by_id or by.pk), at=at)
    return decided


@transaction.atomic
def confirm_closing(
    *, email: str, by: str, paper: str, reason: str, at: dt.datetime
) -> ClosingRequest:
    """Close a council member's account on behalf of an operator with a document."""
    found = council_rules.check_known(council_reads.member_at(email))
    person = queries.person_to_change(found.pk)
    decided = council.record_closing(of=person, by=by, paper=paper, reason=reason, at=at)
    council.end_seats(
        of=person,
        by=None,
        right=CouncilChange.Right.OPERATOR,
        at=at,
        shown={"by_name": by, "paper": paper, "reason": reason},
    )
    _shut(person, by=queries.person_to_change(decided.asked_by_id or person.pk), at=at)
    return decided


@transaction.atomic
def close_with_company(*, of: User, at: dt.datetime) -> Departure:
    """Close the account of a person whose company left its park. Called by its departure."""
    return _shut(queries.person_to_change(of.pk), by=None, at=at)


@transaction.atomic
def set_last_day(*, of: User, day: dt.date | None, by: User, at: dt.datetime) -> None:
    """Set or remove a colleague's last day: their account is closed the night after it."""
    person = queries.person_to_change(of.pk)
    queries.check_may_close(person, by=by)
    rules.check_role_end(day, of_council=False, today=timezone.localdate(at))
    profile = queries.profile_to_change(person) or Profile(
        user=person, joined_by=Profile.Joined.DOMAIN, joined_at=at
    )
    profile.leaves_on = day
    profile.full_clean()
    profile.save()


@transaction.atomic
def close_past_last_day(*, at: dt.datetime) -> int:
    """Close some accounts past their last day; return how many. Called by the clock.

    The council's members and administrators of the whole space stay until a person decides.
    """
    closing = departures.past_last_day(timezone.localdate(at))
    for person in closing:
        _shut(person, by=None, at=at)
    return len(closing)


def _shut(person: User, *, by: User | None, at: dt.datetime) -> Departure:
    """Close an account. Raises Refused for the space's last full administrator. Idempotent.

    Without `by`, the person's company left its park, or their last day is over.
    """
    others = [row for row in queries.administrators(lock=True) if row.user_id != person.pk]
    last = queries.last_departure_of(person)
    if last is not None and last.reopened_at is None:
        return last
    for duty in queries.duties_of(person):
        if duty.company_id is None:
            rules.check_leaves_an_administrator(duty.role, len(others))
    accounts.shut(person=person, by=by or person, at=at)
    Role.objects.filter(user=person).delete()
    claims.drop_claims(of=person, by=by or person, at=at)
    Invitation.objects.filter(made_by=person, withdrawn_at=None).update(withdrawn_at=at)
    hooks.member_left.ask(person, at)
    hooks.offers_changed.ask()
    departure = Departure.objects.create(user=person, closed_by=by, closed_at=at)
    after_commit(tasks.mail_departure, departure.pk)
    return departure


@transaction.atomic
def reopen_account(*, of: User, by: User, at: dt.datetime) -> Departure:
    """Reopen a leaver's account, without their roles and settled affairs. Idempotent."""
    person = queries.person_to_change(of.pk)
    queries.check_may_close(person, by=by)
    rules.check_is_not_erased(person)
    departure = rules.check_has_left(queries.last_departure_of(person))
    if departure.reopened_at is not None:
        return departure
    accounts.unshut(person=person, by=by, at=at)
    erasing.returned.ask(person, at)
    Profile.objects.filter(user=person).update(leaves_on=None)
    departure.reopened_at, departure.reopened_by, departure.mailed_at = at, by, None
    departure.save(update_fields=["reopened_at", "reopened_by", "mailed_at"])
    after_commit(tasks.mail_departure, departure.pk)
    return departure
