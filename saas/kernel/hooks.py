"""Hooks between rooms (the product's modules) without imports: a room answers, another asks."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models.expressions import Combinable

from saas.kernel import modules


class Hook[**P, R]:
    """A question that rooms may answer with built values; each room has a single answer.

    With `shows`, rooms that the space has switched off are not asked.
    """

    def __init__(self, *, shows: bool = False) -> None:
        self._answers: dict[str, Callable[P, R]] = {}
        self._finishing: set[str] = set()
        self._shows = shows

    def offer(self, room: str, answer: Callable[P, R], *, finishing: bool = False) -> None:
        """Register a room's answer; a second call replaces it.

        With `finishing`, the answer is asked for even if the room is off.
        """
        self._answers[room] = answer
        if finishing:
            self._finishing.add(room)

    def ask(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Collect the answers, in the order of the rooms' names."""
        off = modules.switched_off() - self._finishing if self._shows else modules.NOTHING
        return [self._answers[room](*args, **kwargs) for room in sorted(self._answers.keys() - off)]

    def collect[T](self: "Hook[P, list[T]]", *args: P.args, **kwargs: P.kwargs) -> list[T]:
        """Return the items of all answers in one list."""
        return [item for answer in self.ask(*args, **kwargs) for item in answer]

    def merge[K, V](self: "Hook[P, dict[K, V]]", *args: P.args, **kwargs: P.kwargs) -> dict[K, V]:
        """Return the entries of all answers in one mapping; a later room's entry wins."""
        return {key: one for answer in self.ask(*args, **kwargs) for key, one in answer.items()}

    def first[T](self: "Hook[P, T | None]", *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return the first answer that is not empty, if any."""
        return next((answer for answer in self.ask(*args, **kwargs) if answer), None)


class FeedItem(NamedTuple):
    """An item of the home page: its partial template and the template's values."""

    at: dt.datetime
    template: str
    values: dict[str, Any]
    of_the_week: dt.datetime | None = None  # its moment, or last day, among the days to come
    planned: bool = False  # placed by its next date, not by its publication
    site_id: int | None = None  # of the meeting place


class Sponsored(NamedTuple):
    """A placement to show in a slot: its partial template, and the template's values."""

    template: str
    values: dict[str, Any]


class CouncilBrief(NamedTuple):
    """The cents that placements brought a council in a month, as on its statement.

    Without a name, the sum for all councils of the space.
    """

    month: dt.date
    council_name: str
    brought_cents: int
    merchants: int
    twelve_months_cents: list[int]


class Subject(NamedTuple):
    """The subject of a conversation or a report, as its room shows it to `viewer`."""

    kind: str
    id: int
    title: str
    url: str
    owner_id: int | None  # None for the item of a neighbouring space
    picture_url: str | None
    state: str
    open: bool
    writable: bool = True  # its owner accepts messages about it


class Earlier(NamedTuple):
    """The words of a thing before its owner changed them."""

    until: dt.datetime
    title: str
    text: str


class Judged(NamedTuple):
    """An object of moderation: its text, its pictures' tokens, and its owner."""

    kind: str
    title: str
    text: str
    owner_id: int | None
    url: str
    pictures: tuple[str, ...] = ()
    hidden: bool = False
    opens: bool = False  # moderators may open its page, also while hidden
    earlier: tuple[Earlier, ...] = ()


class Hiding(NamedTuple):
    """Something that moderation hides, or shows again."""

    kind: str
    reference: str
    hidden: bool


class Reservation(NamedTuple):
    """A thing with an agreed meeting, for a person, at a time; `key` identifies the meeting."""

    kind: str
    reference: str
    person_id: int
    starts_at: dt.datetime
    key: UUID


class Founded(NamedTuple):
    """A newly created space, and its founder."""

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


class LegalRecord(NamedTuple):
    """Records that the law keeps of a deleted space: which papers, how many, until when, why."""

    what: str
    numbers: list[str]
    until: dt.date | None
    why: str


class OfferedItem(NamedTuple):
    """Something that its author offers to the neighbours of the space too, as they see it."""

    category: str
    reference: str
    url: str
    kind: str
    title: str
    description: str
    price_cents: int | None
    price_unit: str
    place: str
    author_id: int
    picture: str
    created_at: dt.datetime
    expires_at: dt.datetime
    starts_at: dt.datetime | None = None


class Duty(NamedTuple):
    """A person's role; in a park for a company, or for all companies if `company_id` is None."""

    role: str
    company_id: int | None


class Addressee(NamedTuple):
    """The addressee of a mail from a space, with their language."""

    email: str
    first_name: str
    language: str


class Happening(NamedTuple):
    """A public event of a space, sent to external programs.

    `about` is its subject's name in the API, such as `classifieds`, with its reference and title.
    """

    kind: str
    about: str
    reference: str
    title: str
    url: str


class DataAccess(NamedTuple):
    """An access to members' data by a person with a role, with the reason.

    `what` and `why` are French: each member reads them in their own language. `people` are their
    ids, None for the whole space. An act is recorded each time, a look once an hour. `by_name`
    names a non-person, such as a company's provider.
    """

    people: Collection[int] | None
    role: str
    what: str
    why: str
    is_act: bool = False
    by_name: str = ""


class PersonCard(NamedTuple):
    """A member's card, as colleagues see it beside something that they wrote."""

    user_id: int
    reference: str
    short_name: str
    initials: str
    company: str
    team: str
    badge: str = ""
    colour: str = ""
    here: bool = True  # their page opens; False after they left


class Slide(NamedTuple):
    """A slide for the screens of a space, as its room describes it.

    `picture` is the stored file's name; `flight` is the paid placement, and `hours` the hours for
    showing it on each day except `closed_days`, by the clock of the space.
    """

    kind: str
    reference: str
    title: str
    label: str
    note: str
    url: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    price: str = ""
    symbol: str = "megaphone"
    picture: str = ""
    author: str = ""
    flight: str = ""
    hours: tuple[int, int] = (0, 24)
    closed_days: tuple[dt.date, ...] = ()


class PlaySum(NamedTuple):
    """How often a placement was played on a screen on a day, and for how long altogether."""

    flight_reference: str
    day: dt.date
    screen_reference: str
    screen_name: str
    plays: int
    seconds: int


founded: Hook[[Founded, dt.datetime], int | None] = Hook()
feed: Hook[[Any, dt.datetime], list[FeedItem]] = Hook(shows=True)
sponsored: Hook[[str, Any, dt.datetime], list[Sponsored]] = Hook()
# Today's offers of merchants nearby in any of their placements, a single offer each.
merchant_offers: Hook[[Any, dt.datetime], list[Sponsored]] = Hook()
council_brief: Hook[[Any, dt.datetime], CouncilBrief] = Hook()
subject: Hook[[str, str, Any], Subject | None] = Hook()
# In a space: two members have agreed to meet about a thing, or cancelled; `Any` is the member
# acting. The thing's room reserves it for that person and returns a sentence, or refuses; other
# rooms skip it.
reserve: Hook[[Reservation, Any, dt.datetime], str] = Hook()
release: Hook[[Reservation, Any, dt.datetime], None] = Hook()
# In a space: the object of moderation by kind and reference, regardless of visibility; and the
# order to hide it from all but its owner, or to show it again. Rooms ignore other rooms' objects.
judged: Hook[[str, str], Judged | None] = Hook()
conceal: Hook[[Hiding, dt.datetime], None] = Hook()
# In a space: raises Refused if goods with this text may not be offered.
check_goods: Hook[[str], None] = Hook()
# In a space: True if either of two members has blocked the other.
blocked: Hook[[int, int], bool] = Hook()
# The ids of the people blocked by a person (by id), as a subquery.
blocked_people: Hook[[Any], Any] = Hook()
rail_counts: Hook[[Any, dt.datetime], dict[str, int]] = Hook(shows=True)
settlement_changed: Hook[[str, dt.date], None] = Hook()
role_grants: Hook[[Any], frozenset[Duty]] = Hook()
person_cards: Hook[[list[int]], dict[int, PersonCard]] = Hook()
# The ids of the administrators of the whole space.
administrators: Hook[[], list[int]] = Hook()
# Treasurers and elected members of a company's council, or of the space's own.
money_keepers: Hook[[int | None], list[Addressee]] = Hook()
# The people of every council of the space, as ids: of its own, and of each company of a park.
all_council_people: Hook[[], list[int]] = Hook()
# In public: Troovon's operators, as addressees of alerts.
operators: Hook[[], list[Addressee]] = Hook()
# In a space: columns that rooms add to the row of the signed-in person, by their id.
signed_in_columns: Hook[[Any], dict[str, Combinable]] = Hook()
# In a space: a person's (by id) loans and offers visible to a viewer, the newest first.
offers_of: Hook[[int, Any, dt.datetime], list[FeedItem]] = Hook(shows=True)
# In a space: the address that a person must visit first, by their own row.
first_things: Hook[[Any], str | None] = Hook()
# A person's company, as an expression in a query: lists need no further statement.
employer: Hook[[Any], Combinable] = Hook()
# In public, for a space: sentences about obstacles to its deletion, and the records that remain.
obstacles: Hook[[int, dt.datetime], list[str]] = Hook()
legal_records: Hook[[int], list[LegalRecord]] = Hook()
admin_obstacles: Hook[[int, dt.datetime], list[str]] = Hook()  # for its own, without amounts
# In public: a space was restored from an archive; a space is being deleted (returns the number of
# rows removed, by kind).
space_restored: Hook[[int, dt.datetime], None] = Hook()
space_deleted: Hook[[int, dt.datetime], dict[str, int]] = Hook()
# In public: a space is open again that was closed since the first moment; the campaigns moved.
space_reopened: Hook[[int, dt.datetime, dt.datetime], list[int]] = Hook()
# In public, in the transaction that switches off a module (by its label) of a space (by its
# number): rooms refuse while a purchase is active there, and sell nothing of the module afterwards.
module_closing: Hook[[int, str, dt.datetime], None] = Hook()
# In a space, before it is closed: rooms write their outstanding data to public now.
closing: Hook[[dt.datetime], None] = Hook()
# In a space: its members' offers to neighbouring spaces; and the signal that these have changed.
offered_items: Hook[[dt.datetime], list[OfferedItem]] = Hook(shows=True)
offers_changed: Hook[[], None] = Hook()
# In public: a merchant changed their details, in the transaction that writes them.
merchant_changed: Hook[[int, dt.datetime], None] = Hook()
campaign_replaced: Hook[[int, Any, dt.datetime], None] = Hook()  # in public: a draft was replaced
member_left: Hook[[Any, dt.datetime], None] = Hook()  # in a space: each room settles its part
# In a space: a room's data about a member, for the member's export.
personal_data: Hook[[Any], list[Any]] = Hook()
# In a space: a person with a role (the second) accessed a member's data; the member can read this.
data_accessed: Hook[[DataAccess, Any, dt.datetime], None] = Hook()
# In a space, in the transaction of the event: the event for external programs.
happened: Hook[[Happening, dt.datetime], None] = Hook()
# In a space: the slides of rooms for screens from a moment on, and the plays since a day.
slides: Hook[[dt.datetime], list[Slide]] = Hook(shows=True)
plays: Hook[[dt.date], list[PlaySum]] = Hook()
# In a space: the new address of an object that moved to another room, for a viewer.
moved_url: Hook[[str, str, Any], str | None] = Hook()
# In a space: the reply address for a person's mail about `kind:reference`, or an empty text.
reply_addresses: Hook[[str, Any, dt.datetime], str] = Hook()
page_opened: Hook[[Any, str, dt.datetime], None] = Hook()  # in a space, by a member
# In a space: members are notified of an event (`saas.kernel.notifying`), or it is settled.
notified: Hook[[Any, list[int], dt.datetime], None] = Hook()
notified_settled: Hook[[str, list[int] | None, dt.datetime], None] = Hook()


def is_blocked(one_id: int, other_id: int) -> bool:
    """Return True if either of two members has blocked the other."""
    return any(blocked.ask(one_id, other_id))


def cards_of(person_ids: Iterable[int]) -> dict[int, PersonCard]:
    """Ask how these people are shown."""
    return person_cards.merge(sorted(set(person_ids)))


def duties_of(person: Any) -> frozenset[Duty]:
    """Return a person's roles, beyond the rights of all members."""
    return frozenset().union(*role_grants.ask(person))
