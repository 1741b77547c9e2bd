"""The board's pages: visibility for each reader, and the effect of each click."""

import html
import re
import uuid

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.classifieds import actions
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.classifieds.queries import pictures as queries
from tenants.spaces import spots
from tests.fixtures.people import DAY, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.classifieds.making import (
    make_classified,
    make_picture,
    picture_bytes,
    upload,
)


def form_data(**changes: object) -> dict[str, object]:
    """A browser's entries for a complete form."""
    usual: dict[str, object] = {
        "kind": "sell",
        "title": "Lampe d’architecte",
        "description": "",
        "price_cents": "12,5",
        "price_unit": "whole",
        "spot": f"site:{spots.sites()[0].pk}",
        "place": "",
        "days": "60",
        "key": str(uuid.uuid4()),
    }
    return usual | changes


def test_three_cost_what_one_costs_on_the_board_and_beside_a_classified(
    his: SpaceClient, same_cost: SameCost, owner: User
) -> None:
    classified = make_classified(owner)
    make_picture(owner, classified)
    page = same_cost(his, classified.get_absolute_url(), most=11)
    with page, same_cost(his, "/classifieds/", most=9):
        for name in ("Ines", "Hugo"):
            author = make_user(name)
            make_picture(author, make_classified(author))
            make_picture(owner, classified, position=1)


def test_filters_stand_in_the_address_and_nonsense_is_left_out(
    hers: SpaceClient, owner: User
) -> None:
    make_classified(owner)
    fitting = hers.get("/classifieds/?kind=sell&max=200&q=velo&sort=price").text
    assert "1 annonce pour «\u00a0velo\u00a0»" in fitting
    assert "0 annonce pour «\u00a0tondeuse\u00a0»" in hers.get("/classifieds/?q=tondeuse").text
    for odd in (
        "kind=nothing&site=x&max=abc&page=-3&sort=sideways",
        "page=32589158477190044730&site=99999999999999999999999",
        "q=%07&kind=%0B",
        f"q={'x' * 500}",
        "max=-1&free=maybe&page=1e9",
    ):
        assert hers.get(f"/classifieds/?{odd}").status_code == 200


def test_htmx_gets_the_list_and_the_count_only(hers: SpaceClient) -> None:
    response = hers.get("/classifieds/", headers={"HX-Request": "true"})
    assert "<h1" not in response.text
    assert 'hx-swap-oob="innerHTML:#count"' in response.text
    assert "HX-Request" in response["Vary"]


def test_empty_board_offers_to_widen_and_to_ask(browse: Browse, owner: User) -> None:
    make_classified(owner)
    client, wanted = browse(owner), "/classifieds/new/?kind=wanted&amp;title=velo"
    text = client.get("/classifieds/?q=velo&kind=swap").text
    assert "Toutes les catégories" in text
    assert wanted in text
    form = client.get(html.unescape(wanted)).text
    assert re.search(r'name="title"[^>]*value="velo"|value="velo"[^>]*name="title"', form)
    assert re.search(r'value="wanted"[^>]*checked', form)


def test_posting_leads_to_the_page_and_a_double_click_posts_once(hers: SpaceClient) -> None:
    form = form_data()
    for _click in range(2):
        response = hers.post("/classifieds/new/", form | {"pictures": [upload(), upload()]})
        classified = Classified.objects.get()
        assert response.status_code == 303
        assert response["Location"] == classified.get_absolute_url()
    assert classified.price_cents == 1_250
    assert classified.place == spots.sites()[0].name
    assert len(queries.pictures_of(classified)) == 2


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12,5", 1_250), ("12.50", 1_250), ("1 200", 120_000), ("1 200 €", 120_000)],
)
def test_a_price_is_read_as_people_type_it(hers: SpaceClient, typed: str, cents: int) -> None:
    hers.post("/classifieds/new/", form_data(price_cents=typed))
    assert Classified.objects.get().price_cents == cents


def test_missing_field_is_named_and_the_rest_stays_typed(browse: Browse, owner: User) -> None:
    form = form_data(title="", price_cents="trente-cinq", description="Peu servi")
    text = browse(owner).refused("/classifieds/new/", form)
    assert re.search(r"<title>\s*Erreur", text)
    assert "Donnez un titre à votre annonce." in text
    assert "«\u00a0Prix\u00a0» attend un montant, par exemple 12,50." in text
    assert "trente-cinq" in text
    assert "Peu servi" in text
    assert not Classified.objects.exists()


def test_pictures_survive_an_error_and_are_posted_with_the_next_try(hers: SpaceClient) -> None:
    failed = hers.post("/classifieds/new/", form_data(title="", pictures=[upload(), upload()]))
    text = failed.text
    assert "Vos 2 photos sont gardées." in text
    picture_ids = re.findall(r'name="keep_pictures"\s+value="([^"]+)"', text)
    assert len(picture_ids) == 2
    hers.post("/classifieds/new/", form_data(keep_pictures=picture_ids[:1]))
    assert len(queries.pictures_of(Classified.objects.get())) == 1
    assert Picture.objects.filter(classified=None).count() == 1


