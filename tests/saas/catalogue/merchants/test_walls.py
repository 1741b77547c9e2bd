"""Merchants as a space may read them, by raw SQL too."""

from decimal import Decimal

import pytest
from django.db import connection, transaction

from saas.catalogue.merchants.models import Merchant, PublishedMerchant
from saas.kernel import schema
from tests.factories.cells import cell_of
from tests.saas.catalogue.making import make_merchant
from tests.tenants.spaces.database import connecting

pytestmark = pytest.mark.django_db


def rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM merchants_merchant",
        "SELECT billing_email FROM public.merchants_merchant",
        "SELECT * FROM merchants_signup",
        "SELECT * FROM merchants_openinghours",
        "UPDATE merchants_openinghours SET weekday = 0",
        "INSERT INTO merchants_published (name) VALUES ('x')",
    ],
)
def test_a_space_reads_no_private_column_and_writes_nothing(statement: str) -> None:
    make_merchant()
    sentence = r"permission denied|cannot insert into view"
    with connecting.refused(sentence, space="north") as cursor:
        cursor.execute(statement)


def test_a_space_reads_when_a_shop_is_open_from_its_publication_on() -> None:
    shop, draft = make_merchant(), make_merchant("Brouillon", published=False)
    with schema.inside("north"):
        seen = rows("SELECT DISTINCT merchant_id FROM merchants_published_hours")
    stored = rows("SELECT DISTINCT merchant_id FROM merchants_openinghours ORDER BY 1")

    assert seen == [(shop.pk,)]
    assert stored == [(shop.pk,), (draft.pk,)]


def test_the_view_shows_no_private_column() -> None:
    names = {field.name for field in PublishedMerchant._meta.get_fields()}

    assert not names & {"siren", "legal_name", "billing_email", "vat_number", "stripe_customer"}


@pytest.mark.parametrize("longitude", ["0.691", "-0.691"])
def test_the_database_numbers_cells_downwards_west_of_greenwich_too(longitude: str) -> None:
    make_merchant()
    Merchant.objects.update(latitude="47.395", longitude=longitude)

    assert PublishedMerchant.objects.get().cell == cell_of(Decimal("47.395"), Decimal(longitude))


def test_a_space_finds_the_merchants_of_a_cell_by_their_index() -> None:
    merchant = make_merchant()
    cell = cell_of(merchant.latitude, merchant.longitude)
    with schema.inside("north"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        near = PublishedMerchant.objects.filter(cell__in=[cell, cell + 1])
        plan = near.explain()
    assert "published_merchants_by_cell" in plan
    assert "Seq Scan" not in plan
