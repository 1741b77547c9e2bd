"""How a campaign is drawn up, paid for and stopped, and how its counts arrive."""

import datetime as dt
from typing import Any

import pytest

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as campaign_actions
from saas.catalogue.placements.actions import counts as count_actions
from saas.catalogue.placements.actions import payment
from saas.catalogue.placements.models import Campaign, Flight, FlightDay, Price, PriceList, Slot
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import prices as price_queries
from saas.catalogue.placements.rules import campaigns as rules
from saas.catalogue.placements.rules.campaigns import Total
from saas.catalogue.placements.rules.prices import Period
from saas.kernel.errors import Refused
from tests.fixtures.people import AT
from tests.saas.catalogue.making import draw_up, make_merchant, run_campaign

pytestmark = pytest.mark.django_db


def test_a_flight_costs_its_days_at_the_price_of_its_people() -> None:
    campaign = draw_up(make_merchant(), days=7, slots=[Slot.HOME_FEED])
    quote = price_queries.quote_of(campaign.pk, at=AT)

    # 430 people: five hundreds begun; 3,50 € and five times 0,50 € a day, for seven days.
    assert [line.day_cents for line in quote.lines] == [350 + 5 * 50]
    assert (quote.net_cents, quote.vat_cents, quote.gross_cents) == (4200, 840, 5040)
    assert quote.price_list_version == 2


def test_each_slot_is_a_flight_of_its_own() -> None:
    campaign = draw_up(make_merchant(), slots=[Slot.HOME_FEED, Slot.NEIGHBOURHOOD])
    flights = Flight.objects.filter(campaign=campaign).select_related("tenant")

    assert {(flight.tenant.slug, flight.slot) for flight in flights} == {
        ("north", "home_feed"),
        ("north", "neighbourhood"),
    }
    assert {flight.reach for flight in flights} == {450}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"starts_on": dt.date(2026, 11, 24)}, "starts_on"),
        ({"days": 0}, "ends_on"),
        ({"days": 91}, "ends_on"),
        ({"starts_on": dt.date(2027, 3, 26)}, "starts_on"),
        ({"spaces": []}, "spaces"),
        ({"spaces": ["south"]}, "spaces"),
        ({"slots": []}, "slots"),
        ({"slots": ["ceiling"]}, "slots"),
    ],
)
def test_impossible_campaign_is_refused_beside_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        draw_up(make_merchant(), **given)

    assert refusal.value.field == field
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    "given", [{"days": 1}, {"days": 90}, {"starts_on": dt.date(2027, 3, 25), "days": 1}]
)
def test_the_bounds_themselves_are_fine(given: dict[str, Any]) -> None:
    assert draw_up(make_merchant(), **given).pk


def test_less_than_a_card_can_pay_is_refused() -> None:
    cheap = PriceList.objects.create(version=9, valid_from=AT)
    Price.objects.create(
        price_list=cheap, slot=Slot.HOME_FEED, day_cents=1, day_per_hundred_cents=0
    )

    with pytest.raises(Refused, match="0,50"):
        draw_up(make_merchant(), days=3)


def test_only_a_published_shop_places_something() -> None:
    with pytest.raises(Refused, match="Publiez d’abord"):
        draw_up(make_merchant(published=False))


def test_a_new_draft_puts_away_the_one_it_replaces() -> None:
    merchant = make_merchant()
    first = draw_up(merchant, headline="Formule du midi")
    second = draw_up(merchant, headline="Formule du soir", instead_of=first.reference)

    assert [row.campaign for row in campaign_queries.campaigns_of(merchant, AT)] == [second]
    with pytest.raises(Refused, match="remplacée"):
        campaign_actions.check_out(campaign_id=first.pk, at=AT)
    assert campaign_actions.check_out(campaign_id=second.pk, at=AT).net_cents == 4200


