"""An act in a cell's space that writes in `public` at home: both clusters keep it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from saas.accounts.models import User
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.models import AdGate, Refusal
from saas.kernel import schema
from tenants.community.council import actions
from tenants.community.council.models import RefusalAct
from tenants.community.members.models import Role
from tenants.spaces.database.cells import reading
from tests.factories.billing import make_council, make_shop
from tests.fixtures.people import AT, SpaceClient, make_user
from tests.tenants.spaces.cells.conftest import SOUTH, TwoClusters

pytestmark = pytest.mark.proof


@pytest.fixture
def elected(south_in_east: TwoClusters) -> Iterator[User]:
    """Return a person whom a council in the cell has elected."""
    with schema.in_public():
        make_council(SOUTH)
    with schema.inside(SOUTH):
        found = make_user("Alix")
        Role.objects.create(user=found, role=Role.Kind.COUNCIL, given_at=AT)
        yield found


def test_council_of_a_cell_refuses_and_takes_back(elected: User, settings: Settings) -> None:
    with schema.in_public():
        shop = make_shop()
    commits = reading.commits()
    act = actions.refuse(
        target=Target(merchant=shop.reference),
        reason="Contraire à notre charte.",
        company_id=None,
        by=elected,
        at=AT,
    )
    assert reading.commits() == commits + 1  # so the answer waits for the cell
    reference = act.refusal_reference
    with schema.in_public():
        assert Refusal.objects.get(reference=reference).until is None
    actions.take_back(reference=reference, by=elected, at=AT)
    with schema.in_public():
        assert Refusal.objects.get(reference=reference).until == AT
    acts = RefusalAct.objects.filter(refusal_reference=reference).values_list("what", flat=True)
    assert set(acts) == {RefusalAct.What.REFUSED, RefusalAct.What.TAKEN_BACK}
    client = SpaceClient(f"{SOUTH}.{settings.BASE_HOST}")
    client.force_login(elected)
    assert client.post("/council/refusals/gate/", {"gate": "on"}).status_code == 303
    with schema.in_public():
        assert AdGate.objects.filter(tenant__schema_name=SOUTH).exists()
