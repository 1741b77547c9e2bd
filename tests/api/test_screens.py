"""Screens and the shelf for programs: the same rules and sentences as on the pages."""

import json

import pytest

from saas.accounts.models import User
from tenants.community.kiosk.models import Screen
from tenants.community.mediastore.models import Borrowing, Waiting
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.kiosk.making import make_manager, paired
from tests.tenants.community.mediastore.making import make_medium

SCREENS, MEDIA = "/api/v1/screens/", "/api/v1/media/"


@pytest.fixture
def manager(in_north: None, going_on_from_at: None) -> User:
    return make_manager(AT)


def post(client: SpaceClient, url: str, **changes: object) -> tuple[int, dict[str, object]]:
    response = client.post(url, json.dumps(changes), content_type="application/json")
    return response.status_code, response.json() if response.content else {}


def test_manager_places_a_screen_and_lets_it_go(browse: Browse, manager: User) -> None:
    device, screen = paired(browse(), manager, AT)
    paired(browse(), manager, AT, name="Café")
    device.say("/screen/alive/", {"instance": "one", "slide": "house:house", "version": "7"})
    client, url = browse(manager), f"{SCREENS}{screen.reference}/"
    first = client.get(SCREENS, {"limit": 1}).json()
    rest = client.get(first["next"]).json()
    assert [row["name"] for row in first["results"] + rest["results"]] == ["Café", "Hall"]
    read = client.get(url)
    whole = read.json()
    assert (whole["alive"], whole["slide"], whole["mode"]) == (True, "house:house", "play")
    assert [one["kind"] for one in whole["plays"]] == ["house"]
    assert client.get(url, headers={"if-none-match": read["ETag"]}).status_code == 304
    code, body = post(client, f"{url}place/", name="Café")
    assert (code, "porte déjà ce nom" in str(body["detail"])) == (422, True)
    assert post(client, f"{url}place/", name="Quai", is_touched=True)[0] == 200
    assert post(client, f"{url}place/", name="Quai", turn="upside")[0] == 400
    assert Screen.objects.get(name="Quai").is_touched
    assert post(client, f"{url}unpair/")[0] == 204
    assert post(client, f"{url}unpair/")[0] == 404
    assert device.client.get("/screen/playlist/").status_code == 401


def test_member_borrows_gives_back_and_waits(browse: Browse, manager: User) -> None:
    lent = make_medium(manager, copies=1, title="Le meunier")
    make_medium(manager, title="Un autre")
    other, client = browse(make_user("Ana")), browse(make_user("Lou"))
    listed = client.get(MEDIA, {"q": "meunier"}).json()
    assert [row["free_copies"] for row in listed["results"]] == [1]
    url = f"{MEDIA}{lent.reference}/"
    for _time in range(2):
        code, mine = post(client, f"{url}borrow/")
        assert (code, mine["free_copies"], bool(mine["borrowed_until"])) == (200, 0, True)
    assert post(other, f"{url}borrow/")[1]["waiting"] is True
    assert post(client, f"{url}give-back/")[1]["borrowed_until"] is None
    assert other.get(url).json()["borrowed_until"]  # the next in the waiting list has it at once
    assert post(client, f"{url}borrow/")[1]["waiting_count"] == 1
    assert post(client, f"{url}stop-waiting/")[1]["waiting"] is False
    assert (Borrowing.objects.count(), Waiting.objects.count()) == (2, 0)
    unlent = client.get(MEDIA, {"q": "autre"}).json()["results"][0]
    code, body = post(client, f"{MEDIA}{unlent['reference']}/borrow/")
    assert (code, "rien à emprunter" in str(body["detail"])) == (422, True)


def test_mark_is_kept_of_what_one_may_open(browse: Browse, manager: User) -> None:
    lent, client = make_medium(manager, copies=1, pages=3), browse(make_user("Lou"))
    url = f"{MEDIA}{lent.reference}/"
    code, body = post(client, f"{url}mark/", number=2)
    assert (code, "Empruntez-le" in str(body["detail"])) == (422, True)
    post(client, f"{url}borrow/")
    assert post(client, f"{url}mark/", number=2, seconds=40)[0] == 200
    read = client.get(url).json()
    assert (read["reached"], read["reached_seconds"]) == (2, 40)
    assert browse(manager).get(url).json()["reached"] == 0
    here = make_medium(manager, access="on_site")
    assert post(client, f"{MEDIA}{here.reference}/mark/", number=1)[0] == 422
