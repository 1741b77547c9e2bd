"""Calendar files of a space: a single entry, or all entries of a member."""

from collections.abc import Iterable

from django.db import connection
from django.http import HttpResponse

from saas.kernel.values import calendars
from tenants.spaces import hosts
from tenants.spaces.queries.own import own_space


def written(rows: Iterable[calendars.Entry]) -> bytes:
    """Write entries as a calendar of this space."""
    space = own_space()
    base_url = hosts.space_url(space.slug, "")
    # By the schema, which stays: after a change of address programs would show each entry twice.
    name = str(connection.schema_name)  # type: ignore[attr-defined]
    return calendars.written(rows, name=space.name, host=name, base_url=base_url)


def answer(entry: calendars.Entry) -> HttpResponse:
    """Return an entry as a calendar file."""
    response = HttpResponse(written([entry]), content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{entry.reference}.ics"'
    return response
