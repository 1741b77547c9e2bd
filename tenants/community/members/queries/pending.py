"""Queries of mails of this room that wait to be sent."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from saas.accounts.models import User
from tenants.community.members.models import Departure, JoinRequest, Role
from tenants.community.members.rules import membership as rules

MOST_UNMAILED = 200


def requests_to_mail() -> QuerySet[JoinRequest]:
    """Return unconfirmed requests; an active account gets a sign-in link instead."""
    known = User.objects.filter(email=OuterRef("email"), is_active=True)
    return JoinRequest.objects.filter(~Exists(known), invited_by=None, confirmed_at=None)


def roles_to_mail() -> QuerySet[Role]:
    """Return roles given by a member or by a group at a provider, with holder and giver."""
    given = Role.objects.filter(Q(given_by__isnull=False) | Q(provider_id__isnull=False))
    return given.select_related("user", "given_by")


def unmailed_requests(at: dt.datetime) -> list[int]:
    """Return requests that can still be confirmed and may have lost their mail."""
    waiting = requests_to_mail().filter(mailed_at=None, expires_at__gt=at)
    late = waiting.filter(asked_at__lt=at - rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[:MOST_UNMAILED])


def unmailed_roles(at: dt.datetime) -> list[int]:
    """Return roles with a mail that may have been lost."""
    waiting = roles_to_mail().filter(mailed_at=None, given_at__gt=at - rules.STILL_WORTH_MAILING)
    late = waiting.filter(given_at__lt=at - rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[:MOST_UNMAILED])


def unmailed_departures(at: dt.datetime) -> list[Departure]:
    """Return departures with a mail that may have been lost with its job."""
    late = at - rules.MAILED_WITHIN
    happened = Coalesce("reopened_at", "closed_at")
    rows = Departure.objects.alias(happened=happened).filter(mailed_at=None, happened__lt=late)
    return list(rows.filter(happened__gt=at - rules.STILL_WORTH_MAILING)[:MOST_UNMAILED])
