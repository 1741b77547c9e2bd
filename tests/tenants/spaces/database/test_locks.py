"""Each lock is looked at: open it, and it is named; close it again, and nothing is said."""

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import checks
from django.db import OperationalError, connection
from django.db.backends.postgresql import base as postgresql

from infra.local import testing
from infra.local.servers import databases
from tenants.spaces.database import base, locks, server
from tests.tenants.spaces.database import connecting

SQL = databases.FILES / "locks.sql"
# The statement that opens each lock, the message about it, and the statement that closes it if a
# new database is not enough.
OPENED = [
    ("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC", "set_config may be called by PUBLIC", ""),
    ("GRANT EXECUTE ON FUNCTION set_config TO north", ", north: a statement could change", ""),
    ("GRANT UPDATE ON pg_settings TO PUBLIC", "pg_settings may be updated by PUBLIC", ""),
    ("GRANT EXECUTE ON FUNCTION pg_notify TO PUBLIC", "pg_notify(text,text) by everybody", ""),
    ("GRANT EXECUTE ON FUNCTION lo_creat TO PUBLIC", "lo_creat(integer) by everybody", ""),
    ("GRANT EXECUTE ON FUNCTION pg_cancel_backend TO north", "backend(integer) by north", ""),
    ("GRANT EXECUTE ON FUNCTION ts_rewrite(tsquery, text) TO PUBLIC", "ts_rewrite(tsquery,te", ""),
    (f"ALTER DATABASE {testing.database()} RESET temp_file_limit", "is without limit", ""),
    ("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC", "may write functions: plpgsql", ""),
    ("GRANT CREATE ON SCHEMA public TO north", "north may make objects in public", ""),
    ("CREATE FOREIGN DATA WRAPPER far", "far is installed", ""),
    ("CREATE TABLE public.mine (); ALTER TABLE public.mine OWNER TO troovon_app", "owns table", ""),
    ("GRANT SELECT ON public.spaces_domain TO north", 'SELECT ON public."spaces_domain"', ""),
    (
        "CREATE FUNCTION public.as_owner() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
        "as_owner(), ",
        "",
    ),
    (
        "CREATE FUNCTION public.run(text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE $1; END'",
        "run(text) runs as its owner, or runs a text",
        "",
    ),
    ("ALTER ROLE troovon_app INHERIT", "BYPASSRLS, INHERIT", "ALTER ROLE troovon_app NOINHERIT"),
    ("ALTER ROLE troovon_app BYPASSRLS", "BYPASSRLS", "ALTER ROLE troovon_app NOBYPASSRLS"),
    ("ALTER ROLE north CREATEROLE", "north has an attribute", "ALTER ROLE north NOCREATEROLE"),
    ("GRANT south TO north", "north is a member of more", "REVOKE south FROM north"),
    (
        "GRANT troovon_owner TO troovon_app WITH INHERIT FALSE",
        "may become troovon_owner",
        "REVOKE troovon_owner FROM troovon_app",
    ),
    (
        "GRANT north TO troovon_app WITH INHERIT TRUE",
        "has the rights of north without becoming it",
        "REVOKE north FROM troovon_app GRANTED BY CURRENT_USER",
    ),
    (
        f"GRANT TEMP ON DATABASE {testing.database()} TO PUBLIC",
        "TEMPORARY to PUBLIC is granted on the database",
        "",
    ),
]  # fmt: skip


def test_a_database_that_we_made_has_every_lock_also_for_its_owner(own_database: None) -> None:
    assert locks.faults() == []
    assert locks.faults("owner") == []


def test_each_lock_that_is_open_is_named_and_no_other(own_database: None) -> None:
    with connecting.admin() as admin, contextlib.ExitStack() as closings:
        for opening, _sentence, closing in OPENED:
            closings.callback(admin.execute, closing or "SELECT 1")
            admin.execute(opening)
        connection.close()  # settings of a database apply to later connections
        found = locks.faults()
    for _opening, sentence, _closing in OPENED:
        assert len([fault for fault in found if sentence in fault]) == 1, (sentence, found)
    assert all(any(sentence in fault for _, sentence, _ in OPENED) for fault in found), found


