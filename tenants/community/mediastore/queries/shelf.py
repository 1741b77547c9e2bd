"""Queries of the shelf, for pages and actions."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.offers import shelf_hooks
from saas.kernel.search.sorting import SortKey, sort_key
from tenants.community.mediastore.models import (
    Borrowing,
    Medium,
    Part,
    PassCode,
    Progress,
    Waiting,
)
from tenants.community.mediastore.rules import shelf as rules

PAGE_SIZE = 24


class Filters(NamedTuple):
    """The filters of the shelf; everything empty is all of it."""

    q: str = ""
    kind: str = ""
    language: str = ""
    mine: bool = False


class Spine(NamedTuple):
    """A medium on the shelf, as a card shows it."""

    url: str
    title: str
    creator: str
    kind: str
    symbol: str
    language: str
    note: str
    reached: int
    sponsors: Sequence[shelf_hooks.Sponsor] = ()


class Shelf(NamedTuple):
    """A page of the shelf, and the pages beside it."""

    spines: list[Spine]
    previous: int | None
    next: int | None


def on_shelf(*, today: dt.date) -> QuerySet[Medium]:
    """Return the media that members see."""
    licensed = Q(ends_on=None) | Q(ends_on__gte=today)
    ready = Medium.objects.filter(state=Medium.State.READY, withdrawn_at=None, hidden_at=None)
    return ready.filter(licensed)


def shelf(
    filters: Filters,
    *,
    viewer: User,
    at: dt.datetime,
    number: int = 1,
    sponsors: Mapping[int, Sequence[shelf_hooks.Sponsor]],
) -> Shelf:
    """Return a page of the shelf; a page past the end falls back to the first.

    `sponsors` contains today's sponsors by medium.
    """
    start = (number - 1) * PAGE_SIZE
    rows = list(listing(filters, viewer=viewer, at=at)[start : start + PAGE_SIZE + 1])
    if not rows and number > 1:
        return shelf(filters, viewer=viewer, at=at, sponsors=sponsors)
    shown = rows[:PAGE_SIZE]
    reached = dict(
        Progress.objects.filter(reader=viewer, medium__in=shown).values_list("medium", "number")
    )
    return Shelf(
        [_spine(row, reached.get(row.pk, 0), sponsors.get(row.pk, ())) for row in shown],
        previous=number - 1 if number > 1 else None,
        next=number + 1 if len(rows) > PAGE_SIZE else None,
    )


def listing(filters: Filters, *, viewer: User, at: dt.datetime) -> QuerySet[Medium]:
    """Return the media matching the filters, the newest first."""
    found = on_shelf(today=timezone.localdate(at))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.language:
        found = found.filter(language=filters.language)
    if filters.mine:
        out = Borrowing.objects.filter(medium=OuterRef("pk"), borrower=viewer, returned_at=None)
        begun = Progress.objects.filter(medium=OuterRef("pk"), reader=viewer)
        found = found.filter(Exists(out) | Exists(begun))
    if filters.q:
        key = sort_key(filters.q)
        found = found.annotate(title_key=SortKey("title"), creator_key=SortKey("creator"))
        found = found.filter(Q(title_key__contains=key) | Q(creator_key__contains=key))
    return found.order_by("-added_at", "-pk")


def _spine(medium: Medium, reached: int, sponsors: Sequence[shelf_hooks.Sponsor]) -> Spine:
    return Spine(
        url=medium.get_absolute_url(),
        title=medium.title,
        creator=medium.creator,
        kind=medium.get_kind_display(),
        symbol=rules.SYMBOLS[medium.kind],
        language=medium.language,
        note=availability(medium),
        reached=reached,
        sponsors=sponsors,
    )


def availability(medium: Medium) -> str:
    """Return a short text about a medium's availability."""
    if medium.copies is not None:
        free = medium.copies - medium.borrowed_count
        if not free:
            return ngettext(
                "%(all)d exemplaire, prêté", "%(all)d exemplaires, tous prêtés", medium.copies
            ) % {"all": medium.copies}
        return _("%(free)d sur %(all)d en rayon") % {"free": free, "all": medium.copies}
    if medium.access == Medium.Access.ON_SITE:
        return _("Sur place")
    return _("Pour tous")


def find(reference: str) -> Medium | None:
    """Find a medium by its reference, whatever has become of it."""
    return Medium.objects.select_related("added_by").filter(reference=reference).first()


def providers_of(person: User) -> list[str]:
    """Return the providers that a member may add media for."""
    return [str(provider) for provider in rules.providers_of(hooks.duties_of(person))]


def for_change(medium_id: int) -> Medium:
    """Return a medium, locked for a change."""
    return Medium.objects.select_for_update().get(pk=medium_id)


def added_with(key: UUID, *, by: User) -> Medium | None:
    """Return the medium that a member already added with a form's idempotency key, if any."""
    return Medium.objects.filter(idempotency_key=key, added_by=by).first()


def own_borrowing(medium: Medium, person: User) -> Borrowing | None:
    """Return a member's current loan of a medium, if any."""
    return (
        Borrowing.objects.select_related("code")
        .filter(medium=medium, borrower=person, returned_at=None)
        .first()
    )


def out_count_of(person: User) -> int:
    """Return the number of copies that a member has on loan."""
    return Borrowing.objects.filter(borrower=person, returned_at=None).count()


def free_code(medium: Medium) -> PassCode | None:
    """Return a code of a pass without a current borrower, if any."""
    held = Borrowing.objects.filter(code=OuterRef("pk"), returned_at=None)
    return PassCode.objects.filter(~Exists(held), medium=medium).order_by("pk").first()


def first_in_line(medium: Medium) -> Waiting | None:
    """Return the first active member on a medium's waiting list, if any."""
    return (
        Waiting.objects.select_related("member")
        .filter(medium=medium, member__is_active=True)
        .order_by("since", "pk")
        .first()
    )


def overdue(*, at: dt.datetime) -> QuerySet[Borrowing]:
    """List copies that are to come back by now, those that are due longest first."""
    return Borrowing.objects.filter(returned_at=None, due_at__lte=at).order_by("due_at")


def waiting_to_be_prepared(*, before: dt.datetime) -> QuerySet[Medium]:
    """Return media still waiting for their preparation after their job may have been lost."""
    return Medium.objects.filter(state=Medium.State.WAITING, added_at__lt=before).order_by("pk")


def withdrawn_with_files() -> QuerySet[Medium]:
    """Return withdrawn media with files still to be deleted."""
    parts = Part.objects.filter(medium=OuterRef("pk"))
    gone = Medium.objects.exclude(withdrawn_at=None)
    return gone.filter(Exists(parts) | ~Q(upload="")).order_by("pk")


def podcasts_to_fetch(*, today: dt.date) -> QuerySet[Medium]:
    """Return the podcasts on the shelf; their feeds may have new episodes."""
    return on_shelf(today=today).filter(kind=Medium.Kind.PODCAST).order_by("pk")


def provided_by(providers: list[str]) -> list[Medium]:
    """Return the media of these providers, rejected uploads included; the newest first."""
    return list(
        Medium.objects.filter(provider__in=providers, withdrawn_at=None).order_by("-added_at")[:200]
    )


def reading_url(medium: Medium, number: int) -> str:
    """Return the address of a part."""
    return reverse("mediastore:read", args=[medium.reference, number])
