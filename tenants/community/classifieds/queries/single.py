"""A single classified, the classifieds of an author, and queries for other rooms."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from saas.kernel.database.statements import Given, statement
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.private_pictures import THUMB_WIDTH, Photo, photos_of, url_of
from saas.kernel.search import searching
from saas.kernel.secrets import tokens
from saas.kernel.values import week
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Availability, Classified, Picture, Revision
from tenants.community.classifieds.queries.board import all_open, on_the_board, similar_to
from tenants.community.classifieds.queries.pictures import picture_named
from tenants.community.classifieds.queries.tiles import cover_of, tiles_of, with_cover
from tenants.community.members.queries import thanks as thanks_queries
from tenants.spaces import places
from tenants.spaces.audiences import seen_by
from tenants.spaces.models import OwnSite
from tenants.spaces.spots import sites

KIND = "classified"
MOST_MINE = 100
DAYS_TO_MEET = 14
MOST_BY_THE_SAME = 3
MOST_EARLIER = 20
MOST_ON_A_CARD = 6
MOST_OFFERERS = 300


class Detail(NamedTuple):
    """All that a classified's page shows."""

    classified: Classified
    photos: list[Photo]
    waiting: int
    unreadable: int
    author: hooks.PersonCard | None
    tone: str
    site: OwnSite | None
    slots: list[dt.time]
    days: list[tuple[str, str]]
    similar: list[Tile]
    by_the_same: list[Tile]
    may_thank: bool
    thanks: thanks_queries.ThanksOn
    state: str
    reserved: bool
    reserved_for: hooks.PersonCard | None
    open: bool
    renewable: bool
    symbol: str
    kind: str
    availability: list[week.Hours]
    gift: bool
    unit: str
    first_name: str
    seen: str


def find(reference: str, *, viewer: User) -> Classified | None:
    """Return a classified by its public reference if the viewer may see it."""
    return next(iter(_found(viewer=viewer, reference=reference)), None)


@statement
def _found(viewer: Given, reference: Given) -> QuerySet[Classified]:
    found = Classified.objects.filter(seen_by(viewer), reference=reference)
    return found.select_related("author")


def own(reference: str, *, by: User) -> Classified | None:
    """Find a classified that its author is about to change; refuse anybody else."""
    classified = find(reference, viewer=by)
    if classified is not None:
        rules.check_is_author(classified.author_id, by.pk)
    return classified


def detail(reference: str, *, viewer: User, at: dt.datetime) -> Detail | None:
    """Bring a classified with its pictures, author, meeting slots and neighbours."""
    classified = find(reference, viewer=viewer)
    if classified is None:
        return None
    pictures = list(Picture.objects.filter(classified=classified))
    others = by_the_same(classified, viewer=viewer, at=at)
    near = _near(classified, others, viewer=viewer, at=at)
    cards = hooks.cards_of(_people_on(classified, near))
    here = sites()
    site = next((site for site in here if site.pk == classified.site_id), None)
    slots = _slots_at(site or (here[0] if here else None))
    return Detail(
        classified=classified,
        photos=photos_of(pictures),
        waiting=sum(picture.state == Picture.State.WAITING for picture in pictures),
        unreadable=sum(picture.state == Picture.State.FAILED for picture in pictures),
        author=cards.get(classified.author_id),
        tone=tone_of(classified.author_id),
        site=site if len(here) > 1 else None,
        slots=slots,
        days=_days_to_meet(slots, at),
        similar=tiles_of(near, at=at, cards=cards),
        by_the_same=tiles_of(others, at=at, cards=cards),
        may_thank=rules.may_thank(classified, viewer.pk),
        thanks=thanks_on(classified, viewer=viewer),
        state=rules.state_of(classified, at=at),
        reserved=rules.is_reserved(classified, at=at),
        reserved_for=cards.get(classified.reserved_for_id or 0),
        open=rules.is_open(classified, at=at),
        renewable=rules.is_renewable(classified, at=at),
        symbol=rules.symbol_of(classified),
        kind=rules.kind_in_words(classified),
        availability=hours_of(classified),
        gift=rules.is_gift(classified.kind, classified.price_cents),
        unit=str(rules.PER.get(classified.price_unit, "")),
        first_name=classified.author.first_name,
        seen=rules.seen_in_words(classified.audience),
    )


