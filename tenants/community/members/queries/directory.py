"""The directory: members who agreed to be found, with their team and the things they offer."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.display.people import tone_of
from saas.kernel.search import search_hooks, searching, synonyms
from saas.kernel.search.sorting import SortKey, sort_key
from tenants.community.members.models import Profile
from tenants.community.members.queries import people
from tenants.spaces import places

PAGE_SIZE = 24
MOST_TEAMS = 60
MOST_TITLES = 3


class Filters(NamedTuple):
    """The words, the company and the team that the directory is narrowed to."""

    q: str = ""
    company: int | None = None
    team: str = ""


class Entry(NamedTuple):
    """A member in the directory."""

    name: str
    url: str
    reference: str
    tone: str
    team: str
    company: str
    badge: str
    colour: str
    titles: list[str]
    own: bool


class Directory(NamedTuple):
    """A page of the directory, with the choices of its filters."""

    entries: list[Entry]
    teams: list[str]
    companies: list[tuple[int, str]]
    previous: int | None
    next: int | None


def directory(filters: Filters, *, viewer: User, at: dt.datetime, number: int = 1) -> Directory:
    """Return a page of the members who agreed to be found, by first name."""
    own_company = people.company_of(viewer)
    found = _found(viewer)
    narrowed = _narrowed(found, filters, own_company, viewer=viewer, at=at)
    start = (number - 1) * PAGE_SIZE
    order = (SortKey("user__first_name"), SortKey("user__last_name"), "pk")
    rows = list(narrowed.select_related("user").order_by(*order)[start : start + PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    titles = _titles(
        [row.user_id for row in shown if _sees(row, "offers", own_company)], viewer, at
    )
    here = places.here()
    return Directory(
        entries=[
            _entry(
                row,
                here.companies.get(row.company_id or 0),
                own_company=own_company,
                titles=titles.get(row.user_id, [])[:MOST_TITLES],
                viewer=viewer,
            )
            for row in shown
        ],
        teams=_teams(found, own_company),
        companies=sorted(
            ((pk, one.name) for pk, one in here.companies.items()),
            key=lambda one: sort_key(one[1]),
        ),
        previous=number - 1 if number > 1 else None,
        next=number + 1 if len(rows) > PAGE_SIZE else None,
    )


def _found(viewer: User) -> QuerySet[Profile]:
    rows = Profile.objects.filter(hidden_at=None, user__is_active=True).exclude(found_as="")
    for blocked in hooks.blocked_people.ask(viewer.pk):
        rows = rows.exclude(user_id__in=blocked)
    return rows


def _narrowed(
    rows: QuerySet[Profile],
    filters: Filters,
    own_company: int | None,
    *,
    viewer: User,
    at: dt.datetime,
) -> QuerySet[Profile]:
    if filters.company is not None:
        rows = rows.filter(company_id=filters.company)
    if filters.team:
        rows = rows.filter(_open_to("team", own_company), team__iexact=filters.team)
    if filters.q:
        names = Q()
        for word in searching.words_of(filters.q):
            names &= Q(found_as__icontains=word)
        offering = _offering(filters.q, viewer, at)
        offers = Q(_open_to("offers", own_company), user_id__in=offering)
        rows = rows.filter(names | Q(searching.has_words(filters.q)) | offers)
    return rows


def _offering(words: str, viewer: User, at: dt.datetime) -> set[int]:
    texts = [words, *filter(None, [synonyms.translated(words)])]
    return {
        person_id for text in texts for person_id in search_hooks.offerers.collect(text, viewer, at)
    }


def _open_to(field: str, own_company: int | None) -> Q:
    """Return the condition that members show a field to the viewer."""
    to_all = Q(**{f"{field}_seen": Profile.Seen.SPACE})
    if own_company is None:
        return to_all
    return to_all | Q(**{f"{field}_seen": Profile.Seen.COMPANY}, company_id=own_company)


def _sees(row: Profile, field: str, own_company: int | None) -> bool:
    seen = getattr(row, f"{field}_seen")
    is_same = own_company is not None and row.company_id == own_company
    return bool(seen == Profile.Seen.SPACE or (seen == Profile.Seen.COMPANY and is_same))


def _titles(ids: list[int], viewer: User, at: dt.datetime) -> dict[int, list[str]]:
    titles: dict[int, list[str]] = {}
    for answer in search_hooks.offered_titles.ask(ids, viewer, at) if ids else []:
        for person_id, offered in answer.items():
            titles.setdefault(person_id, []).extend(offered)
    return titles


def _teams(found: QuerySet[Profile], own_company: int | None) -> list[str]:
    rows = found.filter(_open_to("team", own_company)).exclude(team="")
    names: list[Any] = list(
        rows.order_by("team").values_list("team", flat=True).distinct()[:MOST_TEAMS]
    )
    return sorted(names, key=sort_key)


def _entry(
    row: Profile,
    company: places.Company | None,
    *,
    own_company: int | None,
    titles: list[str],
    viewer: User,
) -> Entry:
    return Entry(
        name=row.user.short_name,
        url=people.url_of(row.user),
        reference=row.user.reference,
        tone=tone_of(row.user_id),
        team=row.team if _sees(row, "team", own_company) else "",
        company=company.name if company else "",
        badge=company.badge if company else "",
        colour=company.colour if company else "",
        titles=titles,
        own=row.user_id == viewer.pk,
    )
