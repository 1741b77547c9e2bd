"""How rooms meet without knowing each other: one offers an answer, another asks."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models.expressions import Combinable

from saas.kernel import modules


class Hook[**P, R]:
    """A question that rooms may answer with built values; each answers once.

    One that `shows` what rooms hold asks nothing of those that the space has switched off.
    """

    def __init__(self, *, shows: bool = False) -> None:
        self._answers: dict[str, Callable[P, R]] = {}
        self._finishing: set[str] = set()
        self._shows = shows

    def offer(self, room: str, answer: Callable[P, R], *, finishing: bool = False) -> None:
        """Let a room answer; offering again replaces its answer.

        One that is `finishing` tells of what has begun, and does so though the room is off.
        """
        self._answers[room] = answer
        if finishing:
            self._finishing.add(room)

    def ask(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Collect the answers, in the order of the rooms' names."""
        off = modules.switched_off() - self._finishing if self._shows else modules.NOTHING
        return [self._answers[room](*args, **kwargs) for room in sorted(self._answers.keys() - off)]


class FeedItem(NamedTuple):
    """One thing on the home page: which part draws it, and the values that it draws.

    What has `of_the_week` stands among the days to come instead: the moment, or the last day.
    """

    at: dt.datetime
    template: str
    values: dict[str, Any]
    of_the_week: dt.datetime | None = None


class Sponsored(NamedTuple):
    """One placement to show in a slot: the part that draws it, and its values."""

    template: str
    values: dict[str, Any]


class CouncilBrief(NamedTuple):
    """The cents that placements brought a council in a month, as on its statement.

    Without a name it is what they brought all councils of the space together.
    """

    month: dt.date
    council_name: str
    brought_cents: int
    merchants: int
    twelve_months_cents: list[int]


class Subject(NamedTuple):
    """The subject of a conversation or a report, as its room tells it to `viewer`."""

    kind: str
    id: int
    title: str
    url: str
    owner_id: int | None  # nobody of this space: a neighbour's
    picture_url: str | None
    state: str
    open: bool
    writable: bool = True  # one may write to its owner about it


class Earlier(NamedTuple):
    """The words of a thing before its owner changed them."""

    until: dt.datetime
    title: str
    text: str


class Judged(NamedTuple):
    """Something that moderation judges: its words, its pictures' tokens, and whose it is."""

    kind: str
    title: str
    text: str
    owner_id: int | None
    url: str
    pictures: tuple[str, ...] = ()
    hidden: bool = False
    opens: bool = False  # who may decide opens its page, also while it is hidden
    earlier: tuple[Earlier, ...] = ()


class Hiding(NamedTuple):
    """Something that moderation hides, or shows again."""

    kind: str
    reference: str
    hidden: bool


class Moderator(NamedTuple):
    """Somebody who moderates all of the space, or what people of one company offer."""

    person_id: int
    company_id: int | None


class Reservation(NamedTuple):
    """A thing that two have agreed to meet about, for whom, when; `key` names their meeting."""

    kind: str
    reference: str
    person_id: int
    starts_at: dt.datetime
    key: UUID


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
    """A role that somebody has; in a park for one company, or for all where none is named."""

    role: str
    company_id: int | None


class Novelty(NamedTuple):
    """Something new in a space, for all of its members or for those of one company."""

    at: dt.datetime
    symbol: str
    title: str
    note: str
    url: str
    author_id: int
    company_id: int | None = None


class Addressee(NamedTuple):
    """Somebody of a space to whom a mail is written, in their language."""

    email: str
    first_name: str
    language: str


class Happening(NamedTuple):
    """Something that happened and that all of the space may know: told to programs outside.

    `about` is what it is about in the API, such as `classifieds`, with its reference and title.
    """

    kind: str
    about: str
    reference: str
    title: str
    url: str


