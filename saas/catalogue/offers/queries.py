"""Queries of the desk, of tills and of spaces about offers and their codes."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.db.models import F, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.offers import rules
from saas.catalogue.offers.models import Offer, OfferDay, PublishedOffer, Rhythm, Till, Voucher
from saas.catalogue.placements.rules.campaigns import today as day_of
from saas.kernel.display import qr
from saas.kernel.display.writing import num, shortdate, shown_count
from saas.kernel.secrets import tokens
from saas.kernel.values import cells
from tenants.spaces import hosts

MOST_LISTED = 400
MOST_COUNTED = 100


class OfferRow(NamedTuple):
    """Offer as its merchant reads it: its status in French or English, and its number of uses."""

    offer: Offer
    words: str
    tone: str
    limits: str
    uses: str
    is_over: bool


class ReportRow(NamedTuple):
    """How many codes of an offer were used on a day by members of a space."""

    day: dt.date
    space: str
    uses: str


class Report(NamedTuple):
    """Newest counts of an offer; `listed` is the number of rows shown if there are more."""

    rows: list[ReportRow]
    listed: int


class TillLink(NamedTuple):
    """The address that opens a shop's till on a phone, and its QR code."""

    url: str
    code: str
    opened_at: dt.datetime


def offers_of(merchant: Merchant | None) -> QuerySet[Offer]:
    """Return the offers of a merchant, the newest first."""
    return Offer.objects.filter(merchant=merchant) if merchant else Offer.objects.none()


def of_merchant(merchant: Merchant | None, reference: str) -> Offer | None:
    """Return an offer of a merchant by its reference."""
    return offers_of(merchant).filter(reference=reference).first()


def offers_to_see() -> QuerySet[Offer]:
    """Return the offers that no operator has seen, but for those that are over."""
    rows = Offer.objects.filter(
        seen_at=None, withdrawn_at=None, review_due_at__isnull=False
    ).exclude(ends_on__lt=F("review_due_at__date"))
    return rows.select_related("merchant")


def decisions_to_mail() -> QuerySet[Offer]:
    """Return the decided offers with a decision still to be mailed."""
    decided = Offer.objects.exclude(review=Offer.Review.WAITING).filter(decision_mailed_at=None)
    return decided.select_related("merchant__owner")


def decisions_with_lost_mail(*, at: dt.datetime) -> list[int]:
    """Return ids of decided offers with a mail that may have been lost."""
    late = decisions_to_mail().filter(reviewed_at__lt=at - dt.timedelta(minutes=5))
    return list(late.values_list("pk", flat=True)[:MOST_LISTED])


def of_merchants(merchants: QuerySet[Merchant], reference: str) -> Offer | None:
    """Return an offer of some merchants by its reference."""
    return Offer.objects.filter(merchant__in=merchants, reference=reference).first()


def open_count(merchant: Merchant, *, today: dt.date) -> int:
    """Count the offers of a merchant that run, or are to run."""
    return offers_of(merchant).filter(withdrawn_at=None, ends_on__gte=today).count()


def rows_of(merchant: Merchant | None, *, at: dt.datetime) -> list[OfferRow]:
    """List the offers of a merchant as the desk shows them."""
    found = list(offers_of(merchant))
    sums = _days_of(found).order_by().values("offer_id").annotate(uses=Sum("uses"))
    uses = {row["offer_id"]: row["uses"] for row in sums}
    return [_row(offer, uses.get(offer.pk, 0), today=day_of(at)) for offer in found]


def counted_offers(merchant: Merchant) -> list[tuple[Offer, int]]:
    """Return the newest offers of a merchant, each with the number of its redeemed codes."""
    found = list(offers_of(merchant)[:MOST_COUNTED])
    sums = _days_of(found).order_by().values_list("offer_id").annotate(uses=Sum("uses"))
    uses = dict(sums)
    return [(offer, uses.get(offer.pk, 0)) for offer in found]


def row_of(offer: Offer, *, at: dt.datetime) -> OfferRow:
    """Return an offer as the desk shows it."""
    return _row(offer, _uses_of(offer), today=day_of(at))


def _row(offer: Offer, uses: int, *, today: dt.date) -> OfferRow:
    words, tone = _standing(offer, today=today)
    limits = [str(Rhythm(offer.rhythm).label)]
    if offer.most_uses is not None:
        words_of_most = ngettext(
            "%(count)s code en tout", "%(count)s codes en tout", offer.most_uses
        )
        limits.append(words_of_most % {"count": num(offer.most_uses)})
    is_over = rules.is_over(offer, today=today)
    return OfferRow(offer, words, tone, " · ".join(limits), num(uses), is_over)


def _standing(offer: Offer, *, today: dt.date) -> tuple[str, str]:
    if offer.withdrawn_at is not None:
        return _("Arrêtée"), ""
    if offer.review == Offer.Review.REFUSED:
        return _("À corriger"), "bad"
    if offer.review == Offer.Review.WAITING and offer.ends_on >= today:
        return _("En cours de relecture"), "warn"
    if offer.ends_on < today:
        return _("Terminée"), ""
    if offer.starts_on > today:
        return _("Commence le %(day)s") % {"day": shortdate(offer.starts_on)}, ""
    return _("En cours"), "ok"


