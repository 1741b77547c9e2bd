"""Members accept the conditions of use: at joining, and again before they write after a change."""

import datetime as dt

import pytest

from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.values import legal
from tenants.community.members.actions.conditions import accept_conditions
from tenants.community.members.models import Profile
from tenants.community.members.queries import personal
from tenants.community.moderation.actions import accept_at_joining, publish_charter
from tenants.community.moderation.models import CharterAcceptance
from tests.fixtures.people import AT, DAY, Browse

SECOND = legal.Document("cgu", 2, dt.date(2026, 12, 1), "Conditions générales d’utilisation")
NAME = {"first_name": "Nadia", "last_name": "Berthier", "team": "Atelier 9", "language": "fr"}


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch, owner: User) -> None:
    """Put a second version of the conditions of use in force, after the owner has joined."""
    first = legal.digest_of
    monkeypatch.setattr(legal, "DOCUMENTS", (SECOND, *legal.DOCUMENTS))
    monkeypatch.setattr(legal, "digest_of", lambda code, version: first(code, min(version, 1)))


def profile_of(person: User) -> Profile:
    return Profile.objects.get(user=person)


@pytest.mark.usefixtures("second_version")
def test_new_version_is_asked_before_the_next_write(browse: Browse, owner: User) -> None:
    client = browse(owner)
    assert client.get("/me/").status_code == 200
    answer = client.post("/me/", {**NAME, "theme": "system"})
    assert (answer.status_code, answer["Location"]) == (303, "/me/conditions/")
    assert profile_of(owner).team == ""
    shown = client.get("/me/conditions/").text
    assert "Version 2" in shown
    assert "est gardé" in shown
    accepted = client.post("/me/conditions/", {"version": "2"})
    assert accepted["Location"] == "/prove/"
    page = client.get("/prove/").text
    assert 'action="/me/"' in page
    assert 'value="Atelier 9"' in page
    assert profile_of(owner).cgu_version == 2
    client.post("/me/", {**NAME, "theme": "system"})
    assert profile_of(owner).team == "Atelier 9"


@pytest.mark.usefixtures("second_version")
def test_program_learns_where_its_person_accepts(browse: Browse, owner: User) -> None:
    client = browse(owner)
    answer = client.patch("/api/v1/people/me/", "{}", content_type="application/json")
    assert answer.status_code == 403
    assert "/me/conditions/" in answer.text
    assert client.get("/api/v1/people/me/").status_code == 200


@pytest.mark.usefixtures("second_version")
@pytest.mark.parametrize("path", ["/signout/", "/charter/", "/me/data/erase/"])
def test_leaving_needs_no_acceptance(browse: Browse, owner: User, path: str) -> None:
    answer = browse(owner).post(path)
    assert answer.headers.get("Location", "") != "/me/conditions/"


@pytest.mark.usefixtures("second_version")
def test_part_of_a_page_leads_to_the_whole_page(browse: Browse, owner: User) -> None:
    answer = browse(owner).post("/me/", NAME, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/me/conditions/"


def test_older_version_is_not_accepted(owner: User, second_version: None) -> None:
    with pytest.raises(Refused, match="nouvelle version"):
        accept_conditions(version=1, by=owner, at=AT)
    accept_conditions(version=2, by=owner, at=AT)
    accept_conditions(version=2, by=owner, at=AT + DAY)
    found = profile_of(owner)
    assert (found.cgu_version, found.cgu_accepted_at) == (2, AT)
    assert len(found.cgu_digest) == legal.DIGEST_LENGTH


def test_accepted_conditions_are_in_the_copy_of_ones_data(owner: User) -> None:
    tables = {table.name: table for table in personal.personal_data(owner)}
    profile = dict(zip(tables["profile"].columns, tables["profile"].rows[0], strict=True))
    assert profile["cgu_version"] == 1
    assert profile["cgu_accepted_at"] == owner.created_at


def test_newcomer_accepts_the_charter_that_was_shown(administrator: User, teammate: User) -> None:
    charter = publish_charter(text="Soyez brefs.", days=7, by=administrator, at=AT)
    accept_at_joining(version=charter.version - 1, by=teammate, at=AT)
    assert not CharterAcceptance.objects.filter(person=teammate).exists()
    accept_at_joining(version=charter.version, by=teammate, at=AT)
    assert CharterAcceptance.objects.get(person=teammate).charter_id == charter.pk
