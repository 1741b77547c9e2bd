"""Preparation of a database: public tables, the blueprint, rights, words, spaces."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.migrations.loader import MigrationLoader

from saas.commands import catalogues
from saas.kernel import schema
from tenants.spaces.database import birth, blueprint, grants
from tenants.spaces.database.cells import directory, replication
from tenants.spaces.database.upkeep import run, safety
from tenants.spaces.database.upkeep.report import Report
from tenants.spaces.models import Blueprint

type Say = Callable[[str], None]


def prepare(say: Say, at: dt.datetime, options: run.RunOptions | None = None) -> Report:
    """Bring the database up to date with the code, as the owner; idempotent.

    Order: the shared tables, then the blueprint of new spaces, then each existing space.
    """
    if connections["default"].settings_dict["OPTIONS"].get("assume_space_role") is not False:
        raise RuntimeError("preparing needs DATABASE_OWNER_URL and TROOVON_PROCESS=manage")
    with schema.in_public(), birth.alone("default", lambda: say("another one is at work: waiting")):
        contracts = bool(settings.CELLS) and _contracts()
        failed = {} if contracts else prepare_cells(say)
        say("tables")
        migrate_public()
        say("rights")
        grants.apply()
        failed |= connect_cells(say)
        if contracts:  # what home drops it sends no longer, and only then a cell drops it, too
            failed |= prepare_cells(say)
        say("blueprint")
        renew_blueprint(at)
        say("languages")
        catalogues.compile_all(settings.LOCALE_PATHS)
        say("spaces")
        report = run.bring_up(options or run.RunOptions(), say)
        report.failed |= failed
        return report


def prepare_cells(say: Say, *, only: str = "") -> dict[str, str]:
    """Give each cell the tables, views and rights of `public`; return the reasons of failures.

    They come before home's: a cell must know a column before home sends it.
    """
    return _in_each_cell(say, "tables", _prepare_cell, only=only)


def connect_cells(say: Say, *, only: str = "") -> dict[str, str]:
    """Publish what spaces read of `public`, and let each cell subscribe; return the failures."""
    if settings.CELLS:
        replication.publish("default")
    return _in_each_cell(say, "subscription", connect_cell, only=only)


def _in_each_cell(
    say: Say, step: str, do: Callable[[str, str], None], *, only: str
) -> dict[str, str]:
    failed = {}
    for cell in [only] if only else settings.CELLS:
        say(f"cell {cell}: {step}")
        try:
            do(cell, directory.alias_in(cell, "default"))
        except (DatabaseError, replication.NotEmptyError, replication.NotFollowingError) as error:
            failed[f"cell {cell}"] = f"{step}: {str(error).strip().partition('\n')[0]}"
    return failed


def _prepare_cell(_cell: str, there: str) -> None:
    migrate_public(there)
    grants.apply(there)


def connect_cell(cell: str, there: str, *, home: str = "default") -> None:
    """Let a cell subscribe, and wait until it follows. Raises NotFollowingError if it does not."""
    replication.subscribe(cell, home, there)
    link = replication.wait(cell, home)
    if link.faults or link.waiting_tables:
        raise replication.NotFollowingError(replication.sentence_of(link))


def _contracts() -> bool:
    """Return True if a missing migration drops what the release before still used."""
    loader = MigrationLoader(connections["default"])
    missing = set(loader.graph.nodes) - set(loader.applied_migrations)
    return any(hasattr(loader.disk_migrations[key], "contract_of") for key in missing)


def migrate_public(alias: str = "default") -> None:
    """Run the migrations of the shared tables, unless all are applied.

    Raises Unsafe, before any change, if a migration would block connected users or break the
    release that serves them. An empty database has no users.
    """
    loader = MigrationLoader(connections[alias])
    if loader.applied_migrations:
        safety.refuse(loader)
    if set(loader.graph.nodes) - set(loader.applied_migrations):
        blueprint.run_migrations(alias)


def renew_blueprint(at: dt.datetime) -> None:
    """Write the blueprint of these migrations unless it exists, and make it the current blueprint.

    A space being founded from the former blueprint is finished first; later spaces use the new
    blueprint.
    """
    wanted = blueprint.migrations_hash()
    hashes = list(
        Blueprint.objects.order_by("made_at", "pk").values_list("migrations_hash", flat=True)
    )
    if hashes and hashes[-1] == wanted:
        return
    made = None if wanted in hashes else blueprint.write()
    with transaction.atomic():
        birth.hold_blueprint(exclusive=True, alias="default")
        if made is None:
            Blueprint.objects.filter(migrations_hash=wanted).update(made_at=at)
        else:
            Blueprint.objects.create(
                migrations_hash=wanted, script=made.script, facts=made.facts, made_at=at
            )
