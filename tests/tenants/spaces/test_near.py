"""Which spaces a merchant may reach on foot, and the colour that a space serves."""

import pytest
from django.conf import settings

from tenants.spaces import hosts
from tenants.spaces.models import Company, Gate, Site, SpaceStanding, Tenant
from tenants.spaces.provisioning import OWNER
from tenants.spaces.queries import foundings as queries
from tests.fixtures.people import AT, SpaceClient

GATE = (45.1885, 5.7245)


@pytest.fixture
def north_at_the_gate(own_database: None) -> Tenant:
    """Return the north, alone on the map: a gate, 826 people in two companies, 52 active."""
    Gate.objects.using(OWNER).all().delete()
    north = Tenant.objects.get(slug="north")
    Company.objects.using(OWNER).filter(tenant=north).delete()
    for name, heads in (("Helvane", 420), ("Brisson", 406)):
        Company.objects.using(OWNER).create(tenant_id=north.pk, name=name, head_count=heads)
    SpaceStanding.objects.filter(tenant=north).update(active_members=52)
    site = Site.objects.filter(tenant=north).first()
    assert site is not None
    _open_gate(site, "Porte Sud", GATE)
    return north


def _open_gate(site: Site, name: str, where: tuple[float, float]) -> None:
    """Open a gate as the owner, the only role that may place spaces."""
    Gate.objects.using(OWNER).create(
        site_id=site.pk, name=name, latitude=where[0], longitude=where[1]
    )


def test_open_space_is_near_within_minutes_of_its_gate(north_at_the_gate: Tenant) -> None:
    # 500 m north of the gate: 500 x 1.3 / 80 is 8.1 minutes.
    shop = (GATE[0] + 500 / 111_195, GATE[1])
    (near,) = queries.spaces_near(*shop, 9)
    assert (near.tenant, near.minutes) == (north_at_the_gate, 9)
    assert (near.reach.members, near.reach.heads, near.reach.rounded_heads) == (50, 826, 850)
    assert queries.spaces_near(*shop, 8) == []
    gate = Gate.objects.select_related("site").get()
    _open_gate(gate.site, "Porte Nord", (GATE[0] + 0.004, GATE[1]))
    assert [space.minutes for space in queries.spaces_near(GATE[0] + 0.0041, GATE[1], 15)] == [1]
    Tenant.objects.filter(pk=north_at_the_gate.pk).update(state=Tenant.State.SUSPENDED)
    assert queries.spaces_near(*shop, 9) == []


@pytest.mark.parametrize("state", ["new", "asked", "refused"])
def test_space_that_is_not_proven_is_not_near(north_at_the_gate: Tenant, state: str) -> None:
    SpaceStanding.objects.filter(tenant=north_at_the_gate).update(
        state=state, note="x", asked_at=AT, due_at=AT
    )
    assert queries.spaces_near(*GATE, 9) == []


@pytest.mark.parametrize(("active", "sold"), [(0, 0), (19, 0), (20, 1)])
def test_under_twenty_active_members_nothing_is_sold(
    north_at_the_gate: Tenant, active: int, sold: int
) -> None:
    SpaceStanding.objects.filter(tenant=north_at_the_gate).update(active_members=active)
    (near,) = queries.spaces_near(*GATE, 9)
    assert near.reach.sells == bool(sold)


def test_near_costs_three_statements_however_many_spaces(
    north_at_the_gate: Tenant, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    south = Site.objects.filter(tenant__slug="south").first()
    assert south is not None
    _open_gate(south, "Porte", GATE)
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(queries.spaces_near(*GATE, 5)) == 2


def test_the_colour_is_served_for_ever_under_its_name(db: None) -> None:
    card = hosts.find_space(f"north.{hosts.base_name()}")
    assert card is not None
    client = SpaceClient(f"north.{settings.BASE_HOST}")
    response = client.get(card.theme_url)
    assert response["Content-Type"] == "text/css"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"--accent:" in response.content
    assert client.get("/theme.older.css")["Cache-Control"] == "no-cache"
