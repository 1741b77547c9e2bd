"""The doctor finds each planted fault, and prints the next step."""

import io
import json
import smtplib
import socket
import ssl
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from billing.dispatch import destinations
from saas import environment
from saas.commands.doctor import here, outside
from saas.commands.doctor.findings import OK, WARNING, WRONG, Check, Finding, examine
from saas.monitoring import queries
from tenants.spaces.database import blueprint, locks, server
from tests.fixtures.services import Simulator
from tests.tenants.spaces.database import connecting


def examined(*arguments: str) -> tuple[int, str]:
    output, code = io.StringIO(), 0
    try:
        call_command("doctor", *arguments, stdout=output)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, output.getvalue()


def fault(check: Check) -> Finding:
    found = [one for one in check() if one.state != OK]
    assert len(found) == 1, found
    assert found[0].next_step
    return found[0]


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "last_beat_at", timezone.now)


@pytest.mark.usefixtures("own_database", "scheduler")
def test_healthy_installation_has_exit_code_0() -> None:
    code, text = examined("--offline")
    assert code == 0, text
    parts = ["settings", "database", "locks", "clock", "backups"]
    parts += ["valkey", "encryption", "storage", "disk", "stripe", "tokens", "tokens"]
    lines = [line for line in text.splitlines() if not line.startswith(" ")]
    assert [line.split()[1].rstrip(":") for line in lines] == parts


@pytest.mark.usefixtures("own_database", "scheduler")
def test_answer_as_json_names_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "STRIPE_WEBHOOK_SECRETS", {"snapshot": [], "thin": ["whsec_x"]})
    code, text = examined("--offline", "--json")
    body = json.loads(text)
    assert (code, body["ok"]) == (1, False)
    [wrong] = [one for one in body["findings"] if one["state"] == WRONG]
    assert wrong["part"] == "stripe"
    assert "stripe_destinations" in wrong["next_step"]


@pytest.mark.parametrize(
    ("database", "valkey", "named"),
    [
        (("db.example", {}), "redis://127.0.0.1:6379/0", "db.example"),
        (("db.example", {"sslmode": "require"}), "redis://valkey:6379/0", "db.example"),
        (("", {}), "redis://:word@10.0.0.7:6379/0", "10.0.0.7"),
        (("postgresql", {}), "redis://valkey:6379/0", ""),
        (("10.0.0.6", {"sslmode": "verify-full"}), "rediss://cache.example:6379/0", ""),
    ],
)
def test_server_elsewhere_without_tls_is_named(
    monkeypatch: pytest.MonkeyPatch, database: tuple[str, dict[str, str]], valkey: str, named: str
) -> None:
    described = {"HOST": database[0], "OPTIONS": database[1]}
    monkeypatch.setattr(settings, "DATABASES", {"default": described})
    monkeypatch.setattr(settings, "VALKEY_URL", valkey)
    monkeypatch.setattr(settings, "CACHE_URL", "redis://localhost:6379/1")
    faults = [one.sentence for one in here.check_encryption() if one.state == WARNING]
    assert len(faults) == bool(named)
    assert named in " ".join(faults)
    assert "word" not in " ".join(faults)


def test_settings_of_a_database_carry_its_tls() -> None:
    url = "postgresql://troovon_app@db.example/troovon?sslmode=verify-full&sslrootcert=/ca.pem"
    options = environment.database(url, process="web", as_owner=False)["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/ca.pem")


@pytest.mark.usefixtures("own_database")
def test_open_lock_is_named() -> None:
    with connecting.admin() as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC")
    found = fault(here.check_locks)
    assert found.state == WRONG
    assert found.sentence == locks.SENTENCES["set_config"].format("PUBLIC")


def test_database_that_is_gone_is_asked_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_alias: str = "default") -> int:
        raise server.UnfitServerError("PostgreSQL refuses the connection")

    monkeypatch.setattr(server, "check", refuse)
    code, text = examined("--offline")
    assert code == 1
    assert "PostgreSQL refuses the connection" in text
    assert "locks:" not in text


def test_unprepared_database_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blueprint, "migrations_hash", lambda: "of another release")
    assert "prepare" in fault(here.check_database).next_step


