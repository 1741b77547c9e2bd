"""Shops that members recommend or follow: counts for all, each member's own marks, followers."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import PublishedMerchant
from saas.catalogue.offers.models import PublishedOffer
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import ShopMark
from tenants.community.neighbourhood.queries.shops import accepted_shops


class Marks(NamedTuple):
    """A member's own marks of a shop, and the recommendations that are enough to be shown."""

    reference: str
    recommends: bool
    follows: bool
    recommendations: int


class NewOffer(NamedTuple):
    """An offer that begins today, with its shop's name and followers."""

    offer: PublishedOffer
    shop: str
    followers: list[int]


def shop_to_mark(reference: str) -> PublishedMerchant | None:
    """Return a shop that this space accepts, by its reference."""
    return accepted_shops().filter(reference=reference).first()


def counts_of(references: Collection[str]) -> dict[str, int]:
    """Return the recommendations of shops; a few could point to a person and are left out."""
    rows = ShopMark.objects.filter(merchant_reference__in=references, recommends=True).order_by()
    counted = rows.values_list("merchant_reference").annotate(count=Count("pk"))
    return {reference: count for reference, count in counted if count >= rules.LEAST_RECOMMENDED}


def followed_by(person: User) -> set[str]:
    """Return the references of the shops that a member follows."""
    rows = ShopMark.objects.filter(person=person, follows=True)
    return set(rows.values_list("merchant_reference", flat=True))


def marks_of(reference: str, person: User) -> Marks:
    """Return a member's own marks of a shop beside the count of all."""
    own = ShopMark.objects.filter(person=person, merchant_reference=reference).first()
    count = counts_of([reference]).get(reference, 0)
    if own is None:
        return Marks(reference, recommends=False, follows=False, recommendations=count)
    return Marks(reference, own.recommends, own.follows, count)


def new_offers(day: dt.date) -> list[NewOffer]:
    """Return the offers of followed shops that begin on a day."""
    followers = _followers()
    if not followers:
        return []
    shops = accepted_shops().filter(reference__in=followers)
    names: Mapping[int, PublishedMerchant] = {shop.pk: shop for shop in shops}
    offers = PublishedOffer.objects.filter(
        merchant_id__in=names, starts_on=day, ends_on__gte=day, is_withdrawn=False
    )
    return [
        NewOffer(
            offer,
            names[offer.merchant_id].name,
            followers[names[offer.merchant_id].reference],
        )
        for offer in offers.order_by("pk")
    ]


def _followers() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    rows = ShopMark.objects.filter(follows=True).order_by("pk")
    for reference, person_id in rows.values_list("merchant_reference", "person_id"):
        found.setdefault(reference, []).append(person_id)
    return found


def personal_data(person: User) -> list[PersonalTable]:
    """Return the shops that a person recommends or follows."""
    return [
        table(
            "shop_marks",
            _("Commerces recommandés ou suivis"),
            ShopMark.objects.filter(person=person),
            *("merchant_reference", "recommends", "follows", "marked_at"),
        )
    ]
