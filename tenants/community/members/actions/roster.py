"""A list of staff is sent, read, and confirmed: only then are people invited, moved or let go."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.tasks import after_commit
from saas.kernel.uploads import sheets
from saas.kernel.web import rate_limit
from tenants.community.members import tasks
from tenants.community.members.actions import claims, council, leaving, membership, merging, undoing
from tenants.community.members.models import RosterUpload
from tenants.community.members.queries import people
from tenants.community.members.queries import roster as queries
from tenants.community.members.queries import roster_plan as plans
from tenants.community.members.queries import roster_undo as reads
from tenants.community.members.rules import membership as member_rules
from tenants.community.members.rules import roster as rules
from tenants.community.members.wording.roster import Outcome
from tenants.spaces.queries.own import own_space


@transaction.atomic
def upload(
    *, by: User, name: str, content: bytes, company_id: int | None, at: dt.datetime
) -> RosterUpload:
    """Store an uploaded list of staff for a day, replacing an earlier list; a job reads it."""
    scope = _scope(by)
    rules.check_company_is_named(company_id, scope)
    if company_id is not None:
        member_rules.check_company(company_id, people.company_ids())
    sheets.check_size(len(content))
    RosterUpload.objects.filter(person=by).delete()
    roster = RosterUpload(
        person=by, company_id=company_id, name=name[-120:], content=content, sent_at=at
    )
    roster.full_clean(exclude=["content", "heading", "rows", "columns", "done"])
    roster.save()
    after_commit(tasks.read_roster, roster.pk)
    return roster


@transaction.atomic
def choose_columns(*, by: User, columns: Mapping[str, int], at: dt.datetime) -> RosterUpload:
    """Map a list's columns to fields; the cells of all other columns are deleted."""
    roster = rules.check_upload(queries.upload_of(by, at=at, lock=True))
    rules.check_columns(columns, len(roster.heading))
    rules.take_columns(roster, columns)
    roster.save()
    return roster


@transaction.atomic
def discard(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete an unconfirmed list."""
    RosterUpload.objects.filter(person=by).delete()


@transaction.atomic
def confirm(
    *,
    by: User,
    day: dt.date | None,
    leaving_keys: Collection[str],
    language: str,
    at: dt.datetime,
) -> Outcome:
    """Carry out the preview: invite now or on a day, update members, close ticked accounts.

    The list is compared again and loses its lines: a second submission has no effect. Mails are in
    `language` unless a line names another.
    """
    roster = rules.check_upload(queries.upload_of(by, at=at, lock=True))
    _check_day(day, at)
    plan = plans.plan(roster, by=by, at=at)
    ticked = [one for one in (*plan.absent, *plan.others) if one.key in leaving_keys]
    gone = [one for one in ticked if one.is_member]
    gone, later = gone[: rules.MOST_SETTLED], gone[rules.MOST_SETTLED :]
    ticked = [one for one in ticked if one not in later]
    rules.check_has_something(len(plan.new) + len(plan.changed) + len(ticked))
    _limit_imports(by)
    done = undoing.record(plan=plan, ticked=ticked, by=by, at=at)
    made = merging.invite(entries=plan.new, day=day, language=language, by=by, at=at)
    moved, left_over = _bring_up_to_date(plan.changed, by=by, at=at)
    keys = [uuid.UUID(one.key) for one in ticked if not one.is_member]
    withdrawn = queries.to_withdraw(_scope(by), keys=keys, at=at).delete()[0]
    requested = _let_go(gone, by=by, at=at)
    done["invited"] = made
    undoing.mark_applied(roster=roster, done=done, at=at)
    after_commit(tasks.mail_roster)
    return Outcome(
        len(made),
        len(plan.changed) - left_over,
        len(gone) - requested,
        requested,
        withdrawn,
        left_over + len(later),
        moved,
    )


@transaction.atomic
def remind(*, by: User, at: dt.datetime) -> int:
    """Mail a reminder to invited people still to join; return how many."""
    found = queries.to_remind(_scope(by), at)
    many = found.update(mailed_at=None, reminded_at=at, expires_at=at + rules.INVITED_FOR)
    rules.check_reminds(many)
    after_commit(tasks.mail_roster)
    return many


@transaction.atomic
def withdraw(
    *, by: User, at: dt.datetime, key: uuid.UUID | None = None, day: dt.date | None = None
) -> int:
    """Withdraw an invitation, or all those of a day that are not mailed yet; return how many."""
    keys = [] if key is None else [key]
    found = queries.to_withdraw(_scope(by), keys=keys, day=day, at=at)
    return found.delete()[0]


def _check_day(day: dt.date | None, at: dt.datetime) -> None:
    """Raise Refused for a day on which no invitation may leave."""
    launches_on = own_space().launches_on
    rules.check_day(day, launches_on=launches_on, today=timezone.localdate(at))


def _scope(by: User) -> frozenset[int] | None:
    """Return the companies that the user administers. Raises NotAllowed without any."""
    duties = people.duties_of(by)
    member_rules.check_has_role([duty.role for duty in duties], queries.ADMINISTRATOR)
    return people.scope_of(by)


def _limit_imports(by: User) -> None:
    rate_limit.check(
        "roster",
        str(by.pk),
        most=rules.IMPORTS_A_DAY,
        per_seconds=rules.A_DAY_SECONDS,
        when_silent=rate_limit.Silent.REFUSE,
    )


def _bring_up_to_date(
    changes: list[plans.Change], *, by: User, at: dt.datetime
) -> tuple[list[int], int]:
    """Apply a list's changes; return the members moved, and the number of changes skipped."""
    for entry in (change.entry for change in changes if not change.reference):
        queries.invited(None).filter(email=entry.email).update(
            first_name=entry.first_name,
            last_name=entry.last_name,
            company_id=entry.company_id,
            site_id=entry.site_id,
            language=entry.language,
            leaves_on=entry.leaves_on,
        )
    for change in changes:
        if change.reference and change.entry.leaves_on:
            reads.profile_in(change.reference).update(leaves_on=change.entry.leaves_on)
    moving = [change for change in changes if change.moves]
    members = []
    for change in moving[: rules.MOST_SETTLED]:
        if change.confirms:
            claim = claims.decide_company(of=change.reference, confirms=True, by=by, at=at)
            members.append(claim.user_id)
        else:
            of = queries.person_of(change.reference)
            membership.move(by=by, of=of, company_id=change.entry.company_id, at=at)
            members.append(of.pk)
    return members, len(moving) - len(members)


def _let_go(gone: Iterable[plans.Absent], *, by: User, at: dt.datetime) -> int:
    """Close accounts; where the council has its word, ask it for its yes. Return how many."""
    requested = 0
    for one in gone:
        person = queries.person_of(one.key)
        if not one.of_council:
            leaving.close_account(of=person, by=by, at=at)
            continue
        requested += 1
        council.ask_to_close(of=person, by=by, at=at)
    return requested
