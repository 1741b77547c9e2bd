"""A single merchant, two spaces: the same page in both, a single row in public."""

from decimal import Decimal

import pytest

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from tenants.spaces.models import Gate
from tenants.spaces.provisioning import OWNER
from tests.fixtures.people import Browse
from tests.saas.catalogue.making import GATE, make_merchant


@pytest.fixture
def linked_spaces(own_database: None) -> None:
    """Move the south's gate next to the north's."""
    Gate.objects.using(OWNER).filter(site__tenant__slug="south").update(
        latitude=GATE[0] + Decimal("0.003000"), longitude=GATE[1]
    )


def test_linked_spaces_see_the_merchant_each_from_its_own_gate(
    linked_spaces: None, browse: Browse, owner: User, stranger: User
) -> None:
    make_merchant(latitude=GATE[0] + Decimal("0.002500"))
    north = browse(owner).get("/neighbourhood/").content.decode()
    south = browse(stranger, space="south").get("/neighbourhood/").content.decode()

    assert "Maison Cazal" in north
    assert "Maison Cazal" in south
    assert ">5\u00a0min</b> · Porte Sud" in north
    assert ">1\u00a0min</b> · Porte Sud" in south
    with schema.in_public():
        assert Merchant.objects.count() == 1
