"""Texts about saved searches: their new hits."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.kernel.notifying import Words
from tenants.community.search import rules
from tenants.community.search.models import SavedSearch, SearchHit


def news_of(search: SavedSearch, hits: Sequence[SearchHit]) -> Words:
    """Return a notification with the number of new hits, and the names of the first."""
    count = len(hits)
    title = ngettext(
        "%(count)d nouveauté pour « %(search)s »",
        "%(count)d nouveautés pour « %(search)s »",
        count,
    )
    named = " · ".join(hit.title for hit in hits[: rules.MOST_NAMED])
    return Words(
        title=(title % {"count": count, "search": str(search)[:60]}),
        text=named + ("…" if count > rules.MOST_NAMED else ""),
        action=_("Voir ce qui est nouveau"),
    )
