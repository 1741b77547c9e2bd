"""A space with a missing schema or role: its pages are unavailable, other spaces are unaffected."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections

from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces import hosts, provisioning
from tenants.spaces.database import birth
from tenants.spaces.models import Domain, Tenant
from tests.fixtures.people import AT, SpaceClient, make_user
from tests.tenants.spaces.test_provisioning import founded
from tests.tenants.spaces.wizard import words_of

STATES = {
    "the schema is gone": ['DROP SCHEMA "{name}" CASCADE'],
    "schema and role are gone": ['DROP SCHEMA "{name}" CASCADE', 'DROP ROLE "{name}"'],
    "the schema is empty": [
        'DROP SCHEMA "{name}" CASCADE',
        'CREATE SCHEMA "{name}"',
        'GRANT USAGE ON SCHEMA "{name}" TO "{name}"',
    ],
    "the role is gone": [
        'GRANT "{name}" TO CURRENT_USER',
        'DROP OWNED BY "{name}"',
        'DROP ROLE "{name}"',
    ],
}
PAGES = (
    "/",
    "/signin/",
    "/me/",
    "/classifieds/",
    "/council/",
    "/join/",
    "/api/v1/",
    "/health/live",
)


def as_owner(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def moulins(own_database: None) -> Iterator[Tenant]:
    """Yield a space with its own role, unknown to any other test's database."""
    tenant = founded(AT)
    yield tenant
    birth.drop(tenant.schema_name)


@pytest.fixture
def member(moulins: Tenant) -> User:
    with schema.inside(moulins.schema_name):
        return make_user("Nadia")


def quiet(host: str) -> SpaceClient:
    return SpaceClient(host, raise_request_exception=False)


@pytest.mark.parametrize("state", STATES)
def test_every_page_of_a_broken_space_says_that_it_is_not_available(
    moulins: Tenant, member: User, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    client = quiet(f"moulins.{settings.BASE_HOST}")
    with schema.inside(moulins.schema_name):
        client.force_login(member)
    assert client.get("/me/").status_code == 200
    as_owner(*(statement.format(name=moulins.schema_name) for statement in STATES[state]))

    with caplog.at_level(logging.CRITICAL, logger="tenants.spaces.hosts"):
        first = client.get("/me/")  # this process still remembers the space as it was
    assert first.status_code == 503
    assert "Cet espace n’est pas disponible" in words_of(first)
    assert f"space {moulins.schema_name} (moulins) lacks" in caplog.text
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 503
        assert "Cet espace n’est pas disponible" in words_of(answer)
        assert "Nadia" not in words_of(answer)
        assert "Set-Cookie" not in answer.headers
    assert quiet(f"moulins.{settings.BASE_HOST}").post("/signin/", {}).status_code == 503

    others = (
        (f"south.{settings.BASE_HOST}", "/signin/"),
        (settings.BASE_HOST, "/start/"),
        (settings.BASE_HOST, "/find/"),
        (f"ops.{settings.BASE_HOST}", "/signin/"),
    )
    for host, page in others:
        assert quiet(host).get(page).status_code == 200


def test_a_row_without_a_schema_is_a_space_that_is_not_available(
    own_database: None, caplog: pytest.LogCaptureFixture
) -> None:
    half = Tenant(schema_name="t_halfbuilt0000000", slug="demi", name="Demi", created_at=AT)
    Tenant.objects.using(provisioning.OWNER).bulk_create([half])
    Domain.objects.using(provisioning.OWNER).bulk_create(
        [Domain(domain=hosts.subdomain("demi"), tenant=half, is_primary=True)]
    )
    answer = quiet(f"demi.{settings.BASE_HOST}").get("/signin/")
    assert answer.status_code == 503
    assert "lacks role, schema, accounts_user" in caplog.text


def test_a_space_that_is_back_answers_again(moulins: Tenant) -> None:
    client = quiet(f"moulins.{settings.BASE_HOST}")
    assert client.get("/signin/").status_code == 200
    as_owner(f'ALTER SCHEMA "{moulins.schema_name}" RENAME TO aside')
    assert client.post("/signin/", {"email": "a@b.example", "password": "x"}).status_code == 503
    assert client.get("/signin/").status_code == 503
    as_owner(f'ALTER SCHEMA aside RENAME TO "{moulins.schema_name}"')
    hosts.forget()
    assert client.get("/signin/").status_code == 200