class DataAccess(NamedTuple):
    """A look that somebody with a role took at what is kept of members, and why.

    Both are French: each member reads them in their own language. `people` are their ids, None
    where it was at all of the space. An act is told each time, a look once an hour. `by_name` names
    what is no person, such as a company's provider.
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
    here: bool = True  # their page opens; whoever has left has none


class Thanked(NamedTuple):
    """A thing for which its owner is thanked."""

    kind: str
    reference: str
    owner_id: int


class ThanksOn(NamedTuple):
    """The thanks for a thing: how many, and whether the viewer has given theirs."""

    total: int = 0
    given: bool = False


class Slide(NamedTuple):
    """Something that may be shown on the screens of a space, as its room tells it.

    `picture` is the stored file's name; `flight` is the placement that is paid for, and `hours`
    the hours of each day in which it may be shown, by the clock of the space.
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
# What merchants nearby offer today in any of their placements, one each.
merchant_offers: Hook[[Any, dt.datetime], list[Sponsored]] = Hook()
council_brief: Hook[[Any, dt.datetime], CouncilBrief] = Hook()
subject: Hook[[str, str, Any], Subject | None] = Hook()
# In a space: two have agreed to meet about a thing, or no longer; `Any` is who said so. The thing's
# room holds it for that person, and says so in a sentence, or refuses; another kind is not its own.
reserve: Hook[[Reservation, Any, dt.datetime], str] = Hook()
release: Hook[[Reservation, Any, dt.datetime], None] = Hook()
# In a space: what moderation judges, by its kind and reference, whoever may see it; and the word
# that it is hidden from all but its owner, or shown again. Whose it is not, changes nothing.
judged: Hook[[str, str], Judged | None] = Hook()
conceal: Hook[[Hiding, dt.datetime], None] = Hook()
# In a space: who moderates.
moderators: Hook[[], list[Moderator]] = Hook()
# In a space: whether what is offered, in these words, may be offered at all; else it is refused.
check_goods: Hook[[str], None] = Hook()
# In a space: whether somebody wishes to read nothing more from another, or the other from them.
blocked: Hook[[int, int], bool] = Hook()
# Whom somebody (by id) blocked, as a piece of a query: ids.
blocked_people: Hook[[Any], Any] = Hook()
rail_counts: Hook[[Any, dt.datetime], dict[str, int]] = Hook(shows=True)
settlement_changed: Hook[[str, dt.date], None] = Hook()
gatherers: Hook[[dt.datetime], None] = Hook()
role_grants: Hook[[Any], frozenset[Duty]] = Hook()
person_cards: Hook[[list[int]], dict[int, PersonCard]] = Hook()
# Whom all of the space is administered by, as ids.
administrators: Hook[[], list[int]] = Hook()
# Who keeps the money of a company's council, or of the space's own, or was elected to it.
money_keepers: Hook[[int | None], list[Addressee]] = Hook()
# Who sits on a company's council, or on the space's own, as ids.
council_people: Hook[[int | None], list[int]] = Hook()
# The people of every council of the space, as ids: of its own, and of each company of a park.
all_council_people: Hook[[], list[int]] = Hook()
# In public: who runs Troovon, and is written to when it is in trouble.
operators: Hook[[], list[Addressee]] = Hook()
# In a space: columns that rooms want along with the row of whoever is signed in, by their id.
signed_in_columns: Hook[[Any], dict[str, Combinable]] = Hook()
# In a space: what somebody (by id) lends and offers that a viewer sees, the newest first.
offers_of: Hook[[int, Any, dt.datetime], list[FeedItem]] = Hook(shows=True)
# In a space: the address that somebody has to see to before any other, as their own row tells.
first_things: Hook[[Any], str | None] = Hook()
# Thanks for a thing, by its kind and reference: given to somebody by somebody, and counted.
give_thanks: Hook[[Thanked, Any, dt.datetime], None] = Hook()
thanks_on: Hook[[str, str, Any], ThanksOn] = Hook()
# The company that somebody works for, as a piece of a query: no list costs a statement more.
employer: Hook[[Any], Combinable] = Hook()
# In public, of one space: sentences that stand in the way of its deletion, and what stays of it.
obstacles: Hook[[int, dt.datetime], list[str]] = Hook()
legal_records: Hook[[int], list[LegalRecord]] = Hook()
admin_obstacles: Hook[[int, dt.datetime], list[str]] = Hook()  # for its own, without amounts
# In public: a space came back from an archive; a space goes for good (rows removed, by what).
space_restored: Hook[[int, dt.datetime], None] = Hook()
space_deleted: Hook[[int, dt.datetime], dict[str, int]] = Hook()
# In public: a space is open again that was closed since the first moment; the campaigns moved.
space_reopened: Hook[[int, dt.datetime, dt.datetime], list[int]] = Hook()
# In public, in the transaction in which a space (by its number) gives up a module (by its label):
# rooms refuse while something is paid there, and sell nothing of it from now on.
module_closing: Hook[[int, str, dt.datetime], None] = Hook()
# In a space, before it is closed: what rooms owe to public, they hand over now.
closing: Hook[[dt.datetime], None] = Hook()
# In a space: what its people offer to neighbours; and the word that this has changed.
offered_items: Hook[[dt.datetime], list[OfferedItem]] = Hook(shows=True)
offers_changed: Hook[[], None] = Hook()
# In public: a merchant changed who they are, in the transaction that writes it.
merchant_changed: Hook[[int, dt.datetime], None] = Hook()
campaign_replaced: Hook[[int, Any, dt.datetime], None] = Hook()  # in public: a draft of one
member_left: Hook[[Any, dt.datetime], None] = Hook()  # in a space: each room settles its part
# In a space: what a room keeps of a member, for the copy that they take along.
personal_data: Hook[[Any], list[Any]] = Hook()
# In a space: somebody with a role (the second) looked at what is kept of a member, who reads it.
data_accessed: Hook[[DataAccess, Any, dt.datetime], None] = Hook()
# In a space, in the transaction in which it happens: what programs outside are told.
happened: Hook[[Happening, dt.datetime], None] = Hook()
# In a space: what rooms would show on screens from a moment on, and what was played since a day.
slides: Hook[[dt.datetime], list[Slide]] = Hook(shows=True)
plays: Hook[[dt.date], list[PlaySum]] = Hook()
# In a space: where something of a kind stands now that moved to another room, for who sees it.
moved_url: Hook[[str, str, Any], str | None] = Hook()
# In a space: the address at which somebody answers a mail about `kind:reference`, or nothing.
reply_addresses: Hook[[str, Any, dt.datetime], str] = Hook()
# In a space: what is new between two moments, whoever may see it; `Novelty` says who.
novelties: Hook[[dt.datetime, dt.datetime], list[Novelty]] = Hook(shows=True)
page_opened: Hook[[Any, str, dt.datetime], None] = Hook()  # in a space, by a member
# In a space: members hear of an event (`saas.kernel.notifying`), or need see to it no more.
notified: Hook[[Any, list[int], dt.datetime], None] = Hook()
notified_settled: Hook[[str, list[int] | None, dt.datetime], None] = Hook()


def is_blocked(one_id: int, other_id: int) -> bool:
    """Say whether either of two wishes to have nothing more to do with the other."""
    return any(blocked.ask(one_id, other_id))


def cards_of(person_ids: Iterable[int]) -> dict[int, PersonCard]:
    """Ask how these people are shown."""
    answers = person_cards.ask(sorted(set(person_ids)))
    return {person_id: card for answer in answers for person_id, card in answer.items()}


def duties_of(person: Any) -> frozenset[Duty]:
    """Ask what somebody may do beyond what all may."""
    return frozenset().union(*role_grants.ask(person))
