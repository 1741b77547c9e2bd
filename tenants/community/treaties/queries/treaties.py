"""The treaties of a space, the administrators deciding them, and the items of each side."""

import datetime as dt
import time
from typing import Any, NamedTuple

from django.utils.translation import ngettext

from saas.accounts.models import User
from saas.kernel import hooks, schema
from tenants.community.members.queries import people as member_queries
from tenants.community.treaties import rules, wording
from tenants.community.treaties.queries.board import shown
from tenants.spaces.models import (
    OpenClause,
    OwnTreaty,
    Treaty,
)

MOST_TREATIES = 60
MOST_PREVIEWED = 5
_REMEMBERED_SECONDS = 5.0
remembered: dict[str, tuple[float, bool]] = {}


class Listed(NamedTuple):
    """A treaty as a list shows it."""

    treaty: OwnTreaty
    state: str
    tone: str
    gives: list[str]
    takes: list[str]


class Side(NamedTuple):
    """A side of a treaty: the labels of its categories, and its first items."""

    categories: list[str]
    things: list[str]
    more: int


def rail_counts(_person: User, _at: dt.datetime) -> dict[str, int]:
    """Return the side column's link to the neighbours; cached for some seconds, as just a link."""
    return {"neighbours": 1} if has_treaties() else {}


def has_treaties() -> bool:
    """Return True if a treaty of this space is in force, cached for some seconds."""
    here, now = schema.current(), time.monotonic()
    known = remembered.get(here)
    if known is not None and known[0] > now:
        return known[1]
    found = OwnTreaty.objects.filter(state=Treaty.State.ACCEPTED).exists()
    remembered[here] = (now + _REMEMBERED_SECONDS, found)
    return found


def underway(_at: dt.datetime) -> list[str]:
    """Return a sentence with the number of treaties in force."""
    count = OwnTreaty.objects.filter(state=Treaty.State.ACCEPTED).count()
    words = ngettext("%(count)d accord est en vigueur", "%(count)d accords sont en vigueur", count)
    return [words % {"count": count}] if count else []


def forget() -> None:
    """Ask again whether this space has neighbours; other processes do so within seconds."""
    remembered.pop(schema.current(), None)


def administrators() -> list[User]:
    """Return the administrators of all of this space."""
    ids = member_queries.administrator_ids()
    return list(User.objects.filter(pk__in=ids, is_active=True).order_by("pk"))


def listed_treaties() -> list[Listed]:
    """Return this space's treaties with their labels, the newest first."""
    return [_listed(own) for own in OwnTreaty.objects.all()[:MOST_TREATIES]]


def _listed(own: OwnTreaty) -> Listed:
    return Listed(
        treaty=own,
        state=str(Treaty.State(own.state).label),
        tone=rules.TONES.get(own.state, ""),
        gives=wording.in_words(own.gives),
        takes=wording.in_words(own.takes),
    )


def treaty_page(own: OwnTreaty, *, at: dt.datetime) -> dict[str, Any]:
    """Return a treaty page's context: the treaty's state, and the items visible to each side."""
    return {
        "listed": _listed(own),
        "treaty": own,
        "ours": our_side(own, at=at),
        "theirs": their_side(own, at=at),
    }


def treaty(reference: str) -> OwnTreaty | None:
    """Find a treaty of this space."""
    return OwnTreaty.objects.filter(reference=reference).first()


def our_side(own: OwnTreaty, *, at: dt.datetime) -> Side:
    """Return our items visible to the other side, or visible after acceptance."""
    things = [one.title for one in hooks.offered_items.collect(at) if one.category in own.gives]
    return Side(wording.in_words(own.gives), things[:MOST_PREVIEWED], len(things[MOST_PREVIEWED:]))


def their_side(own: OwnTreaty, *, at: dt.datetime) -> Side:
    """Return the other side's items visible to us; empty before the treaty is in force."""
    things: list[str] = []
    if own.state == Treaty.State.ACCEPTED:
        others = OpenClause.objects.filter(slug=own.other_slug).values("tenant_id")[:1]
        rows = shown(at=at).filter(tenant_id__in=others, category__in=own.takes)
        things = list(rows.order_by("-created_at").values_list("title", flat=True))
    return Side(wording.in_words(own.takes), things[:MOST_PREVIEWED], len(things[MOST_PREVIEWED:]))
