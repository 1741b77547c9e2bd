"""Log lines give the module and the request, without personal data."""

import datetime as dt
import json
import logging
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client, RequestFactory

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.watching import log_context

TOKEN = "wqX3v9Zk1mB7t2cL5yQ8nD4sF6hJ0aPe_rTgUiOxKb"


def line_of(message: str, **brought: object) -> dict[str, str]:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, (), None)
    record.__dict__.update(brought)
    written: dict[str, str] = json.loads(log_context.JsonFormatter().format(record))
    return written


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own time is that of Tokyo."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
def test_text_of_strangers_makes_no_line_and_each_has_the_same_clock() -> None:
    forged = 'x\r\n{"at": "2026-01-01T00:00:00+0000", "message": "signed_in"}\u2028\x85'
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "%s", (forged,), None)
    written = log_context.JsonFormatter().format(record)
    assert "\n" not in written
    assert "\r" not in written
    line = json.loads(written)
    assert line["message"] == forged
    moment = dt.datetime.strptime(line["at"], "%Y-%m-%dT%H:%M:%S%z")
    assert moment.utcoffset() == dt.timedelta()
    assert abs(moment.timestamp() - record.created) < 1


@pytest.mark.parametrize("path", ["/start/confirm/{}/", "/enter/{}/", "/join/confirm/{}"])
def test_a_token_in_an_address_is_not_logged(path: str) -> None:
    written = line_of(f"Not Found: {path.format(TOKEN)}")
    assert TOKEN not in json.dumps(written)
    assert path.partition("{")[0] in written["message"]
    assert line_of("Not Found: /classifieds/PA-7K3Q9M/")["message"].endswith("/PA-7K3Q9M/")


@pytest.mark.parametrize("path", ["/join/kqm3empssbcr/", "/admin/invitations/kqm3empssbcr/qr.svg"])
def test_a_code_that_lets_somebody_in_is_not_logged(path: str) -> None:
    assert "kqm3empssbcr" not in line_of(f"Not Found: {path}")["message"]


def test_the_row_that_the_database_refused_is_not_logged(owner: User) -> None:
    """Check that a row rejected by the database is not logged.

    PostgreSQL's message contains the whole row, with the hash of the password.
    """
    text = "private words"
    with pytest.raises(IntegrityError) as refused:
        User.objects.filter(pk=owner.pk).update(email="NADIA@north.example", first_name=text)
    assert text in str(refused.value)
    error = refused.value
    written = line_of(f"Task x raised {error!r}", exc_info=(type(error), error, refused.tb))
    assert "an_email_address_is_kept_in_lower_case" in written["error"]
    assert "Traceback" in written["error"].rpartition("The above exception")[2]
    assert text not in json.dumps(written)
    assert "md5$" not in json.dumps(written)


def test_request_logs_a_line_with_its_id(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="saas.kernel.http"):
        host = {"Host": settings.BASE_HOST, "X-Request-ID": "abc123"}
        answer = client.get("/health/live", headers=host)
    assert answer.headers["X-Request-ID"] == "abc123"
    assert len([line for line in caplog.messages if line.startswith("GET /health/live 200")]) == 1


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("0f8fad5b-d9cb-469f-a165-70867728950e", True),  # as Caddy sends it
        ("9c3f1d0a" * 4, True),  # as nginx does
        ("a.b_c-1", True),
        ("x" * 65, False),
        ("-x", False),
        ('x"y', False),
        ("x y", False),
        ("", False),
    ],
)
def test_id_of_a_proxy_is_taken_if_it_is_a_plain_word(
    client: Client, given: str, *, is_taken: bool
) -> None:
    host = {"Host": settings.BASE_HOST, "X-Request-ID": given}
    answered = client.get("/health/live", headers=host).headers["X-Request-ID"]
    assert (answered == given) == is_taken
    assert answered


def test_line_of_a_request_has_fields(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="saas.kernel.http"):
        client.get("/fr/join/kqm3empssbcr/", headers={"Host": settings.BASE_HOST})
    [record] = [one for one in caplog.records if one.name == "saas.kernel.http"]
    line = json.loads(log_context.JsonFormatter().format(record))
    assert {name: line[name] for name in ("method", "status", "host", "route")} == {
        "method": "GET",
        "status": 404,
        "host": settings.BASE_HOST,
        "route": "none",
    }
    assert isinstance(line["duration_ms"], int)
    assert "kqm3empssbcr" not in json.dumps(line)


def test_line_names_request_job_and_schema_also_when_they_are_over() -> None:
    with (
        log_context.request("abc") as request_id,
        log_context.job("job-1", f"{request_id}-of-the-job"),
        schema.inside("north"),
    ):
        written = line_of("%s d’un coup", args=("tout",))
    assert written.pop("at")
    assert written == {
        "level": "warning",
        "logger": "django.request",
        "message": "tout d’un coup",
        "request": "abc-of-the-job",
        "job": "job-1",
        "schema": "north",
    }
    request = RequestFactory().get("/nowhere/")
    request.request_id = "abc"  # type: ignore[attr-defined]
    assert line_of("Not Found: /nowhere/", request=request)["request"] == "abc"
    assert line_of("Task x succeeded", data={"id": "job-7", "name": "x"})["job"] == "job-7"
