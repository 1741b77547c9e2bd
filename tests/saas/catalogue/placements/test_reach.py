"""Prices by active members: a version of its own, and spaces with too few of them."""

import datetime as dt

import pytest

from saas.catalogue.placements.actions import campaigns as campaign_actions
from saas.catalogue.placements.models import Flight, Price, PriceList
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import prices as price_queries
from saas.kernel.errors import Refused
from tenants.spaces.models import SpaceStanding
from tests.fixtures.people import AT
from tests.saas.catalogue.making import draw_up, make_merchant

pytestmark = pytest.mark.django_db


def _active(members: int) -> None:
    SpaceStanding.objects.filter(tenant__slug="north").update(active_members=members)


def test_price_follows_active_members_and_orders_keep_theirs() -> None:
    shop = make_merchant()
    before = draw_up(shop)
    _active(52)
    after = draw_up(shop, headline="Autre")
    counted = {flight.campaign_id: flight for flight in Flight.objects.all()}
    assert counted[before.pk].reach == 450
    assert counted[after.pk].reach == 50
    # 7 days at 3,50 + 5 x 0,50 = 6,00, and at 3,50 + 1 x 0,50 = 4,00.
    assert (counted[before.pk].net_cents, counted[after.pk].net_cents) == (4200, 2800)
    assert campaign_actions.check_out(campaign_id=before.pk, at=AT).net_cents == 4200


def test_version_before_counted_the_declared_head_count() -> None:
    _active(52)
    first, second = PriceList.objects.order_by("version")
    tenant_id = SpaceStanding.objects.get(tenant__slug="north").tenant_id
    assert price_queries.people_counted(first, [tenant_id]) == {tenant_id: 430}
    assert price_queries.people_counted(second, [tenant_id]) == {tenant_id: 50}
    assert price_queries.prices_in_force(second.valid_from - dt.timedelta(seconds=1)) == first
    assert price_queries.prices_in_force(second.valid_from) == second


def test_draft_under_the_other_basis_is_drawn_up_again() -> None:
    campaign = draw_up(make_merchant())
    in_force = PriceList.objects.get(version=2)
    other = PriceList.objects.create(version=9, valid_from=AT, basis=PriceList.Basis.HEADS)
    Price.objects.bulk_create(
        Price(
            price_list=other,
            slot=price.slot,
            day_cents=price.day_cents,
            day_per_hundred_cents=price.day_per_hundred_cents,
        )
        for price in in_force.prices.all()
    )
    with pytest.raises(Refused, match="prix ont changé"):
        campaign_actions.check_out(campaign_id=campaign.pk, at=AT)


def test_merchant_reads_why_a_quiet_space_is_not_sold() -> None:
    shop = make_merchant()
    draft = draw_up(shop)
    _active(19)
    reach = campaign_queries.reach_of(shop)
    assert reach.spaces == []
    assert "Espace north a moins de 20 membres actifs" in reach.refused[0]
    with pytest.raises(Refused, match="plus à votre portée"):
        draw_up(shop, headline="Autre")
    with pytest.raises(Refused, match="moins de 20 membres actifs"):
        campaign_actions.check_out(campaign_id=draft.pk, at=AT)
    _active(20)
    assert [space.tenant.slug for space in campaign_queries.reach_of(shop).spaces] == ["north"]
    assert draw_up(shop, headline="Autre").flights.get().reach == 20


def test_draft_in_a_space_that_is_no_longer_proven_is_not_paid() -> None:
    draft = draw_up(make_merchant())
    SpaceStanding.objects.filter(tenant__slug="north").update(state="refused", note="x")
    assert "pas encore vérifié" in campaign_queries.obstacle_to_paying(draft, AT)
    with pytest.raises(Refused, match="pas encore vérifié"):
        campaign_actions.check_out(campaign_id=draft.pk, at=AT)
