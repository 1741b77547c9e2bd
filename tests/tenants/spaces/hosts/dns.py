"""A DNS written by a test, and an administrator of the space north."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import modules, schema
from saas.kernel.tasks import SCHEMA_HEADER
from tenants.community.members.models import Role
from tenants.spaces.actions import addresses
from tenants.spaces.actions import modules as module_actions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import DomainClaim
from tenants.spaces.resolver import CannotAskError
from tenants.spaces.rules import addresses as rules
from tenants.spaces.tasks import addresses as tasks
from tests.fixtures.people import AT, make_user

NAME = "espace.helvane.example"


class Dns:
    """The answers of the DNS; if `silent`, each query fails."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = self.now = at
        self.records: dict[str, list[str]] = {}
        self.silent = False

    def texts(self, name: str) -> list[str]:
        if self.silent:
            raise CannotAskError("no answer")
        return self.records.get(name, [])

    def prove(self, claim: DomainClaim) -> None:
        """Write the proof of a claim, as the owner of its name would."""
        self.records[rules.record_name(claim.domain)] = ["v=spf1 -all", rules.record_value(claim)]

    def check(self, claim: DomainClaim, after: dt.timedelta = dt.timedelta()) -> DomainClaim:
        """Have it asked about a claim, some time after the moment of the test."""
        self.now = self.at + after
        tasks.check_claim.apply(args=(claim.pk,), headers={SCHEMA_HEADER: "public"}, throw=True)
        with schema.in_public():
            return DomainClaim.objects.select_related("tenant").get(pk=claim.pk)

    def proven(self, space: str = "north") -> DomainClaim:
        """Let a space have claimed a name, and proven it."""
        claim = claimed(space=space, at=self.at)
        self.prove(claim)
        self.check(claim)
        return claim


@pytest.fixture
def dns(db: None, monkeypatch: pytest.MonkeyPatch) -> Dns:
    """An empty DNS that answers, at a moment that the jobs believe in."""
    written = Dns(AT)
    clock = SimpleNamespace(now=lambda: written.now)
    monkeypatch.setattr("tenants.spaces.tasks.addresses.timezone", clock)
    monkeypatch.setattr("tenants.spaces.tasks.addresses.resolver", lambda: written)
    return written


@pytest.fixture
def camille(in_north: None) -> User:
    """The administrator of the north."""
    user = make_user("Camille")
    Role.objects.create(user=user, role=Role.Kind.ADMINISTRATOR, given_at=AT)
    return user


def administrator(space: str = "north") -> SpaceActor:
    return SpaceActor(space, "PE-7K3Q9M", "Camille Aubry", "administrator")


def claimed(domain: str = NAME, *, space: str = "north", at: dt.datetime) -> DomainClaim:
    """Claim a domain name for a space."""
    with schema.in_public():
        return addresses.claim(schema_name=space, domain=domain, by=administrator(space), at=at)


def switch(label: str, *, on: bool = False, at: dt.datetime | None = None) -> None:
    """Have the north use a module, or use it no longer."""
    module = modules.module_of(label)
    assert module is not None
    with schema.in_public():
        module_actions.switch(
            schema_name="north",
            module=module,
            on=on,
            by=administrator(),
            at=at or timezone.now(),
        )
