"""A confirmed list of staff is undone within a day; people who joined meanwhile stay."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from saas.accounts.models import User
from saas.accounts.rules import token_for
from saas.kernel.secrets import tokens
from tenants.community.members.actions import leaving, membership
from tenants.community.members.models import JoinRequest, RosterUpload
from tenants.community.members.queries import people
from tenants.community.members.queries import roster as queries
from tenants.community.members.queries import roster_plan as plans
from tenants.community.members.queries import roster_undo as reads
from tenants.community.members.rules import membership as member_rules
from tenants.community.members.rules import roster as rules
from tenants.community.members.rules import roster_undo
from tenants.community.members.wording.roster_undo import Undone

BATCH = 1_000


@transaction.atomic
def undo(*, by: User, at: dt.datetime) -> Undone:
    """Undo the list that an administrator confirmed last, within a day.

    Pending invitations are withdrawn, and former data, companies and accounts come back. A second
    call raises Refused.
    """
    duties = people.duties_of(by)
    member_rules.check_has_role([duty.role for duty in duties], queries.ADMINISTRATOR)
    roster = roster_undo.check_undo(reads.applied_of(by, at=at, lock=True))
    done = roster.done
    joined = reads.members_at(email for _nonce, email in done["invited"])
    nonces = [nonce for nonce, _email in done["invited"]]
    withdrawn = queries.invited(None).filter(nonce__in=nonces).delete()[0]
    restored = _restore_data(done["changed"]) + _restore_invitations(done["withdrawn"])
    moved = _move_back(done["moved"], by=by, at=at)
    for reference, day in done["dated"].items():
        reads.profile_in(reference).update(leaves_on=day)
    reopened = _reopen(done["closed"], by=by, at=at)
    roster.delete()
    return Undone(
        withdrawn,
        restored + moved,
        reopened,
        [f"{one.first_name} {one.last_name}" for one in joined],
    )


@transaction.atomic
def mark_applied(*, roster: RosterUpload, done: dict[str, Any], at: dt.datetime) -> None:
    """Replace a confirmed list by the record of its changes. Called by the confirmation."""
    roster.state, roster.sent_at, roster.done = RosterUpload.State.APPLIED, at, done
    roster.heading, roster.rows, roster.columns = [], [], {}
    roster.save(update_fields=["state", "sent_at", "done", "heading", "rows", "columns"])


def _restore_data(rows: Iterable[dict[str, Any]]) -> int:
    """Write the former data of pending invitations back; return how many were found."""
    return sum(
        queries.invited(None)
        .filter(nonce=row["nonce"])
        .update(**{name: row[name] for name in roster_undo.COMPARED})
        for row in rows
    )


def _restore_invitations(rows: list[dict[str, Any]]) -> int:
    """Create withdrawn invitations again; their mailed links are valid again."""
    taken = {person.email for person in reads.members_at(row["email"] for row in rows)}
    made = [
        JoinRequest(
            **row, token_hash=tokens.hashed(token_for(member_rules.JOINING, roster_undo.nonce(row)))
        )
        for row in rows
        if row["email"] not in taken
    ]
    return len(JoinRequest.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True))


def _move_back(moves: Iterable[tuple[str, int | None, int | None]], *, by: User, at: Any) -> int:
    many = 0
    for reference, before, after in moves:
        person = reads.person_in(reference, company_id=after)
        if person is None or before is None:
            continue
        membership.move(by=by, of=person, company_id=before, at=at)
        many += 1
    return many


def _reopen(references: Iterable[str], *, by: User, at: dt.datetime) -> int:
    many = 0
    for person in reads.closed_people(references):
        leaving.reopen_account(of=person, by=by, at=at)
        many += 1
    return many


@transaction.atomic
def record(
    *, plan: plans.Plan, ticked: Iterable[plans.Absent], by: User, at: dt.datetime
) -> dict[str, Any]:
    """Return what an undo needs, read before a list is applied. Called by the confirmation."""
    keys = [one.key for one in ticked if not one.is_member]
    emails = [change.entry.email for change in plan.changed if not change.reference]
    moving = [change for change in plan.changed if change.moves][: rules.MOST_SETTLED]
    dated = [one.reference for one in plan.changed if one.reference and one.entry.leaves_on]
    before = reads.companies_of(change.reference for change in moving)
    scope = people.scope_of(by)
    return {
        "invited": [],
        "changed": list(map(roster_undo.as_json, queries.invited(None).filter(email__in=emails))),
        "withdrawn": list(
            map(roster_undo.as_json, queries.to_withdraw(scope, keys=map(uuid.UUID, keys), at=at))
        ),
        "moved": [
            [change.reference, before.get(change.reference), change.entry.company_id]
            for change in moving
            if not change.confirms
        ],
        "dated": reads.last_days_of(dated),
        "closed": [one.key for one in ticked if one.is_member and not one.of_council],
    }
