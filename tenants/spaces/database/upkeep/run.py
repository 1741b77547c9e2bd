"""Brings all spaces up to the code, from the first look to the report."""

import json
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader

from tenants.spaces.database import blueprint, fingerprint
from tenants.spaces.database.cells import directory
from tenants.spaces.database.upkeep import plan, state
from tenants.spaces.database.upkeep.replay import OnOutcome, Outcome, Replay
from tenants.spaces.database.upkeep.report import Progress, Report, Say
from tenants.spaces.database.upkeep.state import Key
from tenants.spaces.models import Blueprint, Tenant

WORKERS = 2  # the server does the work: more were no faster


@dataclass(frozen=True)
class RunOptions:
    """The options of a run: login, number of workers, verification, terminal."""

    alias: str = "default"
    workers: int = WORKERS
    verify: bool = False  # read the migrations from each schema, regardless of its row
    terminal: bool = False


def bring_up(options: RunOptions, say: Say) -> Report:
    """Migrate every outdated space and report the results; without any, run a query a cluster."""
    report = _bring_up_cluster("", options, say)
    for cell in settings.CELLS:
        try:
            report.add(_bring_up_cluster(cell, options, say))
        except DatabaseError as error:
            report.failed[f"cell {cell}"] = str(error).strip().partition("\n")[0]
    return report


def _bring_up_cluster(cell: str, options: RunOptions, say: Say) -> Report:
    """Migrate the outdated spaces at home, or of a cell."""
    began = time.perf_counter()
    wanted = blueprint.migrations_hash()
    spaces = state.read_spaces(wanted, options.alias, cell=cell, verify=options.verify)
    report = Report(len(spaces.current), failed=dict(spaces.broken), skipped=dict(spaces.skipped))
    have = state.applied(spaces.behind, directory.alias_in(cell, options.alias))
    groups = state.grouped(have, _wanted_keys())
    report.current += _note_current(groups.pop(frozenset(), []), wanted, options.alias)
    progress = Progress(sum(map(len, groups.values())), say, terminal=options.terminal)

    def on_outcome(outcome: Outcome) -> None:
        report.count_outcome(outcome)
        progress.show_outcome(outcome)

    for names in groups.values():
        _bring_up_group(cell, names, have[names[0]], options=options, on_outcome=on_outcome)
    report.seconds = time.perf_counter() - began
    return report


def _bring_up_group(
    cell: str, names: list[str], have: frozenset[Key], *, options: RunOptions, on_outcome: OnOutcome
) -> None:
    try:
        steps = plan.rehearse(have, _script_of(have, options.alias), options.alias)
    except Exception as error:  # noqa: BLE001 - a migration may raise anything; the others go on
        for name in names:
            on_outcome(Outcome(name, f"the rehearsal failed: {error}".strip().partition("\n")[0]))
        return
    wanted = blueprint.migrations_hash()
    replay = Replay(
        steps,
        wanted_hash=wanted,
        alias=directory.alias_in(cell, options.alias),
        home=options.alias,
        workers=options.workers,
    )
    replay.run(names, on_outcome)


def _wanted_keys() -> frozenset[Key]:
    labels = fingerprint.space_labels()
    nodes = MigrationLoader(None).graph.nodes
    return frozenset((app, name) for app, name in nodes if app in labels)


def _note_current(names: list[str], wanted: str, alias: str) -> int:
    """Write down that these have all migrations, so that the next run need not ask them."""
    stale = Tenant.objects.using(alias).filter(schema_name__in=names)
    stale.exclude(schema_hash=wanted).update(schema_hash=wanted)
    return len(names)


def _script_of(have: frozenset[Key], alias: str) -> str | None:
    """Return the blueprint with the most migrations, if all its migrations are in `have`."""
    labels = fingerprint.space_labels()
    own = {key for key in have if key[0] in labels}
    script, most = None, 0
    for made in (
        Blueprint.objects.using(alias).filter(facts__isnull=False).order_by("-made_at").iterator()
    ):
        seeds = _seeds_of(made)
        if seeds <= own and len(seeds) > most:
            script, most = made.script, len(seeds)
    return script


def _seeds_of(made: Blueprint) -> set[Key]:
    rows = [
        json.loads(row[1].partition(" ")[2]) for row in made.facts or [] if row[0] == "seed row"
    ]
    return {(row["app"], row["name"]) for row in rows}
