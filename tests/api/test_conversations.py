"""Conversations in the API: both parties read, write and agree; other members have no access."""

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.classifieds.models import Classified
from tenants.community.conversations.models import Message, Picture
from tests.api.test_classifieds import post
from tests.api.test_programs import ask, token_of
from tests.fixtures.people import Browse, Count, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, picture_bytes, upload

URL = "/api/v1/conversations/"
MEETINGS = "/api/v1/meetings/"
TOMORROW = {"time": "12:30"}


@pytest.fixture
def bike(owner: User) -> Classified:
    return make_classified(owner)


def begun(client: SpaceClient, thing: Classified, **more: object) -> Any:
    about = {"subject_kind": "classified", "subject_reference": thing.reference}
    return post(client, URL, {**about, "text": "Bonjour", **more})


def test_two_write_read_and_mark_read(
    browse: Browse, owner: User, teammate: User, bike: Classified
) -> None:
    asker, keeper = browse(teammate), browse(owner)
    first = begun(asker, bike)
    assert first.status_code == 201, first.content
    url = f"{URL}{first.json()['reference']}/"
    assert begun(asker, bike, text="Encore").json()["reference"] == first.json()["reference"]
    (row,) = keeper.get(URL).json()["results"]
    assert (row["unread"], row["own"], row["last_words"]) == (2, True, "Encore")
    assert row["other"]["reference"] == teammate.reference
    assert teammate.email not in json.dumps(row)
    listed = keeper.get(f"{url}messages/", {"limit": 1}).json()
    assert [one["text"] for one in listed["results"]] == ["Encore"]
    (earlier,) = keeper.get(keeper.on(listed["next"])).json()["results"]
    assert earlier["text"] == "Bonjour"
    until = Message.objects.order_by("sent_at")[0].sent_at.isoformat()
    assert post(keeper, f"{url}read/", {"until": until}).json()["unread"] == 1
    assert post(keeper, f"{url}read/", {}).json()["unread"] == 0
    far = (timezone.now() + dt.timedelta(days=9)).isoformat()
    post(keeper, f"{url}read/", {"until": far})
    answered = post(keeper, f"{url}messages/", {"text": "Oui"})
    assert (answered.status_code, answered.json()["mine"]) == (201, True)
    post(asker, f"{url}messages/", {"text": "Merci"})
    assert keeper.get(url).json()["unread"] == 1


def test_moment_is_proposed_countered_accepted_and_called_off(
    browse: Browse, owner: User, teammate: User, bike: Classified
) -> None:
    asker, keeper = browse(teammate), browse(owner)
    made = begun(asker, bike, meeting=TOMORROW).json()
    (meeting,) = made["meetings"]
    assert (meeting["state"], meeting["mine"]) == ("proposed", True)
    url = f"{URL}{made['reference']}/"
    assert post(asker, f"{url}accept/", {}).status_code == 422
    (counter,) = post(keeper, f"{url}propose/", {"time": "13:00"}).json()["meetings"]
    assert counter["mine"] is True
    assert post(keeper, f"{url}accept/", {}).status_code == 422
    assert post(asker, f"{url}accept/", {}).json()["meetings"][0]["state"] == "accepted"
    assert asker.get(MEETINGS).json()["results"][0]["conversation"] == made["reference"]
    assert keeper.get(f"/api/v1/classifieds/{bike.reference}/").json()["reserved"] is True
    assert post(keeper, f"{url}cancel/", {}).json()["meetings"] == []
    assert keeper.get(MEETINGS).json()["results"] == []
    assert post(keeper, f"{url}refuse/", {}).status_code == 422


