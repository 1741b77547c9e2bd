"""The directory: members are found by name after they agreed, and are written to from there."""

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.search import synonyms
from tenants.community.members.actions import card, membership
from tenants.community.members.models import Profile
from tenants.community.members.queries import directory
from tenants.community.search import queries as search
from tenants.community.search.rules import Filters
from tests.fixtures.people import AT, Browse
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.lending.making import make_thing


@pytest.fixture
def found(owner: User) -> User:
    """Return a member who agreed to be found."""
    Profile.objects.filter(user=owner).update(team="Qualité")
    card.be_found(agrees=True, by=owner, at=AT)
    return owner


def names(viewer: User, **filters: str) -> list[str]:
    listed = directory.directory(
        directory.Filters(**filters),  # type: ignore[arg-type]
        viewer=viewer,
        at=timezone.now(),
    )
    return [entry.name for entry in listed.entries]


def searched(viewer: User, words: str) -> list[str]:
    groups = search.results(Filters(q=words), viewer=viewer, at=timezone.now()).groups
    return [tile.name or tile.title for group in groups for tile in group.tiles]


def test_member_is_found_by_name_only_after_agreeing(
    browse: Browse, owner: User, teammate: User
) -> None:
    assert names(teammate) == []
    assert searched(teammate, owner.display_name) == []

    assert browse(owner).post("/people/", {"found": "yes"}).status_code == 303

    assert names(teammate, q=owner.display_name) == [owner.short_name]
    assert searched(teammate, owner.display_name) == [owner.short_name]
    browse(owner).post("/people/", {"found": "no"})
    assert names(teammate) == []
    assert "Répondez" in browse(owner).refused("/people/", {"found": "perhaps"})


def test_member_is_found_by_team_and_things_they_show(found: User, teammate: User) -> None:
    make_thing(found, at=timezone.now(), title="Perceuse à percussion")
    for filters in ({"q": "perceuse"}, {"q": "drill"}, {"q": "qualité"}, {"team": "Qualité"}):
        assert names(teammate, **filters) == [found.short_name], filters

    Profile.objects.update(team_seen="nobody", offers_seen="nobody")

    for filters in ({"q": "perceuse"}, {"q": "qualité"}, {"team": "Qualité"}):
        assert names(teammate, **filters) == [], filters


def test_new_name_of_a_found_member_is_found(found: User, teammate: User) -> None:
    names_now = {"first_name": "Wanda", "last_name": "Zielinska"}
    membership.describe_oneself(
        by=found, **names_now, company_id=None, site_id=None, team="", about="",
        language="fr", theme="system", at=AT,
    )  # fmt: skip

    assert searched(teammate, "Wanda Zielinska") == ["Wanda Z."]


def test_found_member_is_written_to_from_their_card(
    browse: Browse, found: User, teammate: User
) -> None:
    url = f"/messages/begin/profile/{found.reference}/"
    Profile.objects.update(joined_at=AT)

    assert url in browse(teammate).get(f"/people/{found.reference}/").text
    assert browse(teammate).post(url, {"text": "Bonjour !"}).status_code == 303
    card.be_found(agrees=False, by=found, at=AT)
    Profile.objects.update(joined_at="2020-01-01T00:00Z")
    assert browse(teammate).get(url).status_code == 404


def test_search_knows_references_and_words_of_the_other_language(
    owner: User, teammate: User
) -> None:
    listing = make_classified(owner, title="Vélo pliant", at=timezone.now())

    assert searched(teammate, "bike") == [owner.short_name]
    assert searched(teammate, listing.reference.lower()) == [owner.short_name]
    assert synonyms.translated("car seats") == "siège auto"
    assert synonyms.translated("ukulele") == ""
