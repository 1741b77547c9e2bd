"""Rules of shared rides: departure times, detours, and the most that a seat may cost."""

import datetime as dt
import math
from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.display import writing
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.values.points import EARTH_METRES, Point, metres
from tenants.community.rides.models import Bearing, Booking, Departure, Ride
from tenants.spaces.audiences import Audience
from tenants.spaces.models import Category

Role = Ride.Role
Way = Ride.Way
State = Booking.State

CATEGORY = Category.RIDES.value
MOST_SEATS = 8
MOST_KM = 200
MOST_AHEAD = 300
MOST_REQUESTED = 12
FARTHEST = dt.timedelta(days=183)
LATE = dt.timedelta(hours=12)
RECALLED = dt.timedelta(days=1)
ROADS = 1.3  # a road is longer than the line through the air
KM_AN_HOUR = 50
SCALE_MILLIS = 529  # thousandths of a euro a kilometre: 0,529 €

SYMBOLS: dict[str, str] = {Role.DRIVER: "car", Role.PASSENGER: "hand-helping"}
_DEGREES = {bearing: 45 * number for number, bearing in enumerate(Bearing.values)}


class Spot(NamedTuple):
    """The end of a route away from the site: as a text, and as a coarse position."""

    place: str
    distance_km: int
    bearing: str


class Terms(NamedTuple):
    """A ride in its author's words."""

    role: str
    way: str
    site_id: int
    spot: Spot
    seats: int
    price_cents: int
    note: str


class Timing(NamedTuple):
    """The days and the local time: a single day, or days of the week until a last day."""

    day: dt.date
    time: dt.time
    weekdays: str = ""
    until: dt.date | None = None


class Revision(NamedTuple):
    """The terms of a ride that its author can change afterwards."""

    spot: Spot
    time: dt.time
    seats: int
    price_cents: int
    note: str


def reverse(way: str) -> str:
    """Return the other direction of a route."""
    return Way.FROM_SITE if way == Way.TO_SITE else Way.TO_SITE


def check_return(out: dt.time, back: dt.time) -> None:
    """Raise Refused if the way back leaves before the way there."""
    if back <= out:
        raise Refused(_("Le retour part après l’aller : choisissez plus tard."), field="back")


def check_site(site_id: int, known: Collection[int]) -> None:
    """Raise Refused if the site does not belong to the space."""
    if site_id not in known:
        raise Refused(_("Choisissez un site de la liste."), field="site_id")


def check_not_blocked(*, blocked: bool) -> None:
    """Raise Refused if either party has blocked the other, without revealing which of them."""
    if blocked:
        raise Refused(
            _(
                "Cette personne ne reçoit pas de demande de votre part. Si vous l’avez bloquée, "
                "débloquez-la d’abord dans vos messages."
            )
        )


def check_spot(spot: Spot) -> None:
    """Raise Refused if a place is blank, or too far away for a commute."""
    if not any(sign.isprintable() and not sign.isspace() for sign in spot.place):
        raise Refused(_("Dites d’où vous partez, ou jusqu’où vous allez."), field="place")
    if not 1 <= spot.distance_km <= MOST_KM:
        raise Refused(
            _("Indiquez une distance entre 1 et %(most)d km.") % {"most": MOST_KM},
            field="distance_km",
        )
    if spot.bearing not in Bearing.values:
        raise Refused(_("Choisissez une direction de la liste."), field="bearing")


def check_seats(seats: int) -> None:
    """Raise Refused for a car without a seat, or with more than nine people with the driver."""
    if not 1 <= seats <= MOST_SEATS:
        raise Refused(
            _("Une voiture emmène de 1 à %(most)d personnes.") % {"most": MOST_SEATS}, field="seats"
        )


def check_price(price_cents: int, *, distance_km: int, seats: int) -> None:
    """Refuse more for a seat than sharing the costs allows."""
    most = fair_share(distance_km, seats)
    if not 0 <= price_cents <= most:
        raise Refused(
            _(
                "Pour %(km)d km, la loi ne permet que de partager les frais : %(most)s par place "
                "au plus. Davantage ferait de vous un transporteur."
            )
            % {"km": distance_km, "most": writing.eur(most)},
            field="price_cents",
        )