@pytest.mark.parametrize(
    ("files", "words", "stored"),
    [
        pytest.param([None, b"<svg></svg>"], "velo2.jpg", 1, id="one is none"),
        pytest.param([picture_bytes(size=(20, 20))] * 7, "6 photos au plus", 6, id="too many"),
    ],
)
def test_pictures_beside_a_refused_one_are_kept(
    browse: Browse, owner: User, files: list[bytes | None], words: str, stored: int
) -> None:
    uploads = [upload(file, name=f"velo{number}.jpg") for number, file in enumerate(files, 1)]
    text = browse(owner).post("/classifieds/new/", form_data(pictures=uploads)).text
    assert words in text
    assert (f"Vos {stored} photos" if stored > 1 else "Votre photo est gardée.") in text
    assert Picture.objects.filter(classified=None).count() == stored
    assert not Classified.objects.exists()


def test_signed_pictures_of_others_and_forged_ones_are_left_out(
    browse: Browse, owner: User, teammate: User
) -> None:
    failed = browse(owner).post("/classifieds/new/", form_data(title="", pictures=[upload()]))
    theirs = re.findall(r'name="keep_pictures"\s+value="([^"]+)"', failed.text)
    browse(teammate).post("/classifieds/new/", form_data(keep_pictures=[*theirs, "1", "x:y:z"]))
    assert queries.pictures_of(Classified.objects.get()) == []


def test_a_place_of_ones_own_is_needed_where_none_was_chosen(hers: SpaceClient) -> None:
    text = hers.post("/classifieds/new/", form_data(spot="elsewhere")).text
    assert "Dites où vous voir." in text
    hers.post("/classifieds/new/", form_data(spot="elsewhere", place="Hall B"))
    assert (Classified.objects.get().place, Classified.objects.get().site_id) == ("Hall B", None)


def test_a_colleague_sees_how_to_write_and_the_author_how_to_look_after_it(
    browse: Browse, owner: User, teammate: User
) -> None:
    classified = make_classified(owner)
    make_picture(owner, classified)
    make_picture(owner, classified, state="waiting")
    theirs = browse(teammate).get(classified.get_absolute_url()).text
    assert "Écrire à Nadia" in theirs
    assert f"/messages/begin/classified/{classified.reference}/" in theirs
    assert owner.email not in theirs
    assert "Clore l’annonce" not in theirs
    assert "se préparent" not in theirs
    own = browse(owner).get(classified.get_absolute_url()).text
    assert "Clore l’annonce" in own
    assert "Vos photos se préparent" in own
    assert "Votre message" not in own


def test_closing_from_a_conversation_names_the_colleague_and_the_page_stays(
    hers: SpaceClient, his: SpaceClient, owner: User, teammate: User
) -> None:
    classified = make_classified(owner)
    url = f"{classified.get_absolute_url()}close/"
    assert "Avec Karim L." in hers.get(f"{url}?with={teammate.reference}").text
    assert "Dites comment cela s’est terminé." in hers.refused(url, {})
    answer = hers.post(url, {"outcome": "here", "closed_with": teammate.reference})
    assert answer.status_code == 303
    classified.refresh_from_db()
    assert classified.closed_with_id == teammate.pk
    page = his.get(classified.get_absolute_url()).text
    assert "Vendu" in page
    assert "Votre message" not in page


def test_heading_of_a_classified_begins_with_its_kind(browse: Browse, owner: User) -> None:
    bike = make_classified(owner, title="Vélo pliant")
    page = browse(owner).get(bike.get_absolute_url()).text
    heading = re.search(r"<h1>(.*?)</h1>", page)
    assert heading
    assert re.sub(r"<[^>]*>", "", heading[1]) == "À vendre\u00a0: Vélo pliant"
    assert re.search(r"<title>\s*À vendre\u00a0: Vélo pliant", page)


def test_editing_keeps_pictures_and_fills_in_the_stored_values(browse: Browse, owner: User) -> None:
    classified = make_classified(owner, place="Hall B", price_cents=1_205)
    make_picture(owner, classified)
    client = browse(owner)
    page = client.get(f"{classified.get_absolute_url()}edit/").text
    assert "12,05" in page
    assert "Hall B" in page
    picture_ids = re.findall(r'name="keep_pictures"\s+value="([^"]+)"', page)
    answer = client.post(
        f"{classified.get_absolute_url()}edit/",
        form_data(title="Lampe", keep_pictures=picture_ids, spot="elsewhere", place="Hall B"),
    )
    assert answer.status_code == 303
    classified.refresh_from_db()
    assert (classified.title, classified.place) == ("Lampe", "Hall B")
    assert len(queries.pictures_of(classified)) == 1


def test_renewing_from_the_page(browse: Browse, owner: User) -> None:
    now = timezone.now()
    classified = make_classified(owner, at=now - 55 * DAY)
    url = classified.get_absolute_url()
    assert "Garder un mois de plus" in browse(owner).get(url).text
    answer = browse(owner).post(f"{url}renew/")
    assert (answer.status_code, answer["Location"]) == (303, url)
    classified.refresh_from_db()
    assert classified.expires_at > now + 30 * DAY
    browse(owner).refused(f"{url}renew/")


def test_own_classifieds_list_open_and_ended_apart(browse: Browse, owner: User) -> None:
    make_classified(owner, title="Encore là")
    gone = make_classified(owner, title="Déjà parti")
    actions.close(classified=gone, outcome="here", by=owner, at=timezone.now())
    text = browse(owner).get("/classifieds/mine/").text
    assert text.index("En ligne") < text.index("Encore là") < text.index("Terminées")
    assert text.index("Terminées") < text.index("Déjà parti")