def test_a_draft_of_another_merchant_is_not_put_away() -> None:
    theirs = draw_up(make_merchant("Ti’Zeste"))
    draw_up(make_merchant(), instead_of=theirs.reference)

    theirs.refresh_from_db()
    assert theirs.replaced_at is None


def test_draft_is_not_paid_late_under_former_prices_or_once_its_shop_is_blocked() -> None:
    campaign = draw_up(make_merchant())

    def refused(words: str, at: dt.datetime = AT) -> None:
        with pytest.raises(Refused, match=words):
            campaign_actions.check_out(campaign_id=campaign.pk, at=at)

    refused("premier jour est passé", AT + dt.timedelta(days=1))
    Merchant.objects.update(state=Merchant.State.BLOCKED)
    refused("bloquée par Troovon")
    Merchant.objects.update(state=Merchant.State.PUBLISHED)
    PriceList.objects.create(version=9, valid_from=AT)
    refused("prix ont changé")


def test_paid_campaign_is_not_charged_again_and_keeps_the_first_moment() -> None:
    campaign = run_campaign(make_merchant())
    with pytest.raises(Refused, match="déjà payée"):
        campaign_actions.check_out(campaign_id=campaign.pk, at=AT)
    payment.mark_paid(campaign_id=campaign.pk, at=AT + dt.timedelta(hours=1))
    campaign.refresh_from_db()
    assert (campaign.state, campaign.paid_at) == (Campaign.State.PAID, AT)


def test_paid_campaign_is_stopped_once_and_a_draft_is_not() -> None:
    with pytest.raises(Refused, match="rien à arrêter"):
        campaign_actions.stop(campaign_id=draw_up(make_merchant()).pk, at=AT)
    campaign = run_campaign(make_merchant())
    campaign_actions.stop(campaign_id=campaign.pk, at=AT)
    campaign_actions.stop(campaign_id=campaign.pk, at=AT + dt.timedelta(hours=1))
    payment.mark_paid(campaign_id=campaign.pk, at=AT)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.stopped_at) == (Campaign.State.STOPPED, AT)


def test_counts_are_kept_as_they_stand_now() -> None:
    flight = Flight.objects.get(campaign=run_campaign(make_merchant()))
    for views in (4, 9):
        count_actions.record_counts(
            tenant_schema="north", totals=[Total(flight.reference, AT.date(), views, 1)], at=AT
        )

    assert [(row.views, row.clicks) for row in FlightDay.objects.all()] == [(9, 1)]


def test_a_space_counts_its_own_flights_on_their_own_days_only() -> None:
    flight = Flight.objects.get(campaign=run_campaign(make_merchant()))
    today, before = AT.date(), AT.date() - dt.timedelta(days=1)
    for space, total in (
        ("south", Total(flight.reference, today, 99, 9)),
        ("north", Total(flight.reference, before, 99, 9)),
        ("north", Total("FL-NONE00", today, 9, 9)),
    ):
        count_actions.record_counts(tenant_schema=space, totals=[total], at=AT)
    assert not FlightDay.objects.exists()


def test_an_offer_that_is_a_price_hangs_on_a_tag() -> None:
    assert rules.tile_words(rules.Creative("x", "", "8,90 €"))["cents"] == 890
    less = rules.tile_words(rules.Creative("x", "", "−15 %"))
    assert less == {"title": "x", "text": "", "cents": 0, "offer": "−15 %"}


@pytest.mark.parametrize(
    ("closed", "reopened", "moved"),
    [(0, 6, 5), (2, 5, 2), (-3, 0, 0), (-3, 4, 4), (4, 9, 0), (2, 3, 0)],
)
def test_closed_days_of_its_space_lengthen_a_flight(closed: int, reopened: int, moved: int) -> None:
    first = dt.date(2026, 11, 2)
    week = Period(first, first + dt.timedelta(days=4))
    closed_on, day = (first + dt.timedelta(days=number) for number in (closed, reopened))
    assert rules.days_to_carry_over(week, closed_on=closed_on, day=day) == moved
