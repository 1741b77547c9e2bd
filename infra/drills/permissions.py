"""All roles try every method of every address, and get exactly the response in the table."""

from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import web_services

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
    """Request the table's routes over HTTP; `rounds` is the number of rows, 0 for all."""
    return web_services.run("permissions", options=options, rounds=options.rounds, bar=bar)
