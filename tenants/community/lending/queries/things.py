"""Queries on things to lend: the list, a single thing, and its availability by the hour."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.display.writing import hour
from saas.kernel.private_pictures import srcset_of, url_of
from saas.kernel.search.searching import forgiven, nearness
from tenants.community.lending.models import LendingPicture, Loan, Thing
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import LoanSlot
from tenants.spaces import places
from tenants.spaces.audiences import seen_by

PAGE_SIZE = 24
TILE_WIDTH = 480


class ThingFilters(NamedTuple):
    """The filters of a search; with empty filters it returns all things to lend."""

    q: str = ""
    where: str = ""
    free: str = ""
    council: bool = False


class ThingList(NamedTuple):
    """A page of the things, and how many there are in all."""

    tiles: list[Tile]
    total: int
    previous: int | None
    next: int | None
    break_slot: LoanSlot | None
    break_today: bool


def lent(*, viewer: User | Given) -> QuerySet[Thing]:
    """Return the things that a viewer may borrow, and the viewer's own things."""
    here = Q(owner=None) | Q(owner__is_active=True)
    return Thing.objects.filter(here, seen_by(viewer, author="owner"), withdrawn_at=None)


def of_another_company(person: User, company_id: int | None) -> QuerySet[Thing]:
    """Return the things of others that are for the people of a company alone, but for theirs."""
    private = Thing.objects.filter(audience=Thing.Audience.COMPANY)
    return private.exclude(company_id=company_id).exclude(owner=person)


def find(reference: str, *, viewer: User) -> Thing | None:
    """Return a thing, lent or withdrawn, by its public reference if the viewer may see it."""
    found = Thing.objects.filter(seen_by(viewer, author="owner"), reference=reference)
    return found.select_related("owner").first()


def thing_for_change(thing_id: int) -> Thing:
    """Lock and return a thing, so that changes to its loans and waiting list run in sequence."""
    return Thing.objects.select_for_update(of=("self",)).select_related("owner").get(pk=thing_id)


def thing_of_reservation(reservation: hooks.Reservation) -> Thing | None:
    """Lock and return the thing of a meeting's reservation, if it has an owner.

    A council's thing has no owner to write to.
    """
    found = Thing.objects.filter(reference=reservation.reference, owner__isnull=False)
    pk = found.values_list("pk", flat=True).first()
    return thing_for_change(pk) if pk else None


def thing_with_key(key: UUID, *, by: User) -> Thing | None:
    """Return the thing that a person has already created with a form's key, if any."""
    return Thing.objects.filter(idempotency_key=key).filter(Q(owner=by) | Q(owner=None)).first()


def count_of(person: User) -> int:
    """Count a person's things to lend."""
    return Thing.objects.filter(owner=person, withdrawn_at=None).count()


def with_cover(things: QuerySet[Thing]) -> QuerySet[Thing]:
    """Bring the first picture that can be shown along with each thing."""
    ready = LendingPicture.objects.filter(thing=OuterRef("pk"), state=LendingPicture.State.READY)
    first = ready.order_by("position", "id").values(data=JSONObject(name="name", width="width"))
    return things.annotate(cover=Subquery(first[:1]))


def cover_of(row: Any) -> LendingPicture | None:
    """Return the picture annotated by `with_cover`, if any."""
    return LendingPicture(**row.cover) if row.cover else None


