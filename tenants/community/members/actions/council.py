"""Roles of the council, given and ended by the council; each change is logged.

An administrator founds a council once, and asks it to let a council member's account be closed.
`by` is a member, or the displayed name of an operator with documentary evidence.
"""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.accounts.sessions.actions import end_ways_in
from saas.kernel.tasks import after_commit
from saas.kernel.values.mailboxes import are_one_mailbox
from tenants.community.members import tasks
from tenants.community.members.models import ClosingRequest, CouncilChange, Role
from tenants.community.members.queries import council as reads
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import council as rules
from tenants.community.members.rules import membership as member_rules

_What, _Right, _State = CouncilChange.What, CouncilChange.Right, ClosingRequest.State


@transaction.atomic
def give_seat(*, by: User, to: User, role: str, company_id: int | None, at: dt.datetime) -> Role:
    """Give a member a role of a council: by the council itself, or once, to found it."""
    reads.lock_seats()
    if company_id is not None:
        member_rules.check_company(company_id, queries.company_ids())
    right = rules.right_to_give(
        holds=reads.holds(by, company_id),
        administers=reads.may_found(by, company_id),
        had_people=reads.had_people(company_id),
        to_oneself=are_one_mailbox(by.email, to.email),
        to_administrator=reads.shares_mailbox_with_administrators(to, company_id),
    )
    rules.check_works_there(queries.company_of(to), company_id)
    _record(to, _What.GIVEN, right, role=role, company_id=company_id, by=by, at=at)
    return _seat(to, role, company_id, by=by, at=at)


@transaction.atomic
def give_seat_to_address(
    *, by: User, email: str, role: str, company_id: int | None, at: dt.datetime
) -> Role:
    """Give a council role to the member with the address that a council member typed."""
    to = rules.check_known(reads.member_at(email))
    return give_seat(by=by, to=to, role=role, company_id=company_id, at=at)


@transaction.atomic
def end_seat_of_address(
    *, by: User, email: str, role: str, company_id: int | None, at: dt.datetime
) -> None:
    """End the council role of the member with the address that a council member typed."""
    of = rules.check_known(reads.member_at(email))
    end_seat(by=by, of=of, role=role, company_id=company_id, at=at)


@transaction.atomic
def end_seat(*, by: User, of: User, role: str, company_id: int | None, at: dt.datetime) -> None:
    """End a council role: the member's own, or that of a fellow council member."""
    reads.lock_seats()
    right = rules.right_to_end(
        holds=reads.holds(by, company_id),
        administers=reads.administers(by, company_id),
        own=by.pk == of.pk,
    )
    rules.check_held(reads.seat(of, role, company_id)).delete()
    _record(of, _What.ENDED, right, role=role, company_id=company_id, by=by, at=at)


@transaction.atomic
def record_seat(
    *,
    by: str,
    email: str,
    role: str,
    company_id: int | None,
    ends: bool,
    paper: str,
    reason: str,
    at: dt.datetime,
) -> None:
    """Give or end a role on behalf of an operator with the council's document."""
    rules.check_paper(paper, reason)
    of = rules.check_known(reads.member_at(email))
    reads.lock_seats()
    shown = {"by_name": by, "paper": paper.strip(), "reason": reason.strip()}
    if ends:
        rules.check_held(reads.seat(of, role, company_id)).delete()
    else:
        _seat(of, role, company_id, by=None, at=at)
    what = _What.ENDED if ends else _What.GIVEN
    _record(of, what, _Right.OPERATOR, role=role, company_id=company_id, at=at, shown=shown)


@transaction.atomic
def end_seats(
    *, of: User, by: User | None, right: str, at: dt.datetime, shown: dict[str, str] | None = None
) -> None:
    """End every council role of a leaving member."""
    reads.lock_seats()
    for seat in reads.seats_of(of):
        role, company_id = seat.role, seat.company_id
        seat.delete()
        _record(of, _What.ENDED, right, role=role, company_id=company_id, by=by, at=at, shown=shown)


@transaction.atomic
def record_move(*, of: User, by: User, at: dt.datetime) -> None:
    """Log for the council that its member was moved to another company; the role stays."""
    for seat in reads.seats_of(of):
        _record(
            of,
            _What.MOVED,
            _Right.ADMINISTRATION,
            role=seat.role,
            company_id=seat.company_id,
            by=by,
            at=at,
        )


