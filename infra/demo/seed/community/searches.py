"""The demo's saved searches, with their matches since then, and favourites."""

import datetime as dt
from typing import NamedTuple

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds.models import Classified
from tenants.community.deals.models import Deal
from tenants.community.gatherings.models import Gathering
from tenants.community.lending.models import Thing
from tenants.community.search import actions, queries, rules
from tenants.community.search.rules import Filters
from tenants.spaces.models import Tenant


class SavedSearchRow(NamedTuple):
    """A search, its owner, the days since it was saved, and the rhythm of its alerts."""

    person: int
    filters: Filters
    days: int
    rhythm: str


ROWS: dict[str, tuple[SavedSearchRow, ...]] = {
    "trois-moulins": (
        SavedSearchRow(0, Filters(q="vélo"), 5, "at_once"),
        SavedSearchRow(0, Filters(kind="classifieds", free=True), 2, "daily"),
        SavedSearchRow(0, Filters(q="badminton"), 20, "weekly"),
        SavedSearchRow(1, Filters(q="poussette"), 9, "daily"),
        SavedSearchRow(2, Filters(q="jardin", max=5_000), 12, "never"),
    ),
    "sillage": (SavedSearchRow(0, Filters(q="voile"), 12, "daily"),),
}


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Save searches in the past and run them for newer matches; the third space stays empty."""
    with schema.inside(tenant.schema_name):
        for row in ROWS.get(tenant.slug, ()):
            person, then = people[row.person % len(people)], at - dt.timedelta(days=row.days)
            words = queries.in_words(row.filters, viewer=person, at=at)
            search = actions.save_search(
                filters=row.filters, words=words, rhythm=row.rhythm, by=person, at=then
            )
            actions.repeat(search_id=search.pk, filters=rules.filters_at(search.address), at=at)
        if tenant.slug in ROWS:
            _mark(people[0], at)


def _mark(person: User, at: dt.datetime) -> None:
    ahead = Gathering.objects.filter(cancelled_at=None, starts_at__gt=at, audience="space")
    liked: list[Classified | Thing | Deal | Gathering] = [
        *Classified.objects.filter(audience="space").order_by("-created_at")[1:3],
        *Thing.objects.filter(audience="space").order_by("-created_at")[:2],
        *Deal.objects.order_by("-created_at")[:1],
        *ahead.order_by("starts_at")[:1],
    ]
    for thing in liked:
        actions.save(reference=thing.reference, by=person, at=at)
