"""Queries of this room, for pages and actions."""

import datetime as dt
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given, statement
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.offers import digest_hooks
from saas.kernel.offers.adoption_hooks import Acts
from saas.kernel.offers.catalogue_hooks import OfferCard, offers_around
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.search import room_search, search_hooks, searching
from saas.kernel.web import touching
from tenants.community.deals import rules, wording
from tenants.community.deals.models import Deal, Vote
from tenants.community.members.queries import thanks as thanks_queries

KIND = "deal"
PAGE_SIZE = 24
MOST_NEW = 50
MOST_IN_FEED = 3
MOST_PLACED = 3
MOST_SLIDES = 6
BROKEN = Q(failing_count__gte=rules.LEAST_NO, failing_count__gt=F("working_count"))
ORDERS: dict[str, list[str]] = {
    "": ["-created_at", "-pk"],
    "confirmed": ["-working_count", "failing_count", "-created_at", "-pk"],
    "ending": ["ends_on", "-created_at", "-pk"],
}


class Filters(NamedTuple):
    """The filters of the list; everything empty is all that works."""

    q: str = ""
    category: str = ""
    sort: str = ""
    mine: bool = False
    over: bool = False


class Board(NamedTuple):
    """A page of deals, the pages beside it, and the offers of merchants nearby."""

    tiles: list[Tile]
    previous: int | None
    next: int | None
    placed: list[hooks.Sponsored]
    at_tills: list[OfferCard]


class Offers(NamedTuple):
    """The offers of merchants nearby: placements, and offers with a code at the till."""

    placed: list[hooks.Sponsored]
    at_tills: list[OfferCard]


class Detail(NamedTuple):
    """All that the page of a deal shows."""

    deal: Deal
    symbol: str
    author: hooks.PersonCard | None
    tone: str
    host: str
    open: bool
    broken: bool
    ending: str
    own_vote: bool | None
    thanks: thanks_queries.ThanksOn
    placed: list[hooks.Sponsored]


def slides(at: dt.datetime) -> list[hooks.Slide]:
    """List the deals permitted on the screens by their authors, the most confirmed first."""
    return [_slide(row) for row in _on_screens(at=at)[:MOST_SLIDES]]


def on_wall(wall: touching.OnWall, at: dt.datetime) -> list[hooks.Slide]:
    """List the deals that may hang and are asked for on a screen that people touch."""
    return [_slide(row) for row in touching.narrowed(_on_screens(at=at), wall)]


def _on_screens(*, at: dt.datetime) -> QuerySet[Deal]:
    rows = listed(today=timezone.localdate(at)).filter(on_screens=True).exclude(BROKEN)
    return rows.select_related("author").order_by("-working_count", "-created_at")


def _slide(row: Deal) -> hooks.Slide:
    after, zone = row.ends_on + dt.timedelta(days=1), timezone.get_current_timezone()
    return hooks.Slide(
        kind=KIND,
        reference=row.reference,
        title=row.title,
        label=_("Bon plan"),
        note=_("Code\u00a0: %(code)s") % {"code": row.code}
        if row.code
        else wording.confirmed(row.working_count),
        url=row.get_absolute_url(),
        starts_at=row.created_at,
        ends_at=dt.datetime.combine(after, dt.time(), tzinfo=zone),
        symbol=rules.SYMBOLS[row.category],
        author=row.author.short_name,
    )


def listed(*, today: dt.date | Given) -> QuerySet[Deal]:
    """Return open deals of active authors, regardless of votes."""
    standing = Deal.objects.filter(closed_at=None, hidden_at=None, ends_on__gte=today)
    return standing.filter(author__is_active=True)


def rows_of(
    filters: Filters, *, viewer: User, at: dt.datetime, start: int, size: int
) -> list[Deal]:
    """Return a page of matching rows."""
    return list(listing(filters, viewer=viewer, at=at)[start : start + size])


def listing(filters: Filters, *, viewer: User, at: dt.datetime) -> QuerySet[Deal]:
    """List matching deals in the requested order."""
    today = timezone.localdate(at)
    if filters.over:
        ended = Q(closed_at__isnull=False) | Q(ends_on__lt=today) | BROKEN
        since = today - rules.SHOWN_AFTER
        here = Q(hidden_at=None, author__is_active=True)
        found = Deal.objects.filter(ended, here, ends_on__gte=since)
    elif filters.mine:
        found = Deal.objects.all()
    else:
        found = listed(today=today).exclude(BROKEN)
    if filters.mine:
        found = found.filter(author=viewer)
    if filters.category:
        found = found.filter(category=filters.category)
    if filters.q:
        found = found.filter(searching.forgiven(filters.q))
    return found.order_by(*ORDERS[filters.sort])


