"""Deletion of a card, roles and thanks when a member is erased."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import cache, private_pictures
from tenants.community.members.actions.leaving import close_account
from tenants.community.members.models import (
    CompanyClaim,
    CouncilChange,
    Departure,
    JoinRequest,
    Portrait,
    Profile,
    Provisioned,
    Thanks,
)
from tenants.community.members.queries import front_page, roster


@transaction.atomic
def shut(*, by: User, at: dt.datetime) -> None:
    """Close the account of a member about to be erased, without the usual mail."""
    close_account(of=by, by=by, at=at)
    Departure.objects.filter(user=by, mailed_at=None).update(mailed_at=at)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Empty a member's card, and delete data only they needed; the council's log stays."""
    private_pictures.erase_of(Portrait, by.pk)
    Profile.objects.filter(user=by).update(
        team="", about="", languages="", site_id=None, company_id=None, found_as=""
    )
    CompanyClaim.objects.filter(user=by).delete()
    JoinRequest.objects.filter(email=by.email).delete()
    Provisioned.objects.filter(user=by).delete()
    roster.uploads_about(by).delete()
    Thanks.objects.filter(receiver=by).delete()
    CouncilChange.objects.filter(by=by).exclude(right=CouncilChange.Right.OPERATOR).update(
        by_name=""
    )
    cache.forget(front_page.visit_of(by))
    return [by.reference]
