"""Mails and decisions that a merchant received, from the rows that caused them."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.models import Dispute, Invoice, Refund, Subscription
from saas.catalogue.merchants.models import Correction, Merchant, ReviewedWords, VatCheck
from saas.catalogue.merchants.wording.corrections import line_of
from saas.catalogue.offers.models import Offer
from saas.catalogue.placements.models import Campaign, CampaignDeparture, Refusal, ReportAnswer
from saas.kernel.display.writing import eur

MOST_OF_A_KIND, MOST_NOTICES = 50, 50


class Notice(NamedTuple):
    """Message to a merchant: its moment, its words, and whether it was mailed."""

    at: dt.datetime
    words: str
    detail: str
    is_mailed: bool


def notices_of(merchant: Merchant) -> list[Notice]:
    """Return the last mails and decisions to a merchant, the newest first."""
    found = [
        *_decisions(merchant),
        *_corrections(merchant),
        *_takedowns(merchant),
        *_departures(merchant),
        *_refusals(merchant),
        *_papers(merchant),
        *_money_back(merchant),
        *_vat(merchant),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_NOTICES]


def _decisions(merchant: Merchant) -> Iterator[Notice]:
    """Yield the decisions about the page, its ads and its offers."""
    if merchant.decided_at:
        words = _("Page refusée") if merchant.review_reason else _("Page acceptée")
        mailed = merchant.decision_mailed_at is not None
        yield Notice(merchant.decided_at, words, merchant.review_reason, mailed)
    ads = Campaign.objects.filter(merchant=merchant, reviewed_at__isnull=False)
    for ad in ads.order_by("-reviewed_at")[:MOST_OF_A_KIND]:
        yield from _decision(ad, _("Annonce refusée"), _("Annonce acceptée"))
    offers = Offer.objects.filter(merchant=merchant, reviewed_at__isnull=False)
    for offer in offers.order_by("-reviewed_at")[:MOST_OF_A_KIND]:
        yield from _decision(offer, _("Offre refusée"), _("Offre acceptée"))


def _decision(row: ReviewedWords, refused: str, accepted: str) -> Iterator[Notice]:
    """Yield the decision about an ad or an offer."""
    if row.reviewed_at:
        words = refused if row.review_reason else accepted
        detail = f"{row} · {row.review_reason}" if row.review_reason else str(row)
        yield Notice(row.reviewed_at, words, detail, row.decision_mailed_at is not None)


def _corrections(merchant: Merchant) -> Iterator[Notice]:
    for row in Correction.objects.filter(merchant=merchant)[:MOST_OF_A_KIND]:
        line = line_of(row)
        detail = f"{line.label}\u00a0: {line.before} → {line.after} · {row.reason} ({row.by_name})"
        yield Notice(row.at, _("Correction par Troovon"), detail, row.mailed_at is not None)


def _takedowns(merchant: Merchant) -> Iterator[Notice]:
    rows = ReportAnswer.objects.filter(merchant=merchant).select_related("campaign", "answered_by")
    for row in rows.exclude(outcome=ReportAnswer.Outcome.KEPT)[:MOST_OF_A_KIND]:
        thing = row.campaign or merchant
        words = f"{row.get_outcome_display()}\u00a0: {thing}"
        detail = f"{row.words} ({row.answered_by.display_name})"
        yield Notice(row.answered_at, words, detail, row.mailed_at is not None)


def _departures(merchant: Merchant) -> Iterator[Notice]:
    rows = CampaignDeparture.objects.filter(campaign__merchant=merchant)
    for row in rows.select_related("campaign", "tenant").order_by("-left_at")[:MOST_OF_A_KIND]:
        detail = f"{row.campaign} · {row.tenant}"
        words = _("Campagne sortie d’un espace")
        yield Notice(row.left_at, words, detail, row.mailed_at is not None)


def _refusals(merchant: Merchant) -> Iterator[Notice]:
    rows = Refusal.objects.filter(
        Q(merchant=merchant) | Q(campaign__merchant=merchant)
    ).select_related("tenant")
    for row in rows.order_by("-since")[:MOST_OF_A_KIND]:
        yield Notice(
            row.since, _("Refus d’un CSE"), f"{row.tenant} · {row.reason}", is_mailed=False
        )


def _papers(merchant: Merchant) -> Iterator[Notice]:
    rows = Invoice.objects.filter(order__merchant=merchant).order_by("-issued_at")
    for row in rows[:MOST_OF_A_KIND]:
        words = f"{row.get_kind_display()} {row.number}"
        yield Notice(row.issued_at, words, eur(row.gross_cents), row.mailed_at is not None)


def _money_back(merchant: Merchant) -> Iterator[Notice]:
    """Yield refunds that came back, disputes, and failed debits of subscriptions."""
    refunds = Refund.objects.filter(payment__order__merchant=merchant, mailed_at__isnull=False)
    came_back = refunds.filter(state__in=[Refund.State.FAILED, Refund.State.CANCELED])
    for refund in came_back[:MOST_OF_A_KIND]:
        if refund.mailed_at:
            words = _("Remboursement qui n’est pas arrivé")
            detail = f"{refund.reference} · {eur(refund.amount_cents)}"
            yield Notice(refund.mailed_at, words, detail, is_mailed=True)
    disputes = Dispute.objects.filter(payment__order__merchant=merchant)
    for dispute in disputes[:MOST_OF_A_KIND]:
        words = _("Paiement contesté par une banque")
        detail = f"{dispute.reference} · {eur(dispute.amount_cents)}"
        yield Notice(dispute.opened_at, words, detail, dispute.mailed_at is not None)
    late = Subscription.objects.filter(merchant=merchant, mailed_at__isnull=False)
    for row in late[:MOST_OF_A_KIND]:
        if row.mailed_at:
            words = _("Mensualité qui n’a pas pu être prélevée")
            detail = f"{row.reference} · {eur(row.gross_cents)}"
            yield Notice(row.mailed_at, words, detail, is_mailed=True)


def _vat(merchant: Merchant) -> Iterator[Notice]:
    rows = VatCheck.objects.filter(merchant=merchant, answer=VatCheck.Answer.NO)
    for row in rows.exclude(mailed_at=None)[:MOST_OF_A_KIND]:
        yield Notice(row.asked_at, _("Numéro de TVA inconnu de VIES"), row.number, is_mailed=True)