def _days_of(offers: Collection[Offer]) -> QuerySet[OfferDay]:
    return OfferDay.objects.filter(offer__in=offers)


def _uses_of(offer: Offer) -> int:
    return int(_days_of([offer]).aggregate(uses=Sum("uses"))["uses"] or 0)


def uses_today(merchant: Merchant, *, at: dt.datetime) -> int:
    """Count the codes that a shop took today, of all spaces together."""
    days = OfferDay.objects.filter(offer__merchant=merchant, day=day_of(at))
    return int(days.aggregate(uses=Sum("uses"))["uses"] or 0)


def report(offer: Offer, *, at: dt.datetime) -> Report:
    """Return the counts that an offer's page shows."""
    rows = report_of(offer, at=at, most=MOST_LISTED + 1)
    return Report(rows[:MOST_LISTED], MOST_LISTED if len(rows) > MOST_LISTED else 0)


def report_of(offer: Offer, *, at: dt.datetime, most: int | None = None) -> list[ReportRow]:
    """Return the uses of an offer by day and space, of past days only.

    A count that grew while a customer is at the till would reveal their workplace.
    """
    days = _days_of([offer]).filter(day__lt=day_of(at)).select_related("tenant")
    return [ReportRow(row.day, row.tenant.name, shown_count(row.uses)) for row in days[:most]]


def sheet_of(offer: Offer, *, at: dt.datetime) -> Iterator[list[str]]:
    """Write all counts for a spreadsheet."""
    yield [_("Jour"), _("Espace"), _("Codes utilisés")]
    for row in report_of(offer, at=at):
        yield [shortdate(row.day), cells.text(row.space), row.uses]


def to_give(reference: str) -> Offer | None:
    """Hold an offer of a published merchant, so that no code more than its limit is given."""
    found = Offer.objects.filter(
        reference=reference,
        review=Offer.Review.APPROVED,
        merchant__state=Merchant.State.PUBLISHED,
    )
    return found.select_for_update(of=["self"]).first()


def given_count(offer: Offer, *, at: dt.datetime) -> int:
    """Count the codes of an offer that were used, and those that still may be."""
    held = Voucher.objects.filter(offer=offer, used_at=None, expires_at__gt=at)
    return _uses_of(offer) + held.count()


def to_use(code: str) -> Voucher | None:
    """Hold the voucher of a code, with its offer."""
    found = Voucher.objects.filter(code=code).select_related("offer")
    return found.select_for_update(of=["self"]).first()


def voucher(voucher_id: uuid.UUID) -> Voucher | None:
    """Return a voucher held by a space for a member, with its offer and shop, or None."""
    return Voucher.objects.filter(pk=voucher_id).select_related("offer__merchant").first()


def over_by(voucher_ids: Collection[uuid.UUID], *, at: dt.datetime) -> dict[uuid.UUID, bool]:
    """Return, for the used and expired vouchers, True if used; a missing voucher counts as used."""
    rows = Voucher.objects.filter(pk__in=voucher_ids)
    found = {row.pk: row for row in rows}
    return {
        each: each not in found or found[each].used_at is not None
        for each in voucher_ids
        if each not in found or found[each].used_at is not None or found[each].expires_at <= at
    }


def redeemed(redemption: uuid.UUID, merchant: Merchant) -> Voucher | None:
    """Return the voucher that a confirmation at a merchant's till has used."""
    rows = Voucher.objects.filter(redemption=redemption, offer__merchant=merchant)
    return rows.select_related("offer").first()


def till_link(merchant: Merchant | None) -> TillLink | None:
    """Return the link for a shop's staff, or None."""
    till = Till.objects.filter(merchant=merchant).first() if merchant else None
    if till is None:
        return None
    token = tokens.sign(rules.TILL_LINK, str(till.nonce))
    url = hosts.public_url(reverse("offers:open_till", args=[token]))
    return TillLink(url, qr.data_uri(url), till.opened_at)


def nonce_in(token: str) -> str:
    """Return the nonce in a till link; an empty string if the link is forged or too old."""
    try:
        return str(tokens.unsign(rules.TILL_LINK, token, max_age_seconds=rules.TILL_LINK_SECONDS))
    except signing.BadSignature:
        return ""


def shop_at_till(nonce: Any) -> Merchant | None:
    """Return the shop of a till with a valid nonce, or None."""
    try:
        known = uuid.UUID(str(nonce))
    except ValueError:
        return None
    till = Till.objects.filter(nonce=known).select_related("merchant").first()
    return till.merchant if till else None


def till_url(code: str) -> str:
    """Return the address at which a till that scans a code finds it."""
    path = reverse("offers:till", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    return hosts.public_url(f"{path}?code={code}")


def open_offers(merchant_ids: Collection[int], *, today: dt.date) -> list[PublishedOffer]:
    """Return the offers of some merchants that run today, as a space may read them."""
    rows = PublishedOffer.objects.filter(merchant_id__in=merchant_ids, is_withdrawn=False)
    return list(rows.filter(starts_on__lte=today, ends_on__gte=today).order_by("ends_on", "id"))


def published_offer(reference: str) -> PublishedOffer | None:
    """Return an offer by its reference, as a space may read it."""
    return PublishedOffer.objects.filter(reference=reference).first()
