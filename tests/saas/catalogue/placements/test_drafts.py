"""The wizard: a draft written step by step, kept on the server, drawn up once."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from saas.catalogue.merchants.models import Merchant, SentPicture
from saas.catalogue.placements.actions import campaigns
from saas.catalogue.placements.actions import counts as places
from saas.catalogue.placements.models import Campaign, CampaignDraft, Flight, Slot, SpaceInventory
from saas.catalogue.placements.rules import drafts as rules
from saas.catalogue.placements.rules.campaigns import today
from tests.fixtures.people import Browse
from tests.saas.catalogue.making import draw_up, make_merchant, owner_of, photo, run_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("going_on_from_at")]

AD = {"headline": "Formule du midi", "text": "Sandwich, dessert", "offer": "8,90 €"}


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant(at=timezone.now())


@pytest.fixture
def desk(browse: Browse, merchant: Merchant) -> Any:
    return browse(owner_of(merchant), space="")


def days(first: int = 1, last: int = 7) -> dict[str, str]:
    day = today(timezone.now())
    return {
        "starts_on": (day + dt.timedelta(days=first)).isoformat(),
        "ends_on": (day + dt.timedelta(days=last)).isoformat(),
    }


def begin(desk: Any, goal: str = "known") -> str:
    answer = desk.post("/desk/campaigns/start/", {"goal": goal})
    assert answer.status_code == 303
    draft = CampaignDraft.objects.latest("pk")
    assert answer.url == f"/desk/campaigns/drafts/{draft.reference}/dates/"
    return f"/desk/campaigns/drafts/{draft.reference}/"


def test_wizard_leads_from_a_goal_to_the_payment(desk: Any) -> None:
    draft = begin(desk)
    assert desk.post(f"{draft}dates/", days()).url == f"{draft}where/"
    assert desk.post(f"{draft}where/", {"spaces": ["north"]}).url == f"{draft}slots/"
    page = desk.get(f"{draft}slots/").content.decode()
    assert "Fil d’accueil" in page
    assert "Toujours de la place" in page
    assert "42,00\u00a0€" in page
    chosen = {"slots": ["home_feed", "neighbourhood"]}
    assert desk.post(f"{draft}slots/", chosen).url == f"{draft}ad/"

    answer = desk.post(f"{draft}ad/", {**AD, "picture": photo()})
    campaign = Campaign.objects.get()
    assert (answer.status_code, answer.url) == (303, f"/desk/checkout/{campaign.reference}/")
    assert {flight.slot for flight in Flight.objects.all()} == {"home_feed", "neighbourhood"}
    assert campaign.picture.startswith("public/placements/")
    assert SentPicture.objects.get().campaign == campaign.reference
    assert "Payer" in desk.get(answer.url).content.decode()


def test_second_click_leads_to_the_same_campaign(desk: Any) -> None:
    draft = begin(desk)
    desk.post(f"{draft}dates/", days())
    desk.post(f"{draft}where/", {"spaces": ["north"]})
    first = desk.post(f"{draft}ad/", AD)
    assert desk.post(f"{draft}ad/", AD).url == first.url
    assert desk.post(draft).url == first.url
    assert desk.get(draft).url == first.url
    assert Campaign.objects.count() == 1


def test_draft_is_taken_up_on_another_device(desk: Any, browse: Browse, merchant: Merchant) -> None:
    draft = begin(desk)
    typed = {"headline": "Pain aux noix", "text": "x" * 300, "offer": ""}
    part = desk.post(f"{draft}ad/", typed, headers={"HX-Request": "true"})
    assert "Pain aux noix" in part.content.decode()
    assert "<html" not in part.content.decode()

    other = browse(owner_of(merchant), space="")
    assert "Pain aux noix" in other.get("/desk/").content.decode()
    assert 'value="Pain aux noix"' in other.get(f"{draft}ad/").content.decode()
    assert CampaignDraft.objects.get().text == "x" * 200
    assert not Campaign.objects.exists()


def test_wrong_answer_is_refused_beside_its_field_and_changes_nothing(desk: Any) -> None:
    draft = begin(desk)
    for step, typed in (
        ("dates", {"starts_on": "2020-01-01", "ends_on": "2020-01-02"}),
        ("dates", days(5, 2)),
        ("dates", days(1, 200)),
        ("where", {"spaces": ["south"]}),
        ("where", {}),
        ("slots", {"slots": ["gone"]}),
        ("ad", {"headline": ""}),
    ):
        assert desk.post(f"{draft}{step}/", typed).status_code == 422, (step, typed)
    draft_row = CampaignDraft.objects.get()
    assert rules.missing(draft_row) == ["dates", "where", "ad"]
    assert desk.get(f"{draft}nowhere/").status_code == 404


def test_capacity_is_shown_before_a_slot_is_chosen(desk: Any, merchant: Merchant) -> None:
    now = timezone.now()
    places.record_places(tenant_schema="north", screens=2, shelf_places=1, at=now)
    draft = begin(desk)
    desk.post(f"{draft}dates/", days(0, 6))
    desk.post(f"{draft}where/", {"spaces": ["north"]})
    page = desk.get(f"{draft}slots/").content.decode()
    assert "10 places libres" in page
    assert "1 place libre" in page

    run_campaign(make_merchant("Au Bon Thé", at=now), slots=[Slot.SHELF, Slot.KIOSK], at=now)
    page = desk.get(f"{draft}slots/").content.decode()
    assert "9 places libres" in page
    assert "est complète" in page
    assert "les prochaines dates libres" in page


def test_all_refusals_are_shown_on_the_draft_at_once(desk: Any, merchant: Merchant) -> None:
    now = timezone.now()
    places.record_places(tenant_schema="north", screens=1, shelf_places=1, at=now)
    run_campaign(make_merchant("Au Bon Thé", at=now), slots=[Slot.SHELF], at=now)
    draft = begin(desk)
    desk.post(f"{draft}where/", {"spaces": ["north"]})
    CampaignDraft.objects.update(slots=["shelf", "kiosk"], headline="Pain", **days(0, 6))
    SpaceInventory.objects.update(screens=0)
    page = desk.get(draft).content.decode()
    assert "est complète" in page
    assert "n’a pas d’écran allumé" in page
    refused = desk.post(draft)
    assert refused.status_code == 422
    assert not Campaign.objects.exclude(state="paid").exists()


def test_campaign_is_copied_in_one_click_at_its_next_dates(desk: Any, merchant: Merchant) -> None:
    now = timezone.now()
    former = run_campaign(merchant, at=now - dt.timedelta(days=30), headline="Menu du jour")
    answer = desk.post(f"/desk/campaigns/{former.reference}/again/")
    draft = CampaignDraft.objects.get()
    assert answer.url == f"/desk/campaigns/drafts/{draft.reference}/"
    assert rules.missing(draft) == []
    assert (draft.starts_on, draft.headline) == (today(now) + dt.timedelta(days=1), "Menu du jour")
    page = desk.get(answer.url).content.decode()
    assert "50,40\u00a0€" in page
    assert desk.post(answer.url).status_code == 303
    assert Campaign.objects.count() == 2


def test_copied_unpaid_campaign_is_replaced(desk: Any, merchant: Merchant) -> None:
    former = draw_up(merchant, at=timezone.now())
    desk.post(f"/desk/campaigns/{former.reference}/again/")
    desk.post(f"/desk/campaigns/drafts/{CampaignDraft.objects.get().reference}/")
    former.refresh_from_db()
    assert former.replaced_at is not None


def test_another_shop_finds_no_draft(desk: Any, browse: Browse) -> None:
    draft = begin(desk)
    other = browse(owner_of(make_merchant("Au Bon Thé", at=timezone.now())), space="")
    assert other.get(draft).status_code == 404
    assert other.get(f"{draft}ad/").status_code == 404
    assert other.post(f"{draft}drop/").status_code == 404
    assert desk.post(f"{draft}drop/").status_code == 303
    assert not CampaignDraft.objects.exists()


def test_oldest_draft_is_dropped_beyond_twenty(desk: Any) -> None:
    for _each in range(rules.MOST_DRAFTS + 2):
        begin(desk)
    assert CampaignDraft.objects.count() == rules.MOST_DRAFTS


def test_picture_that_cannot_be_rendered_leaves_its_draft(merchant: Merchant) -> None:
    now = timezone.now()
    CampaignDraft.objects.create(merchant=merchant, picture="bad", made_at=now, changed_at=now)
    campaigns.drop_picture(name="bad", at=now)
    assert CampaignDraft.objects.get().picture == ""


def test_running_campaign_is_extended_from_the_day_after_its_last(
    desk: Any, merchant: Merchant
) -> None:
    former = run_campaign(merchant, at=timezone.now())
    [flight] = former.flights.all()
    page = desk.get(f"/desk/campaigns/{former.reference}/").content.decode()
    assert "Prolonger cette campagne" in page
    desk.post(f"/desk/campaigns/{former.reference}/again/")
    draft = CampaignDraft.objects.latest("pk")
    assert draft.starts_on == flight.ends_on + dt.timedelta(days=1)
    assert draft.ends_on == flight.ends_on + dt.timedelta(days=7)
    assert (draft.spaces, draft.slots, draft.instead_of) == (["north"], ["home_feed"], "")


def test_slots_are_added_to_a_paid_campaign_for_its_days_left(
    desk: Any, merchant: Merchant
) -> None:
    now = timezone.now()
    former = run_campaign(merchant, at=now, headline="Menu du jour")
    [flight] = former.flights.all()
    address = f"/desk/campaigns/{former.reference}/"
    assert "Ajouter des emplacements" in desk.get(address).content.decode()
    answer = desk.post(f"{address}again/", {"more": "1"})
    draft = CampaignDraft.objects.latest("pk")
    assert answer.url == f"/desk/campaigns/drafts/{draft.reference}/slots/"
    tomorrow = today(now) + dt.timedelta(days=1)
    assert (draft.starts_on, draft.ends_on) == (max(tomorrow, flight.starts_on), flight.ends_on)
    assert (draft.spaces, draft.slots, draft.headline) == (["north"], [], "Menu du jour")
    assert rules.missing(draft) == ["slots"]
    assert "Déjà payés\u00a0: fil d’accueil" in desk.get(answer.url).content.decode()
    desk.post(answer.url, {"slots": ["neighbourhood"]})
    assert desk.post(f"/desk/campaigns/drafts/{draft.reference}/").status_code == 303
    former.refresh_from_db()
    assert (former.replaced_at, Campaign.objects.count()) == (None, 2)


def test_slots_are_not_added_after_the_last_day(desk: Any, merchant: Merchant) -> None:
    former = run_campaign(merchant, at=timezone.now() - dt.timedelta(days=30))
    address = f"/desk/campaigns/{former.reference}/"
    assert "Ajouter des emplacements" not in desk.get(address).content.decode()
    answer = desk.post(f"{address}again/", {"more": "1"}, follow=True)
    assert "plus de jour à venir" in answer.content.decode()
    assert not CampaignDraft.objects.exists()


def test_closed_days_stand_beside_the_dates(desk: Any, merchant: Merchant) -> None:
    shut = today(timezone.now()) + dt.timedelta(days=9)
    Merchant.objects.filter(pk=merchant.pk).update(
        closed_from=shut, closed_until=shut, open_on_holidays=True
    )
    page = desk.get(f"{begin(desk)}dates/").content.decode()
    assert f"ni montrés ni comptés\u00a0: {shut:%d/%m/%Y}" in page
