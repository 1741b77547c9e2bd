"""Stops that the table of addresses makes: a page without arguments is walked by itself."""

from collections.abc import Collection, Iterator

from infra.screenshots.stops import (
    EMPLOYEE,
    HR,
    MERCHANT,
    MODERATOR,
    NOBODY,
    OPERATOR,
    OPS,
    PUBLIC,
    SPACE,
    TREASURER,
    Stop,
)
from saas.accounts.access import IN, NO_SUCH_METHOD, Row
from saas.commands.access.table import TABLE

OK = 200
# People of the demo's town by the table's roles; the first permitted role opens the page.
EYES = {
    SPACE: {
        "nobody": NOBODY,
        "member": EMPLOYEE,
        "treasurer": TREASURER,
        "moderator": MODERATOR,
        "admin": HR,
    },
    PUBLIC: {"nobody": NOBODY, "merchant": MERCHANT},
    OPS: {"nobody": NOBODY, "operator": OPERATOR},
}


def stops_beside(written: Collection[Stop], *, pageless: Collection[str]) -> Iterator[Stop]:
    """Yield a stop for each page without arguments, but those that are written out plainly."""
    known = {(stop.host, stop.page) for stop in written if not stop.look}
    no_pages = {*pageless, *never_opened()}
    for host, rows in TABLE.items():
        for row in rows:
            role = None if row.args or row.route in no_pages else _first_let_in(host, row)
            if role and (host, row.route) not in known:
                known.add((host, row.route))
                yield Stop(row.route, host, role)


def _first_let_in(host: str, row: Row) -> str | None:
    answers = row.expected(host, "GET")
    return next((role for name, role in EYES[host].items() if answers[name] == OK), None)


def never_opened() -> set[str]:
    """Return the addresses without a page: they answer programs, or the POST of a form."""
    return {
        row.route
        for host, rows in TABLE.items()
        for row in rows
        if _answers_programs(row.route) or _answers_no_get(host, row)
    }


def _answers_programs(route: str) -> bool:
    return route.startswith("api:") and route != "api:reference"


def _answers_no_get(host: str, row: Row) -> bool:
    answers = row.expected(host, "GET")
    return {answers[name] for name in IN[host]} == {NO_SUCH_METHOD}
