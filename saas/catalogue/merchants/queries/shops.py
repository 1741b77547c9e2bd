"""Queries of the desk and its jobs about merchants."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core import signing
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import (
    Merchant,
    PublishedHours,
    PublishedMerchant,
    SentPicture,
    Signup,
    VatCheck,
)
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import shops as rules
from saas.catalogue.merchants.rules import vat
from saas.catalogue.merchants.rules.closures import NEVER, Closures
from saas.catalogue.merchants.rules.vat import Known, Standing
from saas.catalogue.merchants.wording import vat as vat_wording
from saas.catalogue.merchants.wording.vat import in_words
from saas.geocoding.streets import under_a_pin
from saas.kernel.database.statements import Given, keys, statement
from saas.kernel.display.plan import Plan, Spot, plan
from saas.kernel.offers.catalogue_hooks import MerchantNeed
from saas.kernel.secrets import tokens
from saas.kernel.uploads import pictures
from saas.kernel.values import vat_numbers
from saas.kernel.values.points import metres
from tenants.spaces.models import Site, SpaceStanding, Tenant
from tenants.spaces.rules.walks import reach_metres

MOST_SITES, MOST_SPOTS, MOST_CHECKS = 200, 8, 50
NEAR_MINUTES, AROUND_METRES = 20, 5_000
TAXED_IN_FRANCE = frozenset({Standing.FRENCH, Standing.IN_FRANCE, Standing.MOVED})


class VatView(NamedTuple):
    """Merchant's French VAT status with its wording, and if VIES may be asked again."""

    standing: Standing
    words: str
    short_words: str
    may_ask: bool

    @property
    def is_charged(self) -> bool:
        """Whether a company of another country pays French VAT for now."""
        return self.standing not in {Standing.FRENCH, Standing.CONFIRMED}


def shop_with_identity(identity: str, *, but: int | None) -> Merchant | None:
    """Return the shop that has a business number at an address already."""
    rows = Merchant.objects.filter(identity=identity)
    return (rows.exclude(pk=but) if but is not None else rows).first()


def shops_to_see() -> QuerySet[Merchant]:
    """Return the shops that operators must still review: new, changed and trusted shops."""
    states = [Merchant.State.WAITING, Merchant.State.PUBLISHED]
    rows = Merchant.objects.filter(state__in=states, seen_at=None, review_due_at__isnull=False)
    return rows.select_related("owner")


def shop_decisions_to_mail() -> QuerySet[Merchant]:
    """Return the reviewed shops with a decision still to be mailed to the owner."""
    return Merchant.objects.filter(
        decision_mailed_at=None, decided_at__isnull=False
    ).select_related("owner")


def reviews_with_lost_mail(*, at: dt.datetime) -> tuple[list[int], list[int], list[int]]:
    """Return ids of shops, requests and answers with a mail that may have been lost."""
    before = at - rules.MAILED_WITHIN
    shops = shop_decisions_to_mail().filter(decided_at__lt=before)
    join_request = team.join_requests_to_mail().filter(asked_at__lt=before)
    answered = team.join_answers_to_mail().filter(decided_at__lt=before)
    most = rules.MOST_UNMAILED
    return (
        list(shops.values_list("pk", flat=True)[:most]),
        list(join_request.values_list("pk", flat=True)[:most]),
        list(answered.values_list("pk", flat=True)[:most]),
    )


def by_reference(reference: str) -> Merchant | None:
    """Return a merchant by its public reference."""
    return Merchant.objects.filter(reference=reference).first()


def openings_of(merchant: Merchant) -> list[rules.Opening]:
    """Return the hours of a shop as values."""
    return [rules.Opening(row.weekday, row.opens, row.closes) for row in merchant.hours.all()]


def closures_of(shop: Merchant | PublishedMerchant) -> Closures:
    """Return the days on which a shop is shut beside its usual week."""
    return Closures(shop.postcode, shop.open_on_holidays, shop.closed_from, shop.closed_until)


def closures_column(merchant_id: OuterRef) -> Subquery:
    """Return the closures of a published shop as a column; `closures_in` reads it."""
    rows = PublishedMerchant.objects.filter(pk=merchant_id)
    return Subquery(rows.values(closures=JSONObject(**{name: name for name in Closures._fields})))


def closures_in(column: Mapping[str, Any] | None) -> Closures:
    """Return the closures that a column contains."""
    if column is None:
        return NEVER
    first, last = column["closed_from"], column["closed_until"]
    return Closures(
        column["postcode"],
        column["open_on_holidays"],
        dt.date.fromisoformat(first) if first else None,
        dt.date.fromisoformat(last) if last else None,
    )


def slugs_like(start: str) -> set[str]:
    """Return the addresses that begin alike."""
    return set(Merchant.objects.filter(slug__startswith=start).values_list("slug", flat=True))