def fair_share(distance_km: int, seats: int) -> int:
    """Return the most, in cents, that a passenger may pay for a seat of a full car.

    Code des transports, art. L3132-1: a shared ride is not for payment, but for the sharing of its
    costs. Art. R3132-1 (décret 2020-678): those costs may be assessed by the kilometric scale of
    the 3° of art. 83 of the Code général des impôts; art. R3132-2: driver and passengers share them
    as they like. Our rule is stricter, valid for any car and without a profit for the driver: the
    scale's lowest rate (cars up to 3 CV, up to 5,000 km a year: 0.529 € a kilometre, arrêté du 27
    mars 2023), without tolls, divided by all people in the full car, the driver among them.
    """
    return distance_km * SCALE_MILLIS // 10 // (seats + 1)


def check_times(timing: Timing, first: dt.datetime, *, at: dt.datetime) -> None:
    """Raise Refused if the departure is past, over half a year ahead, or weekly without an end."""
    if first <= at:
        raise Refused(_("Ce départ est passé : choisissez-en un à venir."), field="day")
    if first > at + FARTHEST:
        raise Refused(_("Choisissez un jour des six mois qui viennent."), field="day")
    if timing.weekdays and timing.until is None:
        raise Refused(_("Dites jusqu’à quand ce trajet revient."), field="until")


def check_regular(timing: Timing) -> None:
    """Refuse days of the week that there are not, and an end before the beginning."""
    if not set(timing.weekdays) <= set("0123456"):
        raise Refused(_("Choisissez des jours de la liste."), field="weekdays")
    if timing.until is None or not timing.day <= timing.until <= timing.day + FARTHEST:
        raise Refused(
            _("Le trajet se termine après son premier jour, dans les six mois."), field="until"
        )


def check_leaves(dates: Collection[object]) -> None:
    """Raise Refused if the chosen days of the week do not occur before the end."""
    if not dates:
        raise Refused(_("Aucun de ces jours ne tombe avant cette date."), field="weekdays")


def check_may_offer(ahead: int, more: int) -> None:
    """Raise Refused if the author would have too many future departures."""
    if ahead + more > MOST_AHEAD:
        raise Refused(
            _("Vous auriez plus de %(count)d départs à venir : arrêtez-en d’abord.")
            % {"count": MOST_AHEAD}
        )


def check_audience(audience: str, choices: Collection[str], given: Collection[str]) -> None:
    """Raise Refused for an audience not on offer, or for neighbours without a treaty on rides."""
    if audience not in choices:
        raise Refused(_("Choisissez dans la liste qui voit votre trajet."), field="audience")
    if audience == Audience.NEIGHBOURS and CATEGORY not in given:
        raise Refused(
            _("Aucun accord n’ouvre le covoiturage aux voisins : choisissez tout l’espace."),
            field="audience",
        )


def check_is_running(ride: Ride) -> None:
    """Raise Refused if the ride has ended."""
    if ride.closed_at is not None:
        raise Refused(_("Ce trajet est arrêté : proposez-en un autre."))


def check_new_seats(seats: int, *, taken: int) -> None:
    """Raise Refused for fewer seats than were given on a day."""
    check_seats(seats)
    if seats < taken:
        raise Refused(
            _("%(count)d places sont déjà données : annulez d’abord une demande acceptée.")
            % {"count": taken},
            field="seats",
        )


def check_new_price(price_cents: int, *, before: int, taken: int) -> None:
    """Raise Refused for a higher price where a seat was given at the price before."""
    if taken and price_cents > before:
        raise Refused(
            _("Des places sont données à ce prix : il peut baisser, pas monter."),
            field="price_cents",
        )


def check_new_time(moment: dt.datetime, *, at: dt.datetime) -> None:
    """Raise Refused if a departure to come would have left already."""
    if moment <= at:
        raise Refused(
            _("Le départ d’aujourd’hui serait déjà passé : choisissez plus tard."), field="time"
        )


def check_is_author(ride: Ride, person_id: int) -> None:
    """Raise NotAllowed unless the person is the ride's author."""
    if ride.author_id != person_id:
        raise NotAllowed(_("Seule la personne qui propose ce trajet peut en décider."))