def test_stopped_scheduler_and_drifting_clock_are_named(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(queries, "last_beat_at", lambda: now)
    monkeypatch.setattr(timezone, "now", lambda: now + here.MOST_DRIFT * 100)
    drift, stopped = (one for one in here.check_clock() if one.state == WRONG)
    assert "seconds" in drift.sentence
    assert "heartbeat" in stopped.sentence
    monkeypatch.undo()
    monkeypatch.setattr(queries, "last_beat_at", lambda: None)
    assert fault(here.check_clock).state == WARNING


def test_silent_valkey_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VALKEY_URL", "redis://:canary@127.0.0.1:1/0")
    found = fault(here.check_valkey)
    assert "VALKEY_URL" in found.sentence
    assert "canary" not in str(found)


def test_storage_that_keeps_nothing_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise OSError("canary")

    monkeypatch.setattr(default_storage, "save", refuse)
    found = fault(here.check_storage)
    assert (found.state, "canary" in str(found)) == (WRONG, False)


def test_full_disk_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DISK_FREE_MB", 2**40)
    assert fault(here.check_disk).state == WRONG


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (ConnectionRefusedError(), "host, port and scheme"),
        (smtplib.SMTPNotSupportedError("STARTTLS"), "?tls=no"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "user and password"),
    ],
)
def test_mail_server_that_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, error: Exception, step: str
) -> None:
    class Refusing:
        def open(self) -> None:
            raise error

    monkeypatch.setattr(settings, "MAIL_URL", "smtp://relay.example:25")
    monkeypatch.setattr(outside, "mailers", type("Mailers", (), {"default": Refusing()}))
    assert step in fault(outside.check_mail).next_step


def test_outbox_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAIL_URL", "outbox:")
    assert fault(outside.check_mail).state == WARNING


def test_missing_records_of_the_sender_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"mail.example": ["v=spf1 -all"], "m1._domainkey.mail.example": ["v=DKIM1; p=abc"]}

    class Names:
        def texts(self, name: str) -> list[str]:
            return texts.get(name, [])

    monkeypatch.setattr(outside, "resolver", Names)
    monkeypatch.setattr(settings, "DEFAULT_FROM_EMAIL", "Troovon <bonjour@mail.example>")
    monkeypatch.setattr(settings, "MAIL_DKIM_SELECTOR", "m1")
    assert "DMARC" in fault(outside.check_sender).sentence
    texts["_dmarc.mail.example"] = ["v=DMARC1; p=reject"]
    assert {one.state for one in outside.check_sender()} == {OK}
    monkeypatch.setattr(settings, "MAIL_DKIM_SELECTOR", "")
    assert fault(outside.check_sender).state == WARNING


def test_name_without_an_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(name: str, *_: object, **__: object) -> list[object]:
        if name.startswith("doctor-"):
            raise socket.gaierror
        return []

    monkeypatch.setattr(settings, "BASE_HOST", "troovon.example:8443")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "*.troovon.example" in fault(outside.check_names).next_step


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(), ssl.SSLCertVerificationError(1, "expired")]
)
def test_name_without_a_certificate_is_named(
    monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise error

    monkeypatch.setattr(settings, "BASE_SCHEME", "https")
    monkeypatch.setattr(socket, "create_connection", refuse)
    found = outside.check_certificates()
    assert [one.state for one in found] == [WRONG, WRONG]
    assert all(one.next_step for one in found)


def test_missing_destination_of_stripe_is_named(stripe_simulator: Simulator) -> None:
    assert "snapshot, connected, thin" in fault(outside.check_destinations).sentence
    destinations.make_all()
    assert [one.state for one in outside.check_destinations()] == [OK]


def test_check_that_fails_stops_no_other() -> None:
    def broken() -> list[Finding]:
        raise ValueError("canary")

    found = examine({"first": broken, "second": lambda: [Finding("second", OK, "fine")]})
    assert [(one.part, one.state) for one in found] == [("first", WRONG), ("second", OK)]
    assert "canary" not in str(found)


@pytest.mark.parametrize("name", ["METRICS_TOKEN", "HEALTH_TOKEN"])
def test_missing_token_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for one in ("METRICS_TOKEN", "HEALTH_TOKEN"):
        monkeypatch.setattr(settings, one, "" if one == name else "a token")
    found = fault(here.check_tokens)
    assert found.state == WARNING
    assert name in found.sentence
    assert name in found.next_step