def signups_to_mail() -> QuerySet[Signup]:
    """Return the sign-ups that wait for their mail."""
    return Signup.objects.filter(confirmed_at=None)


def signups_with_lost_mail(*, at: dt.datetime) -> list[uuid.UUID]:
    """Return ids of sign-ups with a mail that may have been lost."""
    waiting = signups_to_mail().filter(mailed_at=None, asked_at__gt=at - rules.LINK_LASTS)
    late = waiting.filter(asked_at__lt=at - rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[: rules.MOST_UNMAILED])


def signup_of(token: str) -> Signup | None:
    """Return the sign-up of a mailed link; nothing when the link is not ours or too old."""
    lasts = int(rules.LINK_LASTS.total_seconds())
    try:
        signup_id = tokens.unsign(rules.CONFIRM, token, max_age_seconds=lasts)
    except signing.BadSignature:
        return None
    return Signup.objects.filter(pk=signup_id).first()


def is_known(email: str) -> bool:
    """Return True if an address has a desk, or had a desk."""
    return User.objects.filter(email=email).exists()


def unconfirmed_before(moment: dt.datetime) -> list[uuid.UUID]:
    """Return ids of sign-ups that were not confirmed in time."""
    waiting = Signup.objects.filter(asked_at__lt=moment)
    return list(waiting.values_list("pk", flat=True))


def hours_of(merchant_ids: list[int]) -> dict[int, list[rules.Opening]]:
    """Return the hours of some published shops, by shop."""
    found: dict[int, list[rules.Opening]] = {each: [] for each in merchant_ids}
    if not merchant_ids:
        return found
    for merchant_id, weekday, opens, closes in _hours(merchant_ids=merchant_ids):
        found[merchant_id].append(rules.Opening(weekday, opens, closes))
    return found


def hours_column(merchant_id: OuterRef) -> ArraySubquery:
    """Return the hours of a published shop as a column of another query; `hours_in` reads it."""
    rows = PublishedHours.objects.filter(merchant_id=merchant_id)
    columns = {name: name for name in rules.Opening._fields}
    return ArraySubquery(rows.values(opening=JSONObject(**columns)))


def hours_in(column: Iterable[Mapping[str, Any]]) -> list[rules.Opening]:
    """Return the hours that a column told."""
    moment = dt.time.fromisoformat
    return [
        rules.Opening(one["weekday"], moment(one["opens"]), moment(one["closes"])) for one in column
    ]


@statement
def _hours(merchant_ids: Given) -> QuerySet[PublishedHours, tuple[int, int, dt.time, dt.time]]:
    rows = PublishedHours.objects.filter(merchant_id__in=keys(merchant_ids))
    return rows.values_list("merchant_id", "weekday", "opens", "closes")


def plan_for(merchant: Merchant | None) -> Plan | None:
    """Return the plan on which a shop is picked: sites in reach of it, else around it."""
    pin = (float(merchant.latitude), float(merchant.longitude)) if merchant else None
    proven = SpaceStanding.State.PROVEN
    sites = Site.objects.filter(
        tenant__state=Tenant.State.ACTIVE, tenant__standing__state=proven
    ).order_by("-head_count", "id")
    spots = [Spot(s.name, float(s.latitude), float(s.longitude)) for s in sites[:MOST_SITES]]
    middle = pin or next(((spot.latitude, spot.longitude) for spot in spots), None)
    if middle is None:
        return None
    away = {spot: metres(middle, (spot.latitude, spot.longitude)) for spot in spots}
    in_reach = [spot for spot in spots if away[spot] < reach_metres(NEAR_MINUTES)]
    near = in_reach or [spot for spot in spots if away[spot] < AROUND_METRES]
    return under_a_pin(plan(near[:MOST_SPOTS], pin=pin)) if near else None


def stored_picture(merchant: Merchant | None) -> list[dict[str, str]]:
    """Return the shop's picture as a file entry of the form's upload field."""
    if merchant is None or not merchant.picture:
        return []
    url = pictures.address("merchants:picture", merchant.picture, 480)
    return [{"url": url, "name": merchant.name, "ref": merchant.reference}]


def sent_picture(merchant: Merchant | None, *, campaign: str = "") -> SentPicture | None:
    """Return the picture that was sent last unless it is drawn by now."""
    return merchant.sent_pictures.filter(campaign=campaign).first() if merchant else None


def late_pictures(*, at: dt.datetime) -> list[int]:
    """Return ids of pictures with a lost job or a dead child process."""
    late = SentPicture.objects.filter(failure="", sent_at__lt=at - rules.DRAWN_WITHIN)
    return list(late.values_list("pk", flat=True)[: rules.MOST_UNMAILED])


