"""Migrations that are planted beside the product's own, and spaces to try them on."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from pytest_django import Settings

from infra.demo.test_spaces import register
from infra.local.processes import ROOT
from tenants.spaces import provisioning
from tenants.spaces.database import birth
from tenants.spaces.models import Tenant
from tests.fixtures.people import AT

BOARD = "classifieds"


type Found = Callable[[str], Tenant]


def _fresh_name() -> str:
    """Return a package name unused in this process: Python does not reload a changed module.

    A counter would not be unique: pytest and the modules that import this file each have their own.
    """
    return f"planted_{secrets.token_hex(6)}"


class Planter:
    """A copy of an app's migrations, which a test extends with its own."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.package = _fresh_name()
        self.room = ROOT / "tenants" / "community" / BOARD / "migrations"
        self.last = max(path.stem for path in self.room.glob("0*.py"))
        self.settings = settings
        shutil.copytree(self.room, folder / self.package)

    @property
    def modules(self) -> dict[str, str]:
        """The value of MIGRATION_MODULES then."""
        return {BOARD: self.package}

    def plant(self, *operations: str, name: str = "", body: str = "", head: str = "") -> str:
        """Add a migration after the last and return its name."""
        number = int(self.last[:4]) + 1
        planted = f"{number:04}_{name or 'planted'}"
        lines = "\n".join(f"        {operation}," for operation in operations)
        fresh = _fresh_name()
        (self.folder / self.package).rename(self.folder / fresh)
        self.package = fresh
        (self.folder / fresh / f"{planted}.py").write_text(
            "from django.contrib.postgres.operations import AddIndexConcurrently\n"
            "from django.db import migrations, models\n\n"
            f"{head}\n\nclass Migration(migrations.Migration):\n"
            f"    dependencies = [({BOARD!r}, {self.last!r})]\n    {body}\n"
            f"    operations = [\n{lines}\n    ]\n"
        )
        self.last = planted
        self.settings.MIGRATION_MODULES = self.modules
        return planted

    def pull(self, name: str) -> None:
        """Take the last planted migration out again."""
        folder = self.folder / self.package
        (folder / f"{name}.py").unlink()
        self.last = max(path.stem for path in folder.glob("0*.py"))


@pytest.fixture
def planter(
    own_database: None, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Planter:
    """Plant migrations in the classifieds' room for this test only."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return Planter(tmp_path, settings)


@pytest.fixture
def found(own_database: None) -> Iterator[Found]:
    """Found spaces under names that the test chooses; their roles outlive no test."""
    made = []

    def make(name: str) -> Tenant:
        made.append(name)
        with transaction.atomic(using="owner"):
            birth.make_role(name)
            birth.make_schema(name, provisioning.current_script())
            slug, kind = name.replace("_", "-"), Tenant.Kind.COMPANY
            return register(name, slug=slug, kind=kind, like=name, at=AT)

    yield make
    for name in made:
        birth.drop(name)


def as_owner(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a statement with the owner's login and return its rows, if it has any."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def columns_of(schema: str, table: str = "classifieds_classified") -> set[str]:
    """Return the column names of a table in a space."""
    rows = as_owner(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped",
        [f"{schema}.{table}"],
    )
    return {row[0] for row in rows}
