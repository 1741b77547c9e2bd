"""Two spaces for the benches of the rooms: one with fifty of each, one with very many."""

import datetime as dt
from pathlib import Path

from django.db import connection

from infra.benches.community_sizes import LARGE_SPACE, SMALL, SMALL_SPACE, Size
from infra.demo.test_spaces import make_test_spaces
from saas.kernel import schema
from tenants.spaces.models import Company, Site

ROWS = Path(__file__).with_suffix(".sql")


def fill(at: dt.datetime, *, large: Size) -> None:
    """Found both spaces and write their rows."""
    make_test_spaces(at)
    for space, size in ((SMALL_SPACE, SMALL), (LARGE_SPACE, large)):
        values = {**size._asdict(), **_places(space), "at": at}
        with schema.inside(space), connection.cursor() as cursor:
            for statement in _statements():
                cursor.execute(statement, values)


def _places(space: str) -> dict[str, int]:
    """Return a site and a company of a space, by their keys."""
    own = {"tenant__schema_name": space}
    return {
        "site": Site.objects.filter(**own).values_list("pk", flat=True)[0],
        "company": Company.objects.filter(**own).values_list("pk", flat=True)[0],
    }


def _statements() -> list[str]:
    """Return the statements of the file; the first paragraph says what it is."""
    return ROWS.read_text().strip().split("\n\n")[1:]
