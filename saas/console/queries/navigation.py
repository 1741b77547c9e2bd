"""Navigation of the console: five groups of pages, with the number of rows that wait there."""

import datetime as dt
import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from saas.console.waiting.registry import waiting_rows
from saas.console.waiting.shapes import Counted, Counting

# Pages of waiting rows that stand below another entry; of all other pages the name is the entry's.
_ENTRY_OF = {"councils": "spaces", "manual_entries": "accounting"}


class Entry(NamedTuple):
    """Page of the console in the navigation."""

    nav: str
    symbol: str
    words: str | Promise

    @property
    def url_name(self) -> str:
        """Return the name of its address."""
        return f"ops:{self.nav}"


class Group(NamedTuple):
    """Group of pages; its link leads to the first."""

    symbol: str
    words: str | Promise
    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        """Return its first page."""
        return self.entries[0]

    @property
    def navs(self) -> tuple[str, ...]:
        """Return the names of its pages."""
        return tuple(entry.nav for entry in self.entries)


class Shown(NamedTuple):
    """Group or entry as drawn: its number of waiting rows, and the entries of a group."""

    of: Group | Entry
    waiting: int
    entries: "list[Shown]"


GROUPS = (
    Group(
        symbol="house",
        words=_("À traiter"),
        entries=(
            Entry("home", symbol="house", words=_("À traiter")),
            Entry("reports", symbol="flag", words=_("Signalements")),
        ),
    ),
    Group(
        symbol="users",
        words=_("Clients"),
        entries=(
            Entry("spaces", symbol="building-2", words=_("Espaces")),
            Entry("merchants", symbol="store", words=_("Commerçants")),
            Entry("services", symbol="map-pin", words=_("Services de la ville")),
        ),
    ),
    Group(
        symbol="megaphone",
        words=_("Ventes"),
        entries=(
            Entry("orders", symbol="receipt", words=_("Commandes")),
            Entry("subscriptions", symbol="repeat", words=_("Abonnements")),
            Entry("capacity", symbol="calendar-days", words=_("Capacité")),
            Entry("deliveries", symbol="eye", words=_("Diffusion")),
            Entry("prices", symbol="tag", words=_("Prix")),
            Entry("promotions", symbol="gift", words=_("Codes")),
        ),
    ),
    Group(
        symbol="landmark",
        words=_("Argent"),
        entries=(
            Entry("refunds", symbol="undo-2", words=_("Remboursements")),
            Entry("disputes", symbol="landmark", words=_("Litiges")),
            Entry("transfers", symbol="arrow-left-right", words=_("Reversements")),
            Entry("payouts", symbol="credit-card", words=_("Virements")),
            Entry("accounting", symbol="book-open", words=_("Comptabilité")),
            Entry("reconciliation", symbol="scale", words=_("Rapprochement")),
            Entry("ledger", symbol="layers", words=_("Livres")),
        ),
    ),
    Group(
        symbol="siren",
        words=_("Maison"),
        entries=(
            Entry("troubles", symbol="siren", words=_("Alertes")),
            Entry("jobs", symbol="list-checks", words=_("Tâches")),
            Entry("operators", symbol="users", words=_("Opérateurs")),
        ),
    ),
)


def navigation(rows: Sequence[Counted]) -> list[Shown]:
    """Return the groups with their numbers of waiting rows; the to-do list counts all of them."""
    counts = counts_by_entry(rows)
    counts["home"] = sum(counts.values())
    return [_shown(group, counts) for group in GROUPS]


def _shown(group: Group, counts: Mapping[str, int]) -> Shown:
    entries = [Shown(entry, counts.get(entry.nav, 0), []) for entry in group.entries]
    is_todo = group.first.nav == "home"
    count = counts.get("home", 0) if is_todo else sum(entry.waiting for entry in entries)
    return Shown(group, count, entries)


def counts_by_entry(rows: Sequence[Counted]) -> dict[str, int]:
    """Return the number of waiting rows by entry of the navigation."""
    found: Counter[str] = Counter()
    for one, count, _since in rows:
        found[_entry_of(one.page)] += count
    return found


def _entry_of(page: str) -> str:
    """Return the entry above a page of waiting rows; queues stand in the to-do list."""
    name = page.removeprefix("ops:")
    name = _ENTRY_OF.get(name, name)
    known = {entry.nav for group in GROUPS for entry in group.entries}
    return name if name in known else "home"


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation for the console's pages; counted where a page draws it."""
    if getattr(request, "urlconf", None) != settings.OPERATOR_URLCONF:
        return {}
    return {"console_groups": functools.cache(counted_now)}


def counted_now() -> list[Shown]:
    """Return the groups with their numbers, from the statement of the current minute."""
    return navigation(_counting_at(timezone.now().replace(second=0, microsecond=0)).run())


@functools.lru_cache(maxsize=2)
def _counting_at(minute: dt.datetime) -> Counting:
    """Build the statement of a minute: to build its sixty queries takes longer than a page."""
    return Counting(waiting_rows(at=minute))
