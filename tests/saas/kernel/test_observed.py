"""Lines of the log tell where and in which request, and open no door."""

import json
import logging

import pytest

from saas.kernel import observed, schema

TOKEN = "wqX3v9Zk1mB7t2cL5yQ8nD4sF6hJ0aPe_rTgUiOxKb"


def line_of(message: str) -> dict[str, str]:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, (), None)
    written: dict[str, str] = json.loads(observed.JsonFormatter().format(record))
    return written


@pytest.mark.parametrize("path", ["/start/confirm/{}/", "/enter/{}/", "/join/confirm/{}"])
def test_a_token_in_an_address_is_not_logged(path: str) -> None:
    written = line_of(f"Not Found: {path.format(TOKEN)}")
    assert TOKEN not in json.dumps(written)
    assert path.partition("{")[0] in written["message"]


def test_an_address_without_a_token_is_logged_whole() -> None:
    assert line_of("Not Found: /classifieds/PA-7K3Q9M/")["message"].endswith("/PA-7K3Q9M/")


def test_a_line_names_request_job_and_schema() -> None:
    with (
        observed.request("abc") as request_id,
        observed.job("job-1", request_id),
        schema.inside("north"),
    ):
        written = line_of("something")
    assert (written["request"], written["job"], written["schema"]) == ("abc", "job-1", "north")
