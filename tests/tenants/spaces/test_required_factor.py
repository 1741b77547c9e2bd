"""A space that requires a second factor: switched by administrators, with a week's notice."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.factors import requirement
from saas.accounts.models import User
from saas.accounts.sessions import proofs
from saas.kernel import schema
from saas.kernel.web.sessions import SessionStore
from tenants.community.members.models import Role
from tenants.community.personal_data.models import LogEntry
from tenants.spaces import hosts
from tenants.spaces.models import Change, Tenant
from tests.fixtures.people import DAY, PASSWORD, Browse, Count, SpaceClient, make_user
from tests.saas.accounts.factors.test_pages import protect, sign_in

PAGE, WANTED = "/admin/sign-in/factor/", "/factor/wanted/"


@pytest.fixture
def admin(owner: User) -> User:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    return owner


def require(since: dt.datetime | None) -> None:
    """Let the space north require a second factor from a moment on."""
    with schema.in_public():
        Tenant.objects.filter(schema_name="north").update(factor_from=since)
    hosts.forget()


@pytest.fixture
def colleague(teammate: User) -> User:
    """A member since a month."""
    User.objects.filter(pk=teammate.pk).update(created_at=timezone.now() - 30 * DAY)
    teammate.refresh_from_db()
    return teammate


def entered(browse: Browse, person: User) -> SpaceClient:
    client = browse()
    sign_in(client, person)
    return client


def test_administrator_requires_it_in_a_week_and_leaves_it_to_choice_again(
    browse: Browse, admin: User, colleague: User
) -> None:
    client = browse(admin)
    assert "Ajoutez d’abord le vôtre" in client.get(PAGE).text
    assert "votre propre second facteur" in client.refused(PAGE, {"required": "on"})
    assert client.post(PAGE, {"required": "perhaps"}).status_code == 422
    protect(admin)
    client = browse(admin)
    assert client.post(PAGE, {"required": "on"})["Location"] == PAGE
    with schema.in_public():
        since = Tenant.objects.get(schema_name="north").factor_from
    assert since is not None
    assert abs(since - timezone.now() - requirement.NOTICE) < dt.timedelta(minutes=1)
    assert "sera exigé de tous" in client.get(PAGE).text
    client.post(PAGE, {"required": "on"})
    with schema.in_public():
        assert Tenant.objects.get(schema_name="north").factor_from == since
    client.post(PAGE, {"required": "off"})
    with schema.in_public():
        assert Tenant.objects.get(schema_name="north").factor_from is None
        changes = Change.objects.filter(what__startswith="factor").order_by("pk")
        assert [change.what for change in changes] == ["factor_on", "factor_off"]
    assert LogEntry.objects.filter(person=None, what__contains="exigé de tous").count() == 1


def test_member_may_go_on_during_the_week(browse: Browse, colleague: User) -> None:
    require(timezone.now() + 3 * DAY)
    client = entered(browse, colleague)
    answer = client.get("/me/")
    assert answer["Location"] == f"{WANTED}?next=%2Fme%2F"
    page = client.get(answer["Location"]).text
    assert "Plus tard" in page
    assert "/passkeys/?next=" in page
    # A form of a page that was open is not lost.
    assert client.post("/preferences/", {"theme": "dark"}).status_code == 303
    assert client.post(WANTED, {"next": "/me/"})["Location"] == "/me/"
    assert client.get("/me/").status_code == 200


def test_nothing_opens_after_the_week_until_a_factor_is_added(
    browse: Browse, colleague: User
) -> None:
    client = entered(browse, colleague)
    assert client.get("/me/").status_code == 200
    require(timezone.now() - DAY)
    for path in ("/", "/me/", "/me/data/", "/classifieds/new/"):
        assert client.get(path)["Location"].startswith(f"{WANTED}?next=")
    assert client.post("/classifieds/new/", {"title": "Vélo"})["Location"] == WANTED
    assert client.get("/api/v1/classifieds/").status_code == 403
    page = client.get(WANTED).text
    assert "Plus tard" not in page
    assert client.post(WANTED).status_code == 422
    for path in ("/factor/", "/passkeys/"):
        assert client.get(path).status_code == 200
    protect(colleague)
    assert client.get("/me/")["Location"].startswith("/factor/code/")


def test_newcomer_has_a_week_too(browse: Browse, in_north: None) -> None:
    require(timezone.now() - 60 * DAY)
    newcomer = make_user("Ines")
    User.objects.filter(pk=newcomer.pk).update(created_at=timezone.now() - DAY)
    client = entered(browse, newcomer)
    assert "Plus tard" in client.get(WANTED).text


def test_factor_given_here_or_at_the_provider_suffices(
    browse: Browse, colleague: User, count_queries: Count
) -> None:
    require(timezone.now() - DAY)
    client = browse(colleague)  # the second factor was given in this session
    assert client.get("/me/").status_code == 200
    by_provider = entered(browse, colleague)
    assert by_provider.get("/me/").status_code == 303
    session = SessionStore(by_provider.cookies["__Host-session"].value)
    proofs.record_factor_at_provider(session)
    session.save()
    assert by_provider.get("/me/").status_code == 200
    before = count_queries(client, "/me/")
    require(None)
    assert len(count_queries(client, "/me/")) == len(before)


def test_other_spaces_and_hosts_ask_nothing(browse: Browse, stranger: User) -> None:
    require(timezone.now() - DAY)
    assert browse(stranger, space="south").get("/me/").status_code == 200
    client = browse(space="south")
    answer = client.post("/signin/", {"email": stranger.email, "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get("/me/").status_code == 200
    assert client.get(WANTED)["Location"] == "/"
