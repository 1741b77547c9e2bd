"""A thing's page: its pictures, its lender, its day in quarter-hours, its waiting list."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from saas.kernel.display.people import tone_of
from saas.kernel.private_pictures import THUMB_WIDTH, Photo, photos_of, url_of
from tenants.community.lending.models import LendingPicture, Loan, Thing, WaitingListEntry
from tenants.community.lending.queries import loan_pages, loans, people, pictures, things
from tenants.community.lending.rules import loans as rules
from tenants.community.lending.rules import slots
from tenants.community.lending.rules.slots import Bar, DayCell, LoanSlot, Quarter
from tenants.community.lending.wording import times
from tenants.spaces.audiences import seen_by

KIND = "thing"


class ThingPage(NamedTuple):
    """All that a thing's page shows."""

    thing: Thing
    photos: list[Photo]
    preparing: int
    unreadable: int
    lender: hooks.PersonCard | None
    lender_name: str
    first_name: str
    tone: str
    keeps: bool
    is_lent: bool
    state: str
    badge: str
    now_slot: LoanSlot | None
    break_slot: LoanSlot | None
    break_free: bool
    day: dt.date
    before: dt.date | None
    after: dt.date
    month_before: dt.date | None
    month_after: dt.date
    month: list[list[DayCell]]
    bars: list[Bar]
    drawn_hours: LoanSlot
    taken: list[str]
    quarters: list[Quarter]
    first_free: str
    durations: list[tuple[int, str]]
    own: list[Loan]
    coming: list[loan_pages.LoanLine]
    waiting: WaitingListEntry | None
    waiters: int
    times_lent: int
    thanks: int


def thing_page(
    thing: Thing, *, viewer: User, day: dt.date | None, zone: dt.tzinfo, at: dt.datetime
) -> ThingPage:
    """Return a thing with its day, its present borrower and its waiting list."""
    going_on = loans.going_on(thing.pk, at=at)
    keeps = rules.hands_out(thing, viewer.pk, people.councils_of(viewer))
    cards = _cards(thing, going_on if keeps else [])
    entries = list(
        WaitingListEntry.objects.filter(thing=thing, state=WaitingListEntry.State.WAITING)
    )
    lent = thing.withdrawn_at is None and (thing.owner is None or thing.owner.is_active)
    taken_now = _taken(going_on, LoanSlot(slots.floor_quarter(at), at), at=at)
    return ThingPage(
        thing=thing,
        keeps=keeps,
        is_lent=lent,
        state=_state(taken=taken_now, lent=lent),
        badge="" if not lent else "warn" if taken_now else "ok",
        durations=slots.durations_up_to(thing.longest_minutes),
        own=[loan for loan in going_on if loan.borrower_id == viewer.pk],
        coming=[loan_pages.line_of(loan, viewer, cards, at=at) for loan in going_on if keeps],
        waiting=next((one for one in entries if one.person_id == viewer.pk), None),
        waiters=len(entries),
        **_pictured(thing),
        **_lender(thing, cards),
        **_day(going_on, viewer, day, zone=zone, at=at),
        now_slot=_now(thing, going_on, viewer, zone=zone, at=at),
        **_history(thing),
    )


def _cards(thing: Thing, going_on: list[Loan]) -> dict[int, hooks.PersonCard]:
    owner = [thing.owner_id] if thing.owner_id else []
    return hooks.cards_of([*owner, *(loan.borrower_id for loan in going_on)])


def _pictured(thing: Thing) -> dict[str, Any]:
    pictures = list(LendingPicture.objects.filter(thing=thing))
    return {
        "photos": photos_of(pictures),
        "preparing": sum(one.state == LendingPicture.State.WAITING for one in pictures),
        "unreadable": sum(one.state == LendingPicture.State.FAILED for one in pictures),
    }


def _lender(thing: Thing, cards: dict[int, hooks.PersonCard]) -> dict[str, Any]:
    card = cards.get(thing.owner_id or 0)
    council = things.council_name(thing.company_id) if thing.of_council else ""
    return {
        "lender": card,
        "lender_name": council or (card.short_name if card else ""),
        "first_name": thing.owner.first_name if thing.owner else "",
        "tone": tone_of(thing.owner_id or 0),
    }


def _day(
    going_on: list[Loan],
    viewer: User,
    day: dt.date | None,
    *,
    zone: dt.tzinfo,
    at: dt.datetime,
) -> dict[str, Any]:
    """Return the calendar of the requested day, else of the break's day; never of a past day."""
    pause, today = things.break_of(viewer, zone=zone, at=at), slots.day_of(at, zone)
    shown = max(day or (slots.day_of(pause.starts_at, zone) if pause else today), today)
    first = shown.replace(day=1)
    return {
        "break_slot": pause,
        "break_free": pause is not None and not _taken(going_on, pause, at=at),
        "day": shown,
        "before": shown - dt.timedelta(days=1) if shown > today else None,
        "after": shown + dt.timedelta(days=1),
        "month_before": max(first - dt.timedelta(days=1), today) if first > today else None,
        "month_after": (first + dt.timedelta(days=31)).replace(day=1),
        **_calendar(going_on, viewer, shown, zone=zone, at=at),
    }


