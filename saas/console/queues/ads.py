"""The queues of ads and offers: their words are read before spaces show them, or soon after."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.adjustments.actions.reviews import approve_ad, refuse_ad
from saas.accounts.models import User
from saas.catalogue.merchants.rules.advertising import Subject
from saas.catalogue.offers import queries as offers
from saas.catalogue.offers.actions import approve_offer, refuse_offer
from saas.catalogue.offers.models import Offer
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.queries import reviews as queries
from saas.catalogue.placements.rules.campaigns import Creative, tile_words
from saas.catalogue.placements.rules.reviews import SECTOR
from saas.console.queries.reports import picture_url
from saas.console.queues.shapes import (
    DECIDED_SHOWN,
    ApproveForm,
    DecidedRow,
    Queue,
    QueueRow,
    RefuseForm,
)
from saas.console.waiting.shapes import Waiting
from saas.kernel.display.writing import shortdate


class AdView(NamedTuple):
    """An ad as it is to be shown, where and when, and why a person reads it."""

    campaign: Campaign
    tile: dict[str, Any]
    picture_url: str
    flights: list[Flight]
    subjects: list[str]
    runs_already: bool


class OfferView(NamedTuple):
    """An offer with its conditions, and why a person reads it."""

    offer: Offer
    subjects: list[str]
    runs_already: bool


class ApproveAdForm(ApproveForm[Campaign]):
    """The button that lets an ad run."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Approve the ad; it runs on later days if its first day has passed."""
        approve_ad(campaign=self.row, by=by, at=at)
        return True


class RefuseAdForm(RefuseForm[Campaign]):
    """Why an ad runs nowhere; its merchant reads it, and is refunded."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Refuse it, with its money."""
        refuse_ad(campaign=self.row, reason=self.cleaned_data["reason"], by=by, at=at)
        return True


class ApproveOfferForm(ApproveForm[Offer]):
    """The button that shows an offer."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Show it to the spaces around its shop."""
        approve_offer(offer=self.row, by=by, at=at)
        return True


