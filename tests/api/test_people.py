"""People in the API: each field of a colleague's card, and the member's own profile."""

import pytest

from saas.accounts.models import User
from tenants.community.members.models import Profile
from tenants.community.members.queries import people
from tests.api.test_classifieds import post
from tests.fixtures.people import Browse

PEOPLE = "/api/v1/people/"
ME = f"{PEOPLE}me/"


def test_colleague_is_as_they_show_themselves(browse: Browse, owner: User, teammate: User) -> None:
    words = {"team": "Qualité", "about": "Jardin", "languages": "portugais"}
    assert post(browse(owner), ME, {**words, "seen": {"about": "nobody"}}).status_code == 200
    url = f"{PEOPLE}{owner.reference}/"

    card = browse(teammate).get(url).json()
    assert (card["name"], card["portrait"]) == (owner.short_name, None)
    assert [card[name] for name in words] == ["Qualité", "", "portugais"]
    assert browse(owner).get(url).json()["about"] == "Jardin"

    Profile.objects.filter(user=owner).update(hidden_at=owner.created_at)
    assert browse(teammate).get(url).json()["team"] == ""
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert browse(teammate).get(url).status_code == 404


def test_field_not_named_stays_and_a_mistake_changes_nothing(browse: Browse, owner: User) -> None:
    client = browse(owner)
    before = client.get(ME).json()
    changed = post(client, ME, {"theme": "dark", "seen": {"team": "nobody"}}).json()
    assert changed == {**before, "theme": "dark", "seen": {**before["seen"], "team": "nobody"}}

    for wrong, status in (
        ({"first_name": ""}, 400),
        ({"about": "x" * 281}, 400),
        ({"language": "de"}, 400),
        ({"seen": {"team": "boss"}}, 400),
        ({"site_id": 999_999}, 422),
        ({"company_id": 999_999}, 422),
    ):
        assert post(client, ME, {"team": "Atelier", **wrong}).status_code == status, wrong
    assert client.get(ME).json() == changed


def test_word_that_another_program_wrote_a_moment_before_stays(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = people.profile_to_change

    def profile_after_another(person: User) -> Profile | None:
        monkeypatch.setattr(people, "profile_to_change", own)
        User.objects.filter(pk=person.pk).update(last_name="Arnaud", language="en")
        return own(person)

    monkeypatch.setattr(people, "profile_to_change", profile_after_another)
    assert post(browse(owner), ME, {"theme": "dark"}).json()["theme"] == "dark"
    owner.refresh_from_db()
    assert (owner.last_name, owner.language, owner.theme) == ("Arnaud", "en", "dark")