def _now(
    thing: Thing, going_on: list[Loan], viewer: User, *, zone: dt.tzinfo, at: dt.datetime
) -> LoanSlot | None:
    """Return the time from now that one tap borrows; None in a break, which has its own button."""
    pause = things.break_of(viewer, zone=zone, at=at)
    if pause is not None and pause.starts_at <= at:
        return None
    taken = [_span(loan, at=at) for loan in going_on]
    return slots.slot_from_now(taken, longest_minutes=thing.longest_minutes, at=at)


def _history(thing: Thing) -> dict[str, Any]:
    returned = Loan.objects.filter(thing=thing, state=Loan.State.RETURNED)
    return returned.aggregate(
        times_lent=Count("pk"), thanks=Count("pk", filter=Q(thanked_at__isnull=False))
    )


def _calendar(
    going_on: list[Loan], viewer: User, day: dt.date, *, zone: dt.tzinfo, at: dt.datetime
) -> dict[str, Any]:
    taken = [_span(loan, at=at) for loan in going_on if loan.borrower_id != viewer.pk]
    own = [_span(loan, at=at) for loan in going_on if loan.borrower_id == viewer.pk]
    rows = slots.calendar(day, taken, own, zone=zone, at=at)
    quarters = [one for row in rows for one in row.quarters if one.state in {"free", "taken"}]
    by_day = [one for one in quarters if one.starts_at >= slots.drawn_hours(day, zone).starts_at]
    free = [one.value for one in [*by_day, *quarters] if one.state == "free"]
    return {
        "month": slots.month(day, taken, own, zone=zone, at=at),
        "drawn_hours": slots.drawn_hours(day, zone),
        "bars": slots.bars(day, taken, own, zone=zone),
        "taken": times.spans_of_day(taken, day, zone),
        "quarters": quarters,
        "first_free": next(iter(free), ""),
    }


def _span(loan: Loan, *, at: dt.datetime) -> LoanSlot:
    """Return the slot of a loan; an overdue loan lasts until now."""
    late = loan.state == Loan.State.OUT and loan.ends_at <= at
    return LoanSlot(
        loan.starts_at,
        slots.floor_quarter(at) + rules.OVERDUE_HOLDS + slots.QUARTER if late else loan.ends_at,
    )


def _taken(going_on: list[Loan], slot: LoanSlot, *, at: dt.datetime) -> bool:
    spans = [_span(loan, at=at) for loan in going_on]
    return any(one.starts_at < slot.ends_at and one.ends_at > slot.starts_at for one in spans)


def _state(*, taken: bool, lent: bool) -> str:
    if not lent:
        return _("Plus à prêter")
    return _("Pris en ce moment") if taken else _("Disponible maintenant")


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the thing as subject of a conversation if the viewer may see it."""
    if kind == private_pictures.KIND:
        return _subject_of_picture(reference, viewer=viewer)
    if kind != KIND:
        return None
    seen = Thing.objects.filter(seen_by(viewer, author="owner"), reference=reference)
    found = things.with_cover(seen.filter(owner__isnull=False)).first()
    if found is None:
        return None
    cover = things.cover_of(found)
    lent = found.withdrawn_at is None
    return hooks.Subject(
        kind=KIND,
        id=found.pk,
        title=found.title,
        url=found.get_absolute_url(),
        owner_id=found.owner_id or 0,
        picture_url=url_of(cover, THUMB_WIDTH) if cover else None,
        state=_state(taken=loans.is_in_hands(found.pk, but=0), lent=lent),
        open=lent,
    )


def _subject_of_picture(token: str, *, viewer: User) -> hooks.Subject | None:
    picture = pictures.picture_named(token, viewer=viewer)
    if picture is None or picture.thing_id is None:
        return None
    thing = Thing.objects.get(pk=picture.thing_id)
    return private_pictures.subject_of(picture, title=thing.title, url=thing.get_absolute_url())


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return the text and pictures of a member's thing for moderation; a council's is exempt."""
    rows = Thing.objects.filter(reference=reference, owner__isnull=False)
    found = rows.first() if kind == KIND else None
    if found is None:
        return None
    return hooks.Judged(
        kind=KIND,
        title=found.title,
        text="\n".join(words for words in (found.description, found.deposit) if words),
        owner_id=found.owner_id or 0,
        url=found.get_absolute_url(),
        pictures=private_pictures.tokens_of(pictures.pictures_of(found)),
        hidden=found.hidden_at is not None,
    )


def moved_url(kind: str, reference: str, viewer: User) -> str | None:
    """Return the new address of a thing that was a classified, if the viewer may see it."""
    if kind != "classified":
        return None
    found = Thing.objects.filter(seen_by(viewer, author="owner"), reference=reference).first()
    return found.get_absolute_url() if found else None
