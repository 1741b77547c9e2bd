"""Public pages of shops, with structured data and a site map; owners open them.

Nothing of a space is read here: shops and offers stand in public tables.
"""

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from saas.catalogue.merchants.models import Category, Merchant
from saas.catalogue.merchants.queries.shops import closures_of, openings_of
from saas.catalogue.merchants.rules.shops import Opening, opening_at
from saas.catalogue.merchants.wording import hours as hours_wording
from saas.catalogue.offers.models import Offer
from saas.catalogue.placements.rules.campaigns import today
from saas.kernel.http import page
from saas.kernel.uploads import pictures
from tenants.spaces.hosts import public_url

PICTURE_WIDTH, MOST_OFFERS, MOST_LISTED = 960, 10, 5_000
PAGES = ("home", "employers", "merchants", "councils", "simulator", "pricing")
# Types of schema.org by category; the others are a LocalBusiness.
TYPES = {
    Category.BAKERY: "Bakery",
    Category.RESTAURANT: "Restaurant",
    Category.CAFE: "CafeOrCoffeeShop",
    Category.GROCERY: "GroceryStore",
    Category.SPORT: "SportsActivityLocation",
    Category.BIKES: "BikeStore",
    Category.BOOKS: "BookStore",
    Category.BEAUTY: "BeautySalon",
    Category.CLEANING: "DryCleaningOrLaundry",
    Category.FLOWERS: "Florist",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class OpenShop(NamedTuple):
    """Public shop with its hours and offers."""

    merchant: Merchant
    openings: list[Opening]
    week: list[tuple[str, str]]
    opening: str
    closures: list[str]
    offers: list[Offer]
    kind: str
    picture_url: str


def shop_at(slug: str, *, at: dt.datetime) -> OpenShop | None:
    """Return an open shop by its slug; None for a shop that is closed, hidden or unknown."""
    found = open_shops().filter(slug=slug).prefetch_related("hours").first()
    if found is None:
        return None
    openings, closures = openings_of(found), closures_of(found)
    now = timezone.localtime(at)
    offers = Offer.objects.filter(
        merchant=found,
        review=Offer.Review.APPROVED,
        withdrawn_at=None,
        starts_on__lte=today(at),
        ends_on__gte=today(at),
    )
    return OpenShop(
        merchant=found,
        openings=openings,
        week=hours_wording.week_in_words(openings),
        opening=hours_wording.opening_in_words(opening_at(openings, now, closures), now),
        closures=hours_wording.closure_notes(closures, now.date()),
        offers=list(offers[:MOST_OFFERS]),
        kind=TYPES.get(Category(found.category), "LocalBusiness"),
        picture_url=pictures.address("merchants:picture", found.picture, PICTURE_WIDTH)
        if found.picture
        else "",
    )


def open_shops() -> Any:
    """Return the published shops with a public page."""
    return Merchant.objects.filter(state=Merchant.State.PUBLISHED, opened_at__isnull=False)


def data_of(shop: OpenShop) -> dict[str, Any]:
    """Return a shop as schema.org describes a local business."""
    merchant = shop.merchant
    url = public_url(reverse("site:shop", args=[merchant.slug]))
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": shop.kind,
        "@id": url,
        "url": url,
        "name": merchant.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": merchant.street,
            "postalCode": merchant.postcode,
            "addressLocality": merchant.city,
        },
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": float(merchant.latitude),
            "longitude": float(merchant.longitude),
        },
        "openingHoursSpecification": [_hours_data(opening) for opening in shop.openings],
        **_closing_data(merchant),
    }
    optional = {
        "description": merchant.description,
        "telephone": merchant.phone,
        "sameAs": merchant.website,
        "image": public_url(shop.picture_url) if shop.picture_url else "",
    }
    data |= {key: value for key, value in optional.items() if value}
    if shop.offers:
        data["makesOffer"] = [_offer_data(offer) for offer in shop.offers]
    return data


def _hours_data(opening: Opening) -> dict[str, str]:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": _DAYS[opening.weekday],
        "opens": f"{opening.opens:%H:%M}",
        "closes": f"{opening.closes:%H:%M}",
    }


def _closing_data(merchant: Merchant) -> dict[str, Any]:
    if merchant.closed_from is None or merchant.closed_until is None:
        return {}
    closing = {
        "@type": "OpeningHoursSpecification",
        "validFrom": merchant.closed_from.isoformat(),
        "validThrough": merchant.closed_until.isoformat(),
        "opens": "00:00",
        "closes": "00:00",
    }
    return {"specialOpeningHoursSpecification": [closing]}


def _offer_data(offer: Offer) -> dict[str, str]:
    return {
        "@type": "Offer",
        "name": offer.title,
        "validFrom": offer.starts_on.isoformat(),
        "validThrough": offer.ends_on.isoformat(),
    }


def _shop_or_404(slug: str) -> OpenShop:
    found = shop_at(slug, at=timezone.now())
    if found is None:
        raise Http404
    return found


@login_not_required
@require_GET
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public page of a shop."""
    return page(request, "site/shop.html", {"shop": _shop_or_404(slug)})


@login_not_required
@require_GET
def shop_data(_request: HttpRequest, slug: str) -> HttpResponse:
    """Return the structured data of an open shop."""
    return JsonResponse(
        data_of(_shop_or_404(slug)),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False},
    )


@login_not_required
@require_GET
def sitemap(_request: HttpRequest) -> HttpResponse:
    """Return the site map: public pages and open shops, each in both languages."""
    pages: list[tuple[str, list[str]]] = [(f"site:{name}", []) for name in PAGES]
    pages += [
        ("site:shop", [slug]) for slug in open_shops().values_list("slug", flat=True)[:MOST_LISTED]
    ]
    rows = [
        [(code, _address_in(code, name, args)) for code, _name in settings.LANGUAGES]
        for name, args in pages
    ]
    content = render_to_string("site/sitemap.xml", {"rows": rows})
    return HttpResponse(content, content_type="application/xml")


def _address_in(code: str, name: str, args: list[str]) -> str:
    with translation.override(code):
        return public_url(reverse(name, args=args))