def board(filters: Filters, *, viewer: User, at: dt.datetime, number: int = 1) -> Board:
    """Return a page of deals; a page number past the end falls back to the first page."""
    start = (number - 1) * PAGE_SIZE
    rows = rows_of(filters, viewer=viewer, at=at, start=start, size=PAGE_SIZE + 1)
    if not rows and number > 1:
        return board(filters, viewer=viewer, at=at)
    return Board(
        tiles_of(rows[:PAGE_SIZE], at=at),
        number - 1 if number > 1 else None,
        number + 1 if len(rows) > PAGE_SIZE else None,
        *offers(viewer, at=at),
    )


def offers(viewer: User, *, at: dt.datetime) -> Offers:
    """Return the offers of merchants nearby."""
    at_tills = offers_around.collect(at)
    return Offers(merchants_offers(viewer, at=at), at_tills)


def merchants_offers(viewer: User, *, at: dt.datetime) -> list[hooks.Sponsored]:
    """Return the current offers of merchants nearby."""
    found = hooks.merchant_offers.collect(viewer, at)
    return found[:MOST_PLACED]


def tiles_of(
    rows: list[Deal], *, at: dt.datetime, cards: dict[int, hooks.PersonCard] | None = None
) -> list[Tile]:
    """Draw deals for a list; the first two are seen at once."""
    cards = hooks.cards_of(row.author_id for row in rows) if cards is None else cards
    return [
        _tile(row, cards.get(row.author_id), at=at, first=number < 2)  # noqa: PLR2004 - a row of two
        for number, row in enumerate(rows)
    ]


def _tile(row: Deal, card: hooks.PersonCard | None, *, at: dt.datetime, first: bool) -> Tile:
    over = rules.ending(row, today=timezone.localdate(at))
    return Tile(
        url=row.get_absolute_url(),
        reference=row.reference,
        title=row.title,
        kind=row.get_category_display(),
        symbol=rules.SYMBOLS[row.category],
        picture="",
        cents=None,
        gift=False,
        unit="",
        place="",
        name=card.short_name if card else "",
        note=card.company or card.team if card else "",
        person_tone=tone_of(row.author_id),
        when=row.created_at,
        first=first,
        state=over or wording.confirmed(row.working_count),
        over=bool(over),
        badge=card.badge if card else "",
        colour=card.colour if card else "",
    )


def for_feed(person: User, at: dt.datetime) -> list[hooks.FeedItem]:  # noqa: ARG001 - the hook's form
    """Offer the newest deals that work to the home page."""
    rows = _newest(today=timezone.localdate(at))
    cards: dict[int, hooks.PersonCard] = {}
    return [
        hooks.FeedItem(
            row.created_at,
            tile.template,
            {**tile.values, "name": row.author.short_name},
            of_the_week=row.created_at,
        )
        for row, tile in zip(rows, tiles_of(rows, at=at, cards=cards), strict=True)
    ]


@statement
def _newest(today: Given) -> QuerySet[Deal]:
    newest = listed(today=today).exclude(BROKEN).order_by("-created_at")
    return newest.select_related("author")[:MOST_IN_FEED]


SEARCHED = room_search.Searched(
    kind="deals",
    rows=lambda asker: listed(today=asker.today).exclude(BROKEN),
    open=lambda _asker: Deal.objects.filter(closed_at=None, hidden_at=None),
    dress=lambda rows, _asker: rows,
    tiles=lambda rows, at: tiles_of(rows, at=at),
    names="plan deal",
    variety="category",
)


def search(
    question: search_hooks.SearchQuestion, viewer: Any, at: dt.datetime
) -> search_hooks.SearchAnswer:
    """Answer a search with the deals that work."""
    return room_search.answer(
        question,
        SEARCHED,
        viewer=viewer,
        at=at,
        label=_("Bons plans"),
        symbol="ticket",
        varieties={str(one.value): str(one.label) for one in Deal.Category},
    )


def tiles_by_reference(references: list[str], viewer: Any, at: dt.datetime) -> dict[str, Tile]:  # noqa: ARG001 - the hook's form
    """Return some deals, also those that have ended."""
    rows = list(Deal.objects.filter(reference__in=references, hidden_at=None))
    return dict(zip([row.reference for row in rows], tiles_of(rows, at=at), strict=True))


