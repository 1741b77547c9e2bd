"""Merchants that sponsor a medium: marked as an ad on booked days, counted without members."""

import datetime as dt
from typing import Any

import pytest

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign, FlightDay, SpaceInventory
from saas.catalogue.placements.queries import figures
from saas.catalogue.placements.queries import prices as price_queries
from saas.catalogue.placements.rules.campaigns import today
from saas.kernel import schema
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries import sponsors
from tenants.community.mediastore.rules.sponsors import assign_media
from tenants.community.neighbourhood.clock import hand_over
from tenants.spaces.models import SpaceStanding
from tests.fixtures.people import AT, Browse, SameCost, SpaceClient
from tests.saas.catalogue.making import make_merchant, owner_of, run_campaign
from tests.tenants.community.kiosk.making import make_manager, paired
from tests.tenants.community.mediastore.making import make_keeper, make_medium

A_DAY = dt.timedelta(days=1)
CHOOSING = "/media/keep/sponsors/"


@pytest.mark.parametrize(
    ("chosen", "newest", "carried"),
    [
        ({}, [3, 2, 1], {"a": 3, "b": 2}),
        ({"b": 3}, [3, 2, 1], {"b": 3, "a": 2}),
        ({"a": 1, "b": 1}, [3, 2], {"a": 1, "b": 1}),
        ({"z": 3}, [3], {"a": 3, "b": 3}),
        ({}, [], {}),
    ],
)
def test_sponsor_stands_on_the_chosen_medium_or_on_the_newest_without_one(
    chosen: dict[str, int], newest: list[int], carried: dict[str, int]
) -> None:
    assert assign_media(["a", "b"], chosen=chosen, newest=newest) == carried


@pytest.fixture
def medium(owner: User, going_on_from_at: None) -> Medium:
    return make_medium(owner, title="Balades", access="on_site")


@pytest.fixture
def merchant(medium: Medium) -> Merchant:
    hand_over(AT)
    with schema.in_public():
        SpaceStanding.objects.update(active_members=430)
    return make_merchant(at=AT)


@pytest.fixture
def campaign(merchant: Merchant) -> Campaign:
    return run_campaign(merchant, slots=["shelf"], at=AT)


def flight_of(campaign: Campaign) -> str:
    with schema.in_public():
        return str(campaign.flights.get().reference)


def inventory() -> SpaceInventory:
    with schema.in_public():
        return SpaceInventory.objects.get(tenant__schema_name="north")


def test_space_reports_its_places_once_its_shelf_is_filled_and_as_it_chose(
    browse: Browse, owner: User, teammate: User, going_on_from_at: None
) -> None:
    hand_over(AT)
    assert (inventory().shelf_places, inventory().bare_since) == (0, AT)
    make_medium(owner)
    hand_over(AT)
    assert (inventory().shelf_places, inventory().bare_since) == (3, None)
    keeper = browse(make_keeper(owner))
    assert "Aucune place vendue" in keeper.get(CHOOSING).text
    for places, stored in (("0", 0), ("2", 2), ("4", 2), ("", 2)):
        assert keeper.post(CHOOSING, {"places": places}).status_code in {303, 422}
        hand_over(AT)
        assert inventory().shelf_places == stored, places
    assert browse(teammate).post(CHOOSING, {"places": "3"}).status_code == 403


def test_sponsor_stands_on_shelf_page_and_screen_until_the_end(
    browse: Browse, teammate: User, medium: Medium, campaign: Campaign
) -> None:
    client, click = browse(teammate), f"/neighbourhood/go/{flight_of(campaign)}/"
    touched, _screen = paired(browse(), make_manager(AT), AT, is_touched=True)
    page = medium.get_absolute_url()
    touch = f"/media/touch/{medium.reference}/"
    shelf = client.get("/media/").text
    assert f'href="{click}"' in " ".join(shelf.split())
    assert "Sponsorisé" in shelf
    assert "/neighbourhood/why/" in client.get(page).text
    assert "Payé par <b>Maison Cazal</b>" in client.get(page).text
    assert "offert par Maison Cazal" in touched.client.get("/media/touch/").text
    assert "/neighbourhood/touch/shops/maison-cazal/" in touched.client.get(touch).text
    with schema.in_public():
        placements.stop(campaign_id=campaign.pk, at=AT)
    for text in (client.get("/media/").text, client.get(page).text, touched.client.get(touch).text):
        assert "Cazal" not in text


