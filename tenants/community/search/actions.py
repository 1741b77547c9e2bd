"""Actions on members' saved searches and favourites, and the scheduled search."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.accounts.queries import hold
from saas.kernel.errors import Refused
from saas.kernel.notifying import Event, Kind, notify
from saas.kernel.people import erasing
from tenants.community.search import queries, rules, wording
from tenants.community.search.models import Favourite, SavedSearch, SearchHit
from tenants.community.search.rules import Filters


@transaction.atomic
def save_search(
    *, filters: Filters, words: str, rhythm: str, by: User, at: dt.datetime
) -> SavedSearch:
    """Save a search; saving it again only changes the rhythm of its notifications."""
    hold(by)
    rules.check_says_something(filters)
    address = rules.address_of(filters._replace(sort=""))
    search = SavedSearch.objects.filter(person=by, address=address).first()
    if search is None:
        rules.check_few_searches(queries.count_of_searches(by))
        search = SavedSearch(person=by, address=address, words=words, saved_at=at, checked_at=at)
    search.rhythm = rhythm
    search.full_clean()
    search.save()
    return search


@transaction.atomic
def change_rhythm(*, search: SavedSearch, rhythm: str, by: User, at: dt.datetime) -> SavedSearch:  # noqa: ARG001 - an action's form
    """Hear of a kept search more or less often."""
    rules.check_is_own(search, by.pk)
    search.rhythm = rhythm
    search.full_clean()
    search.save(update_fields=["rhythm"])
    return search


@transaction.atomic
def forget(*, search: SavedSearch, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action's form
    """Delete a saved search, with its hits."""
    rules.check_is_own(search, by.pk)
    search.delete()


@transaction.atomic
def mark_seen(*, search: SavedSearch, by: User, at: dt.datetime) -> None:
    """Mark a search's hits as seen by its owner."""
    rules.check_is_own(search, by.pk)
    search.hits.filter(seen_at=None).update(seen_at=at)


@transaction.atomic
def save(*, reference: str, by: User, at: dt.datetime) -> None:
    """Save a visible item as a favourite. Idempotent."""
    hold(by)
    if Favourite.objects.filter(person=by, reference=reference).exists():
        return
    if not queries.tiles_of([reference], viewer=by, at=at):
        raise Refused(_("Ceci n’est plus là."))
    rules.check_may_save(queries.count_of_favourites(by))
    favourite = Favourite(person=by, reference=reference, saved_at=at)
    favourite.full_clean()
    favourite.save()


@transaction.atomic
def unsave(*, reference: str, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action's form
    """Mark something as a favourite no longer."""
    Favourite.objects.filter(person=by, reference=reference).delete()


@transaction.atomic
def repeat(*, search_id: int, filters: Filters, at: dt.datetime) -> int:
    """Repeat a saved search and save each new hit once. Called by the scheduled task."""
    search = queries.for_change(search_id)
    if search is None:
        return 0
    found = queries.found_since(search, filters, at=at)
    hits = [
        SearchHit(
            search=search,
            reference=tile.reference,
            title=tile.title,
            url=tile.url,
            found_at=at,
        )
        for tile in found
    ]
    SearchHit.objects.bulk_create(hits, ignore_conflicts=True)
    search.checked_at = at
    search.save(update_fields=["checked_at"])
    return len(hits)


@transaction.atomic
def notify_owner(*, search_id: int, at: dt.datetime) -> int:
    """Notify a search's owner of its new hits still available, each of them once.

    Called by the scheduled task.
    """
    search = queries.for_change(search_id)
    if search is None or not rules.is_news_due(search.rhythm, search.notified_at, at=at):
        return 0
    hits = queries.hits_to_notify(search_id)
    if not hits:
        return 0
    SearchHit.objects.filter(pk__in=[hit.pk for hit in hits]).update(notified_at=at)
    hits = queries.still_there(hits, viewer=search.person, at=at)
    if not hits:
        return 0
    search.notified_at = at
    search.save(update_fields=["notified_at"])
    event = Event(
        key=f"search:{search.pk}:{max(hit.pk for hit in hits)}",
        kind=Kind.SEARCHES,
        path=search.get_absolute_url(),
        words=lambda: wording.news_of(search, hits),
        about=f"search:{search.reference}",
    )
    notify(event, to=[search.person_id], at=at)
    return len(hits)


@transaction.atomic
def forget_old_hits(*, at: dt.datetime) -> int:
    """Delete old hits. Called by the scheduled task."""
    old = SearchHit.objects.filter(found_at__lt=at - rules.HIT_RETENTION)
    return old.delete()[0]


@transaction.atomic
def forget_all_of(*, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action's form
    """Delete the saved searches and favourites of a leaving member."""
    SavedSearch.objects.filter(person=by).delete()
    Favourite.objects.filter(person=by).delete()


@transaction.atomic
def forget_things(*, trace: erasing.Trace, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete hits and favourites of erased items. Called by an erasure."""
    SearchHit.objects.filter(reference__in=trace.references).delete()
    Favourite.objects.filter(reference__in=trace.references).delete()
