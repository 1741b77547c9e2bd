"""Shops that their owners open to everybody: page, structured data, site map; closed by default."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from saas.catalogue.merchants.actions.public_page import open_page
from saas.catalogue.merchants.models import Merchant, OpeningHours
from saas.catalogue.offers.models import Offer
from saas.kernel.errors import Refused
from tests.factories.billing import make_merchant_user, make_shop
from tests.fixtures.people import Browse

ORIGIN = f"{settings.BASE_SCHEME}://{settings.BASE_HOST}"
HOST = {"host": settings.BASE_HOST}


@pytest.fixture
def shop(db: None) -> Merchant:
    made = make_shop()
    OpeningHours.objects.create(merchant=made, weekday=0, opens=dt.time(7), closes=dt.time(19, 30))
    return made


def get(path: str) -> tuple[int, str]:
    answer = Client().get(path, secure=True, headers=HOST)
    return answer.status_code, answer.content.decode()


def test_page_of_a_shop_is_closed_until_its_owner_opens_it(shop: Merchant) -> None:
    path, at = f"/fr/shops/{shop.slug}/", timezone.now()
    assert get(path)[0] == 404
    assert shop.slug not in get("/sitemap.xml")[1]
    open_page(opens=True, by=shop.owner, at=at)
    status, page = get(path)
    assert status == 200
    for words in ('itemtype="https://schema.org/Bakery"', "Maison Cazal", 'rel="canonical"'):
        assert words in page
    assert f'hreflang="en" href="{ORIGIN}/en/shops/{shop.slug}/"' in page
    assert f"/en/shops/{shop.slug}/" in get("/sitemap.xml")[1]
    Merchant.objects.update(state="blocked")
    assert get(path)[0] == 404
    Merchant.objects.update(state="published")
    open_page(opens=False, by=shop.owner, at=at)
    assert get(path)[0] == 404


def test_only_a_published_shop_of_its_own_owner_opens(shop: Merchant) -> None:
    at = timezone.now()
    with pytest.raises(Refused):
        open_page(opens=True, by=make_merchant_user("Paul"), at=at)
    Merchant.objects.update(state="draft")
    with pytest.raises(Refused):
        open_page(opens=True, by=shop.owner, at=at)
    assert Merchant.objects.get().opened_at is None


def test_form_without_an_answer_leaves_a_page_open(shop: Merchant, browse: Browse) -> None:
    open_page(opens=True, by=shop.owner, at=timezone.now())
    assert browse(shop.owner, space="").post("/desk/page/public/", {}).status_code == 422
    assert get(f"/fr/shops/{shop.slug}/")[0] == 200


def test_structured_data_name_hours_and_running_offers_alone(shop: Merchant) -> None:
    at = timezone.now()
    open_page(opens=True, by=shop.owner, at=at)
    for title, review, days in (("Café offert", "approved", 9), ("Refusée", "waiting", 9)):
        Offer.objects.create(
            merchant=shop,
            title=title,
            starts_on=at.date(),
            ends_on=at.date() + dt.timedelta(days=days),
            created_at=at,
            review=review,
            reviewed_at=at if review == "approved" else None,
            review_due_at=at,
        )
    answer = Client().get(f"/fr/shops/{shop.slug}/data.jsonld", secure=True, headers=HOST)
    assert answer["Content-Type"] == "application/ld+json"
    data = answer.json()
    assert data["@type"] == "Bakery"
    assert data["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": "Monday",
            "opens": "07:00",
            "closes": "19:30",
        }
    ]
    assert [offer["name"] for offer in data["makesOffer"]] == ["Café offert"]
    assert "billing" not in answer.content.decode()


def test_public_pages_name_their_languages_and_the_site_map(db: None) -> None:
    page = get("/en/pricing/")[1]
    assert f'<link rel="canonical" href="{ORIGIN}/en/pricing/">' in page
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in get("/robots.txt")[1]


def test_each_page_of_the_site_map_is_there(shop: Merchant) -> None:
    open_page(opens=True, by=shop.owner, at=timezone.now())
    found = re.findall(r"<loc>([^<]+)</loc>", get("/sitemap.xml")[1])
    paths = [address.removeprefix(ORIGIN) for address in found]
    assert {"/fr/", "/en/", "/en/pricing/", f"/fr/shops/{shop.slug}/"} <= set(paths)
    assert [get(path)[0] for path in paths] == [200] * len(paths)