def test_sponsor_is_off_the_shelf_on_closed_days(
    browse: Browse, teammate: User, medium: Medium, merchant: Merchant
) -> None:
    with schema.in_public():
        Merchant.objects.update(closed_from=AT.date(), closed_until=AT.date())
    campaign = run_campaign(merchant, slots=["shelf"], at=AT)
    assert "Cazal" not in browse(teammate).get("/media/").text
    assert sponsors.by_medium(AT) == {}
    [later] = sponsors.by_medium(AT + A_DAY)[medium.pk]
    assert later.reference == flight_of(campaign)


def test_sponsor_counts_are_reported_daily_without_names(
    browse: Browse, owner: User, teammate: User, campaign: Campaign
) -> None:
    lent = make_medium(owner, copies=2)
    make_keeper(owner)
    keeper, client = browse(owner), browse(teammate)
    keeper.post(f"{CHOOSING}{flight_of(campaign)}/", {"medium": lent.reference})
    for reader in (keeper, client, client):
        reader.post(f"{lent.get_absolute_url()}borrow/")
        assert reader.get(f"{lent.get_absolute_url()}read/1/").status_code == 200
    hand_over(AT)
    with schema.in_public():
        [day] = FlightDay.objects.all()
        assert (day.opens, day.loans, day.views, day.clicks) == (2, 2, 0, 0)
        [row] = figures.report_of(price_queries.for_billing(campaign.pk))
        assert (row.opens, row.loans) == ("moins de 5", "moins de 5")


def test_medium_that_was_chosen_carries_the_months_that_follow(
    browse: Browse, owner: User, medium: Medium, campaign: Campaign, merchant: Merchant
) -> None:
    make_medium(owner, title="Le meunier")  # the newest medium, not chosen by a keeper
    keeper = browse(make_keeper(owner))
    keeper.post(f"{CHOOSING}{flight_of(campaign)}/", {"medium": medium.reference})
    following = run_campaign(merchant, slots=["shelf"], at=AT, starts_on=today(AT) + 7 * A_DAY)
    other = run_campaign(merchant, slots=["shelf"], at=AT, headline="Autre chose")
    later = AT + 8 * A_DAY

    def carriers() -> dict[str, bool]:
        return {one.sponsor.reference: one.is_chosen for one in sponsors.carried(later)}

    assert carriers()[flight_of(following)]
    assert flight_of(other) not in carriers()
    assert [one.reference for one in sponsors.by_medium(later)[medium.pk]] == [flight_of(following)]
    keeper.post(f"{CHOOSING}{flight_of(following)}/", {"medium": "newest"})
    assert not carriers()[flight_of(following)]


def test_keeper_chooses_the_medium_and_the_newest_one_carries_it_again_when_it_goes(
    browse: Browse, owner: User, teammate: User, medium: Medium, campaign: Campaign
) -> None:
    newest, gone = make_medium(owner, title="Le meunier"), make_medium(owner, ends_on=None)
    gone.withdrawn_at = gone.added_at
    gone.save()
    keeper, url = browse(make_keeper(owner)), f"{CHOOSING}{flight_of(campaign)}/"

    def carrier() -> list[str]:
        return [
            one.title
            for one in (medium, newest)
            if "Payé par" in keeper.get(one.get_absolute_url()).text
        ]

    assert carrier() == ["Le meunier"]
    keeper.post(url, {"medium": medium.reference})
    assert carrier() == ["Balades"]
    assert "selected>Balades" in keeper.get(CHOOSING).text
    keeper.post(url, {"medium": gone.reference})
    assert "Choisissez un média qui est en rayon" in keeper.get(CHOOSING).text
    keeper.post(f"/media/keep/{medium.reference}/withdraw/")
    assert carrier()[-1:] == ["Le meunier"]
    assert keeper.post(f"{CHOOSING}FL-NOTHERE/", {"medium": "newest"}).status_code == 404
    assert browse(teammate).post(url, {"medium": "newest"}).status_code == 403


def test_more_sponsors_cost_no_more_statements(
    merchant: Merchant, campaign: Campaign, his: SpaceClient, same_cost: SameCost
) -> None:
    with same_cost(his, "/media/"):
        for _number in range(2):
            run_campaign(merchant, slots=["shelf"], at=AT)


def test_merchant_sees_the_shelf_before_paying_and_what_it_brought_after(
    browse: Browse, merchant: Merchant, campaign: Campaign
) -> None:
    with schema.in_public():
        owner = owner_of(merchant)
        client: Any = browse(owner, space=None)
        shown = client.post("/desk/campaigns/price/", {"slots": ["shelf"]}).text
        assert "À la médiathèque" in shown
        assert "Le média que vous offrez" in shown
