"""Places around, their pages, and why a placement is shown."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules.shops import Opening
from saas.catalogue.placements.models import Campaign, Flight
from saas.kernel import schema
from tenants.community.neighbourhood.models import CouncilMonth
from tenants.community.neighbourhood.queries import slides
from tenants.community.neighbourhood.queries.gates import GateWithBreak
from tests.factories.billing import make_council
from tests.fixtures.people import AT, Browse, SameCost, SpaceClient
from tests.saas.catalogue.making import make_merchant, make_service, run_campaign

NEVER = [Opening(6, dt.time(0), dt.time(0, 1))]
ALL_DAY = [Opening(day, dt.time(0), dt.time(23, 59)) for day in range(7)]


def minutes_away(minutes: int) -> Decimal:
    """Return a latitude that many minutes north of the north's gate."""
    return (
        Decimal("47.390000")
        + Decimal(minutes) * 80 / Decimal("1.3") / 111_320
        - Decimal("0.000100")
    )


def shop(name: str, minutes: int = 2, **given: Any) -> Merchant:
    return make_merchant(name, latitude=round(minutes_away(minutes), 6), **given)


def test_merchants_and_services_stand_together_nearest_first(browse: Browse, owner: User) -> None:
    shop("Ti’Zeste", 9)
    shop("Maison Cazal", 3)
    make_service("Médiathèque", "mediatheque")
    page = browse(owner).get("/neighbourhood/").text

    names = ("Médiathèque", "Maison Cazal", "Ti’Zeste")
    places = [page.index(f">{name}</a>") for name in names]
    assert places == sorted(places)
    assert '<b class="nowrap">3\u00a0min</b> · Porte Sud' in page


def test_shop_beyond_fifteen_minutes_or_a_draft_is_not_around(browse: Browse, owner: User) -> None:
    shop("Tout juste", 15)
    shop("Trop loin", 16)
    shop("Pas encore", published=False)
    page = browse(owner).get("/neighbourhood/").text

    shown = [name in page for name in ("Tout juste", "Trop loin", "Pas encore")]
    assert shown == [True, False, False]


def test_each_space_looks_from_its_own_gate(browse: Browse, owner: User, stranger: User) -> None:
    shop("Maison Cazal", 3)

    assert "Maison Cazal" in browse(owner).get("/neighbourhood/").text
    there = browse(stranger, space="south").get("/neighbourhood/").text
    assert "Maison Cazal" not in there
    assert "Personne encore autour de vous" in there


def test_filters_leave_what_was_asked_for(hers: SpaceClient) -> None:
    shop("Maison Cazal", hours=ALL_DAY)
    shop("Cycles Bertoux", category="bikes", hours=NEVER)

    bikes = hers.get("/neighbourhood/?sort=bikes").text
    assert "Cycles Bertoux" in bikes
    assert "Maison Cazal" not in bikes
    for when in ("now", "break"):
        opened = hers.get(f"/neighbourhood/?when={when}").text
        assert "Maison Cazal" in opened
        assert "Cycles Bertoux" not in opened
    assert "<html" not in hers.get("/neighbourhood/", headers={"HX-Request": "true"}).text
    assert "Rien avec ces filtres" in hers.get("/neighbourhood/?sort=flowers").text


def test_a_merchant_s_page_says_when_and_how_far_from_each_gate(
    browse: Browse, owner: User, merchant: Merchant
) -> None:
    page = browse(owner).get(f"/neighbourhood/{merchant.slug}/").text

    assert "Du lundi au samedi" in page
    assert "Porte Sud" in page
    assert "3\u00a0min à pied" in page
    assert "compta@cazal.example" not in page
    assert "732829320" not in page


def test_a_service_has_a_page_of_the_same_kind(browse: Browse, owner: User) -> None:
    make_service()
    page = browse(owner).get("/neighbourhood/city/mediatheque/").text

    assert "Médiathèque" in page
    assert "min à pied" in page


def test_a_placement_is_marked_with_who_pays_and_why(
    browse: Browse, owner: User, stranger: User, flight: Flight, campaign: Campaign
) -> None:
    with schema.in_public():
        council = make_council("north")
    with schema.inside("north"):
        CouncilMonth.objects.create(
            month=timezone.localdate().replace(day=1),
            campaign_reference=campaign.reference,
            merchant_name="Maison Cazal",
            brought_cents=9000,
            by_council={council.reference: 4620, "CO-OTHER": 4380},
        )
    page = browse(owner).get("/neighbourhood/").text

    assert "Sponsorisé" in page
    assert "Payé par <b>Maison Cazal</b>" in page
    assert "46,20\u00a0€</b> à votre CSE (CSE north) ce mois-ci" in page
    assert f"/neighbourhood/why/{flight.reference}/" in page
    assert f'data-view-ref="{flight.reference}"' in page
    reason = f"/neighbourhood/why/{flight.reference}/"
    why = browse(owner).get(reason).text
    assert "Aucune donnée personnelle" in why
    assert "46,20\u00a0€" in why
    assert browse(stranger, space="south").get(reason).status_code == 404


def test_three_merchants_cost_what_one_costs(hers: SpaceClient, same_cost: SameCost) -> None:
    run_campaign(shop("Maison Cazal"), slots=["neighbourhood"], at=timezone.now())
    make_service()
    with same_cost(hers, "/neighbourhood/", most=14):
        for name in ("Ti’Zeste", "Cycles Bertoux"):
            run_campaign(shop(name), slots=["neighbourhood"], at=timezone.now())
            make_service(name, f"service-{len(name)}")


def test_screens_show_a_shop_in_the_break_of_the_site_beside_it(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop("Maison Cazal", hours=[Opening(day, dt.time(11), dt.time(14)) for day in range(7)])
    shop("Bar du soir", hours=[Opening(day, dt.time(19), dt.time(23)) for day in range(7)])
    south, north = (float(minutes_away(0)), 0.69), (float(minutes_away(2)), 0.69)
    gates = [
        GateWithBreak("Sud", south, dt.time(19), dt.time(20)),
        GateWithBreak("Nord", north, dt.time(12), dt.time(13)),
    ]
    monkeypatch.setattr(slides, "gates_here", lambda: gates)
    first = next(one for one in slides.slides(AT) if one.kind == "merchant")
    assert (first.title, timezone.localtime(first.ends_at).time()) == ("Maison Cazal", dt.time(13))
    assert "Bar du soir" not in {one.title for one in slides.slides(AT)}


def test_map_is_drawn_at_its_own_address(hers: SpaceClient) -> None:
    shop("Maison Cazal", 3, category="bakery")
    shop("Cycles Bertoux", 4, category="bikes")
    for page in ("/neighbourhood/?view=map&sort=bikes", "/search/?view=map&q=cycles"):
        shown = hers.get(page).text
        assert 'class="map"' in shown
        assert "Cycles Bertoux" in shown
        assert "Maison Cazal" not in shown
        assert 'class="lead"' not in shown.split("<main")[1]


def test_closed_week_of_a_shop_shows_on_the_list_and_on_its_page(hers: SpaceClient) -> None:
    shut = shop("Maison Cazal", hours=ALL_DAY)
    until = AT.date() + dt.timedelta(days=6)
    with schema.in_public():
        Merchant.objects.filter(pk=shut.pk).update(closed_from=AT.date(), closed_until=until)

    assert "Fermé pour congés, ouvre" in hers.get("/neighbourhood/").text
    page = hers.get(f"/neighbourhood/{shut.slug}/").text
    assert f"Fermé du {AT.date():%d/%m/%Y} au {until:%d/%m/%Y}" in page
