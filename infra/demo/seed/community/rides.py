"""The demo's shared rides: tomorrow's, regular rides, given seats and pending requests."""

import datetime as dt
import zoneinfo

from infra.demo.seed.rows.rides import RIDES, RideRow
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.rides import actions, rules
from tenants.community.rides.models import Ride
from tenants.community.rides.queries import single as queries
from tenants.spaces.models import OwnSite, Tenant

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
WEEKS = 5


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Offer rides, request seats, and answer some requests; the third space stays empty."""
    with schema.inside(tenant.schema_name):
        site = OwnSite.objects.earliest("pk")
        for row in RIDES.get(tenant.slug, ()):
            ride = _offer(row, people, site_id=site.pk, at=at - dt.timedelta(days=4))
            _fill_seats(ride, row, people, at=at)


def _offer(row: RideRow, people: list[User], *, site_id: int, at: dt.datetime) -> Ride:
    day = at.astimezone(PARIS).date() + dt.timedelta(days=4 + row.days)
    return actions.offer(
        terms=rules.Terms(
            role=row.role,
            way=row.way,
            site_id=site_id,
            spot=rules.Spot(row.place, row.km, row.bearing),
            seats=row.seats,
            price_cents=row.cents,
            note=row.note,
        ),
        timing=rules.Timing(
            day=day,
            time=dt.time.fromisoformat(row.time),
            weekdays=_with(row.weekdays, day) if row.weekdays else "",
            until=day + dt.timedelta(weeks=WEEKS) if row.weekdays else None,
        ),
        audience=row.audience,
        by=people[row.author],
        at=at,
    )


def _with(weekdays: str, day: dt.date) -> str:
    """Add the first day's weekday, so that the demo has a ride tomorrow whatever day it is."""
    return "".join(sorted({*weekdays, str(day.weekday())}))


def _fill_seats(ride: Ride, row: RideRow, people: list[User], *, at: dt.datetime) -> None:
    first = queries.departures_ahead(ride, at=at)[:1]
    for number, index in enumerate((*row.accepted, *row.requested)):
        spot = rules.Spot(
            f"Sur le chemin de {row.place}"[:60], max(1, row.km - 2 * number), row.bearing
        )
        moment = at - dt.timedelta(hours=5 - number)
        (booking,) = actions.ask(departures=first, spot=spot, by=people[index], at=moment)
        if index in row.accepted:
            actions.accept(booking=booking, by=people[row.author], at=moment)