def _near(
    classified: Classified, others: list[Classified], *, viewer: User, at: dt.datetime
) -> list[Classified]:
    """List classifieds similar to the given row, without those already on its page."""
    shown = {other.pk for other in others}
    similar = similar_to(classified, viewer=viewer, at=at)
    return [one for one in similar if one.pk not in shown]


def thanks_on(classified: Classified, *, viewer: User) -> thanks_queries.ThanksOn:
    """Return the thanks for a classified; empty until it is closed with a colleague."""
    if classified.closed_with_id is None:
        return thanks_queries.ThanksOn()
    return thanks_queries.thanks_on(KIND, classified.reference, viewer)


def _people_on(classified: Classified, near: list[Classified]) -> list[int]:
    held_for = classified.reserved_for_id
    authors = [classified.author_id, *(other.author_id for other in near)]
    return authors if held_for is None else [*authors, held_for]


def _days_to_meet(slots: list[dt.time], at: dt.datetime) -> list[tuple[str, str]]:
    """List the days on which two people can meet; today counts until the break is over."""
    over = bool(slots) and slots[-1] <= timezone.localtime(at).time()
    return week.next_days(at, DAYS_TO_MEET)[1 if over else 0 :]


def hours_of(classified: Classified) -> list[week.Hours]:
    """List the hours at which a service can be had; nothing else is asked for them."""
    if classified.kind != Classified.Kind.SERVICE:
        return []
    rows = Availability.objects.filter(classified=classified)
    return [week.Hours(*row) for row in rows.values_list(*week.Hours._fields)]


def _slots_at(site: OwnSite | None) -> list[dt.time]:
    return [time for one in places.breaks_of(site) for time in rules.quarters(*one)] if site else []


def mine(person: User, *, at: dt.datetime) -> tuple[list[Tile], list[Tile]]:
    """List a person's classifieds: open and closed."""
    rows = Classified.objects.filter(author=person).order_by("-created_at", "-pk")
    tiles = tiles_of(list(with_cover(rows)[:MOST_MINE]), at=at)
    return [tile for tile in tiles if not tile.over], [tile for tile in tiles if tile.over]


