"""The blueprint is made in a database without spaces, which is gone afterwards."""

import logging
import time

import pytest
from django.db import connections

from tenants.spaces.database import apart, blueprint
from tests.tenants.spaces.database import connecting

pytestmark = pytest.mark.usefixtures("own_database")


def databases() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def test_blueprint_is_made_where_no_space_is(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def dump(database: dict[str, str]) -> str:
        with connections["owner_blueprint"].cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'")
            seen.extend(name for (name,) in cursor.fetchall())
        return str(database["NAME"])

    monkeypatch.setattr(blueprint, "_dump", dump)
    before, began = databases(), time.process_time()
    made = blueprint.write("owner")
    assert time.process_time() - began < 5  # of ours, which is most of it; 1.3 s here
    assert sorted(seen) == ["information_schema", "public", blueprint.TOKEN]
    assert made.script.startswith(connections["owner"].settings_dict["NAME"])
    assert databases() == before
    assert "owner_blueprint" not in connections.databases


def test_owner_without_the_right_makes_it_among_the_spaces(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with connecting.admin() as admin:
        admin.execute("ALTER ROLE troovon_owner NOCREATEDB")
        try:
            with caplog.at_level(logging.WARNING), apart.database("owner") as there:
                assert there == "owner"
        finally:
            admin.execute("ALTER ROLE troovon_owner CREATEDB")
    assert "cluster.sql" in caplog.text
