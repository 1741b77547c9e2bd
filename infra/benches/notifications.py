"""Digests of thousands of members by a single worker, against bare writing of as many mails."""

import json

from infra.benches.bench_servers import NAME, prepared_bench, working
from infra.benches.money.billing_services import SETTINGS
from infra.benches.table import Result

ROUNDS = 3
MEMBERS, FEW = 5_000, 50


def run(rounds: int, _spaces: int, *, members: int = MEMBERS) -> Result:
    """Send a day's digests to all members, and write as many mails without asking anything."""
    rounds = rounds or ROUNDS
    with prepared_bench() as ground:
        env = ground.environment(NAME, SETTINGS, "bench")
        with working(["bench_notifications"], env, ground.folder / "notifications.log") as worker:
            few = json.loads(worker.ask(f"fill {FEW}"))
            small = json.loads(worker.ask("notify")), json.loads(worker.ask("digests"))
            worker.ask(f"fill {members - few}")
            measured = [json.loads(worker.ask("notify")) for _ in range(rounds)]
            digests, bare = [], []
            for _ in range(rounds):
                digests.append(json.loads(worker.ask("digests")))
                bare.append(float(worker.ask("bare")))
    return Result(
        "notifications",
        {"digests": [one["seconds"] for one in digests], "bare letters": bare},
        "bare letters",
        {
            "members": members,
            "letters": digests[-1]["letters"],
            "digests_within_a_minute": max(one["seconds"] for one in digests) < 60,  # noqa: PLR2004
            "statements_of_an_event_for_few": small[0]["statements"],
            "statements_of_an_event_for_all": measured[-1]["statements"],
            "milliseconds_of_an_event_for_all": round(
                1000 * min(one["seconds"] for one in measured)
            ),
            "statements_to_make_digests_of_few": small[1]["statements"],
            "statements_to_make_500_digests": digests[-1]["statements_a_batch"],
        },
    )
