"""Navigation of the console: five groups of pages, with the number of rows that wait there."""

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
from saas.console.waiting.shapes import Counted, counted

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
        "house",
        _("À traiter"),
        (Entry("home", "house", _("À traiter")), Entry("reports", "flag", _("Signalements"))),
    ),
    Group(
        "users",
        _("Clients"),
        (
            Entry("spaces", "building-2", _("Espaces")),
            Entry("merchants", "store", _("Commerçants")),
            Entry("services", "map-pin", _("Services de la ville")),
        ),
    ),
    Group(
        "megaphone",
        _("Ventes"),
        (
            Entry("orders", "receipt", _("Commandes")),
            Entry("subscriptions", "repeat", _("Abonnements")),
            Entry("capacity", "calendar-days", _("Capacité")),
            Entry("deliveries", "eye", _("Diffusion")),
            Entry("prices", "tag", _("Prix")),
            Entry("promotions", "gift", _("Codes")),
        ),
    ),
    Group(
        "landmark",
        _("Argent"),
        (
            Entry("refunds", "undo-2", _("Remboursements")),
            Entry("disputes", "landmark", _("Litiges")),
            Entry("transfers", "arrow-left-right", _("Reversements")),
            Entry("payouts", "credit-card", _("Virements")),
            Entry("accounting", "book-open", _("Comptabilité")),
            Entry("reconciliation", "scale", _("Rapprochement")),
            Entry("ledger", "layers", _("Livres")),
        ),
    ),
    Group(
        "siren",
        _("Maison"),
        (
            Entry("troubles", "siren", _("Alertes")),
            Entry("jobs", "list-checks", _("Tâches")),
            Entry("operators", "users", _("Opérateurs")),
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
    return {"console_groups": functools.cache(_counted_now)}


def _counted_now() -> list[Shown]:
    return navigation(counted(waiting_rows(at=timezone.now())))
