"""Roles by SCIM: those of the administration, never the council's."""

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.members.models import Role
from tests.api.scim.asking import Directory, refused
from tests.fixtures.people import AT

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


@pytest.fixture
def directory(owner: User) -> Directory:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    return Directory(owner)


def holders(role: str) -> set[int]:
    return set(Role.objects.filter(role=role).values_list("user_id", flat=True))


def test_groups_are_the_roles_of_the_administration(directory: Directory, owner: User) -> None:
    found = directory.get("/Groups")
    assert [row["id"] for row in found["Resources"]] == [
        "administrator",
        "moderator",
        "kiosk_manager",
    ]
    named = directory.get("/Groups?filter=displayName%20eq%20%22troovon%20moderation%22")
    assert [row["id"] for row in named["Resources"]] == ["moderator"]
    [member] = directory.get("/Groups/administrator")["members"]
    assert member["value"] == owner.reference
    assert directory.get(f"/Users/{owner.reference}")["groups"][0]["value"] == "administrator"


def test_members_get_and_lose_a_role(directory: Directory, owner: User, teammate: User) -> None:
    path = "/Groups/moderator"
    added = {"op": "add", "path": "members", "value": [{"value": teammate.reference}]}
    assert directory.patch(path, added).status_code == 204
    assert holders("moderator") == {teammate.pk}
    row = Role.objects.get(role="moderator")
    assert row.given_by_id == owner.pk
    assert directory.patch(path, added).status_code == 204
    gone = {"op": "remove", "path": f'members[value eq "{teammate.reference}"]'}
    assert directory.patch(path, gone).status_code == 204
    assert holders("moderator") == set()
    whole = {
        "schemas": [GROUP],
        "displayName": "Troovon moderation",
        "members": [{"value": owner.reference}, {"value": teammate.reference}],
    }
    assert directory.ask("PUT", path, whole).status_code == 200
    assert holders("moderator") == {owner.pk, teammate.pk}


def test_council_s_roles_are_no_groups(directory: Directory, teammate: User) -> None:
    Role.objects.create(user=teammate, role="treasurer", given_at=AT)
    for role in ("treasurer", "council", "secretary", "other"):
        answer = directory.ask("GET", f"/Groups/{role}")
        assert "ceux du CSE n’en sont pas" in refused(answer, 404)
        added = {"op": "add", "path": "members", "value": [{"value": teammate.reference}]}
        refused(directory.patch(f"/Groups/{role}", added), 404)
    assert "groups" not in directory.get(f"/Users/{teammate.reference}")
    refused(directory.ask("POST", "/Groups", {"schemas": [GROUP], "displayName": "CSE"}), 403)
    refused(directory.ask("DELETE", "/Groups/moderator"), 403)


def test_last_administrator_and_unknown_people_stay_out(
    directory: Directory, owner: User, teammate: User
) -> None:
    empty = {"op": "remove", "path": "members"}
    answer = directory.patch("/Groups/administrator", empty)
    assert "dernière personne qui administre" in refused(answer, 400, "invalidValue")
    assert holders("administrator") == {owner.pk}
    added = {"op": "add", "path": "members", "value": [{"value": "M-NOBODY"}]}
    assert "M-NOBODY" in refused(directory.patch("/Groups/moderator", added), 400, "invalidValue")
    User.objects.filter(pk=teammate.pk).update(is_active=False)
    added["value"] = [{"value": teammate.reference}]
    refused(directory.patch("/Groups/moderator", added), 400, "invalidValue")
    assert holders("moderator") == set()
