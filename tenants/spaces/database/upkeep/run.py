"""Brings all spaces up to the code, from the first look to the report."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader

from tenants.spaces.database import blueprint, fingerprint
from tenants.spaces.database.cells import directory
from tenants.spaces.database.upkeep import plan, state
from tenants.spaces.database.upkeep.replay import Outcome, Replay
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


class _Plans:
    """The steps of each state of spaces, rehearsed once for all clusters."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._known: dict[frozenset[Key], list[plan.Step]] = {}

    def of(self, have: frozenset[Key]) -> list[plan.Step]:
        """Return the steps that lead from a state to the code's."""
        if have not in self._known:
            script = _script_of(have, self.alias)
            self._known[have] = plan.rehearse(have, script, self.alias)
        return self._known[have]


class _Cluster:
    """The spaces of home, or of a cell, and what each group of them lacks."""

    def __init__(self, cell: str, options: RunOptions, say: Say) -> None:
        self.cell, self.options = cell, options
        self.alias = directory.alias_in(cell, options.alias)
        wanted = blueprint.migrations_hash()
        spaces = state.read_spaces(wanted, options.alias, cell=cell, verify=options.verify)
        self.report = Report(
            len(spaces.current), failed=dict(spaces.broken), skipped=dict(spaces.skipped)
        )
        self.have = state.applied(spaces.behind, self.alias)
        self.groups = state.grouped(self.have, _wanted_keys())
        self.report.current += _note_current(
            self.groups.pop(frozenset(), []), wanted, options.alias
        )
        self.progress = Progress(
            sum(map(len, self.groups.values())), say, terminal=options.terminal
        )
        self.replays: list[tuple[Replay, list[str]]] = []

    def plan(self, plans: _Plans) -> None:
        """Rehearse what each group lacks. It works at home alone, as all clusters are alike."""
        for names in self.groups.values():
            try:
                steps = plans.of(self.have[names[0]])
            except Exception as error:  # noqa: BLE001 - a migration may raise anything; the others go on
                reason = f"the rehearsal failed: {error}".strip().partition("\n")[0]
                for name in names:
                    self.on_outcome(Outcome(name, reason))
                continue
            replay = Replay(
                steps,
                wanted_hash=blueprint.migrations_hash(),
                alias=self.alias,
                home=self.options.alias,
                workers=self.options.workers,
            )
            self.replays.append((replay, names))

    def on_outcome(self, outcome: Outcome) -> None:
        """Count the outcome of a space, and show it."""
        self.report.count_outcome(outcome)
        self.progress.show_outcome(outcome)

    def bring_up(self) -> None:
        """Take each group through its steps."""
        for replay, names in self.replays:
            replay.run(names, self.on_outcome)

    def bring_up_in_thread(self) -> None:
        """Do it in a thread, which has connections of its own."""
        try:
            self.bring_up()
        finally:
            connections.close_all()


def bring_up(options: RunOptions, say: Say) -> Report:
    """Migrate every outdated space and report the results; without any, run a query a cluster.

    Each cell is brought up beside home: the servers do the work.
    """
    began = time.perf_counter()
    plans = _Plans(options.alias)
    home = _Cluster("", options, say)
    home.plan(plans)
    cells, failed = [], {}
    for cell in settings.CELLS:
        try:
            cluster = _Cluster(cell, options, say)
        except DatabaseError as error:
            failed[f"cell {cell}"] = _first_line(error)
        else:
            cluster.plan(plans)
            cells.append(cluster)
    with ThreadPoolExecutor(max(len(cells), 1)) as pool:
        working = [(cluster, pool.submit(cluster.bring_up_in_thread)) for cluster in cells]
        home.bring_up()
        for cluster, work in working:
            try:
                work.result()
            except DatabaseError as error:
                failed[f"cell {cluster.cell}"] = _first_line(error)
            home.report.add(cluster.report)
    home.report.failed |= failed
    home.report.seconds = time.perf_counter() - began
    return home.report


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


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
