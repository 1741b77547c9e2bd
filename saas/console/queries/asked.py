"""Question of an operator to a list: words, a state, an order, a page."""

from collections.abc import Mapping
from typing import NamedTuple

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_WORDS = 200
type Words = str | Promise


class Sort(NamedTuple):
    """Order of a list: its name for people, and its columns."""

    words: Words
    columns: tuple[str, ...]


class Asked(NamedTuple):
    """Question of an operator to a list; unknown values count as not asked."""

    words: str
    state: str
    sort: str
    number: str
    states: Mapping[str, Words]
    sorts: Mapping[str, Sort]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the order asked for; empty for the usual order."""
        return self.sorts[self.sort].columns if self.sort else ()

    @property
    def sort_words(self) -> dict[str, Words]:
        """Return the names of the orders."""
        return {key: sort.words for key, sort in self.sorts.items()}

    @property
    def is_narrow(self) -> bool:
        """Return True if only a part of the list is asked for."""
        return bool(self.words or self.state)


def asked_of(
    given: QueryDict,
    *,
    states: Mapping[str, Words] | None = None,
    sorts: Mapping[str, Sort] | None = None,
) -> Asked:
    """Return what an address asks of a list."""
    states, sorts = states or {}, sorts or {}
    state, sort = given.get("state", ""), given.get("sort", "")
    return Asked(
        words=given.get("q", "").strip()[:LONGEST_WORDS],
        state=state if state in states else "",
        sort=sort if sort in sorts else "",
        number=given.get("page", "1"),
        states=states,
        sorts=sorts,
    )


_OLDEST, _LARGEST = _("Les plus anciens d’abord"), _("Les plus grands montants d’abord")
ORDERS = {
    "oldest": Sort(_OLDEST, ("placed_at",)),
    "largest": Sort(_LARGEST, ("-gross_cents",)),
}
REFUNDS = {
    "oldest": Sort(_OLDEST, ("requested_at",)),
    "largest": Sort(_LARGEST, ("-amount_cents",)),
}
DISPUTES = {
    "oldest": Sort(_OLDEST, ("opened_at",)),
    "due": Sort(_("La réponse attendue le plus tôt d’abord"), ("evidence_due_at",)),
    "largest": Sort(_LARGEST, ("-amount_cents",)),
}
SUBSCRIPTIONS = {"largest": Sort(_LARGEST, ("-gross_cents",))}
SPACES = {
    "oldest": Sort(_OLDEST, ("created_at",)),
    "name": Sort(_("Par nom"), ("sort_name",)),
}
MERCHANTS = {
    "newest": Sort(_("Les derniers inscrits d’abord"), ("-created_at",)),
    "paid": Sort(_("Les plus grands montants d’abord"), ("-paid",)),
    "campaigns": Sort(_("Le plus de campagnes d’abord"), ("-campaign_count",)),
}
