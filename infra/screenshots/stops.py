"""Stops of the walk: a page as a person sees it, and the search for the demo's rows."""

from collections.abc import Callable
from typing import Any, NamedTuple

from infra.demo.seed.people import address_of
from infra.demo.seed.world import MOULINS, PEOPLE
from saas.accounts.models import User

PUBLIC, SPACE, OPS = "public", "space", "ops"
NOBODY, FOUNDER, TOUCH = "nobody", "founder", "touch"
HR, EMPLOYEE, TREASURER, MODERATOR = "hr", "employee", "treasurer", "moderator"
MERCHANT, OPERATOR = "merchant", "operator"

type Find = Callable[[], tuple[str, ...]]


class Stop(NamedTuple):
    """A page as a person sees it; `find` returns the variable parts of its address.

    `page` is the name of a URL, or a path outside every URL conf.
    """

    page: str
    host: str
    role: str = NOBODY
    find: Find | None = None
    look: str = ""
    query: str = ""
    space: str = MOULINS.slug
    status: int = 200


def newest(rows: Any, column: str = "reference") -> tuple[str, ...]:
    """Return the address part of the newest row. Raises LookupError if there is no row."""
    row = rows.order_by("-pk").values_list(column, flat=True).first()
    if row is None:
        raise LookupError(f"the demo has none of {rows.model.__name__}")
    return (str(row),)


def employee() -> User:
    """Return the employee that the walk signs in as."""
    return User.objects.get(email=address_of(PEOPLE[MOULINS.slug][0]))
