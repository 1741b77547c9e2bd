"""Proof of a space, counts from its jobs, and addresses that opted out of invitations."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel.tasks import after_commit, call_after_commit, send
from saas.kernel.web import rate_limit
from tenants.spaces import hosts
from tenants.spaces.actions.addresses import hold_space, log_change, named
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, InvitationStop, SpaceStanding, Tenant
from tenants.spaces.queries import standing as queries
from tenants.spaces.rules import standing as rules
from tenants.spaces.tasks import standing as tasks

_State = SpaceStanding.State


@transaction.atomic
def ask_for_proof(*, way: str, contact: str, by: SpaceActor, at: dt.datetime) -> SpaceStanding:
    """Ask an operator to prove the actor's space by its SIREN and a letter or a call."""
    tenant = hold_space(by.schema_name, by)
    standing = queries.held_standing(tenant)
    rules.check_may_ask(standing, way=way, sirens=queries.sirens_of(tenant))
    standing.state, standing.way, standing.contact = _State.ASKED, way, contact
    standing.asked_by, standing.asked_at = named(by), at
    standing.due_at = at + rules.DECIDED_WITHIN
    standing.full_clean(exclude=["tenant"])
    standing.save()
    log_change(tenant, Change.What.PROOF_ASKED, after=way, by=by, at=at)
    return standing


@transaction.atomic
def check_dns(*, by: SpaceActor, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Queue a DNS check of the text record of the space's mail domains."""
    tenant = hold_space(by.schema_name, by)
    queries.held_standing(tenant)
    rate_limit.check(
        "space_proof",
        str(tenant.pk),
        most=rules.CHECKS_AN_HOUR,
        per_seconds=3600,
        when_silent=rate_limit.Silent.LET_PASS,
    )
    after_commit(tasks.check_space, tenant.pk)


@transaction.atomic
def prove(*, tenant: Tenant, note: str, way: str, by: User, at: dt.datetime) -> SpaceStanding:
    """Mark a space as proven after a letter or a call, with a note on the evidence."""
    standing = queries.held_standing(tenant)
    rules.check_may_decide(standing)
    rules.check_note(note)
    if standing.state != _State.PROVEN:
        standing.way = way
    standing.flagged = ""
    return _decide(standing, _State.PROVEN, note=note, by=by, at=at)


@transaction.atomic
def refuse(*, tenant: Tenant, note: str, by: User, at: dt.datetime) -> SpaceStanding:
    """Refuse to prove a space, with a reason that its administrators read."""
    standing = queries.held_standing(tenant)
    rules.check_may_decide(standing)
    rules.check_reason(note)
    return _decide(standing, _State.REFUSED, note=note, by=by, at=at)


def _decide(
    standing: SpaceStanding, state: str, *, note: str, by: User, at: dt.datetime
) -> SpaceStanding:
    standing.state, standing.note = state, note.strip()
    standing.decided_by, standing.decided_at = named(by), at
    standing.due_at, standing.mailed_at = None, None
    standing.full_clean(exclude=["tenant"])
    standing.save()
    what = Change.What.VERIFIED if state == _State.PROVEN else Change.What.REFUSED
    log_change(standing.tenant, what, after=standing.note[:253], by=by, at=at)
    hosts.forget()
    name = standing.tenant.schema_name
    call_after_commit(lambda: send(tasks.mail_decision, standing.pk, space=name))
    return standing


@transaction.atomic
def record_active(*, tenant_schema: str, members: int, at: dt.datetime) -> None:
    """Store the number of a space's members active in the last 30 days.

    Only the clock of the space calls this.
    """
    standing = queries.held_standing(Tenant.objects.get(schema_name=tenant_schema))
    was = rules.rounded_reach(standing.active_members)
    standing.active_members, standing.counted_at = members, at
    standing.save(update_fields=["active_members", "counted_at"])
    if rules.rounded_reach(members) != was:
        hosts.forget()


@transaction.atomic
def spend_invitation(
    *, tenant_schema: str, is_outside: bool, today: dt.date, at: dt.datetime
) -> bool:
    """Count an invitation before it is mailed; return False if today's limit is reached.

    Only the job that mails invitations calls this.
    """
    standing = queries.held_standing(Tenant.objects.get(schema_name=tenant_schema))
    left = rules.allowance(standing, today=today, at=at)
    if left.most < 1 or (is_outside and left.outside < 1):
        return False
    if standing.invited_on != today:
        standing.invited_on, standing.invited, standing.invited_outside = today, 0, 0
    standing.invited += 1
    standing.invited_outside += int(is_outside)
    standing.save(update_fields=["invited_on", "invited", "invited_outside"])
    return True


@transaction.atomic
def stop_invitations(*, address_hash: str, at: dt.datetime) -> None:
    """Opt an address out of invitations of all spaces; idempotent.

    Only the recipient of an invitation calls this.
    """
    row = InvitationStop(address_hash=address_hash, stopped_at=at)
    InvitationStop.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def queue_checks(*, at: dt.datetime) -> None:
    """Queue DNS checks for the spaces that are due. Only the clock calls this."""
    for tenant_id in queries.due_checks(at):
        after_commit(tasks.check_space, tenant_id)
