"""Within a second of the closing of an account nothing opens to its person, and nothing is lost."""

from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import web_services

FULL = 100
FAULTS = frozenset({
    "account_left_open",
    "person_remembered",
    "passes_not_revoked",
    "session_comes_back",
    "withdrawn_invitation_opens",
    "mail_to_leaver_sent",
    "page_cached",
    "messages_lost",
})  # fmt: skip


def run(options: DrillOptions, bar: Bar) -> Report:
    """Let `rounds` people leave, each with browsers that go on trying every route."""
    return web_services.run("leaver", options=options, rounds=options.rounds or FULL, bar=bar)