def test_blocked_member_writes_no_more(
    browse: Browse, owner: User, teammate: User, bike: Classified
) -> None:
    asker, keeper = browse(teammate), browse(owner)
    url = f"{URL}{begun(asker, bike).json()['reference']}/"
    assert post(keeper, f"{url}block/", {}).status_code == 204
    assert post(asker, f"{url}messages/", {"text": "Alors ?"}).status_code == 422
    (blocked,) = keeper.get(f"{URL}blocked/").json()
    assert (blocked["reference"], blocked["name"]) == (teammate.reference, teammate.short_name)
    assert asker.get(f"{URL}blocked/").json() == []
    assert post(keeper, f"{url}unblock/", {}).status_code == 204
    assert keeper.get(f"{URL}blocked/").json() == []
    assert post(asker, f"{url}messages/", {"text": "Alors ?"}).status_code == 201


def test_pictures_stand_for_words_and_a_key_knows_each_of_them(
    browse: Browse, owner: User, teammate: User, bike: Classified
) -> None:
    asker = browse(teammate)
    url = f"{URL}{begun(asker, bike).json()['reference']}/messages/"
    first, second = picture_bytes(), picture_bytes(size=(320, 240))
    for one, status in ((first, 201), (first, 201), (second, 422)):
        files = {"pictures": [upload(one), upload(first)]}
        assert asker.post(url, files, headers={"idempotency-key": "a"}).status_code == status
    assert asker.post(url, {"text": "Oui", "pictures": upload(b"GIF8")}).status_code == 422
    assert asker.post(url, {"pictures": [upload() for _ in range(7)]}).status_code == 400
    assert post(asker, url, {"pictures": ["a"]}).status_code == 400
    assert asker.post(url, {"text": " "}).status_code == 400
    Picture.objects.update(state="ready", width=640, height=480)
    shown, _hello = browse(owner).get(url).json()["results"]
    assert (shown["text"], len(shown["pictures"])) == ("2 photos", 2)


def test_conversation_is_listed_for_its_two_alone(
    browse: Browse, teammate: User, stranger: User, bike: Classified
) -> None:
    third, foreigner = browse(make_user("Ines")), browse(stranger, space="south")
    assert begun(browse(teammate), bike).status_code == 201
    assert third.get(URL).json()["results"] == third.get(MEETINGS).json()["results"] == []
    assert begun(foreigner, bike).status_code == 404


def test_token_needs_the_scope_and_a_key_writes_once(
    browse: Browse, teammate: User, bike: Classified
) -> None:
    made = token_of(teammate, "conversations:write")
    body = {"subject_kind": "classified", "subject_reference": bike.reference, "text": "Bonjour"}
    key, client = {"idempotency-key": "un"}, browse(None)
    first = ask(client, URL, made.secret, body, **key)
    assert first.json() == ask(client, URL, made.secret, body, **key).json()
    assert Message.objects.count() == 1
    other = token_of(teammate, "classifieds:write")
    assert ask(client, URL, other.secret).status_code == 403


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"text": " "}, 400),
        ({"text": "x" * 2001}, 400),
        ({"subject_reference": "PA-ZZZZZZ"}, 404),
        ({"subject_kind": "message"}, 404),
        ({"meeting": {"time": "12:31"}}, 422),
        ({"meeting": {"day": "2020-01-01", "time": "12:30"}}, 422),
        ({"meeting": {"day": "0001-01-01", "time": "12:30"}}, 400),
        ({"meeting": "demain"}, 400),
    ],
)
def test_nonsense_is_refused_and_writes_nothing(
    browse: Browse, teammate: User, bike: Classified, changes: dict[str, object], status: int
) -> None:
    answer = begun(browse(teammate), bike, **changes)
    assert answer.status_code == status, answer.content
    assert not Message.objects.exists()


def test_three_conversations_cost_what_one_costs(
    browse: Browse, count_queries: Count, owner: User, bike: Classified
) -> None:
    begun(browse(make_user("Ines")), bike, meeting=TOMORROW)
    client = browse(owner)
    with_one = count_queries(client, URL)
    for name in ("Hugo", "Lea"):
        begun(browse(make_user(name)), bike, meeting=TOMORROW)
    assert len(count_queries(client, URL)) == len(with_one)
