"""How a space's company lets its people in by itself, beside passwords and mailed links."""

import datetime as dt
import enum
from typing import Any, NamedTuple

from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.hooks import Hook


class CompanyWay(NamedTuple):
    """The company's own way in, as the page of signing in offers it."""

    name: str
    url: str
    domains: str
    is_required: bool


class SpaceAddress(NamedTuple):
    """The name of a space and the origin of its host, for mails that no request of it begins."""

    place: str
    origin: str


class End(enum.Enum):
    """Extent of a revocation: programs only, or every device as well."""

    PROGRAMS = "programs"
    ALL = "all"


# In a space: end the access opened by apps for a person: tokens and calendars, or devices too.
ended: Hook[[Any, End, dt.datetime], None] = Hook()
# In a space: its name and origin.
own_address: Hook[[], SpaceAddress] = Hook()
# In a space: the companies' own ways in, while they are open.
company_ways: Hook[[], list[CompanyWay]] = Hook()
# In a space: the reason why passwords and links are refused (for an address and its account), or
# "".
shut: Hook[[str, Any], str] = Hook()
# In a space: its names, not allowed as a password.
place_names: Hook[[], list[str]] = Hook()


def names_here() -> list[str]:
    """Return the names of the space and of its companies; empty in public."""
    if schema.current() == schema.PUBLIC:
        return []
    return place_names.collect()


def end_opened(person: Any, end: End, at: dt.datetime) -> None:
    """End the access opened by apps of this space for a person; does nothing in public."""
    if schema.current() != schema.PUBLIC:
        ended.ask(person, end, at)


def offered() -> list[CompanyWay]:
    """Return the companies' sign-in methods of this space."""
    if schema.current() == schema.PUBLIC:
        return []
    return company_ways.collect()


def why_shut(email: str, person: Any = None) -> str:
    """Return the reason why passwords and mailed links are refused here, or ""."""
    if schema.current() == schema.PUBLIC:
        return ""
    return shut.first(email, person) or ""


def check_open(email: str, person: Any = None, *, field: str | None = None) -> None:
    """Raise Refused if the person may sign in only through the company."""
    if why := why_shut(email, person):
        raise Refused(why, field=field)


def space_address() -> SpaceAddress | None:
    """Return the name and the origin of this space; None in public."""
    if schema.current() == schema.PUBLIC:
        return None
    return own_address.first()