def test_a_cursor_that_sends_several_statements_is_named(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    whole, plain = base.DatabaseWrapper.get_connection_params, {"cursor_factory": postgresql.Cursor}
    monkeypatch.setattr(
        base.DatabaseWrapper, "get_connection_params", lambda self: whole(self) | plain
    )
    (fault,) = locks.faults()
    assert fault == "the app's cursor is Cursor: it sends several statements in one message"
    connection.close()


def test_an_older_database_catches_up_by_the_same_file(own_database: None) -> None:
    with connecting.admin() as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION set_config, pg_sleep, lo_get(oid) TO PUBLIC")
        assert len(locks.faults()) == 2
        admin.execute(SQL.read_bytes())
    assert locks.faults() == []


def test_the_file_closes_what_is_looked_at() -> None:
    written = re.sub(r"'\s*\n\s*'", "", SQL.read_text())
    assert f"'{locks.CLOSED}'" in written


def test_no_process_begins_while_the_wall_has_a_hole_that_opens_a_space(own_database: None) -> None:
    with connecting.admin() as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION pg_sleep TO PUBLIC")
        locks.refuse_to_start_open()
        (sentence,) = locks.faults()
        assert sentence.endswith("may be called: pg_sleep(double precision) by everybody")
        admin.execute("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC")
    with pytest.raises(SystemExit, match=r"does not start .* set_config may be called by PUBLIC"):
        locks.refuse_to_start_open()


def test_a_process_begins_on_a_managed_server_whose_superuser_is_not_ours(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATABASE_IS_MANAGED", True)
    with connecting.admin() as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC")
        locks.refuse_to_start_open()
        assert locks.faults()
        admin.execute("GRANT south TO north")
        try:
            with pytest.raises(SystemExit, match="north is a member"):
                locks.refuse_to_start_open()
        finally:
            admin.execute("REVOKE south FROM north")


def test_late_database_stops_a_process(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(locks, "inspect", _nobody_there)
    with pytest.raises(SystemExit, match="cannot be asked whether spaces are sealed"):
        locks.refuse_to_start_open()


def _nobody_there() -> None:
    raise OperationalError


def test_the_database_check_of_django_reports_the_same(own_database: None) -> None:
    with connecting.admin() as admin:
        admin.execute("GRANT UPDATE ON pg_settings TO PUBLIC")
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert [(error.id, error.msg) for error in found if error.id == "spaces.E001"] == [
        ("spaces.E001", locks.faults()[0])
    ]
    assert locks.check(databases=None) == []


@pytest.fixture
def proxy(own_database: None) -> Iterator[int]:
    """Yield the port of a proxy like a pooler, with its own numbers for cancelling connections."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = (connection.settings_dict["HOST"], int(connection.settings_dict["PORT"]))
    threading.Thread(target=_serve, args=(listening, address), daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def _serve(listening: socket.socket, address: tuple[str, int]) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        server = socket.create_connection(address)
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    key = re.compile(rb"K\x00\x00\x00\x0c(....)(....)", re.DOTALL)
    # Each side ends with the other; whichever is second finds its line closed.
    with contextlib.suppress(OSError), source, target:
        while data := source.recv(65536):
            target.sendall(key.sub(lambda found: found[0][:5] + struct.pack(">ii", 1, 2), data))


def test_proxy_that_keeps_a_process_for_each_client_is_no_fault(
    proxy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", str(proxy))
    locks.refuse_to_start_open()
    connection.close()


def test_a_proxy_that_shares_connections_is_found_and_stops_a_process(
    proxy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", str(proxy))
    monkeypatch.setattr(server, "_process_of", lambda _connection: 7)  # both clients share it
    with pytest.raises(SystemExit, match="a proxy that shares connections"):
        locks.refuse_to_start_open()
    connection.close()


def test_faults_are_asked_for_again_after_some_seconds_only(own_database: None) -> None:
    assert locks.lately() == []
    with connecting.admin() as admin:
        admin.execute("GRANT UPDATE ON pg_settings TO PUBLIC")
    assert locks.lately() == []
    locks.forget()
    assert len(locks.lately()) == 1
