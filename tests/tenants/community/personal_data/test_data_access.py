"""Each access by a role to a member's data is a line that the member can read."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members.models import CompanyClaim, Role
from tenants.community.personal_data import actions
from tenants.community.personal_data.models import LogEntry
from tests.fixtures.people import Browse, make_user
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.moderation.making import report


@pytest.fixture
def looker(in_north: None) -> User:
    """Return a member with the roles of administrator and moderator."""
    person = make_user("Odile", last_name="Gardien")
    for role in ("administrator", "moderator"):
        Role.objects.create(user=person, role=role, given_at=timezone.now())
    return person


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/admin/people/{member}/", "Fiche et rôles"),
        ("/admin/people/{member}/close/", "Fermeture du compte"),
        ("/admin/people/{member}/erase/", "Effacement des données"),
        ("/admin/claims/", "Rattachement"),
        ("/moderation/cases/{case}/", "Dossier de modération"),
    ],
)
def test_a_look_is_written_once_and_read_by_the_member(
    browse: Browse, owner: User, looker: User, path: str, what: str
) -> None:
    at = timezone.now()
    reference = make_classified(owner).reference
    case = report("classified", reference, by=make_user("Ines"), at=at)
    CompanyClaim.objects.create(user=owner, company_id=1, asked_at=at)
    client = browse(looker)
    for _ in range(2):
        page = client.get(path.format(member=owner.reference, case=case.reference))
        assert page.status_code == 200
    [entry] = LogEntry.objects.filter(person=owner)
    assert what in entry.what
    shown = browse(owner).get("/me/data/").text
    is_moderator = entry.role == "moderator"
    assert ("Une personne de la modération" if is_moderator else "Odile Gardien") in shown
    assert entry.why in shown


def test_a_look_at_the_whole_space_is_read_by_all_who_were_there(
    browse: Browse, owner: User, looker: User
) -> None:
    at = timezone.now()
    access = hooks.DataAccess(None, "administrator", "Copie de l’espace", "Une copie")
    actions.record_data_access(access=access, by=looker, at=at)
    actions.record_data_access(access=access, by=looker, at=at)
    newcomer = make_user("Zoé")
    User.objects.filter(pk=newcomer.pk).update(created_at=at + dt.timedelta(hours=1))
    assert LogEntry.objects.count() == 1
    assert "Odile Gardien" in browse(owner).get("/me/data/").text
    for other in (newcomer, looker):
        main: Any = browse(other).get("/me/data/").text.partition("<main")[2]
        assert "Copie de l’espace" not in main


def test_look_is_read_in_the_language_of_its_person(
    browse: Browse, owner: User, looker: User
) -> None:
    User.objects.filter(pk=owner.pk).update(language="en")
    access = hooks.DataAccess(
        [owner.pk], "moderator", "Dossier de modération", "Un signalement à examiner"
    )
    actions.record_data_access(access=access, by=looker, at=timezone.now())
    page = browse(owner).get("/me/data/").text
    assert "Moderation case" in page
    assert "signalement" not in page


def test_list_of_members_leaves_a_line_for_each_that_it_shows(
    browse: Browse, owner: User, looker: User
) -> None:
    absent = make_user("Zoe")
    client = browse(looker)
    for _time in range(2):
        assert client.get(f"/admin/people/?q={owner.first_name}").status_code == 200
    [entry] = LogEntry.objects.filter(person=owner)
    assert entry.what == "Liste des membres"
    assert not LogEntry.objects.filter(person__in=[absent, looker]).exists()
    assert "Odile Gardien" in browse(owner).get("/me/data/").text


def test_line_names_a_provider_that_is_no_person(browse: Browse, owner: User) -> None:
    access = hooks.DataAccess(
        (owner.pk,), "administrator", "Connexion", "Fournisseur", by_name="id.north.example"
    )
    actions.record_data_access(access=access, by=owner, at=timezone.now())
    entry = LogEntry.objects.get(person=owner)
    assert (entry.by, entry.by_name) == (None, "id.north.example")
    assert "id.north.example" in browse(owner).get("/me/data/").text