def touching(slot: LoanSlot, *, at: dt.datetime) -> Q:
    """Return the condition for loans in a slot; an overdue loan takes the next half-hour."""
    during = Q(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    if slot.starts_at <= at + rules.OVERDUE_HOLDS:
        during |= Q(state=Loan.State.OUT, ends_at__lte=at)
    return during & Q(state__in=rules.TAKEN)


def is_taken(thing: Thing, slot: LoanSlot, *, at: dt.datetime, but: int | None = None) -> bool:
    """Return True if the thing is taken in the slot."""
    return Loan.objects.filter(touching(slot, at=at), thing=thing).exclude(pk=but or 0).exists()


def is_for(thing: Thing, person: User) -> bool:
    """Return True if the person may see the thing, without a block between them and its owner."""
    seen = Thing.objects.filter(seen_by(person, author="owner"), pk=thing.pk)
    return not hooks.is_blocked(person.pk, thing.owner_id or person.pk) and seen.exists()


def break_of(viewer: User, *, zone: dt.tzinfo, at: dt.datetime) -> LoanSlot | None:
    """Return the rest of the current break at the viewer's site, or the next break."""
    site = places.here().site_or_largest(getattr(viewer, "works_at", None))
    if site is None:
        return None
    found = [slots.break_slot(*one, zone=zone, at=at) for one in site.breaks]
    return min((slot for slot in found if slot), default=None)


def board(
    filters: ThingFilters, *, viewer: User, zone: dt.tzinfo, at: dt.datetime, number: int = 1
) -> ThingList:
    """Return a page of things: those free now or at the break first, then the newest."""
    pause = break_of(viewer, zone=zone, at=at)
    begin = slots.floor_quarter(at)
    now = LoanSlot(begin, begin + 2 * slots.QUARTER)
    wanted = pause if filters.free == "break" and pause else now
    start = (number - 1) * PAGE_SIZE
    found = _fitting(filters, viewer=viewer).annotate(taken=Exists(_loans_touching(wanted, at=at)))
    if filters.free:
        found = found.filter(taken=False)
    order = (nearness(filters.q).desc(),) if filters.q else ("taken",)
    sorted_keys = found.order_by(*order, "-created_at", "-pk").annotate(total=Window(Count("*")))
    chosen = list(sorted_keys.values_list("pk", "taken", "total")[start : start + PAGE_SIZE])
    if not chosen and number > 1:
        return board(filters, viewer=viewer, zone=zone, at=at)
    rows = _chosen({key: taken for key, taken, _total in chosen}, after=wanted.starts_at)
    total = chosen[0][2] if chosen else 0
    words = _("Libre à la pause") if filters.free == "break" else _("Libre maintenant")
    return ThingList(
        tiles=tiles_of(rows, free=words),
        total=total,
        previous=number - 1 if number > 1 else None,
        next=number + 1 if number * PAGE_SIZE < total else None,
        break_slot=pause,
        break_today=bool(pause and slots.day_of(pause.starts_at, zone) == slots.day_of(at, zone)),
    )


def _chosen(taken: dict[int, bool], *, after: dt.datetime) -> list[Any]:
    """Return some things with the data of their cards, `taken`, and the start of the next loan."""
    coming = Loan.objects.filter(
        thing=OuterRef("pk"), state__in=rules.TAKEN, starts_at__gt=after
    ).order_by("starts_at")
    things = Thing.objects.annotate(next_starts=Subquery(coming.values("starts_at")[:1]))
    rows: dict[int, Any] = with_cover(things).in_bulk(list(taken))
    for key, row in rows.items():
        row.taken = taken[key]
    return [rows[key] for key in taken if key in rows]


def listing(
    filters: ThingFilters, *, viewer: User, slot: LoanSlot, at: dt.datetime
) -> QuerySet[Thing]:
    """List matching things for the API, newest first, each with its `taken` flag for the slot."""
    found = _fitting(filters, viewer=viewer).annotate(taken=Exists(_loans_touching(slot, at=at)))
    if filters.free:
        found = found.filter(taken=False)
    return found.order_by("-created_at", "-pk")


def _fitting(filters: ThingFilters, *, viewer: User) -> QuerySet[Thing]:
    found = lent(viewer=viewer)
    if filters.q:
        found = found.filter(forgiven(filters.q))
    if filters.where:
        found = found.filter(whereabouts=filters.where)
    return found.filter(of_council=True) if filters.council else found


def _loans_touching(slot: LoanSlot, *, at: dt.datetime) -> QuerySet[Loan]:
    return Loan.objects.filter(touching(slot, at=at), thing=OuterRef("pk"))


def tiles_of(
    rows: list[Any], *, free: str = "", cards: Mapping[int, hooks.PersonCard] | None = None
) -> list[Tile]:
    """Return the cards of rows annotated with covers; `free` is the label if not taken."""
    if cards is None:
        cards = hooks.cards_of(row.owner_id for row in rows if row.owner_id)
    return [
        _tile(row, cards.get(row.owner_id), free=free, first=number < 2)  # noqa: PLR2004 - a row of two
        for number, row in enumerate(rows)
    ]


def preview_of(sketch: Any, pictures: Sequence[LendingPicture]) -> Tile:
    """Return the card of a thing before it is offered; its link leads nowhere."""
    ready = [one for one in pictures if one.state == LendingPicture.State.READY]
    sketch.cover = {"name": ready[0].name, "width": ready[0].width} if ready else None
    (tile,) = tiles_of([sketch])
    return tile._replace(url="#preview")


def _tile(row: Any, card: hooks.PersonCard | None, *, free: str, first: bool) -> Tile:
    cover = cover_of(row)
    withdrawn = row.withdrawn_at is not None
    state = _("Plus à prêter") if withdrawn else _state_of(row, free)
    return Tile(
        url=row.get_absolute_url(),
        reference=row.reference,
        title=row.title,
        kind=_("À emprunter"),
        symbol=rules.SYMBOL,
        picture=url_of(cover, TILE_WIDTH) if cover else "",
        srcset=srcset_of(cover) if cover else "",
        cents=None,
        gift=False,
        unit="",
        state=state,
        tone="ok" if free and not withdrawn and not row.taken else "",
        over=withdrawn,
        place=row.place,
        name=_lender_of(row, card),
        note=(card.company or card.team) if card else "",
        person_tone=tone_of(row.owner_id or 0),
        when=row.created_at,
        first=first,
        badge=card.badge if card else "",
        colour=card.colour if card else "",
    )


def _state_of(row: Any, free: str) -> str:
    if not free:
        return ""
    if row.taken:
        return _("Pris en ce moment")
    starts = getattr(row, "next_starts", None)
    if starts is None or timezone.localdate(starts) != timezone.localdate():
        return free
    return _("Libre jusqu’à %(hour)s") % {"hour": hour(starts)}


def _lender_of(row: Any, card: hooks.PersonCard | None) -> str:
    if row.of_council:
        return council_name(row.company_id)
    return card.short_name if card else ""


def council_name(company_id: int | None) -> str:
    """Name the council that lends something."""
    company = places.here().companies.get(company_id or 0)
    return _("CSE %(company)s") % {"company": company.name} if company else _("Le CSE")


def mine(person: User, councils: Iterable[int | None]) -> list[Tile]:
    """List the things of a person and of the councils that they represent."""
    rows = Thing.objects.filter(handed_out_by(person, councils)).order_by(
        "withdrawn_at", "-created_at"
    )
    return tiles_of(list(with_cover(rows)[:PAGE_SIZE]))


def handed_out_by(person: User, councils: Iterable[int | None], *, through: str = "") -> Q:
    """Return the condition for things that a person hands out."""
    handed_out = Q(**{f"{through}owner": person})
    listed = list(councils)
    if None in listed:
        return handed_out | Q(**{f"{through}of_council": True})
    if listed:
        handed_out |= Q(**{f"{through}of_council": True, f"{through}company_id__in": listed})
    return handed_out
