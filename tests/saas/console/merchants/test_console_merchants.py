"""A merchant in the console: its VAT number, the answer of VIES, and the button to ask VIES."""

import datetime as dt

from django.utils import timezone

from saas.catalogue.merchants.models import Merchant, VatCheck
from saas.catalogue.merchants.queries import shops as queries
from tests.factories.billing import make_shop, move_abroad
from tests.fixtures.people import SpaceClient

NUMBER = "DE136695976"


def test_operator_reads_each_answer_of_vies(console: SpaceClient) -> None:
    at = timezone.now()
    shop = move_abroad(make_shop(), at=at - dt.timedelta(days=2))
    VatCheck.objects.create(
        merchant=shop,
        number=NUMBER,
        answer="no",
        asked_at=at - dt.timedelta(days=1),
        consultation_number="WAPIAAAAX3lU8bHe",
        requester_number="FR44732829320",
        registered_name="Bäckerei Kehl GmbH",
        registered_address="Hauptstraße 1, 77694 Kehl",
        mailed_at=at,
    )
    page = console.get(f"/merchants/{shop.reference}/").content.decode()
    for words in ("WAPIAAAAX3lU8bHe", "Bäckerei Kehl GmbH", "FR44", NUMBER, "Allemagne", ">Non<"):
        assert words in page
    assert "Numéro inconnu de VIES" in page
    assert "Numéro inconnu de VIES" in console.get("/merchants/").content.decode()
    found = console.get(f"/merchants/?q={NUMBER}").content.decode()
    assert f"/merchants/{shop.reference}/" in found


def test_operator_has_vies_asked_again(console: SpaceClient) -> None:
    at = timezone.now()
    shop = move_abroad(make_shop(), at=at)
    later = at + dt.timedelta(days=900)
    Merchant.objects.update(vat_ask_at=later)
    answer = console.post(f"/merchants/{shop.reference}/")
    assert answer.status_code == 303
    assert queries.numbers_to_ask(at=later - dt.timedelta(days=1)) == [shop.pk]


def test_french_merchant_has_no_number_to_ask_about(console: SpaceClient) -> None:
    shop = make_shop()
    page = console.get(f"/merchants/{shop.reference}/").content.decode()
    assert "VIES n’est pas interrogé" in page
    assert " ".join(page.split()).count("<dd> France </dd>") == 2, "the seat's and the pin's"
    answer = console.post(f"/merchants/{shop.reference}/")
    assert answer.status_code == 422
    assert "autre pays" in answer.content.decode()
    assert console.get("/merchants/ME-NOBODY/").status_code == 404
