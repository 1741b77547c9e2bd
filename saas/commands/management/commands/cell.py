"""`manage.py cell`: the clusters beside home that hold spaces."""

import json
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from saas.addresses import HOME
from saas.commands import preparation
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces.database import birth
from tenants.spaces.database.cells import directory, faults, halves, moving, overview, replication
from tenants.spaces.models import Tenant

type Options = dict[str, Any]


class Command(BaseCommand):
    """List, prepare, examine and release the cells that CELLS and CELL_OWNERS name."""

    help = "Lists, adds, checks, drains or removes a cell: a further PostgreSQL cluster of spaces."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the verb and its arguments."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, (_do, words) in VERBS.items():
            one = verbs.add_parser(verb, help=words)
            one.add_argument("--json", action="store_true", help="answer in JSON")
            if verb != "list":
                one.add_argument("cell", help="a name of CELLS")
        verbs.choices["add"].add_argument(
            "--anew", action="store_true", help="copy what is shared again, after a restore of it"
        )
        verbs.choices["drain"].add_argument("--to", default=HOME, help="another cell, or home")

    def handle(self, *, verb: str, **options: Any) -> None:
        """Run the verb; exit code 1 if a cell has a fault."""
        if "owner" not in settings.DATABASES:
            raise CommandError("this needs DATABASE_OWNER_URL and CELL_OWNERS")
        _check_named(verb, options)
        try:
            with schema.in_public():
                answer = VERBS[verb][0](self, options)
        except _FAILURES as error:
            raise CommandError(str(error).strip()) from error
        as_json = json.dumps(answer, ensure_ascii=False, indent=1)
        self.stdout.write(as_json if options["json"] else "\n".join(map(_line, answer)))
        if any(row.get("faults") for row in answer):
            sys.exit(1)

    def every(self, _options: Options) -> list[dict[str, Any]]:
        """Return home and each cell: spaces, size, connections, lag, faults."""
        return [as_row(cell) for cell in overview.cells("owner")]

    def add(self, options: Options) -> list[dict[str, Any]]:
        """Give a cell the tables of `public` and let it subscribe; repeatable."""
        cell = options["cell"]
        with birth.alone("default", lambda: self.stderr.write("another one is at work: waiting")):
            if options["anew"]:
                replication.unsubscribe(cell, "owner", directory.alias_in(cell, "owner"))
            for step in (preparation.prepare_cells, preparation.connect_cells):
                failed = step(self.stderr.write, only=cell)
                if failed:
                    raise CommandError("; ".join(failed.values()))
        return self.examine(options)

    def examine(self, options: Options) -> list[dict[str, Any]]:
        """Return the replication to a cell, its open locks, and schemas that belong to no space."""
        cell = overview.cell(options["cell"], "owner", directory.spaces_by_cell())
        is_away = any(fault.kind == faults.AWAY for fault in cell.faults)
        return [as_row(cell, () if is_away else overview.orphans(cell.name))]

    def settled(self, options: Options) -> list[dict[str, Any]]:
        """Forget the acts that a space had perhaps lost, once an operator has put them right."""
        cell = "" if options["cell"] == HOME else options["cell"]
        return [
            {"space": act.space, "request": act.request, "at": act.at.isoformat()}
            for act in halves.settle(cell)
        ]

    def drain(self, options: Options) -> list[dict[str, Any]]:
        """Move every open space of a cell to another cluster; return each with its outcome."""
        _check_drained(options)
        spaces = Tenant.objects.exclude(state=Tenant.State.DELETED).filter(cell=options["cell"])
        to = "" if options["to"] == HOME else options["to"]
        done = []
        for tenant in list(spaces.order_by("pk")):
            self.stderr.write(f"… {tenant.slug}")
            try:
                moved = moving.move(
                    tenant_id=tenant.pk, cell=to, report=lambda _step: None, at=timezone.now()
                )
                done.append({**moved._asdict(), "faults": []})
            except Refused as refusal:
                done.append({"slug": tenant.slug, "faults": [refusal.sentence]})
        return done

    def remove(self, options: Options) -> list[dict[str, Any]]:
        """End the subscription of a cell without spaces, so that home keeps no changes for it.

        Of a cell that is away, only home's part ends.
        """
        cell = options["cell"]
        _check_removed(cell)
        if replication.link_to(cell, "owner").is_away:
            replication.drop_slot(cell, "owner")
            left = f"{cell} is away: its own subscription stays, and nobody answers it"
            return [{"cell": cell, "next": f"{left}. {_TAKE_OUT.format(cell)}"}]
        replication.unsubscribe(cell, "owner", directory.alias_in(cell, "owner"))
        return [{"cell": cell, "next": _TAKE_OUT.format(cell)}]


_TAKE_OUT = "take {} out of CELLS and CELL_OWNERS, and restart the processes"
_FAILURES = (DatabaseError, replication.NotEmptyError, replication.NotFollowingError)


def as_row(cell: overview.Cell, more: tuple[faults.Fault, ...] | list[faults.Fault] = ()) -> Any:
    """Return a cluster as it is printed; each fault with the step that mends it."""
    found = [*cell.faults, *more]
    values = {name: value for name, value in cell._asdict().items() if name != "name"}
    if not cell.name:  # home follows nobody
        values = {name: values[name] for name in ("spaces", "founds", *_SIZES)}
    return {
        "cell": cell.shown,
        **values,
        "faults": [fault.sentence for fault in found],
        "next": [fault.step for fault in found],
    }


_SIZES = ("size_bytes", "connections", "most_connections")


def _check_named(verb: str, options: Options) -> None:
    """Raise CommandError for a cell that CELLS does not name."""
    known = ", ".join(settings.CELLS) or "none"
    allowed = {*settings.CELLS, *([HOME] if verb == "settled" else [])}
    if options.get("cell") is not None and options["cell"] not in allowed:
        raise CommandError(f"CELLS does not name {options['cell']}: it names {known}")
    if options.get("to", HOME) not in {HOME, *settings.CELLS}:
        raise CommandError(f"CELLS does not name {options['to']}: it names {known}")


def _check_drained(options: Options) -> None:
    """Raise CommandError for a drain into itself, or of a cell that new spaces are founded in."""
    if options["to"] == options["cell"]:
        raise CommandError(f"--to names {options['cell']} itself: name another cell, or home")
    _check_founds_nothing(options["cell"])


def _check_removed(cell: str) -> None:
    """Raise CommandError for a cell that holds spaces, or will."""
    _check_founds_nothing(cell)
    if number := directory.spaces_by_cell().get(cell, 0):
        raise CommandError(f"{cell} holds {number} spaces: run `manage.py cell drain {cell}` first")


def _check_founds_nothing(cell: str) -> None:
    if cell in settings.FOUNDING_CELLS:
        raise CommandError(
            f"new spaces are founded in {cell}: take it out of FOUNDING_CELLS and restart the"
            " processes first"
        )


def _line(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_word(value)}" for name, value in row.items())


def _word(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


VERBS: dict[str, tuple[Callable[[Command, Options], Any], str]] = {
    "list": (Command.every, f"{HOME} and each cell: spaces, size, connections, lag, faults"),
    "add": (Command.add, "give it the tables of public, and let it follow home; repeatable"),
    "check": (Command.examine, "replication, locks, and schemas that belong to no space"),
    "drain": (Command.drain, "move each of its spaces to another cell, or home"),
    "settled": (Command.settled, "forget the acts of two clusters that you have put right"),
    "remove": (Command.remove, "end its subscription, once it holds no space"),
}
