"""Classifieds in the API: permissions for reading and writing, and answers to invalid requests."""

import json
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.uploads.picture_forms import MOST_PICTURES
from tenants.community.classifieds.models import Classified, Picture
from tenants.community.members.queries.thanks import ThanksOn, thanks_on
from tenants.community.notifications.models import Notification
from tests.fixtures.people import Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture, upload

URL = "/api/v1/classifieds/"


def post(client: SpaceClient, url: str, data: object) -> Any:
    body = data if isinstance(data, bytes) else json.dumps(data)
    return client.post(url, body, content_type="application/json")


def payload(**changes: object) -> dict[str, object]:
    return {"kind": "give", "title": "Bocaux en verre", "place": "Hall B"} | changes


def test_request_without_token_gets_401(browse: Browse, owner: User) -> None:
    url = f"{URL}{make_classified(owner).reference}/"
    client = browse(None)
    for answer in (
        client.get(URL),
        client.get(url),
        post(client, URL, payload()),
        post(client, f"{url}close/", {"outcome": "here"}),
    ):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "detail"}


def test_a_member_lists_what_is_on_the_board(browse: Browse, owner: User, teammate: User) -> None:
    make_classified(owner)
    make_classified(owner, title="Lampe", kind="give", price_cents=None)
    client = browse(teammate)
    listed = client.get(URL, {"limit": 1}).json()
    assert (listed["count"], listed["previous"]) == (2, None)
    (row,) = listed["results"]
    assert row["title"] == "Lampe"
    assert row["price_cents"] is None
    assert row["author"] == {"reference": owner.reference, "name": "Nadia B.", "company": ""}
    assert owner.email not in json.dumps(listed)
    second = client.get(client.on(listed["next"])).json()
    assert second["results"][0]["title"] == "Vélo pliant 7 vitesses"


def test_the_filters_are_the_boards(browse: Browse, owner: User) -> None:
    make_classified(owner)
    make_classified(owner, title="Perceuse-visseuse", kind="give", price_cents=None)
    client = browse(owner)

    def titles(**filters: str | int) -> list[str]:
        return [row["title"] for row in client.get(URL, filters).json()["results"]]

    assert titles(q="perceuze") == ["Perceuse-visseuse"]
    make_classified(owner, title="Berceuse", kind="rent")
    assert titles(q="berceuse") == ["Berceuse"]
    assert titles(kind="sell") == ["Vélo pliant 7 vitesses"]
    assert titles(free="true") == ["Perceuse-visseuse"]
    assert titles(max_price_cents=17_999) == ["Perceuse-visseuse"]
    assert titles(photo="true") == []
    assert titles(sort="price")[0] == "Perceuse-visseuse"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", value) for value in ("32589158477190044730", "0", "51", "x")),
        *(("cursor", value) for value in ("32589158477190044730", "W3siZCI6MX1d:x:y")),
        *(("max_price_cents", value) for value in ("-1", "9" * 5_000)),
        *(("kind", value) for value in ("nothing", "\ud83d\x00")),
        *(("q", value) for value in ("\x00", "x" * 81)),
        *(("site", "99999999999999999999999"), ("sort", "sideways"), ("free", "maybe")),
    ],
)
def test_hostile_queries_fail_by_field(browse: Browse, owner: User, name: str, value: str) -> None:
    answer = browse(owner).get(URL, {name: value.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 400
    assert answer.json()["mistakes"][name]
    assert answer.json()["detail"] == answer.json()["mistakes"][name][0]


def test_a_member_reads_one_with_its_pictures(browse: Browse, owner: User, teammate: User) -> None:
    classified = make_classified(owner)
    make_picture(owner, classified)
    make_picture(owner, classified, state="waiting")
    read = browse(teammate).get(f"{URL}{classified.reference}/").json()
    assert read["description"] == "Révisé en octobre."
    assert (read["open"], read["outcome"]) == (True, "")
    (picture,) = read["pictures"]
    assert (picture["width"], picture["height"]) == (1200, 900)
    assert picture["url"].endswith("/1600.webp")


def test_a_member_posts_and_reads_back_what_was_posted(browse: Browse, owner: User) -> None:
    key = str(uuid.uuid4())
    first = post(browse(owner), URL, payload(key=key))
    again = post(browse(owner), URL, payload(key=key))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Classified.objects.get().author_id == owner.pk
    assert browse(owner).get(f"{URL}{first.json()['reference']}/").json() == first.json()


def test_a_refusal_of_the_board_is_a_refusal_here(browse: Browse, owner: User) -> None:
    answer = post(browse(owner), URL, payload(price_cents=500))
    assert answer.status_code == 422
    body = answer.json()
    assert (body["detail"], body["field"]) == ("Un don ou un troc n’a pas de prix.", "price_cents")
    assert post(browse(owner), URL, payload(site_id=2**61)).status_code == 422
    assert not Classified.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("title", value) for value in ("", "x" * 81, "a\x00b", ["a"])),
        *(("kind", value) for value in ("steal", {"a": 1})),
        *(("price_cents", value) for value in (-1, 10**40, 1.5)),
        *(("days", value) for value in (0, 91)),
        *(("place", None), ("site_id", 10**40), ("key", "no-uuid"), ("description", "x" * 2_001)),
    ],
)
def test_each_mistake_is_answered_at_its_field(
    browse: Browse, owner: User, field: str, value: object
) -> None:
    answer = post(browse(owner), URL, payload(**{field: value}))
    assert answer.status_code == 400
    assert answer.json()["mistakes"][field]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"9" * 6_000, b'{"title": NaN}'),
        *(b"[" * 60_000, b'{"a":' * 10_000, b'{"title": "' + b"x" * 70_000 + b'"}'),
        b'{"kind": "\\ud800", "title": "a", "place": "b"}',
        *(b'{"kind": "give", "title": "\\udfff", "place": "b"}', b'{"\\ud800": 1}'),
    ],
)
def test_invalid_json_is_answered_in_words(browse: Browse, owner: User, body: bytes) -> None:
    answer = post(browse(owner), URL, body)
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert not Classified.objects.exists()


