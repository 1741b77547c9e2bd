"""People and links that the tests of this room need."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import Invitation, Role


@pytest.fixture
def administrator(owner: User, at: dt.datetime) -> User:
    """The owner, who administers the north."""
    Role.objects.create(user=owner, role=Role.Kind.ADMINISTRATOR, given_at=at)
    return owner


@pytest.fixture
def invitation(administrator: User, at: dt.datetime) -> Invitation:
    """A link for two colleagues, for a week."""
    return actions.invite(by=administrator, uses=2, days=7, company_id=None, at=at)


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the given rooms, and no other, answer a hook."""

    def replace(hook: hooks.Hook[..., Any], **answers: Callable[..., Any]) -> None:
        monkeypatch.setattr(hook, "_answers", answers)

    return replace
