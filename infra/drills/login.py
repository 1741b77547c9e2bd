"""No entrance reveals if an address has an account, and every attacker soon meets a limit.

At full length some two thousand tries at each entrance: an hour and a half, mostly spent on the
hashes of passwords.
"""

from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import web_services

FULL = 1_000
FAULTS = frozenset({
    "hash_skipped",
    "other_sentence",
    "mail_queued_for_known",
    "slower_for_known",
    "account_unlimited",
    "network_unlimited",
    "office_shut_out",
    "launch_refused",
    "limit_of_one_process",
    "limit_of_known_only",
    "success_starts_anew",
    "strangers_lock_owners_out",
})  # fmt: skip


def run(options: DrillOptions, bar: Bar) -> Report:
    """Try each entrance with `rounds` pairs of addresses, with and without an account."""
    return web_services.run("login", options=options, rounds=options.rounds or FULL, bar=bar)
