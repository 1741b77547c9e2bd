"""A list of 30,000 colleagues, read, previewed and applied, beside a bare COPY and merge."""

import json
import time
import uuid
from typing import Any

import psycopg

from infra.assets.build import ASSETS, build
from infra.benches.bench_servers import NAME, prepared_bench
from infra.benches.table import Result

ROUNDS, LINES = 5, 30_000
MOST_TIMES_BARE = 3.0
_STAGE = "CREATE TEMP TABLE stage (email text, first_name text, last_name text, token text)"
_MERGE = """
    INSERT INTO north.members_joinrequest
        (email, first_name, last_name, invited_by_id, language, nonce, token_hash, asked_at,
         expires_at)
    SELECT s.email, s.first_name, s.last_name, (SELECT min(id) FROM north.accounts_user), 'fr',
           gen_random_uuid(), s.token, now(), now() + interval '60 days'
    FROM stage s
    LEFT JOIN north.accounts_user u ON u.email = s.email
    LEFT JOIN north.members_joinrequest j ON j.email = s.email
    WHERE u.id IS NULL AND j.id IS NULL
    ON CONFLICT DO NOTHING
"""


def run(rounds: int, _spaces: int) -> Result:
    """Measure the steps of a list in turn; the first round of all warms up."""
    build(ASSETS)
    seconds: dict[str, list[float]] = {}
    with prepared_bench() as bench:
        url = psycopg.conninfo.make_conninfo(bench.admin, dbname=NAME)
        with (
            psycopg.connect(url, autocommit=True) as connection,
            bench.worker("bench_roster", "--lines", str(LINES), process="bench") as worker,
        ):
            for number in range((rounds or ROUNDS) + 1):
                connection.execute("DELETE FROM north.members_joinrequest")
                bare = bare_seconds(connection, LINES)
                connection.execute("DELETE FROM north.members_joinrequest")
                connection.execute("VACUUM ANALYZE north.members_joinrequest")
                cost = {"bare": bare, **json.loads(worker.ask("round"))}
                for name, each in cost.items() if number else ():
                    seconds.setdefault(name, []).append(each)
    notes: dict[str, Any] = {"lines": LINES, "times_bare_ceiling": MOST_TIMES_BARE}
    return Result("roster", seconds, "bare", notes)


def bare_seconds(connection: psycopg.Connection[Any], lines: int) -> float:
    """Return the seconds of a COPY of all lines and their merge, with nothing checked."""
    connection.execute("DROP TABLE IF EXISTS stage")
    connection.execute(_STAGE)
    rows = [
        (f"a{number}@north.example", "Awa", f"Sissoko {number}", uuid.uuid4().hex * 2)
        for number in range(lines)
    ]
    began = time.perf_counter()
    with connection.transaction():
        with connection.cursor().copy("COPY stage FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute(_MERGE)
    return time.perf_counter() - began
