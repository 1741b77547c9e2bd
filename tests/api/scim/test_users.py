"""People by SCIM: created, found, changed, closed as leavers, and never deleted."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.members.actions import leaving
from tenants.community.members.models import Departure, Profile, Provisioned, Role
from tests.api.scim.asking import ROOT, USER, Directory, refused
from tests.fixtures.people import AT, Browse, make_user

EMAIL = "lea.martin@north.example"


@pytest.fixture
def directory(owner: User) -> Directory:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    return Directory(owner)


def find(directory: Directory, wanted: str) -> list[str]:
    found = directory.get(f"/Users?filter={quote(wanted)}")
    return [row["userName"] for row in found.get("Resources", [])]


def test_directory_creates_reads_changes_and_closes_an_account(
    directory: Directory, browse: Browse
) -> None:
    made = directory.create(EMAIL, externalId="E-17", preferredLanguage="en-GB")
    assert made.status_code == 201, made.text
    body = made.json()
    person = User.objects.get(email=EMAIL)
    assert (person.first_name, person.language, person.is_active) == ("Lea", "en", True)
    assert Profile.objects.get(user=person).joined_by == "domain"
    assert body["id"] == person.reference
    assert made["Location"].endswith(f"{ROOT}/Users/{person.reference}")
    assert made["ETag"] == body["meta"]["version"]
    assert body["externalId"] == "E-17"
    assert body["emails"] == [{"value": EMAIL, "type": "work", "primary": True}]

    path = f"/Users/{person.reference}"
    assert directory.get(path) == body
    named = {"op": "replace", "path": "name.familyName", "value": "Moreau"}
    assert directory.patch(path, named).status_code == 204
    changed = directory.get(path)
    assert changed["name"] == {"givenName": "Lea", "familyName": "Moreau"}
    assert changed["meta"]["version"] != body["meta"]["version"]
    put = directory.ask("PUT", path, {**body, "name": {"givenName": "L", "familyName": "M"}})
    assert put.json()["externalId"] == "E-17"

    client = browse(person)
    assert client.get("/me/").status_code == 200
    # As Entra ID writes it.
    off = directory.patch(path, {"op": "Replace", "path": "active", "value": "False"})
    assert off.status_code == 204, off.text
    assert directory.get(path)["active"] is False
    assert client.get("/me/").status_code == 302
    assert Departure.objects.get(user=person).reopened_at is None
    back = {"op": "replace", "value": {"active": True}}
    assert directory.patch(path, back).status_code == 204
    person.refresh_from_db()
    assert person.is_active


def test_deleted_account_is_a_closed_account_that_may_return(directory: Directory) -> None:
    reference = directory.create(EMAIL).json()["id"]
    assert directory.ask("DELETE", f"/Users/{reference}").status_code == 204
    person = User.objects.get(email=EMAIL)
    assert not person.is_active
    assert Departure.objects.filter(user=person).count() == 1
    named = {"op": "replace", "path": "name.givenName", "value": "Lou"}
    for answer in (
        directory.ask("GET", f"/Users/{reference}"),
        directory.ask("DELETE", f"/Users/{reference}"),
        directory.ask("PUT", f"/Users/{reference}", {"schemas": [USER], "userName": EMAIL}),
        directory.patch(f"/Users/{reference}", named),
    ):
        refused(answer, 404)
    assert find(directory, f'userName eq "{EMAIL}"') == []
    again = directory.create(EMAIL, externalId="E-18")
    assert again.status_code == 201
    assert again.json()["id"] == reference
    assert User.objects.get(email=EMAIL).is_active


def test_account_reopened_by_the_administration_is_seen_again(
    directory: Directory, owner: User
) -> None:
    reference = directory.create(EMAIL).json()["id"]
    directory.ask("DELETE", f"/Users/{reference}")
    leaving.reopen_account(of=User.objects.get(email=EMAIL), by=owner, at=timezone.now())
    assert directory.get(f"/Users/{reference}")["active"] is True


@pytest.mark.parametrize(
    ("change", "status", "kind", "words"),
    [
        ({"userName": "lea@elsewhere.example"}, 400, "invalidValue", "n’ouvre pas cet espace"),
        ({"userName": "no address"}, 400, "invalidValue", "n’ouvre pas cet espace"),
        ({"userName": None}, 400, "invalidValue", ""),
        ({"name": None}, 400, "invalidValue", "prénom"),
        ({"name": {"givenName": "http://x.example", "familyName": "x"}}, 400, "invalidValue", ""),
        ({"externalId": "x" * 201}, 400, "invalidValue", "200"),
        ({"externalId": "x\x00"}, 400, "invalidValue", "NUL"),
        ({"active": "perhaps"}, 400, "invalidValue", ""),
        ({"schemas": ["urn:example:unknown"]}, 400, "invalidSyntax", "schemas"),
    ],
)
def test_wrong_person_is_refused_whole(
    directory: Directory, change: dict[str, object], status: int, kind: str, words: str
) -> None:
    before = User.objects.count()
    answer = directory.create(EMAIL, **change)
    assert words in refused(answer, status, kind)
    assert User.objects.count() == before
    assert not Provisioned.objects.exists()


def test_address_is_taken_once_and_never_changes(directory: Directory, teammate: User) -> None:
    refused(directory.create(teammate.email.upper()), 409, "uniqueness")
    path = f"/Users/{teammate.reference}"
    for name, value in (
        ("userName", "other@north.example"),
        ("displayName", "Somebody"),
        ("emails", [{"value": "other@north.example"}]),
        ("groups", [{"value": "administrator"}]),
        ("id", "M-OTHER"),
        ("meta.created", "2020-01-01T00:00:00Z"),
    ):
        answer = directory.patch(path, {"op": "replace", "path": name, "value": value})
        refused(answer, 400, "mutability")
    whole = directory.get(path)
    refused(directory.ask("PUT", path, {**whole, "userName": "o@north.example"}), 400, "mutability")
    assert not Role.objects.filter(user=teammate).exists()


def test_directory_neither_closes_its_own_administrator_nor_the_council(
    directory: Directory, owner: User, teammate: User
) -> None:
    own = f"/Users/{owner.reference}"
    closed = {"op": "replace", "path": "active", "value": False}
    assert "au nom de ce compte" in refused(directory.ask("DELETE", own), 403)
    assert "au nom de ce compte" in refused(directory.patch(own, closed), 403)
    Role.objects.create(user=teammate, role="treasurer", given_at=AT)
    seated = f"/Users/{teammate.reference}"
    assert "CSE" in refused(directory.patch(seated, closed), 400, "invalidValue")
    refused(directory.ask("DELETE", seated), 400, "invalidValue")
    assert User.objects.filter(is_active=True, pk__in=[owner.pk, teammate.pk]).count() == 2


def test_filters_find_people(directory: Directory, owner: User, teammate: User) -> None:
    directory.create(EMAIL, externalId="E-17")
    everybody = {owner.email, teammate.email, EMAIL}
    for wanted, emails in (
        (f'userName eq "{EMAIL.upper()}"', {EMAIL}),
        (f'userName ne "{EMAIL}"', everybody - {EMAIL}),
        ('externalId eq "E-17"', {EMAIL}),
        ('externalId eq "e-17"', set()),
        ("externalId pr", {EMAIL}),
        ("not (externalId pr)", everybody - {EMAIL}),
        ("userName pr and active eq true", everybody),
        ("not (userName pr)", set()),
        ('name.familyName sw "BER" or name.givenName co "ea"', {owner.email, EMAIL}),
        (f'emails.value ew "{EMAIL[4:]}"', {EMAIL}),
        (f'{USER}:userName eq "{EMAIL}"', {EMAIL}),
        ('meta.created gt "2020-01-01T00:00:00Z"', everybody),
        ('meta.lastModified lt "2020-01-01T00:00:00Z"', set()),
        ("active eq false", set()),
        ('userName eq "\' OR 1=1 --"', set()),
        ('userName co "%"', set()),
        ('userName co "_"', set()),
    ):
        assert set(find(directory, wanted)) == emails, wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "userName",
        'userName eq "a" or',
        'password eq "x"',
        'is_staff eq "x"',
        'user__password sw "a"',
        'userName eq "a"; DROP TABLE accounts_user',
        "userName eq 7",
        'active eq "true"',
        "active gt true",
        'meta.created gt "yesterday"',
        'emails[type eq "work"]',
        "(" * 500 + "userName pr" + ")" * 500,
        'userName eq "' + "a" * 1000 + '"',
    ],
)
def test_wrong_filter_is_refused(directory: Directory, wanted: str) -> None:
    refused(directory.ask("GET", f"/Users?filter={quote(wanted)}"), 400, "invalidFilter")


def test_pages_follow_each_other_and_have_bounds(directory: Directory, owner: User) -> None:
    for number in range(5):
        make_user(f"P{number}")
    total = User.objects.count()
    seen = []
    for start in range(1, total + 1, 2):
        found = directory.get(f"/Users?startIndex={start}&count=2")
        assert (found["totalResults"], found["startIndex"]) == (total, start)
        seen += [row["id"] for row in found["Resources"]]
    assert sorted(seen) == sorted(User.objects.values_list("reference", flat=True))
    for query in ("count=0", f"startIndex={10**30}", "startIndex=-3&count=-1"):
        assert directory.get(f"/Users?{query}")["totalResults"] == total
    assert len(directory.get("/Users?count=1000000")["Resources"]) == total
    refused(directory.ask("GET", "/Users?count=many"), 400, "invalidValue")
    last = directory.get("/Users?sortBy=userName&sortOrder=descending&count=1")["Resources"]
    assert last[0]["userName"] == User.objects.order_by("-email").values_list("email", flat=True)[0]
    refused(directory.ask("GET", "/Users?sortBy=password"), 400, "invalidPath")


def test_page_costs_the_same_for_few_and_for_many(directory: Directory, teammate: User) -> None:
    Role.objects.create(user=teammate, role="moderator", given_at=AT)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert directory.get("/Users?count=100")["totalResults"]
        return len(queries)

    cost()
    before = cost()
    for number in range(40):
        person = make_user(f"P{number}")
        Role.objects.create(user=person, role="moderator", given_at=AT)
    assert cost() == before


def test_etag_saves_a_transfer_and_refuses_a_late_write(
    directory: Directory, teammate: User
) -> None:
    path = f"/Users/{teammate.reference}"
    tag = directory.ask("GET", path)["ETag"]
    assert directory.ask("GET", path, **{"if-none-match": tag}).status_code == 304
    body = {**directory.get(path), "name": {"givenName": "Karim", "familyName": "Autre"}}
    assert directory.ask("PUT", path, body, **{"if-match": tag}).status_code == 200
    refused(directory.ask("PUT", path, body, **{"if-match": tag}), 412)
    refused(directory.ask("DELETE", path, **{"if-match": 'W/"old"'}), 412)


def test_change_of_a_name_is_in_the_person_s_log(
    directory: Directory, teammate: User, browse: Browse
) -> None:
    named = {"op": "replace", "path": "name.givenName", "value": "Kamel"}
    assert directory.patch(f"/Users/{teammate.reference}", named).status_code == 204
    assert "réglé par l’annuaire" in browse(teammate).get("/me/data/").text
