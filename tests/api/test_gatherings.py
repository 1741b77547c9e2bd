"""Gatherings in the API: permissions for reading and writing, and answers to invalid requests."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.gatherings.models import Gathering
from tenants.community.members.models import Role
from tests.api.test_classifieds import post
from tests.fixtures.people import DAY, Browse
from tests.tenants.community.gatherings.making import make_gathering

URL = "/api/v1/gatherings/"


def payload(**changes: object) -> dict[str, object]:
    starts_at = timezone.now() + 3 * DAY
    usual: dict[str, object] = {
        "kind": "outing",
        "title": "Cinéma",
        "place": "Gare",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + dt.timedelta(hours=2)).isoformat(),
        "places": 3,
    }
    return usual | changes


def test_series_is_announced_joined_changed_and_cancelled(
    browse: Browse, owner: User, teammate: User
) -> None:
    until = timezone.localdate() + dt.timedelta(days=20)
    made = post(browse(owner), URL, payload(rhythm="weekly", repeat_until=until.isoformat()))
    assert made.status_code == 201
    url = f"{URL}{made.json()['reference']}/"
    joined = post(browse(teammate), f"{url}join/", {}).json()
    assert (joined["taken"], joined["mine"], joined["rhythm"]) == (2, "coming", "weekly")
    assert [one["name"] for one in joined["coming"]] == ["Nadia B.", "Karim L."]
    assert owner.email not in json.dumps(joined)
    changed = post(browse(owner), f"{url}edit/", payload(title="Théâtre", and_following=True))
    assert changed.json()["title"] == "Théâtre"
    assert Gathering.objects.filter(title="Théâtre").count() == 3
    left = post(browse(teammate), f"{url}leave/", {}).json()
    assert (left["taken"], left["mine"]) == (1, None)
    assert post(browse(teammate), f"{url}cancel/", {}).status_code == 403
    gone = post(browse(owner), f"{url}cancel/", {}).json()
    assert gone["cancelled_at"]
    assert not gone["open"]
    assert len(browse(teammate).get(URL).json()["results"]) == 2


def test_council_sets_and_takes_back_its_part(browse: Browse, owner: User) -> None:
    url = f"{URL}{make_gathering(owner, at=timezone.now()).reference}/budget/"
    assert post(browse(owner), url, {"cents": 500, "words": "Thé"}).status_code == 403
    Role.objects.create(user=owner, role="council", given_at=timezone.now())
    paid = post(browse(owner), url, {"cents": 500, "words": "Thé"}).json()["budget"]
    assert paid == [{"council": "", "cents": 500, "words": "Thé"}]
    assert post(browse(owner), url, {"cents": 0}).json()["budget"] == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"starts_at": "2020-01-01T10:00:00Z"}, 422),
        ({"starts_at": "hier"}, 400),
        ({"starts_at": "0001-01-01T10:00:00Z"}, 400),
        ({"starts_at": "9999-12-31T22:00:00Z", "ends_at": "9999-12-31T23:59:00Z"}, 400),
        ({"places": 1}, 422),
        ({"places": 10**12}, 400),
        ({"title": "x" * 81}, 400),
        ({"title": "\u200b"}, 422),
        ({"site_id": 999_999}, 422),
        ({"rhythm": "weekly"}, 400),
        ({"rhythm": "daily"}, 400),
        ({"audience": "company"}, 422),
        ({"audience": "neighbours"}, 422),
    ],
)
def test_nonsense_is_refused_and_announces_nothing(
    browse: Browse, owner: User, changes: dict[str, object], status: int
) -> None:
    answer = post(browse(owner), URL, payload(**changes))
    assert answer.status_code == status, answer.content
    assert answer.json()["detail"]
    assert not Gathering.objects.exists()
