"""No word of a space reaches another by any page, file, mail, job, key, log or statement."""

import json
from functools import partial
from typing import Any

from infra.drills.running import installation, planting, stored
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import crawl
from infra.local import demo, processes
from infra.local.progress import Progress
from infra.local.stack import MANAGE, Stack

FULL = 250_000
THREADS = 6
CRAWLED = 0.97  # the rest are statements and stored objects: some 9,700, always the same
FAULTS = frozenset({
    *planting.STATEMENTS,
    "stacked_statements",
    "cache_key_without_schema",
    "file_without_check",
    "page_of_the_wrong_space",
    "session_of_any_space",
    "job_without_its_space",
})  # fmt: skip
SECONDS = 900


def run(options: DrillOptions, bar: Bar) -> Report:
    """Fill three spaces, try all statements, crawl every page, search the stored data."""
    report = Report()
    with demo.throw_away(Progress("en"), partial(_drilled, options)) as stack:
        result = _run_command(stack, "drill_canaries", as_owner=True)
        planting.plant(stack, options.plant)
        crawler = crawl.Crawler(stack.port, result, options.seed)
        count = round((options.rounds or FULL) * CRAWLED)
        _note(report, result, crawler.crawl(count, THREADS, bar.at))
        # Before the statements below, since PostgreSQL itself writes their errors to its log.
        stored.Search(stack, result["spaces"], crawler.book).into(report)
        walls = _run_command(stack, "drill_walls")
        report.tried.update(walls["tried"])
        for what in walls["found"]:
            report.find(what)
        report.notes["open_by_design"] = walls["open"]
    tried = report.tried
    tried["probes"] = count + tried["statements"] + tried["stored objects"]
    return report


def _drilled(options: DrillOptions, *args: Any, **kwargs: Any) -> Stack:
    stack = installation.DrilledStack(*args, **kwargs, cells=options.cells)
    stack.plant = options.plant
    return stack


def _run_command(stack: Stack, name: str, *words: str, as_owner: bool = False) -> dict[str, Any]:
    child = stack.begin_command(name, [*MANAGE, name, *words], as_owner=as_owner)
    processes.finish(child, seconds=SECONDS)
    result: dict[str, Any] = json.loads(stack.output(name).read_text().splitlines()[-1])
    return result


def _note(report: Report, result: dict[str, Any], seen: crawl.Seen) -> None:
    report.tried.update(seen.tried)
    report.notes["statuses"] = dict(seen.statuses)
    report.notes["server_errors"] = dict(seen.failed.most_common(10))
    report.notes["connections_that_broke"] = dict(seen.broken.most_common(5))
    report.notes["answers_that_showed_ones_own"] = dict(seen.own)
    for kind in result["spaces"][0]["sessions"]:
        if kind != crawl.LEAVER and not seen.own[kind]:
            report.find(f"nothing was tried: no {kind} saw anything of their own space")
    for what, count in seen.breaches.most_common():
        report.find(f"{what} ({count} times)")