def check_not_own(ride: Ride, person_id: int) -> None:
    """Raise Refused for a request to join the member's own ride."""
    if ride.author_id == person_id:
        raise Refused(_("C’est votre trajet : vous y êtes déjà."))


def check_is_ahead(departure: Departure, *, at: dt.datetime) -> None:
    """Raise Refused if the departure was cancelled or is past."""
    if departure.cancelled_at is not None:
        raise Refused(_("Ce départ est annulé."))
    if departure.starts_at <= at:
        raise Refused(_("Ce départ est passé."))


def check_has_seat(departure: Departure) -> None:
    """Raise Refused if the car is full."""
    if departure.taken >= departure.seats:
        raise Refused(_("Il n’y a plus de place dans cette voiture."))


def check_is_undecided(booking: Booking) -> None:
    """Refuse to decide twice."""
    if booking.state != State.ASKED:
        raise Refused(_("Cette demande a déjà reçu sa réponse."))


def check_is_open(booking: Booking) -> None:
    """Raise Refused if the request is already closed."""
    if booking.state not in {State.ASKED, State.ACCEPTED}:
        raise Refused(_("Cette demande est déjà close."))


def check_chosen(dates: Collection[object]) -> None:
    """Raise Refused for a request without a day, or with too many days."""
    if not 1 <= len(dates) <= MOST_REQUESTED:
        raise Refused(_("Choisissez au moins un départ."), field="dates")


def is_late(booking: Booking, *, starts_at: dt.datetime, at: dt.datetime) -> bool:
    """Return True if an accepted seat is cancelled too late for the other party to replace it."""
    return booking.state == State.ACCEPTED and starts_at - at < LATE


def moment_of(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """Return the moment, in UTC, of a local time on a day.

    A time skipped in spring counts from the offset before the change; an ambiguous time in autumn
    is the first of the two.
    """
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)


def departures_of(timing: Timing, *, zone: dt.tzinfo) -> list[dt.datetime]:
    """List when a ride leaves, in UTC: the time on the wall stays over clock changes."""
    if not timing.weekdays:
        return [moment_of(timing.day, timing.time, zone)]
    last = timing.until or timing.day
    days = (timing.day + dt.timedelta(days=n) for n in range((last - timing.day).days + 1))
    return [
        moment_of(day, timing.time, zone) for day in days if str(day.weekday()) in timing.weekdays
    ]


def point_of(site: Point, spot: Spot) -> Point:
    """Return where a spot lies, as (latitude, longitude): so far from a site, that way."""
    towards = math.radians(_DEGREES[spot.bearing])
    angle = spot.distance_km * 1000 / EARTH_METRES
    north, east = math.radians(site[0]), math.radians(site[1])
    goal = math.asin(
        math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(towards)
    )
    turn = math.atan2(
        math.sin(towards) * math.sin(angle) * math.cos(north),
        math.cos(angle) - math.sin(north) * math.sin(goal),
    )
    return math.degrees(goal), math.degrees(east + turn)


def detour_minutes(site: Point, *, driver: Spot, passenger: Spot) -> int:
    """Return a driver's delay in minutes for a passenger: our own estimate.

    The route over the passenger's place less the direct route, both great circles; times 1.3 for
    roads, at 50 km an hour, rounded up. There is no call to a map service, so no home address
    leaves Troovon.
    """
    home, stop = point_of(site, driver), point_of(site, passenger)
    longer = metres(home, stop) + metres(stop, site) - metres(home, site)
    return math.ceil(round(max(0.0, longer) * ROADS / 1000 / KM_AN_HOUR * 60, 3))


def lasts(distance_km: int) -> dt.timedelta:
    """Reckon how long a way takes by car, in whole quarters of an hour."""
    quarters = math.ceil(distance_km * ROADS / KM_AN_HOUR * 4)
    return dt.timedelta(minutes=15 * max(1, quarters))


def check_is_one_of_two(booking: Booking, ride: Ride, person_id: int) -> None:
    """Raise NotAllowed if a person other than the two parties cancels a booking."""
    if person_id not in {booking.person_id, ride.author_id}:
        raise NotAllowed(_("Cette demande ne vous concerne pas."))


def about(booking: Booking) -> str:
    """Return the key of a request's notifications."""
    return f"ride-booking:{booking.reference}"