def detail(deal: Deal, *, viewer: User, at: dt.datetime) -> Detail:
    """Return a deal with its author, the viewer's own vote, its thanks, and related values."""
    today = timezone.localdate(at)
    return Detail(
        deal=deal,
        symbol=rules.SYMBOLS[deal.category],
        author=hooks.cards_of([deal.author_id]).get(deal.author_id),
        tone=tone_of(deal.author_id),
        host=rules.host_of(deal.link) if deal.link else "",
        open=rules.is_open(deal, today=today),
        broken=rules.is_broken(deal),
        ending=rules.ending(deal, today=today),
        own_vote=Vote.objects.filter(deal=deal, voter=viewer)
        .values_list("works", flat=True)
        .first(),
        thanks=thanks_queries.thanks_on(KIND, deal.reference, viewer),
        placed=merchants_offers(viewer, at=at),
    )


def find(reference: str, *, viewer: User) -> Deal | None:
    """Return a deal, open or closed; only its author may see a hidden deal."""
    seen = Q(hidden_at=None) | Q(author=viewer)
    return Deal.objects.filter(seen, reference=reference).select_related("author").first()


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the reported deal for moderation, if the viewer may see it."""
    deal = find(reference, viewer=viewer) if kind == KIND else None
    if deal is None:
        return None
    today = timezone.localdate()
    return hooks.Subject(
        kind=KIND,
        id=deal.pk,
        title=deal.title,
        url=deal.get_absolute_url(),
        owner_id=deal.author_id,
        picture_url=None,
        state=rules.ending(deal, today=today),
        open=rules.is_open(deal, today=today),
        writable=False,
    )


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return the text of a deal for moderation."""
    deal = Deal.objects.filter(reference=reference).first() if kind == KIND else None
    if deal is None:
        return None
    return hooks.Judged(
        kind=KIND,
        title=deal.title,
        text="\n".join(words for words in (deal.description, deal.code, deal.link) if words),
        owner_id=deal.author_id,
        url=deal.get_absolute_url(),
        hidden=deal.hidden_at is not None,
    )


def terms_of(deal: Deal) -> rules.Terms:
    """Return the current terms of a deal."""
    return rules.Terms(*(getattr(deal, name) for name in rules.Terms._fields))


def votes_on(deal: Deal) -> tuple[int, int]:
    """Count the votes that a deal works, and the votes that it does not."""
    counts = Vote.objects.filter(deal=deal).aggregate(
        working=Count("pk", filter=Q(works=True)), failing=Count("pk", filter=Q(works=False))
    )
    return counts["working"], counts["failing"]


def open_count_of(person: User, *, today: dt.date) -> int:
    """Count a person's open deals."""
    return listed(today=today).filter(author=person).count()


def posted_with(key: UUID, *, by: User) -> Deal | None:
    """Return the deal that a person has already posted with a form's key, if any."""
    return Deal.objects.filter(idempotency_key=key, author=by).first()


def for_change(deal_id: int) -> Deal:
    """Lock and return a deal before a change."""
    return Deal.objects.select_for_update().get(pk=deal_id)


def novelties(since: dt.datetime, until: dt.datetime) -> list[digest_hooks.Novelty]:
    """List deals created between two moments and still open, newest first."""
    rows = listed(today=timezone.localdate(until)).exclude(BROKEN)
    rows = rows.filter(created_at__gte=since, created_at__lt=until)
    return [
        digest_hooks.Novelty(
            at=row.created_at,
            symbol=rules.SYMBOLS[row.category],
            title=row.title,
            note=wording.note_of(row),
            url=row.get_absolute_url(),
            author_id=row.author_id,
        )
        for row in rows.select_related("author").order_by("-created_at", "-pk")[:MOST_NEW]
    ]


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data that this room stores about a person, for their data export."""
    return [
        table(
            "deals",
            _("Bons plans"),
            Deal.objects.filter(author=person),
            *("reference", "category", "title", "description", "code", "link", "ends_on"),
            *("created_at", "closed_at"),
        ),
        table(
            "votes",
            _("Votes sur des bons plans"),
            Vote.objects.filter(voter=person),
            *("deal__reference", "works", "voted_at"),
        ),
    ]


def acts() -> list[Acts]:
    """Return the acts of members in this room, for counts alone."""
    return [
        Acts(_("Bons plans"), Deal.objects.all(), "author_id", "created_at", _("Bons plans")),
        Acts(_("Bons plans"), Vote.objects.all(), "voter_id", "voted_at"),
    ]
