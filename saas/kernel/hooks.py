"""How rooms meet without knowing each other: one offers an answer, another asks."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple


class Hook[**P, R]:
    """A question that rooms may answer with built values; each answers once."""

    def __init__(self) -> None:
        self._answers: dict[str, Callable[P, R]] = {}

    def offer(self, room: str, answer: Callable[P, R]) -> None:
        """Let a room answer; offering again replaces its answer."""
        self._answers[room] = answer

    def ask(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Collect the answers, in the order of the rooms' names."""
        return [self._answers[room](*args, **kwargs) for room in sorted(self._answers)]


class FeedItem(NamedTuple):
    """One thing on the home page: which part draws it, and the values that it draws."""

    at: dt.datetime
    template: str
    values: dict[str, Any]


class Sponsored(NamedTuple):
    """One placement to show in a slot: the part that draws it, and its values."""

    template: str
    values: dict[str, Any]


class CouncilBrief(NamedTuple):
    """What placements have brought the space's council in a month, to the cent."""

    month: dt.date
    brought_cents: int
    merchants: int
    twelve_months_cents: list[int]


class Subject(NamedTuple):
    """What a conversation or a report is about, as its room tells it to `viewer`."""

    kind: str
    id: int
    title: str
    url: str
    owner_id: int
    picture_url: str | None
    state: str
    open: bool


class Founded(NamedTuple):
    """A space that was just born, and who founded it."""

    tenant_id: int
    schema_name: str
    is_park: bool
    email: str
    first_name: str
    last_name: str
    language: str
    password: str
    company_id: int | None
    begun_at: dt.datetime | None = None


class Duty(NamedTuple):
    """A role that somebody has; in a park for one company, or for all where none is named."""

    role: str
    company_id: int | None


class PersonCard(NamedTuple):
    """What colleagues see of a member beside something that they wrote."""

    user_id: int
    reference: str
    short_name: str
    initials: str
    company: str
    team: str


founded: Hook[[Founded, dt.datetime], int | None] = Hook()
feed: Hook[[Any, dt.datetime], list[FeedItem]] = Hook()
sponsored: Hook[[str, Any, dt.datetime], list[Sponsored]] = Hook()
council_brief: Hook[[dt.datetime], CouncilBrief] = Hook()
subject: Hook[[str, str, Any], Subject | None] = Hook()
rail_counts: Hook[[Any, dt.datetime], dict[str, int]] = Hook()
settled: Hook[[str, dt.date], None] = Hook()
gatherers: Hook[[dt.datetime], None] = Hook()
duties: Hook[[Any], frozenset[Duty]] = Hook()
cards: Hook[[list[int]], dict[int, PersonCard]] = Hook()
