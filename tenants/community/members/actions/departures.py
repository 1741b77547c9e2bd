"""A company that leaves its park: its people read of it, and their accounts are closed."""

import datetime as dt

from django.db import transaction

from tenants.community.members import notifications
from tenants.community.members.actions import claims, leaving
from tenants.community.members.models import Invitation, Profile, RosterUpload
from tenants.community.members.queries import departures as reads
from tenants.community.members.queries import roster


@transaction.atomic
def announce(*, company_id: int, day: dt.date | None, at: dt.datetime) -> int:
    """Notify a company's people of its last day here, or that it stays; return their number.

    Called after the day was written or removed, by an administrator or an operator.
    """
    ids = reads.people_of(company_id)
    notifications.notify_departure(company_id, to=ids, day=day, at=at)
    return len(ids)


@transaction.atomic
def close_accounts(*, company_id: int, at: dt.datetime) -> int:
    """Close some accounts of a company past its last day; return how many were closed.

    Called by the job, until none is left. Each room settles a leaver's loans, rides and offers.
    Administrators of the whole space stay, without a company; the council's members stay until
    they or their council close their accounts, so that they see the shares that are still paid.
    """
    for person in reads.staying(company_id):
        Profile.objects.filter(user=person).update(company_id=None)
    closing = reads.to_close(company_id)
    for person in closing:
        leaving.close_with_company(of=person, at=at)
    return len(closing)


@transaction.atomic
def clear_company(*, company_id: int, at: dt.datetime) -> None:
    """End a company's invitations, claims and administration. Called after its accounts closed."""
    Invitation.objects.filter(company_id=company_id, withdrawn_at=None).update(withdrawn_at=at)
    RosterUpload.objects.filter(company_id=company_id).delete()
    roster.invited(frozenset({company_id})).delete()
    for claim in reads.waiting_claims(company_id):
        claims.drop_claims(of=claim.user, by=claim.user, at=at)
    reads.roles_to_end(company_id).delete()
