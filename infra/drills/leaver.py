"""Within a second of the closing of an account nothing opens to its person, and nothing is lost."""

from infra.drills import web_services
from infra.drills.harness import Asked, Bar, Report

FULL = 100
FAULTS = frozenset({
    "account_left_open",
    "person_remembered",
    "pass_kept",
    "session_comes_back",
    "invitation_kept",
    "letter_sent",
    "page_cached",
    "messages_lost",
})  # fmt: skip


def run(asked: Asked, bar: Bar) -> Report:
    """Let `rounds` people leave, each with browsers that go on knocking at every door."""
    return web_services.run("leaver", asked=asked, rounds=asked.rounds or FULL, bar=bar)
