"""A server that refuses us, or is too old, is explained in a sentence."""

import io

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from tenants.spaces.database import locks, server


def test_server_of_tests_is_fit(db: None) -> None:
    assert server.check() >= server.OLDEST


def test_older_version_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OLDEST", 99)
    with pytest.raises(server.UnfitServerError, match=r"PostgreSQL 99 or later .* is \d\d:"):
        server.check()
    with pytest.raises(CommandError, match="PostgreSQL 99 or later is needed"):
        call_command("prepare", stdout=io.StringIO(), stderr=io.StringIO())


def test_server_that_is_gone_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    with pytest.raises(server.UnfitServerError, match=r":1 refuses the connection: .*refused"):
        server.check()


def test_wrong_password_stops_a_process_with_the_reason(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = 'connection to server at "h", port 5 failed: FATAL:  password authentication failed'

    def refuse(**_: object) -> None:
        raise psycopg.OperationalError(f'{reason} for user "troovon_app"')

    def unreachable() -> None:
        raise OperationalError

    monkeypatch.setattr(psycopg, "connect", refuse)
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(locks, "inspect", unreachable)
    with pytest.raises(SystemExit) as end:
        locks.refuse_to_start_open()
    sentence = str(end.value)
    assert 'password authentication failed for user "troovon_app"' in sentence
    assert "DATABASE_URL" in sentence
