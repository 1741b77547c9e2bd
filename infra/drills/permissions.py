"""Everybody tries every method of every address, and gets what the table says; nothing else."""

from infra.drills import web_services
from infra.drills.harness import Bar, DrillOptions, Report

FAULTS = frozenset({
    "sign_in_not_asked",
    "role_check_dropped",
    "object_check_dropped",
    "method_opened",
    "forbidden_instead_of_not_found",
    "refusal_with_an_effect",
    "csrf_dropped",
    "pass_replayed",
    "pass_pressed_anywhere",
    "lapsed_session_accepted",
})  # fmt: skip


def run(options: DrillOptions, bar: Bar) -> Report:
    """Walk the table of routes over HTTP; `rounds` says how many of its rows, 0 all."""
    return web_services.run("permissions", options=options, rounds=options.rounds, bar=bar)