def known_of(merchants: Iterable[Merchant], *, at: dt.datetime) -> dict[int, Known]:
    """Return the VIES answers, up to a moment, about each merchant's present number."""
    checked = [merchant for merchant in merchants if vat.is_checked_at_vies(merchant)]
    if not checked:
        return {}
    checks = VatCheck.objects.filter(merchant__in=[one.pk for one in checked], asked_at__lte=at)
    order = ("merchant_id", "number", "answer")
    newest = checks.order_by(*order, "-asked_at", "-pk").distinct(*order)
    rows: dict[tuple[int, str], list[VatCheck]] = {}
    for check in newest:
        rows.setdefault((check.merchant_id, check.number), []).append(check)
    return {
        one.pk: _known(rows.get((one.pk, one.vat_number), []), since=one.vat_number_since)
        for one in checked
    }


def _known(checks: list[VatCheck], *, since: dt.datetime | None) -> Known:
    """Return the last check since a moment, and the last check answered yes or no."""
    answered = [check for check in checks if since is None or check.asked_at >= since]
    decisive = [check for check in answered if check.answer != VatCheck.Answer.UNREACHABLE]
    return Known(max(answered, key=_when, default=None), max(decisive, key=_when, default=None))


def _when(check: VatCheck) -> tuple[dt.datetime, int]:
    return check.asked_at, check.pk


def vat_bp(merchant: Merchant | None, *, at: dt.datetime) -> int:
    """Return the rate of the VAT that a merchant is asked for at a moment, in basis points."""
    if merchant is None or vat.is_established_in_france(merchant):
        return vat.FRENCH_VAT_BP
    return vat.rate_bp(vat_of(merchant, at=at).standing)


def vat_of(merchant: Merchant, *, at: dt.datetime) -> VatView:
    """Return a merchant's French VAT status at a moment, for pages."""
    return vats_of([merchant], at=at)[merchant.pk]


def vats_of(merchants: Collection[Merchant], *, at: dt.datetime) -> dict[int, VatView]:
    """Return each merchant's French VAT status at a moment."""
    known = known_of(merchants, at=at)
    return {one.pk: _vat_view(one, known.get(one.pk, Known(None, None)), at) for one in merchants}


def _vat_view(merchant: Merchant, known: Known, at: dt.datetime) -> VatView:
    standing = vat.standing(merchant, known, at=at)
    return VatView(
        standing=standing,
        words=in_words(merchant, standing, known),
        short_words=vat_wording.short_words(standing),
        may_ask=vat.is_checked_at_vies(merchant)
        and standing not in {Standing.IN_FRANCE, Standing.MOVED},
    )


def contradicts_reverse_charge(merchant: Merchant, *, at: dt.datetime) -> bool:
    """Return True if a business is, or recently was, in France: its order must bear French VAT.

    Later VIES answers do not count: the order was placed on a positive answer.
    """
    return vat_of(merchant, at=at).standing in TAXED_IN_FRANCE


def vat_needs(merchant: Merchant | None, *, at: dt.datetime) -> list[MerchantNeed]:
    """Return the to-do items of a merchant with a number unknown to VIES."""
    if merchant is None or vat_of(merchant, at=at).standing != Standing.REFUSED:
        return []
    words = vat_wording.is_unknown()
    return [MerchantNeed("info", words, f"{reverse('merchants:shop')}#vat", _("Voir que faire"))]


def vat_checks_of(merchant: Merchant) -> list[VatCheck]:
    """Return the answers of VIES about a merchant's numbers, the newest first."""
    return list(VatCheck.objects.filter(merchant=merchant)[:MOST_CHECKS])


def numbers_to_ask(*, at: dt.datetime) -> list[int]:
    """Return ids of the merchants with a VIES check due by a moment."""
    due = Q(vat_ask_at=None) | Q(vat_ask_at__lte=at)
    abroad = Merchant.objects.exclude(country=vat_numbers.FRANCE).exclude(vat_number="")
    return list(abroad.filter(due).order_by("vat_ask_at", "pk").values_list("pk", flat=True))


def unanswered_in_a_row(merchant: Merchant) -> int:
    """Count how often VIES did not answer since it last did, about the number that there is."""
    checks = VatCheck.objects.filter(merchant=merchant, number=merchant.vat_number)
    decisive = checks.exclude(answer=VatCheck.Answer.UNREACHABLE).first()
    since = checks.filter(pk__gt=decisive.pk) if decisive is not None else checks
    return since.count()


def vat_checks_to_mail() -> QuerySet[VatCheck]:
    """Return the refusals of VIES that their merchants were not told of."""
    return VatCheck.objects.filter(mailed_at=None)


def vat_refusals_with_lost_mail(*, at: dt.datetime) -> list[int]:
    """Return ids of VIES refusals with a mail that may have been lost."""
    late = vat_checks_to_mail().filter(asked_at__lt=at - rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[: rules.MOST_UNMAILED])
