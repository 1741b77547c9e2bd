"""Campaigns at the merchant's desk."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import counts as actions
from saas.catalogue.placements.models import Campaign, CampaignDeparture, Flight, Refusal
from saas.catalogue.placements.queries import figures
from saas.catalogue.placements.rules.campaigns import Timing, Total, today
from saas.catalogue.placements.rules.places import PlayTotal
from tenants.spaces.models import Tenant
from tests.fixtures.people import Browse, Count
from tests.saas.catalogue.making import draw_up, make_merchant, owner_of, photo, run_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("going_on_from_at")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant(at=timezone.now())


@pytest.fixture
def desk(browse: Browse, merchant: Merchant) -> Any:
    return browse(owner_of(merchant), space="")


def typed(**given: Any) -> dict[str, Any]:
    day = today(timezone.now())
    return {
        "spaces": ["north"],
        "slots": ["home_feed"],
        "starts_on": day.isoformat(),
        "ends_on": (day + dt.timedelta(days=6)).isoformat(),
        "headline": "Formule du midi",
        "text": "Sandwich, dessert, boisson",
        "offer": "8,90 €",
        **given,
    }


def test_the_wizard_shows_spaces_around_with_rounded_people(desk: Any) -> None:
    answer = desk.get("/desk/campaigns/new/").content.decode()

    assert "Espace north" in answer
    assert "environ 450 membres actifs (effectif déclaré environ 450)" in answer
    assert "430" not in answer
    assert "Espace south" not in answer


def test_a_campaign_is_drawn_up_and_leads_to_its_payment(desk: Any) -> None:
    answer = desk.post("/desk/campaigns/new/", typed(picture=photo()))
    campaign = Campaign.objects.get()

    assert (answer.status_code, answer.url) == (303, f"/desk/checkout/{campaign.reference}/")
    assert campaign.picture.startswith("public/placements/")
    assert "Payer 50,40\u00a0€" in desk.get(answer.url).content.decode()
    shown = desk.get(f"/desk/campaigns/{campaign.reference}/").content.decode()
    assert f'href="{answer.url}"' in shown
    assert "Payer" not in shown
    assert "À payer" in shown
    assert "Sponsorisé" in shown


def test_form_error_stands_beside_its_field_and_keeps_the_rest(desk: Any) -> None:
    answer = desk.post("/desk/campaigns/new/", typed(ends_on="2020-01-01"))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert 'id="id_ends_on_error"' in page
    assert 'value="Formule du midi"' in page


def test_the_price_is_shown_line_by_line_before_anything_is_saved(desk: Any) -> None:
    answer = desk.post("/desk/campaigns/price/", typed(), headers={"HX-Request": "true"})
    part = answer.content.decode()

    assert answer.status_code == 200
    assert "<html" not in part
    for amount in ("6,00", "42,00", "8,40", "50,40"):
        assert f"{amount}\u00a0€" in part
    assert "Formule du midi" in part
    assert not Campaign.objects.exists()
    waiting = desk.post("/desk/campaigns/price/", {"headline": "x"})
    assert waiting.status_code == 200
    assert "le prix s’affiche ici" in waiting.content.decode()


def test_without_published_page_the_wizard_leads_to_it_and_far_away_says_so(browse: Browse) -> None:
    draft = make_merchant(published=False)
    answer = browse(owner_of(draft), space="").get("/desk/campaigns/new/")
    assert (answer.status_code, answer["Location"]) == (303, "/desk/page/")
    far = make_merchant(latitude=Decimal("48.500000"))
    answer = browse(owner_of(far), space="").get("/desk/campaigns/new/")
    assert "Aucun espace à votre portée" in answer.content.decode()


def test_a_draft_that_is_too_late_is_taken_up_again(desk: Any, merchant: Merchant) -> None:
    campaign = draw_up(merchant, at=timezone.now() - dt.timedelta(days=2))
    page = desk.get(f"/desk/campaigns/{campaign.reference}/").content.decode()

    assert "Payer" not in page
    assert "Le premier jour est passé" in page
    again = desk.get(f"/desk/campaigns/new/?from={campaign.reference}").content.decode()
    assert 'value="Formule du midi"' in again


def test_report_shows_views_and_clicks_and_no_small_count(desk: Any, merchant: Merchant) -> None:
    now = timezone.now()
    campaign = run_campaign(merchant, at=now)
    flight = Flight.objects.get(campaign=campaign)
    totals = [Total(flight.reference, today(now), 1_234, 4)]
    actions.record_counts(tenant_schema="north", totals=totals, at=now)
    page = desk.get(f"/desk/campaigns/{campaign.reference}/").content.decode()
    assert ">1\u202f234<" in page
    assert "moins de 5" in page
    assert ">1\u202f238<" not in page
    assert "Payer" not in page
    assert "Voir la commande" in page
    assert "À payer" not in page
    assert "Espace north · fil d’accueil" in page


def test_desk_says_what_waits_then_figures_then_campaigns(desk: Any, merchant: Merchant) -> None:
    run_campaign(merchant, headline="Menu du jour", at=timezone.now())
    draw_up(merchant, headline="Formule du soir", at=timezone.now())
    page = desk.get("/desk/").content.decode()

    assert page.index("Ce qui vous attend") < page.index("Vos campagnes en cours")
    assert "Formule du soir\u00a0» attend son paiement" in page
    assert page.index("Vos campagnes en cours") < page.index("Menu du jour")


def test_campaign_of_a_closed_space_is_interrupted(desk: Any, merchant: Merchant) -> None:
    campaign = run_campaign(merchant, at=timezone.now())
    Tenant.objects.update(state=Tenant.State.SUSPENDED, closed_at=timezone.now())
    for url in ("/desk/", f"/desk/campaigns/{campaign.reference}/"):
        page = desk.get(url).content.decode()
        assert "les jours perdus vous sont rendus" in page
        assert "Interrompue" in page
        assert "En cours" not in page
    named = {"tenant": Tenant.objects.get(schema_name="north")}
    refusal = Refusal.objects.create(**named, category="bakery", reason="Non", since=timezone.now())
    CampaignDeparture.objects.create(
        **named, campaign=campaign, refusal=refusal, left_at=timezone.now()
    )
    page = desk.get(url).content.decode()
    assert "l’espace est fermé" not in page  # its days have gone back, it does not return


@pytest.mark.parametrize(
    ("rhythm", "days_ago", "ends"), [("once", 6, True), ("monthly", 28, False)]
)
def test_only_a_campaign_that_is_not_renewed_ends_soon(
    desk: Any, merchant: Merchant, rhythm: str, days_ago: int, *, ends: bool
) -> None:
    then = timezone.now() - dt.timedelta(days=days_ago)
    run_campaign(merchant, timing=Timing(rhythm), at=then)
    assert ("se termine bientôt" in desk.get("/desk/").content.decode()) is ends


def test_campaigns_cost_what_one_costs(desk: Any, merchant: Merchant, count_queries: Count) -> None:
    run_campaign(merchant, at=timezone.now())
    counts = {url: count_queries(desk, url) for url in ("/desk/", "/desk/campaigns/")}
    for _each in range(2):
        run_campaign(merchant, slots=["home_feed", "neighbourhood"], at=timezone.now())

    for url, with_one in counts.items():
        assert len(count_queries(desk, url)) == len(with_one) <= 13


def test_all_figures_are_in_a_file_and_the_page_says_where_it_ends(
    desk: Any, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    actions.record_places(tenant_schema="north", screens=1, at=now)
    campaign = run_campaign(merchant, slots=["home_feed", "kiosk"], at=now)
    flights = {flight.slot: flight.reference for flight in Flight.objects.all()}
    days = [today(now) + dt.timedelta(days=number) for number in range(3)]
    totals = [Total(flights["home_feed"], day, 41, 3) for day in days]
    played = [PlayTotal(flights["kiosk"], days[0], "EC-1", "=Hall", 7, 70)]
    actions.record_counts(tenant_schema="north", totals=totals, at=now)
    actions.record_plays(tenant_schema="north", totals=played, at=now)
    address = f"/desk/campaigns/{campaign.reference}/"
    assert f'href="{address}sheet/"' in desk.get(address).content.decode()
    assert "dernières lignes" not in desk.get(address).content.decode()
    monkeypatch.setattr(figures, "MOST_LISTED", 2)
    assert "les 2 dernières lignes" in desk.get(address).content.decode()
    sheet = b"".join(desk.get(f"{address}sheet/")).decode().splitlines()
    assert len(sheet) == 1 + 3 + 1
    assert sheet[1].endswith("Espace north;fil d’accueil;;41;moins de 5;;;;")
    assert sheet[4].endswith("Espace north;écrans du hall;'=Hall;;;;;7;70")


def test_ad_begun_again_is_previewed_with_its_photo(desk: Any, merchant: Merchant) -> None:
    desk.post("/desk/campaigns/new/", typed(picture=photo()))
    former = Campaign.objects.get()
    stem = former.picture.rpartition("/")[2].removesuffix(".webp")
    again = {"from": former.reference}
    assert desk.get("/desk/campaigns/new/", again).content.decode().count(stem) > 1
    for keeps in (True, False):
        given = typed(**again, **({"keep_picture": former.reference} if keeps else {}))
        assert (stem in desk.post("/desk/campaigns/price/", given).content.decode()) is keeps
        desk.post("/desk/campaigns/new/", given)
        assert Campaign.objects.latest("pk").picture == (former.picture if keeps else "")


def test_shop_that_was_taken_down_reads_so_on_its_desk(desk: Any, merchant: Merchant) -> None:
    draft = draw_up(merchant, at=timezone.now())
    Merchant.objects.update(state=Merchant.State.BLOCKED)
    assert desk.get("/desk/campaigns/new/").status_code == 303
    for url in ("/desk/page/", "/desk/", f"/desk/campaigns/{draft.reference}/"):
        page = desk.get(url).content.decode()
        assert "bloquée par Troovon" in page
        assert "Publiez d’abord" not in page


@pytest.mark.parametrize(("field", "words"), [("spaces", "espaces"), ("slots", "emplacements")])
def test_choice_no_longer_sold_is_refused_in_words(desk: Any, field: str, words: str) -> None:
    answer = desk.post("/desk/campaigns/new/", typed(**{field: ["gone"]}))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert f"Un des {words} choisis n’est plus proposé" in page
    assert "gone n’en fait pas partie" not in page


def test_desk_names_the_address_of_the_seller(desk: Any) -> None:
    assert 'href="mailto:factures@troovon.example"' in desk.get("/desk/").content.decode()
