"""PgBouncer before PostgreSQL: by session it is allowed, by transaction refused with a sentence."""

import os
import pwd
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from infra.local import processes
from infra.local.servers import ports
from tenants.spaces.database import base, locks
from tests.fixtures.programs import program
from tests.tenants.spaces.database.connecting import ask, who

pytestmark = pytest.mark.proof
CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = {mode}
default_pool_size = 4
"""
type Start = Callable[[str], int]


@pytest.fixture
def bouncer(own_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Yield a function that starts PgBouncer in a mode and returns its port."""
    started: list[processes.Child] = []
    found = program("pgbouncer")
    settings = connection.settings_dict

    def start(mode: str) -> int:
        folder = tmp_path_factory.mktemp("bouncer")
        port, users = ports.any_free(), folder / "users.txt"
        users.write_text(f'"{settings["USER"]}" "{settings["PASSWORD"]}"\n')
        (folder / "pgbouncer.ini").write_text(
            CONFIGURATION.format(
                host=settings["HOST"], port=settings["PORT"], listen=port, users=users, mode=mode
            )
        )
        child = processes.start(
            "pgbouncer",
            [found, *_as_nobody(folder), folder / "pgbouncer.ini"],
            log=folder / "log",
            env={"PATH": os.environ["PATH"]},
        )
        started.append(child)
        processes.wait_until(lambda: not ports.is_free(port), child, seconds=30)
        return port

    yield start
    processes.stop(started)


def _as_nobody(folder: Path) -> list[str]:
    """Let PgBouncer, which refuses root, read its files."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    for parent in folder.parents[:3]:
        if parent.is_relative_to("/tmp"):  # noqa: S108 - pytest's own folders
            parent.chmod(0o711)
    return ["--user", "nobody"]


def through(port: int, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    """Connect the app through the pooler, with the options of `?pooler=session`."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", str(port))
    given = connection.settings_dict["OPTIONS"]
    others = {name: value for name, value in given.items() if name != "options"}
    limits = ("timezone=UTC", "statement_timeout=15s")
    monkeypatch.setitem(
        connection.settings_dict, "OPTIONS", {**others, "session_limits": limits, **options}
    )


def test_pooler_by_session_is_allowed_and_keeps_spaces_apart(
    bouncer: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    through(bouncer("session"), monkeypatch)
    locks.refuse_to_start_open()
    pool = {"min_size": 0, "max_size": 2, "timeout": 30}
    options = {**connection.settings_dict["OPTIONS"], "pool": pool}
    wrapper: Any = base.DatabaseWrapper(
        {**connection.settings_dict, "OPTIONS": options, "CONN_MAX_AGE": 0}, alias="pooled"
    )
    try:
        for name in ("north", "south") * 3:
            wrapper.set_schema(name)
            assert who(wrapper) == (name, name)
            assert ask(wrapper, "SELECT current_setting('statement_timeout')") == ("15s",)
            wrapper.close()
    finally:
        wrapper.close_pool()
        connection.close()


def test_pooler_by_transaction_is_refused(bouncer: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    through(bouncer("transaction"), monkeypatch)
    with pytest.raises(SystemExit, match="pool_mode = session"):
        locks.refuse_to_start_open()
    connection.close()