def test_other_kinds_of_body_are_not_read(browse: Browse, owner: User) -> None:
    for content_type in ("text/plain", "multipart/form-data; boundary=x", "x"):
        answer = browse(owner).post(URL, b"{}", content_type=content_type)
        assert answer.status_code == 415, content_type


def test_a_body_is_utf_8_whatever_its_header_claims(browse: Browse, owner: User) -> None:
    body = json.dumps(payload(title="Élan"), ensure_ascii=False).encode()
    for charset in ("zlib", "utf-16", "nothing"):
        kind = f"application/json; charset={charset}"
        answer = browse(owner).generic("POST", URL, body, kind)
        assert (answer.status_code, answer.json()["title"]) == (201, "Élan")


def test_author_alone_closes_and_twice_is_once(browse: Browse, owner: User, teammate: User) -> None:
    classified = make_classified(owner)
    url = f"{URL}{classified.reference}/close/"
    refused = post(browse(teammate), url, {"outcome": "here"})
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("Seule la personne")
    assert post(browse(owner), url, {"outcome": "expired"}).status_code == 400
    classified.refresh_from_db()
    assert classified.closed_at is None
    closing = {"outcome": "here", "closed_with": teammate.reference}
    for _ in range(2):
        answer = post(browse(owner), url, closing)
        assert answer.status_code == 200
        assert (answer.json()["open"], answer.json()["outcome"]) == (False, "here")
    classified.refresh_from_db()
    assert classified.closed_with_id == teammate.pk
    assert browse(owner).get(URL).json()["count"] == 0, "it is read, but not listed"
    assert browse(owner).get(url.removesuffix("close/")).json()["outcome"] == "here"


def test_a_program_sends_the_token_of_its_session(browse: Browse, owner: User) -> None:
    client = browse(owner)
    client.handler.enforce_csrf_checks = True
    assert post(client, URL, payload()).status_code == 403
    assert not Classified.objects.exists()
    # Nor is a body read before, though it be of a kind that the address does not take.
    client.cookies[settings.CSRF_COOKIE_NAME] = 32 * "x"
    origin = {"origin": f"https://{client.host}"}
    url = f"{URL}PA-ZZZZZZ/pictures/"
    answer = client.post(url, "{}", content_type="application/json", headers=origin)
    assert answer.status_code == 403


def test_unknown_reference_is_404(browse: Browse, owner: User) -> None:
    for reference in ("PA-ZZZZZZ", "x", "%00", "PA-%ED%A0%80", "9" * 400):
        assert browse(owner).get(f"{URL}{reference}/").status_code == 404, reference


