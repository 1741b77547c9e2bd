"""A space is restored to a chosen second while the members of all others keep working."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

from psycopg import sql

from infra.benches.point_in_time import TABLE, RestoreBench, restore_bench
from infra.drills.running.harness import Bar, DrillOptions, Report
from tenants.spaces.database import tables

FULL = 200
ROWS = 20
BEFORE_SECONDS = 4.0
AFTER_SECONDS = 2.0
# Too late a moment; a neighbour's rows restored too; primary keys issued twice.
FAULTS = frozenset({"late", "neighbour", "numbers"})
STEPS = 7


def run(options: DrillOptions, bar: Bar) -> Report:
    """Do it once, with `rounds` spaces."""
    with restore_bench(options.rounds or FULL, ROWS) as bench:
        bar.at(1, STEPS, "base backup")
        seconds = bench.take_base()
        report = play(bench, options, bar)
        report.notes["base_backup_seconds"] = round(seconds, 1)
    bar.at(STEPS, STEPS)
    return report


def play(bench: RestoreBench, options: DrillOptions, bar: Bar) -> Report:
    """Write in all spaces, lose a space by a mistake, restore it, and check all of them."""
    report, plants = Report(), options.plant.split(",")
    spaces = options.rounds or FULL
    haste = min(1.0, spaces / 20)
    names: list[str] = bench.ask("found", str(spaces))
    target = names[options.seed % spaces]
    bar.at(2, STEPS, "everybody writes")
    bench.ask("write", str(spaces))
    time.sleep(BEFORE_SECONDS * haste)
    moment = bench.now()
    time.sleep(AFTER_SECONDS * haste)
    expected = bench.titles(target, until=moment)
    lost = bench.titles(target) - expected
    bench.ask("destroy", target)
    bar.at(3, STEPS, "side cluster")
    late = AFTER_SECONDS * haste / 2 if "late" in plants else 0.0
    with bench.side_at(_later(moment, late)) as (side, seconds):
        report.notes["side_cluster_seconds"] = round(seconds, 1)
        bar.at(4, STEPS, "the one space")
        report.notes |= _notes_of(bench.rewind(_slug(target), side))
        if "neighbour" in plants:
            bench.rewind(_slug(names[(options.seed + 1) % spaces]), side)
    bar.at(5, STEPS, "look at all")
    with _planted(bench, target, plants):
        _check_target(bench, target, (expected, lost), report=report)
    _check_others(bench, set(names) - {target}, report)
    return report


def _slug(name: str) -> str:
    return name.replace("_", "-")


def _later(moment: Any, seconds: float) -> Any:
    return moment.fromtimestamp(moment.timestamp() + seconds, moment.tzinfo)


def _notes_of(done: dict[str, Any]) -> dict[str, Any]:
    return {
        "restore_seconds": done["command_seconds"],
        "of_it_copying_seconds": round(done["seconds"], 2),
        "rows_put_back": done["rows"],
    }


@contextlib.contextmanager
def _planted(bench: RestoreBench, target: str, plants: Sequence[str]) -> Iterator[None]:
    if "numbers" not in plants:
        yield
        return
    sequence = sql.Identifier(target, tables.SEQUENCE)
    with bench.admin() as admin:
        last: Any = admin.execute(sql.SQL("SELECT last_value FROM {}").format(sequence)).fetchone()
        first = sql.SQL("(SELECT min(id) - 1 FROM {})").format(sql.Identifier(target, TABLE))
        _set_number(admin, sequence, first)
        yield
        _set_number(admin, sequence, sql.Literal(last[0]))


def _set_number(admin: Any, sequence: sql.Identifier, number: sql.Composable) -> None:
    literal = sql.Literal(sequence.as_string(None))
    admin.execute(sql.SQL("SELECT setval({}, {})").format(literal, number))


def _check_target(
    bench: RestoreBench, target: str, titles: tuple[set[str], set[str]], *, report: Report
) -> None:
    """Find whatever is not as it was at the moment, and whether people can go on from there."""
    expected, lost = titles
    found = bench.titles(target)
    report.tried["rows of the space that was put back"] = len(expected)
    report.tried["rows after the moment"] = len(lost)
    for title in sorted(expected - found):
        report.find(f"gone: {title}")
    for title in sorted(found - expected):
        report.find(f"from after the moment: {title}")
    if not lost:
        report.find("nothing was written after the moment: the drill shows nothing")
    in_the_way = bench.ask("add", target)
    if in_the_way:
        report.find(f"nothing can be added: {in_the_way}")


def _check_others(bench: RestoreBench, others: set[str], report: Report) -> None:
    """Report accepted rows missing in other spaces, and refused writes."""
    result = bench.ask("stop")
    for failure in result["failed"]:
        report.find(f"turned away: {failure}")
    report.notes["longest_write_seconds"] = result["longest_seconds"]
    for name in sorted(others):
        accepted = set(result["accepted"].get(name, []))
        written = {title for title in bench.titles(name) if f" day {result['day']} " in title}
        report.tried["rows of other spaces"] += len(accepted)
        for title in sorted(accepted - written):
            report.find(f"lost elsewhere: {title}")
        for title in sorted(written - accepted):
            report.find(f"came from nowhere: {title}")
