"""A space in a cell is archived, restored in the emptiest cluster, and deleted."""

import time
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django import Settings

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces import archives, provisioning, restoring
from tenants.spaces.database import catalogue, role_access
from tenants.spaces.database.cells import directory, orphans
from tenants.spaces.models import Tenant
from tests.fixtures.people import AT
from tests.tenants.spaces.database.connecting import ask, who

pytestmark = pytest.mark.proof


@pytest.fixture
def archived(eastern: Tenant, tmp_path: Path) -> Path:
    """The archive of a space in the cell, with a person in it."""
    with schema.inside(eastern.schema_name):
        User.objects.create(email="a@b.example", first_name="Alma", last_name="B", created_at=AT)
    made = archives.make(tenant=eastern, name=archives.new_name(), report=lambda _step: None, at=AT)
    return restoring.fetched(made.name, tmp_path)


def restored(path: Path) -> restoring.Restored:
    slug = f"retour{time.monotonic_ns() % 10**9}"
    return restoring.restore(path=path, slug=slug, report=lambda _step: None, at=AT)


@pytest.mark.parametrize("cell", ["east", ""])
def test_space_comes_back_where_new_ones_are_founded(
    archived: Path, settings: Settings, cell: str
) -> None:
    settings.FOUNDING_CELLS = (cell,)
    tenant = restored(archived).tenant
    name = tenant.schema_name
    directory.forget()
    tenant.refresh_from_db()
    assert tenant.cell == cell
    for place in ("home", "east"):
        stands = place == (cell or "home")
        assert role_access.standing(name, f"owner.{place}") == (stands, stands)
    assert catalogue.missing(name) == []
    with schema.inside(name):
        assert who(connection) == (name, name)
        assert ask(connection, "SELECT first_name FROM accounts_user") == ("Alma",)
    provisioning.undo(tenant=tenant)
    assert not any(role_access.standing(name, f"owner.{cell or 'home'}"))


def test_refused_archive_leaves_nothing_in_the_cell(
    archived: Path, eastern: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_values: object) -> None:
        raise ValueError

    before = schemas_in_east()
    monkeypatch.setattr(restoring, "_store", fail)
    with pytest.raises(Refused):
        restored(archived)
    assert schemas_in_east() == before
    assert orphans.remove() == []


def schemas_in_east() -> int:
    counted = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'"
    return int(ask(connections["owner.east"], counted)[0])