def test_author_edits_holds_frees_and_renews(browse: Browse, owner: User, teammate: User) -> None:
    keeper, other = browse(owner), browse(teammate)
    lamp = make_classified(owner, title="Lampe")
    make_picture(owner, classified=lamp)
    url = f"{URL}{lamp.reference}/"
    edited = post(keeper, f"{url}edit/", payload(title="Lampe de bureau")).json()
    assert (edited["title"], edited["kind"]) == ("Lampe de bureau", "give")
    assert len(edited["pictures"]) == 1
    assert post(other, f"{url}edit/", payload()).status_code == 403
    held = {"person": teammate.reference}
    assert post(other, f"{url}reserve/", held).status_code == 403
    assert post(keeper, f"{url}reserve/", {"person": "PE-ZZZZZZ"}).status_code == 400
    assert post(keeper, f"{url}reserve/", held).json()["reserved"] is True
    third = {"person": make_user("Ines").reference}
    assert post(keeper, f"{url}reserve/", third).status_code == 422
    assert post(other, f"{url}release/", {}).status_code == 403
    assert post(keeper, f"{url}release/", {}).json()["reserved"] is False
    notified = Notification.objects.filter(person=teammate).order_by("pk")
    assert [row.title.rpartition("\u00a0")[2] for row in notified] == [
        "» est gardée pour vous",
        "» n’est plus gardée pour vous",
    ]
    assert post(keeper, f"{url}renew/", {}).status_code == 422
    Classified.objects.update(expires_at=timezone.now())
    assert post(keeper, f"{url}renew/", {}).json()["open"] is True
    assert post(other, f"{url}renew/", {}).status_code == 403


def test_author_names_the_pictures_that_stay_in_their_order(browse: Browse, owner: User) -> None:
    lamp = make_classified(owner, title="Lampe")
    first, second, third, strange = (make_picture(owner, classified=lamp) for _ in range(4))
    Picture.objects.filter(pk=third.pk).update(state=Picture.State.WAITING)
    Picture.objects.filter(pk=strange.pk).update(classified=make_classified(owner, title="Chaise"))
    keeper, url = browse(owner), f"{URL}{lamp.reference}/edit/"
    refused = post(keeper, url, payload(pictures=[second.token, strange.token]))
    assert (refused.status_code, "pictures" in refused.text) == (400, True)
    both = post(keeper, url, payload(pictures=[second.token, first.token])).json()["pictures"]
    assert [one["token"] for one in both] == [second.token, first.token]
    post(keeper, url, payload(pictures=[first.token]))
    assert list(lamp.pictures.all()) == [first, third]


def test_author_adds_pictures_and_a_file_that_is_none_is_refused(
    browse: Browse, owner: User, teammate: User
) -> None:
    lamp = make_classified(owner, title="Lampe")
    url = f"{URL}{lamp.reference}/pictures/"
    keeper = browse(owner)
    assert browse(teammate).post(url, {"picture": upload()}).status_code == 403
    assert keeper.post(url, {"picture": ""}).status_code == 400
    assert post(keeper, url, {"picture": "a"}).status_code == 415
    for content in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x00\x00\x00\x18ftypqt  "):
        refused = keeper.post(url, {"picture": upload(content)})
        assert (refused.status_code, refused.json()["detail"] != "") == (422, True)
    assert not lamp.pictures.exists()
    for _ in range(2):
        sent = keeper.post(url, {"picture": upload()}, headers={"idempotency-key": "a"})
        assert sent.status_code == 201
    assert lamp.pictures.count() == 1
    for _ in range(MOST_PICTURES - 1):
        keeper.post(url, {"picture": upload()})
    assert keeper.post(url, {"picture": upload()}).status_code == 422
    assert [row.position for row in lamp.pictures.all()] == list(range(MOST_PICTURES))


def test_two_who_agreed_thank_each_other(browse: Browse, owner: User, teammate: User) -> None:
    lamp = make_classified(owner)
    url, taker = f"{URL}{lamp.reference}/", browse(teammate)
    assert post(taker, f"{url}thank/", {}).status_code == 403
    post(browse(owner), f"{url}close/", {"outcome": "here", "closed_with": teammate.reference})
    for _twice in range(2):
        assert post(taker, f"{url}thank/", {}).status_code == 204
    assert thanks_on("classified", lamp.reference, teammate) == ThanksOn(1, given=True)
    assert post(browse(make_user("Ines")), f"{url}thank/", {}).status_code == 403
