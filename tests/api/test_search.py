"""The search, kept searches and favourites, as programs ask for them."""

from django.utils import timezone

from saas.accounts.models import User
from tests.fixtures.people import Browse
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.lending.making import make_thing

JSON = "application/json"


def test_search_answers_by_room_with_counts(browse: Browse, owner: User, teammate: User) -> None:
    make_classified(owner, title="Vélo pliant", price_cents=18_000)
    make_thing(owner, at=timezone.now(), title="Remorque à vélo")

    found = browse(teammate).get("/api/v1/search/?q=velos").json()

    assert found["total"] == 2
    assert [group["kind"] for group in found["groups"]] == ["classifieds", "lending"]
    assert found["groups"][0]["results"][0]["price_cents"] == 18_000
    assert browse(teammate).get("/api/v1/search/?kind=nothing").status_code == 400


def test_searches_and_favourites_are_kept_and_let_go(browse: Browse, owner: User) -> None:
    client = browse(owner)
    answer = client.post("/api/v1/saved-searches/", {"q": "vélo"}, content_type=JSON)
    assert answer.status_code == 201
    url = f"/api/v1/saved-searches/{answer.json()['reference']}/"
    assert client.get(url).json() == []
    body = client.post(f"{url}rhythm/", {"rhythm": "never"}, content_type=JSON)
    assert body.json()["rhythm"] == "never"
    assert client.post(f"{url}forget/", content_type=JSON).status_code == 204
    assert client.get("/api/v1/saved-searches/").json() == []

    marked = {"reference": make_classified(owner).reference}
    assert client.post("/api/v1/favourites/", marked, content_type=JSON).status_code == 204
    (favourite,) = client.get("/api/v1/favourites/").json()
    assert favourite["reference"] == marked["reference"]
    assert client.post("/api/v1/favourites/unmark/", marked, content_type=JSON).status_code == 204
    assert client.get("/api/v1/favourites/").json() == []
