"""An operator is told which schemas are not what they should be."""

import datetime as dt

import pytest

from tenants.spaces import queries
from tests.fixtures.people import SpaceClient


def test_the_jobs_page_names_each_difference(
    console: SpaceClient, monkeypatch: pytest.MonkeyPatch, at: dt.datetime
) -> None:
    row = queries.Differing("moulins", "t_moulins", at, ["index by_title: missing"], 3)
    monkeypatch.setattr(queries, "differing", lambda: [row])
    shown = console.get("/jobs/").content.decode()
    assert "Espaces qui diffèrent du modèle" in shown
    assert "index by_title: missing" in shown
    assert "+3" in shown


def test_where_nothing_differs_it_says_nothing_of_schemas(console: SpaceClient) -> None:
    assert "Espaces qui diffèrent" not in console.get("/jobs/").content.decode()
