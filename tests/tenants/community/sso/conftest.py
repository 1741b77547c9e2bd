"""A provider on this machine that speaks as it is told to, and a space that trusts it."""

import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

from infra.oidc_provider.provider import Provider as Simulated
from infra.oidc_provider.provider import serve
from saas.accounts.models import User
from saas.kernel.tasks import SCHEMA_HEADER
from saas.kernel.web.hosts import hosts
from tenants.community.members.models import Role
from tenants.community.sso import actions, queries, tasks
from tenants.community.sso.models import Provider
from tenants.community.sso.rules.signing_in import Vouched
from tests.fixtures.people import SpaceClient

SECRET = "client-secret-Kanari"
DOMAIN = "north.example"


@cache
def key(number: int) -> rsa.RSAPrivateKey:
    """Make a key once: each takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Company(Simulated):
    """The provider, as modified by a test."""

    def __init__(self, first_key: int = 0) -> None:
        self.number = first_key - 1
        super().__init__(SECRET)
        self.says: dict[str, Any] = {}
        self.signs: Callable[[dict[str, Any]], str] = super().signed
        self.describes: dict[str, Any] = {}
        self.says_beside: dict[str, Any] = {}

    def new_key(self, *, keeps_name: bool = False) -> None:
        self.number += 1
        name = self.kid if keeps_name else f"key-{self.number}"
        self.kid, self.key = name, key(self.number)

    def description(self) -> dict[str, Any]:
        return {**super().description(), **self.describes}

    def claims(self, grant: Any) -> dict[str, Any]:
        claims = {**super().claims(grant), **self.says}
        return {name: value for name, value in claims.items() if value is not None}

    def userinfo(self, authorization: str) -> tuple[int, dict[str, Any]]:
        status, found = super().userinfo(authorization)
        return status, {**found, **self.says_beside}

    def signed(self, claims: dict[str, Any]) -> str:
        return self.signs(claims)

    def lead_back(self, page: str, email: str) -> str:
        """Return the address of the provider's redirect for a person's browser."""
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
        return self.back(parameters, email)


@pytest.fixture
def company(settings: Any) -> Iterator[Company]:
    made = Company()
    server = serve(made, 0)
    settings.OIDC_LOCAL_PROVIDERS = [f"127.0.0.1:{server.server_port}"]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def admin(owner: User) -> User:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())
    return owner


def number() -> int:
    """Return the number of the only provider."""
    return Provider.objects.get().pk


def page_of(part: str = "") -> str:
    """Return the address of the only provider's page, or of a part of it."""
    return f"/admin/sign-in/{number()}/{part}"


def describe(company: Company, by: User, **other: Any) -> Provider:
    typed: dict[str, Any] = {
        "name": "Compte Nord",
        "issuer": company.issuer,
        "client_id": "troovon",
        "secret": SECRET,
        "domains": [DOMAIN],
    }
    before = Provider.objects.filter(company_id=other.get("company_id")).first()
    typed |= {"number": before.pk if before else None}
    return actions.describe(**{**typed, **other}, by=by, at=timezone.now())


@pytest.fixture
def opened(company: Company, admin: User) -> Provider:
    """The provider, described, tested and offered."""
    describe(company, admin)
    vouched = Vouched(company.issuer, "x", admin.email, "Nadia", "Berthier")
    actions.record_test(number=number(), vouched=vouched, by=admin, at=timezone.now())
    return actions.switch(number=number(), mode="offered", by=admin, at=timezone.now())


def wait(client: SpaceClient, response: Any) -> Any:
    """Wait on the page that waits for the provider, while the fetcher does its part."""
    where = str(response.headers.get("Location", ""))
    if "/signin/company/wait/" not in where:
        return response
    state = where.removesuffix("/").rpartition("/")[2]
    assert "Un instant" in client.get(where).text
    for task in (tasks.describe, tasks.exchange):
        if queries.way_of("answer", state) is None and is_asked(task, state):
            task.apply(args=(state,), headers={SCHEMA_HEADER: "north"}, throw=True)
    return client.get(where)


def is_asked(task: Any, state: str) -> bool:
    question = queries.way_of("asked", state)
    return question is not None and bool(question["code"]) == (task is tasks.exchange)


def leave(client: SpaceClient, url: str = "/signin/company/") -> str:
    """Leave for the provider, and return its page."""
    response = wait(client, client.get(url))
    assert response.status_code == 302, response.status_code
    return str(response["Location"])


def come(client: SpaceClient, company: Company, email: str, url: str = "/signin/company/") -> Any:
    """Sign in at the provider as a person, and return."""
    return come_back(client, client.on(company.lead_back(leave(client, url), email)))


def come_back(client: SpaceClient, back: str) -> Any:
    """Return from the provider, and wait until the person is signed in or refused."""
    return wait(client, client.get(back))


START, BACK = "/signin/company/", "/signin/company/callback/"


def is_in(client: SpaceClient) -> bool:
    return client.get("/password/").status_code == 200


def refused(client: SpaceClient, response: Any) -> str:
    """Assert that the person is refused and not signed in; return the page's text."""
    assert response.status_code == 422
    assert not is_in(client)
    return str(response.text)


def failure() -> str:
    return Provider.objects.get().failure


@pytest.fixture(autouse=True)
def no_host_is_silent() -> Iterator[None]:
    """Close the circuits that a test opened: hosts of tests share an address."""
    yield
    hosts.forget()
