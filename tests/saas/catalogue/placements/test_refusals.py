"""A council refuses a merchant, a category or an ad: in its space neither shown nor sold."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import counts
from saas.catalogue.placements.actions import refusals as actions
from saas.catalogue.placements.actions.campaigns import check_out
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.models import Campaign, Refusal, RunningFlight, Slot
from saas.catalogue.placements.queries.campaigns import (
    desk_overview,
    flights_that_go_on,
    obstacle_to_paying,
    reach_of,
)
from saas.catalogue.placements.queries.obstacles import obstacles
from saas.catalogue.placements.queries.prices import for_billing
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant
from tests.fixtures.people import AT
from tests.saas.catalogue.making import draw_up, make_merchant, run_campaign

pytestmark = pytest.mark.django_db
WHY = "Ouvre le dimanche soir seulement"


def refuse(space: str = "north", **target: str) -> Refusal:
    by = SpaceActor(space, "M-DELPHI", "Delphine Marchal", "council")
    with schema.in_public():
        return actions.refuse(target=Target(**target), reason=WHY, by=by, at=AT)


def targets(campaign: Campaign) -> list[dict[str, str]]:
    with schema.in_public():
        merchant = Merchant.objects.get(pk=campaign.merchant_id)
    return [
        {"merchant": merchant.reference},
        {"category": merchant.category},
        {"campaign": campaign.reference},
    ]


def shown_in(name: str) -> int:
    with schema.inside(name):
        return RunningFlight.objects.count()


@pytest.mark.parametrize("number", range(3))
def test_refused_target_is_shown_and_sold_in_other_spaces_alone(number: int) -> None:
    merchant = make_merchant()
    campaign = run_campaign(merchant)
    target = targets(campaign)[number]
    refuse("south", **target)
    assert shown_in("north") == 1
    draw_up(merchant)
    refusal = refuse("north", **target)
    assert shown_in("north") == 0
    with pytest.raises(Refused, match=WHY):
        draw_up(merchant)
    with schema.in_public():
        by = SpaceActor("north", "M-DELPHI", "Delphine Marchal", "council")
        actions.take_refusal_back(reference=refusal.reference, by=by, at=AT)
    assert shown_in("north") == 1
    draw_up(merchant)


def test_refused_ad_leaves_the_merchant_s_other_ads() -> None:
    merchant = make_merchant()
    campaign = run_campaign(merchant)
    refuse(campaign=campaign.reference)
    run_campaign(merchant, headline="Goûter")
    with schema.inside("north"):
        assert [one.headline for one in RunningFlight.objects.all()] == ["Goûter"]


def test_draft_that_is_refused_meanwhile_is_not_paid_and_no_month_follows() -> None:
    campaign = draw_up(make_merchant())
    refuse(category="bakery")
    with schema.in_public():
        known = for_billing(campaign.pk)
        assert WHY in obstacle_to_paying(known, AT)
        with pytest.raises(Refused, match=WHY):
            check_out(campaign_id=campaign.pk, at=AT)
        assert flights_that_go_on(known) == []


def test_space_that_a_campaign_left_sells_its_place_again_and_may_end() -> None:
    shelf: dict[str, Any] = {"slots": [Slot.HOME_FEED, Slot.SHELF]}
    with schema.in_public():
        counts.record_places(tenant_schema="north", screens=0, shelf_places=1, at=AT)
        north = Tenant.objects.get(schema_name="north").pk
    merchant, other = make_merchant(), make_merchant("Vélos du Pont", category="bikes")
    campaign = run_campaign(merchant, **shelf)
    with pytest.raises(Refused, match="complète"):
        draw_up(other, **shelf)
    refuse(merchant=merchant.reference)
    with schema.in_public():
        (sentence,) = obstacles(north, AT)
        assert campaign.reference in sentence
        actions.leave_refusing_spaces(campaign_id=campaign.pk, at=AT)
        assert obstacles(north, AT) == []
        with override_settings(ROOT_URLCONF="saas.urls_public"):
            stats = {one.title: one.value for one in desk_overview(merchant, AT).stats}
        assert stats["Espaces"] == "0"
    draw_up(other, **shelf)


def test_wizard_says_which_council_refuses_and_offers_the_space_no_more() -> None:
    merchant = make_merchant()
    with schema.in_public():
        assert [one.tenant.schema_name for one in reach_of(merchant).spaces] == ["north"]
    refuse(merchant=merchant.reference)
    with schema.in_public():
        reach = reach_of(merchant)
        assert reach.spaces == []
        (sentence,) = reach.refused
        assert WHY in sentence


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"category": ""}, "a_refusal_names_one_thing"),
        ({"category": "bakery", "reason": ""}, "a_refusal_says_why"),
        ({"category": "bakery"}, "a_council_refuses_a_thing_once"),
    ],
)
def test_refusal_names_one_thing_says_why_and_is_open_once(
    columns: dict[str, Any], name: str
) -> None:
    refuse(category="bakery")
    with schema.in_public():
        tenant = Tenant.objects.get(schema_name="north")
    with schema.in_public(), pytest.raises(IntegrityError, match=name), transaction.atomic():
        Refusal.objects.create(**{"tenant": tenant, "reason": WHY, "since": AT} | columns)


def test_a_refusal_of_another_space_is_not_taken_back() -> None:
    refusal = refuse("south", category="bakery")
    by = SpaceActor("north", "M-DELPHI", "Delphine Marchal", "council")
    with schema.in_public(), pytest.raises(Refused, match="déjà levé"):
        actions.take_refusal_back(reference=refusal.reference, by=by, at=AT)
