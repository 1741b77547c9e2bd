"""Stops of the walk: a page as one person sees it, and how the demo's rows are found for it."""

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
    """One page as one person sees it; `find` tells what its address is made of.

    `page` is the name of a URL, or a path that no URL conf knows.
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
    """Return what names the newest of some rows in an address. Raises LookupError if none is."""
    row = rows.order_by("-pk").values_list(column, flat=True).first()
    if row is None:
        raise LookupError(f"the demo has none of {rows.model.__name__}")
    return (str(row),)


def employee() -> User:
    """Return the employee through whose eyes the walk sees a space."""
    return User.objects.get(email=address_of(PEOPLE[MOULINS.slug][0]))