@transaction.atomic
def ask_to_close(*, of: User, by: User, at: dt.datetime) -> ClosingRequest:
    """Ask the council to let its member's account be closed. Idempotent."""
    queries.check_may_close(of, by=by)
    waiting = reads.waiting_closing_of(of, lock=True)
    if waiting is not None:
        return waiting
    request = ClosingRequest(user=of, asked_by=by, asked_at=at)
    request.full_clean()
    request.save()
    _record_closing(of, _What.CLOSING_ASKED, _Right.ADMINISTRATION, by=by, at=at)
    return request


@transaction.atomic
def withdraw_closing(*, of: User, by: User, at: dt.datetime) -> ClosingRequest:
    """Withdraw an administrator's request to close a council member's account."""
    queries.check_may_close(of, by=by)
    request = rules.check_may_answer(
        reads.waiting_closing_of(of, lock=True), holds=True, administers=False, own=False
    )
    _record_closing(of, _What.CLOSING_WITHDRAWN, _Right.ADMINISTRATION, by=by, at=at)
    return _decide(request, _State.WITHDRAWN, by=by, at=at)


@transaction.atomic
def answer_closing(*, of: User, confirms: bool, by: User, at: dt.datetime) -> ClosingRequest:
    """Confirm or refuse, as a fellow council member, the closing of an account.

    The caller closes the account next, in the same transaction.
    """
    companies = [seat.company_id for seat in reads.seats_of(of)]
    request = rules.check_may_answer(
        reads.waiting_closing_of(of, lock=True),
        holds=any(reads.holds(by, company_id) for company_id in companies),
        administers=any(reads.administers(by, company_id) for company_id in companies),
        own=by.pk == of.pk,
    )
    what = _What.CLOSING_CONFIRMED if confirms else _What.CLOSING_REFUSED
    _record_closing(of, what, _Right.COUNCIL, by=by, at=at)
    return _decide(request, _State.CONFIRMED if confirms else _State.REFUSED, by=by, at=at)


@transaction.atomic
def record_closing(
    *, of: User, by: str, paper: str, reason: str, at: dt.datetime
) -> ClosingRequest:
    """Confirm a closing for an operator with a document; the caller closes the account."""
    rules.check_paper(paper, reason)
    request = rules.check_operator_may_confirm(
        reads.waiting_closing_of(of, lock=True), others=len(reads.others_of(of)), at=at
    )
    shown = {"by_name": by, "paper": paper.strip(), "reason": reason.strip()}
    _record_closing(of, _What.CLOSING_CONFIRMED, _Right.OPERATOR, at=at, shown=shown)
    return _decide(request, _State.CONFIRMED, by=None, at=at)


@transaction.atomic
def drop_closing(*, of: User, by: User, at: dt.datetime) -> None:
    """Withdraw a pending request: the member left, or no longer sits on a council."""
    waiting = reads.waiting_closing_of(of, lock=True)
    if waiting is not None:
        _decide(waiting, _State.WITHDRAWN, by=by, at=at)


def _decide(
    request: ClosingRequest, state: str, *, by: User | None, at: dt.datetime
) -> ClosingRequest:
    request.state, request.decided_at, request.decided_by = state, at, by
    request.full_clean()
    request.save()
    return request


def _seat(to: User, role: str, company_id: int | None, *, by: User | None, at: dt.datetime) -> Role:
    if not reads.seats_of(to):
        end_ways_in(person=to, by=by, at=at)
    given = Role(user=to, role=role, company_id=company_id, given_at=at, given_by=by)
    given.full_clean()
    given.save()
    if by is not None:
        after_commit(tasks.mail_role, given.pk)
    return given


def _record_closing(
    of: User,
    what: str,
    right: str,
    *,
    at: dt.datetime,
    by: User | None = None,
    shown: dict[str, str] | None = None,
) -> None:
    """Log the change once for each council that the member sits on."""
    for company_id in {seat.company_id for seat in reads.seats_of(of)}:
        _record(of, what, right, company_id=company_id, by=by, at=at, shown=shown)


def _record(
    of: User,
    what: str,
    right: str,
    *,
    company_id: int | None,
    at: dt.datetime,
    role: str = "",
    by: User | None = None,
    shown: dict[str, str] | None = None,
) -> None:
    change = CouncilChange(
        user=of, what=what, right=right, role=role, company_id=company_id, by=by, at=at
    )
    for column, words in (shown or {}).items():
        setattr(change, column, words)
    change.full_clean()
    change.save()
    after_commit(tasks.mail_council_change, change.pk)
