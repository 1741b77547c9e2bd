"""The placements of today in this space, kept in memory by each web process.

A page chooses among them without a query. It reads from the store, in a single request, the
space's revision and how often the member saw each placement today. A snapshot is read again with
another revision or another day, and after some seconds. It uses no cookie and no profile: the
space, the slot and the day decide.
"""

import datetime as dt
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef
from django.utils import timezone

from billing.councils.queries.own import councils_for
from saas.accounts.models import User
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.merchants.rules.closures import Closures
from saas.catalogue.merchants.rules.shops import Opening
from saas.catalogue.placements.models import RunningFlight, slots
from saas.catalogue.placements.models.slots import SLOTS, Shown
from saas.kernel import cache, hooks, revision, schema
from saas.kernel.secrets import tokens
from saas.kernel.values.months import first_of
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import CouncilMonth, PlacementEvent
from tenants.community.neighbourhood.queries.flights import running_among, running_on, teams
from tenants.spaces import places

RENEWED_SECONDS = 15.0
MOST_SPACES = 1_000
SHOWN = "placements-shown"
SHOWN_SECONDS = 86_400
# Screens, shelf and digest have places of their own, which no member's pages use up.


class ShownCouncil(NamedTuple):
    """A council of the space, as placements name it."""

    company_id: int | None
    reference: str
    name: str


class LiveAd(NamedTuple):
    """A placement that runs today, with this month's amounts by council."""

    id: int
    reference: str
    campaign_reference: str
    slot: str
    headline: str
    text: str
    offer: str
    picture: str
    merchant_id: int
    merchant_slug: str
    merchant_name: str
    merchant_latitude: Decimal
    merchant_longitude: Decimal
    refused_by: str
    openings: Sequence[Opening]
    closures: Closures
    pace: rules.Pace
    all_councils_cents: int
    by_council: Mapping[str, int] | None
    brought_cents: int = 0
    council_name: str = ""


@dataclass
class Snapshot:
    """The placements of a space on a day; `shown_first` counts their pages since it was read.

    `key` is that of the day's counts, once it was needed.
    """

    revision: str
    day: dt.date
    read_at: float
    ads: Sequence[LiveAd] = ()
    councils: Mapping[int | None, ShownCouncil | None] = field(default_factory=dict)
    earlier: Mapping[str, int] = field(default_factory=dict)
    shown_first: Counter[str] = field(default_factory=Counter)
    key: bytes = b""

    def is_of(self, day: dt.date) -> bool:
        """Return True if the snapshot is of a day, and was read lately."""
        return self.day == day and time.monotonic() - self.read_at < RENEWED_SECONDS

    def is_fresh(self, current: str, day: dt.date) -> bool:
        """Return True if the snapshot may still be used."""
        return self.is_of(day) and self.revision == current


snapshots: OrderedDict[str, Snapshot] = OrderedDict()


def is_in_turn(slot: str) -> bool:
    """Return True if the placements of a slot take turns on its page."""
    return SLOTS[slot].shown == Shown.IN_TURN


def forget() -> None:
    """Forget all snapshots and teams of this process."""
    snapshots.clear()
    teams.clear()


def in_slot(slot: str, person: User, at: dt.datetime) -> list[LiveAd]:
    """Return today's placements of a slot for a member, in turn.

    The placements that they saw least today come first, then those with the fewest views a day. A
    placement seen often enough today is left out, except on the shelf.
    """
    return _chosen(lambda ad: ad.slot == slot, person, at)


def with_offers(person: User, at: dt.datetime) -> list[LiveAd]:
    """Return today's placements on pages with an offer, in turn for a member."""
    return _chosen(lambda ad: bool(ad.offer) and is_in_turn(ad.slot), person, at)


def note_seen(references: Sequence[str], *, person_id: int, day: dt.date) -> None:
    """Count for the member's daily limit that placements were seen."""
    cache.count_each(_names(references, person_id=person_id, day=day), seconds=SHOWN_SECONDS)


def running_now(references: Collection[str], at: dt.datetime) -> dict[str, int]:
    """Return those of some references that run here today, with the ids of their shops.

    Those of pages are in memory; the database is asked about others, as those of digests.
    """
    ads = _fresh(at).ads
    found = {ad.reference: ad.merchant_id for ad in ads if ad.reference in references}
    others = set(references) - found.keys()
    return found | (running_among(others, at) if others else {})


def key_of(day: dt.date) -> bytes:
    """Return the key of a day's counts, as this process read it lately; empty without it."""
    known = snapshots.get(schema.current())
    return known.key if known is not None and known.is_of(day) else b""


def keep_key(key: bytes, *, day: dt.date) -> None:
    """Keep the key of a day's counts as long as the placements beside it."""
    known = snapshots.get(schema.current())
    if known is not None and known.is_of(day):
        known.key = key


def _fresh(at: dt.datetime) -> Snapshot:
    day, known = timezone.localdate(at), snapshots.get(schema.current())
    current = str(cache.stored_value(revision.NAME, ""))
    if known is not None and known.is_fresh(current, day):
        return known
    return _renewed(known, current, day)