class RefuseOfferForm(RefuseForm[Offer]):
    """Why an offer is shown nowhere; its merchant reads it."""

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Refuse it."""
        refuse_offer(offer=self.row, reason=self.cleaned_data["reason"], by=by, at=at)
        return True


class AdQueue(Queue[Campaign]):
    """Paid ads that no operator has seen: most wait, those of trusted merchants run already."""

    key = "ads"
    icon = "megaphone"
    title = gettext_lazy("Annonces à relire")
    lead = gettext_lazy(
        "Une annonce payée passe une fois relue, dans la journée. Celles des commerçants de "
        "confiance passent aussitôt et se relisent ensuite."
    )
    empty = gettext_lazy("Aucune annonce à relire")
    approve_words = gettext_lazy("Laisser passer")
    particulars = "console/queue_ad.html"
    since = "paid_at"
    deadline = "review_due_at"
    approve_form = ApproveAdForm
    refuse_form = RefuseAdForm

    def rows(self) -> QuerySet[Campaign]:
        """Return the ads that no operator has seen."""
        return queries.ads_to_see()

    def waiting(self) -> Waiting:
        """Count those that run only once they are seen."""
        rows = self.rows().filter(review=Campaign.Review.WAITING)
        return Waiting(rows, self.since, self.count_words, self.page, "warn")

    def find(self, reference: str) -> Campaign | None:
        """Return an ad by its reference."""
        return queries.ad_to_see(reference)

    def row_of(self, row: Campaign) -> QueueRow:
        """Return the ad, and its merchant."""
        paid_at = row.paid_at or row.made_at
        details = f"{row.merchant.name} · {row.merchant.get_category_display()}"
        if row.review == Campaign.Review.APPROVED:
            details = _("%(details)s · passe déjà") % {"details": details}
        return QueueRow(row.reference, row.headline, details, paid_at, row.review_due_at or paid_at)

    def shown(self, row: Campaign, *, at: dt.datetime) -> AdView:  # noqa: ARG002 - the form of all queues
        """Return the ad as its tile shows it, and where it is to run."""
        creative = Creative(row.headline, row.text, row.offer)
        return AdView(
            campaign=row,
            tile={**tile_words(creative), "payer": row.merchant.name},
            picture_url=picture_url(row.picture or row.merchant.picture),
            flights=list(row.flights.all()),
            subjects=subjects_in_words(row.subjects),
            runs_already=row.review == Campaign.Review.APPROVED,
        )

    def decided(self) -> list[DecidedRow]:
        """Return the last decisions."""
        rows = Campaign.objects.filter(seen_at__isnull=False).select_related("seen_by")
        return [
            DecidedRow(
                row.reference,
                row.headline,
                row.review == Campaign.Review.APPROVED,
                row.seen_by.first_name if row.seen_by else "",
                row.seen_at,
                row.review_reason,
            )
            for row in rows.order_by("-seen_at")[:DECIDED_SHOWN]
            if row.seen_at is not None
        ]

    def count_words(self, count: int) -> str:
        """Count the ads to read."""
        return ngettext(
            "%(count)d annonce payée attend d’être relue",
            "%(count)d annonces payées attendent d’être relues",
            count,
        )


class OfferQueue(Queue[Offer]):
    """Offers that no operator has seen."""

    key = "offers"
    icon = "ticket"
    title = gettext_lazy("Offres à relire")
    lead = gettext_lazy(
        "Une offre est montrée aux espaces une fois relue, dans la journée. Celles des commerçants "
        "de confiance le sont aussitôt et se relisent ensuite."
    )
    empty = gettext_lazy("Aucune offre à relire")
    approve_words = gettext_lazy("Montrer cette offre")
    particulars = "console/queue_offer.html"
    since = "created_at"
    deadline = "review_due_at"
    approve_form = ApproveOfferForm
    refuse_form = RefuseOfferForm

    def rows(self) -> QuerySet[Offer]:
        """Return the offers that no operator has seen."""
        return offers.offers_to_see()

    def waiting(self) -> Waiting:
        """Count those that run only once they are seen."""
        rows = self.rows().filter(review=Offer.Review.WAITING)
        return Waiting(rows, self.since, self.count_words, self.page, "warn")

    def find(self, reference: str) -> Offer | None:
        """Return an offer by its reference."""
        rows = Offer.objects.select_related("merchant", "seen_by")
        return rows.filter(reference=reference).first()

    def row_of(self, row: Offer) -> QueueRow:
        """Return the offer, its shop and its days."""
        days = f"{shortdate(row.starts_on)} – {shortdate(row.ends_on)}"
        due_at = row.review_due_at or row.created_at
        details = f"{row.merchant.name} · {days}"
        if row.review == Offer.Review.APPROVED:
            details = _("%(details)s · passe déjà") % {"details": details}
        return QueueRow(row.reference, row.title, details, row.created_at, due_at)

    def shown(self, row: Offer, *, at: dt.datetime) -> OfferView:  # noqa: ARG002 - the form of all queues
        """Return the offer with its conditions."""
        runs_already = row.review == Offer.Review.APPROVED
        return OfferView(row, subjects_in_words(row.subjects), runs_already)

    def decided(self) -> list[DecidedRow]:
        """Return the last decisions."""
        rows = Offer.objects.filter(seen_at__isnull=False).select_related("seen_by")
        return [
            DecidedRow(
                row.reference,
                row.title,
                row.review == Offer.Review.APPROVED,
                row.seen_by.first_name if row.seen_by else "",
                row.seen_at,
                row.review_reason,
            )
            for row in rows.order_by("-seen_at")[:DECIDED_SHOWN]
            if row.seen_at is not None
        ]

    def count_words(self, count: int) -> str:
        """Count the offers to read."""
        return ngettext(
            "%(count)d offre attend d’être relue",
            "%(count)d offres attendent d’être relues",
            count,
        )


def subjects_in_words(subjects: str) -> list[str]:
    """Return the labels of an ad's legal subjects."""
    return [
        _("secteur réglementé") if subject == SECTOR else str(Subject(subject).label)
        for subject in subjects.split()
    ]


ADS = AdQueue()
OFFERS = OfferQueue()
