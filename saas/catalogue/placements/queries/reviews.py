"""Queries about ads that operators, or a space's council, see before they run."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import (
    AdPreview,
    Campaign,
    Flight,
    OwnGate,
    OwnPreview,
    Refusal,
)
from saas.catalogue.placements.queries.refusals import has_left
from saas.catalogue.placements.rules import campaigns as campaign_rules

MOST_AT_ONCE = 200
_WORDS = ("headline", "text", "offer")


def ads_to_see() -> QuerySet[Campaign]:
    """Return the paid ads that no operator has seen: those that wait first, the oldest first."""
    rows = Campaign.objects.filter(
        state=Campaign.State.PAID, seen_at=None, review_due_at__isnull=False
    ).exclude(review=Campaign.Review.REFUSED)
    return rows.select_related("merchant").order_by("-review", "review_due_at", "pk")


def ad_to_see(reference: str) -> Campaign | None:
    """Return a paid ad, its merchant and where it is to run."""
    rows = Campaign.objects.exclude(review=Campaign.Review.NONE)
    return (
        rows.filter(reference=reference)
        .select_related("merchant", "seen_by")
        .prefetch_related("flights__tenant")
        .first()
    )


def reason_refused_before(merchant: Merchant, words: Sequence[str], picture: str) -> str | None:
    """Return why operators refused the same words and picture of a merchant, if they did."""
    same = Campaign.objects.filter(
        merchant=merchant,
        review=Campaign.Review.REFUSED,
        picture=picture,
        **dict(zip(_WORDS, words, strict=True)),
    )
    return same.order_by("-reviewed_at").values_list("review_reason", flat=True).first()


def decided_counts(merchant: Merchant) -> tuple[int, int]:
    """Return how many different ads of a merchant operators approved, and how many they refused."""
    rows = Campaign.objects.filter(merchant=merchant).order_by()
    approved = rows.filter(review=Campaign.Review.APPROVED, seen_at__isnull=False)
    refused = rows.filter(review=Campaign.Review.REFUSED)
    different = approved.values(*_WORDS, "picture").distinct()
    return different.count(), refused.count()


def unseen_flights(campaign_id: int, at: dt.datetime) -> list[Flight]:
    """Return a paid ad's flights with a first day before operators or a council reviewed it."""
    rows = _unseen(at).filter(campaign=campaign_id)
    return list(rows.select_related("campaign").order_by("tenant_id", "slot"))


def campaigns_with_unseen_flights(at: dt.datetime) -> list[int]:
    """Return ids of the paid ads with a flight to move, because review is still pending."""
    ids = _unseen(at).order_by("campaign_id").values_list("campaign_id", flat=True).distinct()
    return list(ids[:MOST_AT_ONCE])


def unseen_spaces(campaign: Campaign) -> set[int]:
    """Return the spaces of an ad that show nothing of it yet: it waits to be seen."""
    if campaign.review == Campaign.Review.WAITING:
        return {flight.tenant_id for flight in campaign.flights.all()}
    previews = AdPreview.objects.filter(campaign=campaign)
    waiting = previews.filter(state=AdPreview.State.WAITING)
    return {*waiting.values_list("tenant_id", flat=True), *_refused_unseen(previews)}


def _refused_unseen(previews: QuerySet[AdPreview]) -> QuerySet[AdPreview, int]:
    """Return the spaces that an ad left by the refusal of a council that saw it before them.

    With several councils only the last refusal takes it away; it ran before if that came later.
    """
    for_all = Refusal.objects.filter(tenant=OuterRef("tenant"), for_all=True, until=None)
    let_run = [AdPreview.State.ACCEPTED, AdPreview.State.LAPSED]
    shown = AdPreview.objects.filter(
        campaign=OuterRef("campaign"), tenant=OuterRef("tenant"), state__in=let_run
    )
    refused = previews.filter(
        Exists(for_all.filter(since=OuterRef("decided_at"))),
        ~Exists(for_all.filter(since__gt=OuterRef("decided_at"), campaign=OuterRef("campaign"))),
        ~Exists(shown),
        state=AdPreview.State.REFUSED,
    )
    return refused.values_list("tenant_id", flat=True)


def _unseen(at: dt.datetime) -> QuerySet[Flight]:
    previews = AdPreview.objects.filter(
        campaign=OuterRef("campaign"), tenant=OuterRef("tenant"), state=AdPreview.State.WAITING
    )
    waiting = Q(campaign__review=Campaign.Review.WAITING) | Q(Exists(previews))
    return Flight.objects.filter(
        waiting,
        ~has_left(),
        campaign__state=Campaign.State.PAID,
        starts_on__lt=campaign_rules.today(at),
    )


def own_previews(companies: Collection[int | None] = (None,)) -> list[OwnPreview]:
    """Return the ads that wait for councils of the space that asks, each once."""
    rows = OwnPreview.objects.filter(of_councils(companies))[:MOST_AT_ONCE]
    return list({row.campaign_reference: row for row in reversed(rows)}.values())[::-1]


def own_gate(companies: Collection[int | None] = (None,)) -> bool:
    """Return True if councils of the space that asks see ads before their space does."""
    return OwnGate.objects.filter(of_councils(companies)).exists()


def of_councils(companies: Collection[int | None]) -> Q:
    """Return the condition on rows of the councils of some companies, and of the space's own."""
    own = Q(company_id__in=[one for one in companies if one is not None])
    return own | Q(company_id=None) if None in companies else own


def previews_that_lapsed(at: dt.datetime) -> QuerySet[AdPreview]:
    """Return the previews not answered by their council in time."""
    return AdPreview.objects.filter(state=AdPreview.State.WAITING, due_at__lte=at)


def decisions_to_mail() -> QuerySet[Campaign]:
    """Return the reviewed ads with a decision still to be mailed."""
    decided = Campaign.objects.exclude(review__in=[Campaign.Review.NONE, Campaign.Review.WAITING])
    return decided.filter(decision_mailed_at=None).select_related("merchant__owner")


def decisions_with_lost_mail(*, at: dt.datetime) -> list[int]:
    """Return ids of reviewed ads with a mail that may have been lost."""
    late = decisions_to_mail().filter(reviewed_at__lt=at - dt.timedelta(minutes=5))
    return list(late.values_list("pk", flat=True)[:MOST_AT_ONCE])