def find_by_renewal_link(token: str) -> Classified | None:
    """Return the classified that a mailed link renews, unless the link is invalid or expired."""
    try:
        pk = int(tokens.unsign(rules.KEEP_PURPOSE, token, max_age_seconds=rules.KEEP_LINK_SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    found = Classified.objects.filter(pk=pk, author__is_active=True)
    return found.select_related("author").first()


def by_the_same(classified: Classified, *, viewer: User, at: dt.datetime) -> list[Classified]:
    """List other things of the same author that the viewer sees, the newest first."""
    return _by_the_same(viewer=viewer, at=at, author=classified.author_id, one=classified)


@statement
def _by_the_same(*, viewer: Given, at: Given, author: Given, one: Given) -> QuerySet[Classified]:
    others = on_the_board(viewer=viewer, at=at).filter(author=author).exclude(pk=one)
    return with_cover(others.order_by("-created_at", "-pk"))[:MOST_BY_THE_SAME]


def offers_of(person_id: int, viewer: User, at: dt.datetime) -> list[hooks.FeedItem]:
    """Return the person's open classifieds visible to the viewer, for the person's card."""
    rows = on_the_board(viewer=viewer, at=at).filter(author_id=person_id)
    newest = list(with_cover(rows.order_by("-created_at", "-pk"))[:MOST_ON_A_CARD])
    tiles = tiles_of(newest, at=at, cards={})
    shown = zip(newest, tiles, strict=True)
    return [hooks.FeedItem(row.created_at, tile.template, tile.values) for row, tile in shown]


def offerers(words: str, viewer: User, at: dt.datetime) -> list[int]:
    """Return the authors of open classifieds with these words, for the directory of members."""
    rows = on_the_board(viewer=viewer, at=at).filter(searching.has_words(words))
    return list(rows.order_by("-pk").values_list("author_id", flat=True)[:MOST_OFFERERS])


def offered_titles(people: list[int], viewer: User, at: dt.datetime) -> dict[int, list[str]]:
    """Return the titles of open classifieds of people, the newest first."""
    rows = on_the_board(viewer=viewer, at=at).filter(author_id__in=people)
    titles: dict[int, list[str]] = {}
    newest = rows.order_by("-created_at", "-pk").values_list("author_id", "title")
    for author_id, title in newest[:MOST_OFFERERS]:
        titles.setdefault(author_id, []).append(title)
    return titles


def open_count_of(person: User, *, at: dt.datetime) -> int:
    """Count a person's open classifieds."""
    return Classified.objects.filter(author=person, closed_at=None, expires_at__gt=at).count()


def posted_with(key: UUID, *, by: User) -> Classified | None:
    """Return the classified that a person has already posted with a form's key, if any."""
    return Classified.objects.filter(idempotency_key=key, author=by).first()


def for_change(classified_id: int) -> Classified:
    """Lock and return a classified before a change."""
    return Classified.objects.select_for_update().get(pk=classified_id)


def to_reserve(reference: str) -> Classified | None:
    """Lock and return a classified, if any, before it is reserved or released."""
    return Classified.objects.select_for_update().filter(reference=reference).first()


def person_with(reference: str, *, but: User) -> User | None:
    """Find a colleague by public reference."""
    return User.objects.filter(reference=reference, is_active=True).exclude(pk=but.pk).first()


def to_expire(*, at: dt.datetime) -> QuerySet[Classified, int]:
    """List the keys of classifieds past their expiry date that are not closed yet."""
    due = Classified.objects.filter(closed_at=None, expires_at__lte=at)
    return due.order_by("expires_at").values_list("pk", flat=True)


def to_remind(*, at: dt.datetime) -> QuerySet[Classified]:
    """List classifieds that expire within days and have an author without a reminder yet."""
    soon = all_open(at=at).filter(expires_at__lte=at + rules.REMINDED, reminded_at=None)
    return soon.order_by("expires_at")


def not_reminded(classified_id: int) -> Classified | None:
    """Lock and return a classified if it still needs its expiry reminder."""
    due = Classified.objects.filter(pk=classified_id, closed_at=None, reminded_at=None)
    return due.select_related("author").select_for_update(of=("self",)).first()


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the subject of a conversation if the viewer may see it."""
    if kind == private_pictures.KIND:
        return _subject_of_picture(reference, viewer=viewer)
    if kind != KIND:
        return None
    found = with_cover(Classified.objects.filter(seen_by(viewer), reference=reference)).first()
    if found is None:
        return None
    now = timezone.now()
    cover = cover_of(found)
    return hooks.Subject(
        kind=KIND,
        id=found.pk,
        title=found.title,
        url=found.get_absolute_url(),
        owner_id=found.author_id,
        picture_url=url_of(cover, THUMB_WIDTH) if cover else None,
        state=rules.state_of(found, at=now),
        open=rules.is_open(found, at=now),
    )


def _subject_of_picture(token: str, *, viewer: User) -> hooks.Subject | None:
    picture = picture_named(token, viewer=viewer)
    if picture is None or picture.classified_id is None:
        return None
    classified = Classified.objects.get(pk=picture.classified_id)
    url = classified.get_absolute_url()
    return private_pictures.subject_of(picture, title=classified.title, url=url)


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return the text and pictures of a classified for moderation."""
    found = Classified.objects.filter(reference=reference).first() if kind == KIND else None
    if found is None:
        return None
    return hooks.Judged(
        kind=KIND,
        title=found.title,
        text=found.description,
        owner_id=found.author_id,
        url=found.get_absolute_url(),
        pictures=private_pictures.tokens_of(Picture.objects.filter(classified=found)),
        hidden=found.hidden_at is not None,
        earlier=tuple(
            hooks.Earlier(row.replaced_at, row.title, row.description)
            for row in Revision.objects.filter(classified=found)[:MOST_EARLIER]
        ),
    )
