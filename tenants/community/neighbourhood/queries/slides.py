"""Slides about the neighbourhood: shops open in the break, the month of the council."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import OwnCouncil
from saas.catalogue.merchants.models import Category, PublishedMerchant
from saas.catalogue.merchants.queries.shops import closures_of, hours_of
from saas.catalogue.merchants.rules.shops import is_open_during
from saas.catalogue.placements.models import RunningFlight
from saas.catalogue.placements.rules.campaigns import Creative
from saas.catalogue.placements.rules.places import HOURS
from saas.catalogue.placements.wording import wall_words
from saas.kernel import hooks
from saas.kernel.display.writing import eur, month
from saas.kernel.uploads import pictures
from saas.kernel.values.months import first_of
from tenants.community.neighbourhood import rules, wording
from tenants.community.neighbourhood.models import CouncilMonth
from tenants.community.neighbourhood.queries.gates import GateWithBreak, gates_here
from tenants.community.neighbourhood.queries.placed import on_screens
from tenants.community.neighbourhood.queries.shops import accepted_shops
from tenants.spaces.rules.walks import walking_minutes

MOST_SHOPS = 4
DAYS = 2
A_DAY = dt.timedelta(days=1)
WIDTH = 960
BEFORE = dt.timedelta(minutes=45)
SEVERAL = 2
_THE_COUNCIL = "council"


def slides(at: dt.datetime) -> list[hooks.Slide]:
    """List the nearest shops that are open in the next breaks, and the month's figures."""
    gates = gates_here()
    placed = _placed(gates, at=at)
    return [*placed, *_shops(gates, at=at), *_month(at)] if gates else [*placed, *_month(at)]


def _placed(gates: Sequence[GateWithBreak], *, at: dt.datetime) -> list[hooks.Slide]:
    """Return slides for paid placements, in the part of the day that was bought."""
    today = timezone.localdate(at)
    flights = on_screens(first=today, last=today + dt.timedelta(days=DAYS))
    return [_placement(flight, gates) for flight in flights]


def _placement(flight: RunningFlight, gates: Sequence[GateWithBreak]) -> hooks.Slide:
    zone = timezone.get_current_timezone()
    point = (float(flight.merchant_latitude), float(flight.merchant_longitude))
    minutes = walking_minutes(point, [gate.point for gate in gates]) if gates else 0
    creative = Creative(flight.headline, flight.text, flight.offer)
    return hooks.Slide(
        kind="placement",
        reference=flight.reference,
        **wall_words(creative, payer=flight.merchant_name, minutes=minutes),
        url=reverse("neighbourhood:click", args=[flight.reference]),
        starts_at=dt.datetime.combine(flight.starts_on, dt.time(), tzinfo=zone),
        ends_at=dt.datetime.combine(flight.ends_on + A_DAY, dt.time(), tzinfo=zone),
        symbol="store",
        picture=pictures.name_at(flight.picture, WIDTH) if flight.picture else "",
        author=flight.merchant_name,
        flight=flight.reference,
        hours=HOURS[flight.day_part],
        closed_days=flight.closed_days,
    )


def _shops(gates: Sequence[GateWithBreak], *, at: dt.datetime) -> list[hooks.Slide]:
    """Return slides with the nearest shops open in the break, for each of the next days.

    The break is that of the site with the gate nearest to the shop.
    """
    cells = rules.cells_around([gate.point for gate in gates])
    shops = list(accepted_shops().filter(cell__in=cells))
    hours = hours_of([shop.pk for shop in shops])
    near = sorted((*_nearest(shop, gates), shop.pk, shop) for shop in shops)
    found = []
    for day in (timezone.localdate(at) + dt.timedelta(days=ahead) for ahead in range(DAYS)):
        shown = [
            _shop(shop, gate, minutes=minutes, day=day)
            for minutes, gate, pk, shop in near
            if minutes <= rules.WITHIN_MINUTES
            and is_open_during(
                hours[pk],
                day=day,
                starts=gate.break_starts,
                ends=gate.break_ends,
                closures=closures_of(shop),
            )
        ]
        found += shown[:MOST_SHOPS]
    return found


def _nearest(shop: PublishedMerchant, gates: Sequence[GateWithBreak]) -> tuple[int, GateWithBreak]:
    point = (float(shop.latitude), float(shop.longitude))
    return min((walking_minutes(point, [gate.point]), gate) for gate in gates)


def _shop(
    shop: PublishedMerchant, gate: GateWithBreak, *, minutes: int, day: dt.date
) -> hooks.Slide:
    zone = timezone.get_current_timezone()
    return hooks.Slide(
        kind="merchant",
        reference=f"{shop.reference}-{day.weekday()}",
        title=shop.name,
        label=_("Ouvert à votre pause"),
        note=_("%(minutes)d min à pied") % {"minutes": minutes},
        url=reverse("neighbourhood:merchant", args=[shop.slug]),
        starts_at=dt.datetime.combine(day, gate.break_starts, tzinfo=zone) - BEFORE,
        ends_at=dt.datetime.combine(day, gate.break_ends, tzinfo=zone),
        symbol=rules.SYMBOLS[Category(shop.category)],
        picture=pictures.name_at(shop.picture, WIDTH) if shop.picture else "",
    )


def _month(at: dt.datetime) -> list[hooks.Slide]:
    """Return a slide with this month's amount for the council, or for each council by its name."""
    first = first_of(timezone.localdate(at))
    names = dict(OwnCouncil.objects.order_by("pk").values_list("reference", "name"))
    parts = CouncilMonth.objects.filter(month=first).values_list("brought_cents", "by_council")
    sums: Counter[str] = Counter()
    for cents, by_council in parts:
        if len(names) < SEVERAL:
            sums[_THE_COUNCIL] += cents
        elif by_council:  # rows without a council stay off the slide
            sums.update(by_council)
    return [
        _council(reference, names.get(reference, ""), sums[reference], first=first, at=at)
        for reference in (_THE_COUNCIL, *names)
        if sums[reference] > 0
    ]


def _council(
    reference: str, name: str, cents: int, *, first: dt.date, at: dt.datetime
) -> hooks.Slide:
    words = _("%(council)s\u00a0: %(amount)s") if name else _("%(amount)s pour votre CSE")
    return hooks.Slide(
        kind="council",
        reference=reference,
        title=words % {"amount": eur(cents), "council": name},
        label=month(first).capitalize(),
        note=wording.where_it_comes_from(),
        url=reverse("council:overview"),
        starts_at=at - dt.timedelta(days=1),
        ends_at=at + dt.timedelta(days=DAYS),
        symbol="landmark",
    )
