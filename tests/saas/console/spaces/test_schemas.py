"""An operator is warned about schemas that differ from their definition."""

from collections.abc import Iterator

import pytest

from tenants.spaces.queries import upkeep as queries
from tests.fixtures.people import AT, SpaceClient
from tests.saas.console.conftest import as_owner
from tests.tenants.community.council.reading import text_of

ADD = """
    INSERT INTO public.spaces_inspection (tenant_id, looked_at, migrations_hash, differences)
    SELECT id, '2026-11-25', 'x', '["index by_title: missing"]'
    FROM public.spaces_tenant WHERE schema_name = 'north'
"""


@pytest.fixture
def differing(django_db_setup: None) -> Iterator[None]:
    """Store a space's differing schema, as the owner's worker found it."""
    with as_owner() as database:
        database.execute(ADD)
        yield
        database.execute("DELETE FROM public.spaces_inspection")


def test_schema_that_differs_waits_for_somebody(differing: None, console: SpaceClient) -> None:
    assert "1 espace diffère du modèle" in text_of(console, "/")


def test_the_jobs_page_names_each_difference_where_there_are_any(
    console: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Espaces qui diffèrent" not in console.get("/jobs/").content.decode()
    row = queries.Differing("moulins", "t_moulins", AT, ["index by_title: missing"], 3)
    monkeypatch.setattr(queries, "differing", lambda: [row])
    shown = console.get("/jobs/").content.decode()
    assert "Espaces qui diffèrent du modèle" in shown
    assert "index by_title: missing" in shown
    assert "+3" in shown
