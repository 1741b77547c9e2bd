"""Real commits and a second connection: a treaty ends at once, and two proposals are merged."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.tasks import PublicTask, TenantTask
from tenants.community.members.models import Role
from tenants.community.treaties.forms import deciding
from tenants.spaces.models import Tenant, Treaty
from tests.fixtures.people import make_user
from tests.fixtures.together import at_once, done_meanwhile
from tests.tenants.community.treaties.test_open_items import lay

SEEN = "SELECT count(*) FROM public.spaces_open_item"


@pytest.fixture
def bosses(own_database: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, User]:
    for base in (TenantTask, PublicTask):
        monkeypatch.setattr(base, "apply_async", lambda *_, **__: None)
    found = {}
    for space in ("north", "south"):
        with schema.inside(space):
            found[space] = make_user("Nadia")
            Role.objects.create(
                user=found[space], role="administrator", given_at=dt.datetime.now(dt.UTC)
            )
    return found


def propose(space: str, bosses: dict[str, User]) -> str:
    other = {"north": "south", "south": "north"}[space]
    with schema.inside(space):
        by, now = bosses[space], timezone.now()
        return deciding.propose(
            address=other, gives=["things"], takes=[], message="", by=by, at=now
        )


@pytest.fixture
def shown(bosses: dict[str, User]) -> str:
    """Create a treaty agreed by both spaces, with an item of the north visible to the south."""
    reference = propose("north", bosses)
    with schema.inside("south"):
        deciding.accept(reference=reference, by=bosses["south"], at=timezone.now())
    lay("north", "things", "PA-NORTH1")
    assert seen_by_south() == 1
    return reference


def seen_by_south() -> int:
    with schema.inside("south"), connection.cursor() as cursor:
        cursor.execute(SEEN)
        return int(cursor.fetchone()[0])


def test_revoked_on_one_connection_it_is_over_on_every_other(
    bosses: dict[str, User], shown: str
) -> None:
    def revoke() -> None:
        deciding.revoke(reference=shown, by=bosses["north"], at=timezone.now())

    assert done_meanwhile(revoke)
    assert seen_by_south() == 0


def test_a_suspended_space_shows_nothing_until_it_is_open_again(shown: str) -> None:
    north = Tenant.objects.using("owner").filter(schema_name="north")
    north.update(state=Tenant.State.SUSPENDED)
    assert seen_by_south() == 0
    north.update(state=Tenant.State.ACTIVE)
    assert seen_by_south() == 1


def test_concurrent_proposals_leave_one_treaty(bosses: dict[str, User]) -> None:
    def outcome(space: str) -> str:
        try:
            return propose(space, bosses)
        except Refused as refusal:
            return refusal.sentence[:26]

    outcomes = at_once(outcome, ("north", "south"))
    assert outcomes.count("Un accord existe déjà avec") == 1
    with schema.in_public():
        assert Treaty.objects.count() == 1
