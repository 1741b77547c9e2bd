"""The merchant's desk: the first page, the shop's page, pictures."""

from decimal import Decimal
from typing import Any

import pytest

from saas.accounts.models import User
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.models import Merchant, SentPicture
from saas.catalogue.merchants.queries import shops as queries
from saas.kernel.uploads import pictures
from tests.fixtures.people import Browse, make_user
from tests.saas.catalogue.making import described, make_merchant, owner_of, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user("Yves", email="yves@cazal.example")


@pytest.fixture
def desk(browse: Browse, person: User) -> Any:
    return browse(person, space="")


def typed(**given: Any) -> dict[str, Any]:
    hours = {"opens_0": "07:00", "closes_0": "12:30"}
    again = {"opens_again_0": "15:30", "closes_again_0": "19:00"}
    return described(siren="732 829 320")._asdict() | hours | again | given


def test_a_new_desk_begins_with_the_shop(desk: Any) -> None:
    page = desk.get("/desk/").content.decode()

    assert "Décrivez votre commerce" in page
    assert "/desk/page/" in page


def test_a_page_is_described_and_published_in_one_step(desk: Any) -> None:
    answer = desk.post("/desk/page/", typed(publish="1", picture=photo()))
    merchant = Merchant.objects.prefetch_related("hours").get()

    assert (answer.status_code, answer.url) == (303, "/desk/")
    assert merchant.state == Merchant.State.WAITING
    assert "au plus tard le" in desk.get("/desk/page/").content.decode()
    assert merchant.siren == "732829320"
    assert len(merchant.hours.all()) == 2


def test_the_same_hours_every_day_are_typed_once(desk: Any) -> None:
    desk.post("/desk/page/", typed(same_every_day="on"))
    merchant = Merchant.objects.prefetch_related("hours").get()

    assert len(merchant.hours.all()) == 14
    assert merchant.state == Merchant.State.DRAFT


def test_an_overlap_says_which_and_keeps_what_was_typed(desk: Any) -> None:
    answer = desk.post("/desk/page/", typed(opens_again_0="12:00"))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "chevauche" in page
    assert 'value="3 rue des Bateliers"' in page
    assert not Merchant.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("closes_0", ""), ("siren", "732829321")], ids=["half an opening", "siren"]
)
def test_mistake_stands_beside_its_field(desk: Any, field: str, value: str) -> None:
    answer = desk.post("/desk/page/", typed(**{field: value}))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_missing_answers_are_named(desk: Any) -> None:
    page = desk.post("/desk/page/", typed(name="", latitude="")).content.decode()

    assert "Répondez à «\u00a0Nom du commerce\u00a0»." in page
    assert "Cliquez sur le plan, ou collez ici les coordonnées de votre porte." in page


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("47,391500", " 0,69 "), ("47.391500, 0.690000", "")]
)
def test_coordinates_are_pasted_as_maps_give_them(desk: Any, latitude: str, longitude: str) -> None:
    desk.post("/desk/page/", typed(latitude=latitude, longitude=longitude))
    merchant = Merchant.objects.get()

    assert (merchant.latitude, merchant.longitude) == (Decimal("47.3915"), Decimal("0.69"))


def test_the_page_shows_what_was_kept_and_its_picture_is_handed_out_to_anybody(
    desk: Any, browse: Browse
) -> None:
    desk.post("/desk/page/", typed(picture=photo()))
    page = desk.get("/desk/page/").content.decode()
    assert 'value="07:00"' in page
    assert "Pas encore publiée" in page
    assert "/desk/pictures/merchants/" in page
    tasks.draw_picture.run(SentPicture.objects.get().pk)
    name = pictures.name_at(Merchant.objects.get().picture, 480)
    answer = browse(space="").get(f"/desk/{name.replace('public', 'pictures', 1)}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert "immutable" in answer["Cache-Control"]
    answer.close()
    for unknown in ("merchants/aaaaaaaaaaaaaaaaaaaaaaaa", "merchants/x", "classifieds/.."):
        assert browse(space="").get(f"/desk/pictures/{unknown}-480.webp").status_code == 404


def test_a_merchant_changes_their_own_page_only(desk: Any) -> None:
    other = make_merchant("Ti’Zeste")
    desk.post("/desk/page/", typed(name="Autre"))

    other.refresh_from_db()
    assert other.name == "Ti’Zeste"
    assert owner_of(other).email != "yves@cazal.example"


@pytest.mark.parametrize(
    ("latitude", "sites"),
    [
        pytest.param("47.391500", 1, id="in reach of one"),
        pytest.param("47.430000", 2, id="in reach of none: those around"),
        pytest.param("48.500000", 0, id="far from all: no plan"),
    ],
)
def test_the_plan_shows_the_sites_that_can_be_walked_to(latitude: str, sites: int) -> None:
    plan = queries.plan_for(make_merchant(latitude=Decimal(latitude)))

    assert (len(plan.spots) if plan else 0) == sites


def test_siren_of_shop_is_labelled_required_in_france(desk: Any) -> None:
    page = " ".join(desk.get("/desk/page/").content.decode().split())

    label = page.split('<label for="id_siren">')[1].split("</label>")[0]
    assert "obligatoire pour une entreprise française" in label
    assert "facultatif" not in label
    assert "Écrivez le numéro SIREN" in desk.post("/desk/page/", typed(siren="")).content.decode()


def test_typed_hours_win_over_days_and_are_shown_again(desk: Any) -> None:
    desk.post("/desk/page/", typed(hours="mar–dim 18h–2h"))
    merchant = Merchant.objects.prefetch_related("hours").get()
    assert len(merchant.hours.all()) == 6

    shown = desk.get("/desk/page/").content.decode()
    assert "mar–dim 18" in shown
    wrong = desk.post("/desk/page/", typed(hours="mar 18h"))
    assert wrong.status_code == 422
    assert "jusqu’à quelle heure" in wrong.content.decode()


def test_week_of_typed_hours_is_shown_while_they_are_typed(desk: Any) -> None:
    assert "Lundi" in desk.get("/desk/page/hours/", {"hours": "lun 8h-9h"}).content.decode()
    assert "blabla" in desk.get("/desk/page/hours/", {"hours": "lun blabla"}).content.decode()
