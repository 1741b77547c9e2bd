"""Founding a space, against stock django-tenants' migration of the same schema and raw DDL."""

import contextlib
import statistics
from typing import Any

import psycopg

from infra.benches.bench_servers import NAME, bench
from infra.benches.table import Result

ROUNDS = 7
STOCK = "troovon_stock"
# Tables and sequences of a schema, their indexes and TOAST tables: each is a file.
RELATIONS = """
    WITH own AS (
        SELECT oid, reltoastrelid FROM pg_class
        WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'i', 'S')
    )
    SELECT count(*) FILTER (WHERE c.relkind = 'r'), count(*) FILTER (WHERE c.relkind = 'i'),
           count(*) FILTER (WHERE c.relkind = 'S'), count(*) FILTER (WHERE c.relkind = 't'),
           count(*) FILTER (WHERE pg_relation_filepath(c.oid) IS NOT NULL)
    FROM pg_class c
    WHERE c.oid IN (SELECT oid FROM own) OR c.oid IN (SELECT reltoastrelid FROM own)
       OR c.oid IN (SELECT indexrelid FROM pg_index i JOIN own ON i.indrelid = own.reltoastrelid)
"""


def run(rounds: int, spaces: int) -> Result:
    """Measure the three in turn, round by round, with `spaces` spaces standing there before."""
    rounds = rounds or ROUNDS
    with bench() as ground, contextlib.ExitStack() as stack:
        for database in (NAME, STOCK):
            ground.add_database(database)
            ground.manage("prepare", database=database)
        workers = {
            "troovon": stack.enter_context(ground.worker("bench_founding", "ours")),
            "raw": stack.enter_context(ground.worker("bench_founding", "raw")),
            "stock": stack.enter_context(
                ground.worker(
                    "bench_founding",
                    "stock",
                    database=STOCK,
                    settings="infra.benches.settings.stock_tenants",
                )
            ),
        }
        for worker in workers.values():
            worker.seconds()  # the first run warms imports and caches up
        for _ in range(spaces):
            workers["raw"].seconds()
        seconds: dict[str, list[float]] = {name: [] for name in workers}
        with psycopg.connect(ground.admin, dbname=NAME, autocommit=True) as admin:
            before = bytes_of(admin)
            for _ in range(rounds):
                for name, worker in workers.items():
                    seconds[name].append(worker.seconds())
            founded = rounds * (len(workers) - 1)  # stock founds in a database of its own
            grown = bytes_of(admin) - before
            newest = "SELECT schema_name FROM spaces_tenant ORDER BY id DESC LIMIT 1"
            (name,) = admin.execute(newest).fetchone() or ("",)
            weight = weight_of(admin, name, grown, spaces=founded)
        pairs = zip(seconds["troovon"], seconds["raw"], strict=True)
        to_raw = statistics.median(ours / raw for ours, raw in pairs)
        notes = {"spaces_before": spaces, "founding_to_raw": round(to_raw, 3), **weight}
        return Result("provisioning", seconds, "stock", notes)


def bytes_of(cursor: Any) -> int:
    """Return the size of a database, its catalogue included."""
    cursor = cursor.execute("SELECT pg_database_size(current_database())") or cursor
    return int(cursor.fetchone()[0])


def weight_of(cursor: Any, name: str, grown_bytes: int, *, spaces: int) -> dict[str, Any]:
    """Return the relations of an empty space, and the MiB that each of some new spaces added."""
    cursor = cursor.execute(RELATIONS, [name]) or cursor
    tables, indexes, sequences, toasts, files = cursor.fetchone()
    return {
        "tables": tables,
        "indexes": indexes,
        "sequences": sequences,
        "toast_tables": toasts,
        "files": files,
        "mib": round(grown_bytes / spaces / 2**20, 2),
    }
