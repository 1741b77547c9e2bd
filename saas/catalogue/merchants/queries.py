"""What the desk and its jobs read of merchants."""

import datetime as dt
import uuid

from django.core import signing
from django.db.models import QuerySet

from saas.accounts.models import User
from saas.catalogue.merchants import rules
from saas.catalogue.merchants.models import Merchant, OpeningHours, Signup
from saas.kernel import pictures, tokens
from saas.kernel.looks.plan import Plan, Spot, plan
from tenants.spaces.models import Site, Tenant
from tenants.spaces.rules import metres, reach_metres

MOST_SITES, MOST_SPOTS = 200, 8
NEAR_MINUTES, AROUND_METRES = 20, 5_000


def shop_of(person: User) -> Merchant | None:
    """Return the shop that a person runs, with its hours."""
    return Merchant.objects.filter(owner=person).prefetch_related("hours").first()


def by_reference(reference: str) -> Merchant | None:
    """Return a merchant by its public reference."""
    return Merchant.objects.filter(reference=reference).first()


def openings_of(merchant: Merchant) -> list[rules.Opening]:
    """Return the hours of a shop as values."""
    return [rules.Opening(row.weekday, row.opens, row.closes) for row in merchant.hours.all()]


def slugs_like(start: str) -> set[str]:
    """Return the addresses that begin alike."""
    return set(Merchant.objects.filter(slug__startswith=start).values_list("slug", flat=True))


def signups_to_mail() -> QuerySet[Signup]:
    """Return the sign-ups that wait for their mail."""
    return Signup.objects.filter(confirmed_at=None)


def untold(*, at: dt.datetime) -> list[uuid.UUID]:
    """Return sign-ups whose letter may have been lost."""
    waiting = signups_to_mail().filter(told_at=None, asked_at__gt=at - rules.LINK_LASTS)
    late = waiting.filter(asked_at__lt=at - rules.TOLD_WITHIN)
    return list(late.values_list("pk", flat=True)[: rules.MOST_UNTOLD])


def signup_of(token: str) -> Signup | None:
    """Return the sign-up of a mailed link; nothing when the link is not ours or too old."""
    lasts = int(rules.LINK_LASTS.total_seconds())
    try:
        signup_id = tokens.unsign(rules.CONFIRM, token, max_age_seconds=lasts)
    except signing.BadSignature:
        return None
    return Signup.objects.filter(pk=signup_id).first()


def is_known(email: str) -> bool:
    """Say whether an address has a desk, or had one."""
    return User.objects.filter(email=email).exists()


def unconfirmed_before(moment: dt.datetime) -> list[uuid.UUID]:
    """Return sign-ups that nobody confirmed in time."""
    waiting = Signup.objects.filter(asked_at__lt=moment)
    return list(waiting.values_list("pk", flat=True))


def hours_of(merchant_ids: list[int]) -> dict[int, list[rules.Opening]]:
    """Return the hours of some shops, by shop; every space may read them."""
    found: dict[int, list[rules.Opening]] = {each: [] for each in merchant_ids}
    for row in OpeningHours.objects.filter(merchant_id__in=merchant_ids):
        found[row.merchant_id].append(rules.Opening(row.weekday, row.opens, row.closes))
    return found


def plan_for(merchant: Merchant | None) -> Plan | None:
    """Return the plan on which a shop is picked: sites in reach of it, else around it."""
    pin = (float(merchant.latitude), float(merchant.longitude)) if merchant else None
    sites = Site.objects.filter(tenant__state=Tenant.State.ACTIVE).order_by("-head_count", "id")
    spots = [Spot(s.name, float(s.latitude), float(s.longitude)) for s in sites[:MOST_SITES]]
    middle = pin or next(((spot.latitude, spot.longitude) for spot in spots), None)
    if middle is None:
        return None
    away = {spot: metres(middle, (spot.latitude, spot.longitude)) for spot in spots}
    in_reach = [spot for spot in spots if away[spot] < reach_metres(NEAR_MINUTES)]
    near = in_reach or [spot for spot in spots if away[spot] < AROUND_METRES]
    return plan(near[:MOST_SPOTS], pin=pin) if near else None


def kept_picture(merchant: Merchant | None) -> list[dict[str, str]]:
    """Return the shop's picture as the form's field shows what it has received."""
    if merchant is None or not merchant.picture:
        return []
    url = pictures.address("merchants:picture", merchant.picture, 480)
    return [{"url": url, "name": merchant.name, "ref": merchant.reference}]
