"""Names stand where a reader looks for them, read from the database or already at hand."""

import pytest

from saas.catalogue.merchants.models import Merchant
from saas.kernel.search.sorting import sort_key
from tests.saas.catalogue.making import make_merchant

NAMES = ["Zéphyr", "Élan", "eco", "Elsa", "Œuvre", "Atelier"]
AS_READ = ["Atelier", "eco", "Élan", "Elsa", "Zéphyr", "Œuvre"]


@pytest.mark.django_db
def test_shops_are_listed_as_a_reader_looks_for_them() -> None:
    for name in NAMES:
        make_merchant(name)
    assert [shop.name for shop in Merchant.objects.all()] == AS_READ
    assert sorted(NAMES, key=sort_key) == AS_READ
