"""Views by members: counted, aggregated and deleted."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.actions import team
from saas.catalogue.merchants.models import Membership, Merchant
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign, Flight, FlightDay
from saas.kernel import hooks, schema
from saas.kernel.offers.digest_hooks import Carried
from tenants.community.neighbourhood import actions, clock
from tenants.community.neighbourhood.models import DailySalt, PlacementEvent
from tenants.community.neighbourhood.queries import flights, live
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.saas.catalogue.making import draw_up, run_campaign

VIEW, CLICK = PlacementEvent.Kind.VIEW, PlacementEvent.Kind.CLICK


def counted() -> list[tuple[str, str]]:
    with schema.inside("north"):
        return list(
            PlacementEvent.objects.order_by("kind", "id").values_list("flight_reference", "kind")
        )


def see(client: Any, *references: str) -> int:
    answer = client.post("/neighbourhood/seen/", {"refs": ",".join(references)})
    return int(answer.status_code)


def test_a_view_is_counted_once_a_day_for_each_member_and_again_the_next(
    browse: Browse, owner: User, teammate: User, flight: Flight
) -> None:
    for member in (owner, teammate, owner):
        assert see(browse(member), flight.reference) == 204
    assert counted() == [(flight.reference, "view")] * 2

    tomorrow = AT + dt.timedelta(days=1)
    actions.count(references=[flight.reference], kind=VIEW, by=owner, at=tomorrow)
    assert counted() == [(flight.reference, "view")] * 3


def test_views_of_a_page_cost_a_single_insert_once_the_day_is_known(
    owner: User, teammate: User, merchant: Merchant, flight: Flight
) -> None:
    run_campaign(merchant, slots=["neighbourhood"], at=AT)
    with schema.in_public():
        references = list(Flight.objects.values_list("reference", flat=True))
    for member in (owner, make_user("Zoé")):
        actions.count(references=references, kind=VIEW, by=member, at=AT)
    with CaptureQueriesContext(connection) as queries:
        actions.count(references=references, kind=VIEW, by=teammate, at=AT)
    statements = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert [one.split()[0] for one in statements] == ["INSERT"]
    assert len(counted()) == 3 * len(references)


def shown_in(slot: str, member: User, at: dt.datetime) -> list[str]:
    [found] = hooks.sponsored.ask(slot, member, at)
    return [one.values["ref"] for one in found if "ref" in one.values]


def shown_on_the_page(client: Any) -> str:
    page = client.get("/neighbourhood/").text
    return str(re.findall(r"/neighbourhood/go/(FL-[A-Z0-9]+)/", page)[0])


def test_newest_placement_is_shown_first_then_each_in_turn(
    hers: SpaceClient, flight: Flight, merchant: Merchant
) -> None:
    bought = [run_campaign(merchant, slots=["neighbourhood"], at=AT) for _ in range(2)]
    with schema.in_public():
        newest, older = [Flight.objects.get(campaign=each).reference for each in bought][::-1]

    for expected in (newest, older, flight.reference, newest):
        assert shown_on_the_page(hers) == expected
        see(hers, expected)


def test_a_click_is_counted_apart_and_leads_to_the_merchant(
    hers: SpaceClient, flight: Flight, merchant: Merchant
) -> None:
    see(hers, flight.reference)
    answer = hers.get(f"/neighbourhood/go/{flight.reference}/")

    shop = f"/neighbourhood/{merchant.slug}/"
    assert (answer.status_code, answer["Location"]) == (303, f"{shop}?ad={flight.reference}")
    heading = '<h2 id="ad-title">Formule du midi</h2>'
    assert heading in hers.get(answer["Location"]).text
    for other in (shop, f"{shop}?ad=FL-NONE00", f"{shop}?ad=%00"):
        assert heading not in hers.get(other).text
    assert counted() == [(flight.reference, "click"), (flight.reference, "view")]


def test_only_what_runs_here_today_is_counted(
    browse: Browse, owner: User, stranger: User, merchant: Merchant, flight: Flight
) -> None:
    draft = draw_up(merchant, at=AT)
    later = run_campaign(merchant, starts_on=AT.date() + dt.timedelta(days=9), at=AT)
    with schema.in_public():
        others = [each.reference for each in Flight.objects.filter(campaign__in=[draft, later])]

    see(browse(owner), *others, "FL-NONE00", "", "'")
    see(browse(stranger, space="south"), flight.reference)

    assert counted() == []
    with schema.inside("south"):
        assert not PlacementEvent.objects.exists()


def test_a_click_on_a_placement_that_is_over_still_leads_on(
    browse: Browse, owner: User, merchant: Merchant
) -> None:
    past = run_campaign(merchant, days=1, at=AT - dt.timedelta(days=2))
    with schema.in_public():
        reference = Flight.objects.get(campaign=past).reference
    answer = browse(owner).get(f"/neighbourhood/go/{reference}/")

    assert answer.status_code == 303
    assert counted() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/150.0"},
        {"user-agent": " "},
        {"user-agent": ""},
    ],
    ids=str,
)
def test_prefetches_and_robots_are_not_counted(
    hers: SpaceClient, flight: Flight, headers: dict[str, str]
) -> None:
    answer = hers.get(f"/neighbourhood/go/{flight.reference}/", headers=headers)
    assert answer.status_code == 303
    hers.post("/neighbourhood/seen/", {"refs": flight.reference}, headers=headers)
    assert counted() == []


def test_people_of_a_shop_are_not_counted_for_its_placements(
    browse: Browse, owner: User, teammate: User, merchant: Merchant, flight: Flight
) -> None:
    with schema.in_public():
        name, _at, domain = owner.email.partition("@")
        nina = make_user("Nina", email=f"{name}+shop@{domain}")
        team.admit(merchant=merchant, person=nina, role=Membership.Role.TILL, at=AT)
        User.objects.filter(pk=merchant.owner_id).update(email=teammate.email)
    for member in (owner, teammate):
        see(browse(member), flight.reference)
        answer = browse(member).get(f"/neighbourhood/go/{flight.reference}/")
        assert answer.status_code == 303
    assert counted() == []


def test_digest_sent_to_people_of_a_shop_is_not_counted_for_it(
    owner: User, teammate: User, merchant: Merchant
) -> None:
    campaign = run_campaign(merchant, slots=["digest"], at=AT)
    with schema.in_public():
        reference = Flight.objects.get(campaign=campaign).reference
        User.objects.filter(pk=merchant.owner_id).update(email=teammate.email)
    sent = [Carried(one.pk, reference) for one in (owner, teammate)]
    with schema.inside("north"):
        actions.count_carried(carried=sent, at=AT)
    assert counted() == [(reference, "view")]


def test_a_team_is_read_once_for_many_counts(
    owner: User, flight: Flight, merchant: Merchant, django_assert_num_queries: Any
) -> None:
    live.forget()
    with django_assert_num_queries(1):
        for _each in range(2):
            assert flights.of_others({flight.reference: merchant.pk}, owner)


def test_no_count_names_its_member(owner: User, flight: Flight) -> None:
    actions.count(references=[flight.reference], kind=VIEW, by=owner, at=timezone.now())
    stored = PlacementEvent.objects.get()

    columns = {field.name for field in PlacementEvent._meta.get_fields()}
    assert columns == {"id", "flight_reference", "day", "kind", "pseudonym", "at"}
    assert str(owner.pk) != stored.pseudonym
    assert len(bytes(DailySalt.objects.get().key)) == 32


def test_the_key_of_a_day_is_gone_two_days_later_and_counts_after_a_month(
    owner: User, flight: Flight
) -> None:
    actions.count(references=[flight.reference], kind=VIEW, by=owner, at=AT)
    actions.forget_members(at=AT + dt.timedelta(days=1))
    assert DailySalt.objects.exists()

    actions.forget_members(at=AT + dt.timedelta(days=2))
    assert not DailySalt.objects.exists()
    assert PlacementEvent.objects.exists()

    actions.forget_members(at=AT + dt.timedelta(days=30))
    assert not PlacementEvent.objects.exists()


def test_totals_are_gathered_by_flight_and_day_without_members(
    browse: Browse, owner: User, teammate: User, flight: Flight
) -> None:
    for member in (owner, teammate):
        see(browse(member), flight.reference)
    browse(owner).get(f"/neighbourhood/go/{flight.reference}/")

    for _each in range(2):
        run_in("north", clock.gather)

    with schema.in_public():
        rows = FlightDay.objects.values_list("flight_id", "day", "views", "clicks")
        assert list(rows) == [(flight.pk, timezone.localdate(), 2, 1)]


def test_closing_space_hands_its_totals_over(browse: Browse, owner: User, flight: Flight) -> None:
    see(browse(owner), flight.reference)
    with schema.inside("north"):
        hooks.closing.ask(timezone.now())
        assert not DailySalt.objects.exists()  # in a closed space no clock would delete it
    with schema.in_public():
        assert FlightDay.objects.get(flight=flight).views == 1


def test_the_home_page_is_offered_what_runs_in_its_slot(
    owner: User, stranger: User, flight: Flight
) -> None:
    [[tile]] = hooks.sponsored.ask("home_feed", owner, AT)

    assert tile.template == "components/sponsored.html"
    assert tile.values["ref"] != flight.reference
    assert (tile.values["payer"], tile.values["cents"]) == ("Maison Cazal", 890)
    with schema.inside("south"):
        [[house]] = hooks.sponsored.ask("home_feed", stranger, AT)
        assert house.template == "components/house_ad.html"


def test_merchants_offers_stand_beside_deals_once_each_and_marked(
    browse: Browse, owner: User, flight: Flight
) -> None:
    [offers] = hooks.merchant_offers.ask(owner, AT)
    assert [tile.values["payer"] for tile in offers] == ["Maison Cazal"]
    text = browse(owner).get("/deals/").text
    assert text.index("Entre collègues") < text.index("Chez les commerçants d’à côté")
    assert "Sponsorisé" in text
    with schema.in_public():
        Campaign.objects.update(offer="")
    live.forget()
    assert "Chez les commerçants" not in browse(owner).get("/deals/").text


def test_placement_is_shown_from_its_first_to_its_last_day(owner: User, flight: Flight) -> None:
    for days in (-1, 7):
        moment = AT + dt.timedelta(days=days)
        assert shown_in("neighbourhood", owner, moment) == []
    last = AT + dt.timedelta(days=6)
    assert shown_in("neighbourhood", owner, last) == [flight.reference]


def test_stopped_campaign_is_off_each_page_at_once(
    hers: SpaceClient, flight: Flight, django_capture_on_commit_callbacks: Any
) -> None:
    assert "Sponsorisé" in hers.get("/neighbourhood/").text
    with django_capture_on_commit_callbacks(execute=True), schema.in_public():
        placements.stop(campaign_id=flight.campaign_id, at=AT)

    assert "Payé par" not in hers.get("/neighbourhood/").text