def _chosen(is_wanted: Callable[[LiveAd], bool], person: User, at: dt.datetime) -> list[LiveAd]:
    day = timezone.localdate(at)
    known = snapshots.get(schema.current())
    wanted = [ad for ad in known.ads if is_wanted(ad)] if known else []
    counts = _counts(wanted, person, day)
    current = str(counts.pop(revision.NAME, ""))
    if known is None or not known.is_fresh(current, day):
        known = _renewed(known, current, day)
        wanted = [ad for ad in known.ads if is_wanted(ad)]
        counts = _counts(wanted, person, day)
    if not wanted:
        return []
    seen = dict(
        zip(
            [ad.reference for ad in wanted],
            [int(counts.get(name, 0)) for name in _names_of(wanted, person, day)],
            strict=True,
        )
    )
    council = _council_of(person, known)
    mark = f",{council.company_id or 0 if council else 0},"
    shown = rules.in_rotation(
        [
            ad
            for ad in wanted
            # An ad that the viewer's own council refuses alone still runs for the others.
            if mark not in ad.refused_by
            and (not is_in_turn(ad.slot) or seen[ad.reference] < rules.MOST_VIEWS_A_DAY)
        ],
        seen=seen,
        shown_first=known.shown_first,
    )
    if shown:
        known.shown_first[shown[0].reference] += 1
    return [_for_council(ad, council) for ad in shown]


def _counts(wanted: Sequence[LiveAd], person: User, day: dt.date) -> dict[str, Any]:
    return cache.stored_values(revision.NAME, *_names_of(wanted, person, day))


def _names_of(wanted: Sequence[LiveAd], person: User, day: dt.date) -> list[str]:
    return _names([ad.reference for ad in wanted], person_id=person.pk, day=day)


def _names(references: Sequence[str], *, person_id: int, day: dt.date) -> list[str]:
    member = tokens.name(SHOWN, f"{day}:{person_id}") if references else ""
    return [f"{SHOWN}:{member}:{reference}" for reference in references]


def _for_council(ad: LiveAd, council: ShownCouncil | None) -> LiveAd:
    cents = ad.all_councils_cents
    if council is not None and ad.by_council is not None:
        cents = int(ad.by_council.get(council.reference, 0))
    return ad._replace(brought_cents=cents, council_name=council.name if council else "")


def _council_of(person: User, known: Snapshot) -> ShownCouncil | None:
    """Return the council that speaks for a member; few spaces have several."""
    if len(known.councils) <= 1:
        return known.councils.get(None)
    employer: Any = getattr(person, "works_for", None)
    if not hasattr(person, "works_for"):
        own = {f"company{number}": one for number, one in enumerate(hooks.employer.ask(person))}
        row = User.objects.filter(pk=person.pk).values_list(*own.values()).first()
        employer = next((one for one in row or () if one is not None), None)
    return known.councils.get(employer, known.councils.get(None))


def _renewed(known: Snapshot | None, current: str, day: dt.date) -> Snapshot:
    space = schema.current()
    flights = list(
        running_on(day)
        .filter(slot__in=slots.shown(Shown.IN_TURN, Shown.BESIDE))
        .annotate(
            hours=merchants.hours_column(OuterRef("merchant_id")),
            closures=merchants.closures_column(OuterRef("merchant_id")),
        )
    )
    found = Snapshot(current, day, time.monotonic())
    if flights:
        found.earlier = _earlier(flights, known, day)
        found.ads = _ads(flights, found.earlier, day)
        found.councils = _councils()
    snapshots[space] = found
    snapshots.move_to_end(space)
    while len(snapshots) > MOST_SPACES:
        snapshots.popitem(last=False)
    return found


def _councils() -> dict[int | None, ShownCouncil | None]:
    """Return the space's own council, and those of companies with a council of their own."""
    councils = {
        company_id: ShownCouncil(one.company_id, one.reference, one.name) if one else None
        for company_id, one in councils_for({None, *places.here().companies}).items()
    }
    own = councils[None]
    return {None: own} | {company_id: one for company_id, one in councils.items() if one != own}


def _earlier(
    flights: Sequence[RunningFlight], known: Snapshot | None, day: dt.date
) -> Mapping[str, int]:
    """Return the views of earlier days, which are read once a day."""
    references = {flight.reference for flight in flights}
    if known is not None and known.day == day and references <= known.earlier.keys():
        return known.earlier
    first, last = day - rules.PACE_DAYS, day - dt.timedelta(days=1)
    return dict.fromkeys(references, 0) | _views(references, first, last)


def _views(references: set[str], first: dt.date, last: dt.date) -> dict[str, int]:
    rows = PlacementEvent.objects.filter(
        flight_reference__in=references, day__range=(first, last), kind=PlacementEvent.Kind.VIEW
    )
    counted = rows.order_by().values("flight_reference").annotate(count=Count("*"))
    return dict(counted.values_list("flight_reference", "count"))


def _ads(flights: Sequence[Any], earlier: Mapping[str, int], day: dt.date) -> tuple[LiveAd, ...]:
    today = _views({flight.reference for flight in flights}, day, day)
    campaigns = [flight.campaign_reference for flight in flights]
    rows = CouncilMonth.objects.filter(month=first_of(day), campaign_reference__in=campaigns)
    months = {row.campaign_reference: row for row in rows}
    plain = LiveAd._fields[: LiveAd._fields.index("openings")]
    return tuple(
        LiveAd(
            **{name: getattr(flight, name) for name in plain},
            openings=merchants.hours_in(flight.hours),
            closures=merchants.closures_in(flight.closures),
            pace=rules.Pace(
                earlier[flight.reference],
                rules.open_days_before(day, since=flight.starts_on, closed=flight.closed_days),
                today.get(flight.reference, 0),
            ),
            all_councils_cents=month.brought_cents if month else 0,
            by_council=month.by_council if month else {},
        )
        for flight in flights
        for month in [months.get(flight.campaign_reference)]
    )
