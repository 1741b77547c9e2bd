"""People and links that the tests of this room need."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import Invitation, Profile, Role
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import AT, SpaceClient, make_user


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def administrator(owner: User) -> User:
    """Return the owner as an administrator of the north."""
    Role.objects.create(user=owner, role=Role.Kind.ADMINISTRATOR, given_at=AT)
    return owner


@pytest.fixture
def head(in_north: None) -> User:
    """The administrator of North Deux, and of nothing else."""
    person = make_user("Ines", last_name="Dalmas")
    company = OwnCompany.objects.get(name="North Deux").pk
    Profile.objects.filter(user=person).update(company_id=company)
    Role.objects.create(user=person, role="administrator", company_id=company, given_at=AT)
    return person


@pytest.fixture
def reader() -> SpaceClient:
    """Return the client of a mail reader without an account."""
    return SpaceClient(f"north.{settings.BASE_HOST}")


@pytest.fixture
def invitation(administrator: User) -> Invitation:
    """A link for two colleagues, for a week."""
    return actions.invite(by=administrator, uses=2, days=7, company_id=None, at=AT)


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the given rooms, and no other, answer a hook."""

    def replace(hook: hooks.Hook[..., Any], **answers: Callable[..., Any]) -> None:
        monkeypatch.setattr(hook, "_answers", answers)

    return replace
