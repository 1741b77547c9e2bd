"""Rules of gatherings: time and audience, permission to change them, and dates of a series."""

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from saas.kernel.money import MOST_CENTS
from saas.kernel.values.months import months_later
from tenants.community.gatherings.models import Gathering, Participation, Series
from tenants.spaces.audiences import Audience
from tenants.spaces.models import Category

Kind = Gathering.Kind
Rhythm = Series.Rhythm
State = Participation.State

CATEGORY = Category.GATHERINGS.value
MOST_AHEAD = 200
MOST_PLACES = 500
FEWEST_PLACES = 2
LONGEST = dt.timedelta(days=14)
FARTHEST = dt.timedelta(days=366)
RECALLED = dt.timedelta(days=1)
CALENDAR = "gatherings.calendar"
COUNCIL_ROLES = frozenset({"council", "treasurer", "secretary"})

SYMBOLS: dict[str, str] = {
    Kind.SPORT: "dumbbell",
    Kind.LUNCH: "utensils",
    Kind.OUTING: "ticket",
    Kind.WORKSHOP: "palette",
}
_STEP = {Rhythm.WEEKLY: 7, Rhythm.FORTNIGHTLY: 14}


class Plan(NamedTuple):
    """An organiser's description of a gathering; datetimes are aware, no places mean no limit."""

    kind: str
    title: str
    description: str
    site_id: int | None
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    places: int | None
    on_screens: bool = False


class Repeat(NamedTuple):
    """How a gathering comes back, and the last day on which it may."""

    rhythm: str
    ends_on: dt.date


def check_title(title: str) -> None:
    """Raise Refused if a title has only invisible characters."""
    if not any(sign.isprintable() and not sign.isspace() for sign in title):
        raise Refused(_("Donnez un titre à votre activité."), field="title")


def check_times(starts_at: dt.datetime, ends_at: dt.datetime, *, at: dt.datetime) -> None:
    """Raise Refused for a start in the past or years ahead, a wrong end, or a long duration."""
    if starts_at <= at:
        raise Refused(_("Ce moment est passé : choisissez-en un à venir."), field="day")
    if ends_at <= starts_at:
        raise Refused(_("La fin vient après le début."), field="ends")
    if ends_at - starts_at > LONGEST:
        raise Refused(_("Une activité dure deux semaines au plus."), field="ends_on")
    if starts_at > at + FARTHEST:
        raise Refused(_("Choisissez un jour dans l’année qui vient."), field="day")


def check_places(places: int | None, *, taken: int = 0) -> None:
    """Refuse a number of places that makes no gathering, or fewer than are taken."""
    if places is None:
        return
    if not FEWEST_PLACES <= places <= MOST_PLACES:
        raise Refused(
            _("Prévoyez de %(fewest)d à %(most)d places, vous compris.")
            % {"fewest": FEWEST_PLACES, "most": MOST_PLACES},
            field="places",
        )
    if places < taken:
        raise Refused(
            _("Déjà %(count)d personnes viennent : gardez au moins autant de places.")
            % {"count": taken},
            field="places",
        )


def check_place(site_id: int | None, known: Collection[int]) -> None:
    """Raise Refused if the site does not belong to the space."""
    if site_id is not None and site_id not in known:
        raise Refused(_("Choisissez un lieu de la liste."), field="site_id")


def check_audience(audience: str, choices: Collection[str], given: Collection[str]) -> None:
    """Raise Refused for an audience outside the choices, or for neighbours without a treaty."""
    if audience not in choices:
        raise Refused(_("Choisissez dans la liste qui voit votre activité."), field="audience")
    if audience == Audience.NEIGHBOURS and CATEGORY not in given:
        raise Refused(
            _("Aucun accord n’ouvre les activités aux voisins : choisissez tout l’espace."),
            field="audience",
        )


def check_may_announce(ahead: int, more: int) -> None:
    """Raise Refused if a person would exceed the maximum number of future dates."""
    if ahead + more > MOST_AHEAD:
        raise Refused(
            _("Vous auriez plus de %(count)d dates à venir : annulez-en d’abord.")
            % {"count": MOST_AHEAD}
        )


def check_repeat(repeat: Repeat, *, first: dt.date) -> None:
    """Refuse a series that never comes back, or that runs for more than a year."""
    if not first < repeat.ends_on <= first + FARTHEST:
        raise Refused(
            _("La série se termine après la première date, dans l’année qui suit."),
            field="repeat_until",
        )


def check_comes_back(dates: Collection[object]) -> None:
    """Raise Refused for a series with a single date."""
    if len(dates) < 2:  # noqa: PLR2004 - the first and one more
        raise Refused(
            _("D’ici là, il n’y a qu’une date : choisissez une fin plus tardive."),
            field="repeat_until",
        )


def check_is_organiser(gathering: Gathering, person_id: int) -> None:
    """Raise NotAllowed unless the person is the organiser of the gathering."""
    if gathering.organiser_id != person_id:
        raise NotAllowed(_("Seule la personne qui organise cette activité peut la changer."))


def check_is_ahead(gathering: Gathering, *, at: dt.datetime) -> None:
    """Raise Refused if the gathering is cancelled or has begun."""
    if gathering.cancelled_at is not None:
        raise Refused(_("Cette activité est annulée."))
    if gathering.starts_at <= at:
        raise Refused(_("Cette activité a déjà commencé."))


def check_budget(cents: int, words: str) -> None:
    """Raise Refused for an amount of zero or above the maximum, or without a description."""
    if not 0 < cents <= MOST_CENTS:
        raise Refused(_("Indiquez un montant, ou retirez la ligne."), field="cents")
    if not words.strip():
        raise Refused(_("Dites ce que le CSE prend en charge."), field="words")


def about(reference: str) -> str:
    """Return the notification key of a gathering."""
    return f"gathering:{reference}"


def council_of(duties: Collection[Duty]) -> Duty:
    """Return the person's role in a council, the space's own council first.

    Raises NotAllowed for a person without a role as elected member or treasurer.
    """
    held = [duty for duty in duties if duty.role in COUNCIL_ROLES]
    if not held:
        raise NotAllowed(_("Seuls les élus et la trésorerie du CSE fixent sa participation."))
    return min(held, key=lambda duty: (duty.company_id is not None, duty.company_id or 0))


def is_ahead(gathering: Gathering, *, at: dt.datetime) -> bool:
    """Return True if the gathering can still be joined."""
    return gathering.cancelled_at is None and gathering.starts_at > at


def is_full(gathering: Gathering) -> bool:
    """Return True if the next person goes to the waiting list."""
    return gathering.places is not None and gathering.taken >= gathering.places


def says_something_new(before: Plan, after: Plan) -> bool:
    """Return True if a change needs a notice: any change except places and screens."""
    plain = after._replace(places=None, on_screens=False)
    return before._replace(places=None, on_screens=False) != plain


def moment_of(day: dt.date, time: dt.time, zone: dt.tzinfo) -> dt.datetime:
    """Return the moment, in UTC, of a local time on a day.

    An hour skipped in spring counts from the offset before it: 2:30 is 3:30. For an hour that
    occurs twice in autumn, the first is returned.
    """
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)


def exists(day: dt.date, time: dt.time, zone: dt.tzinfo) -> bool:
    """Return True if the local time exists on this day."""
    local = moment_of(day, time, zone).astimezone(zone)
    return (local.date(), local.time()) == (day, time)


def dates_of(
    starts_at: dt.datetime, ends_at: dt.datetime, repeat: Repeat, *, zone: zoneinfo.ZoneInfo
) -> list[tuple[dt.datetime, dt.datetime]]:
    """List beginning and end, in UTC, of each date of a series: the time on the wall stays.

    Each month the day of the first date, or the month's last where it has no such day.
    """
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    lasts, nights = ends_at - starts_at, last.date() - first.date()
    dates = []
    for day in _days_of(first.date(), repeat):
        begins = moment_of(day, first.time(), zone)
        ends = moment_of(day + nights, last.time(), zone)
        dates.append((begins, ends if ends > begins else begins + lasts))
    return dates


def moved(
    moment: dt.datetime, *, old: dt.datetime, new: dt.datetime, zone: zoneinfo.ZoneInfo
) -> dt.datetime:
    """Return the new moment of a later date: shifted by as many days, at the new local time."""
    days = new.astimezone(zone).date() - old.astimezone(zone).date()
    return moment_of(moment.astimezone(zone).date() + days, new.astimezone(zone).time(), zone)


def moved_plan(
    plan: Plan, moment: dt.datetime, *, old: dt.datetime, zone: zoneinfo.ZoneInfo
) -> Plan:
    """Return the plan of a later date that begins at a moment, moved as the first date was.

    It lasts a minute at least, also across a change of the clocks.
    """
    starts_at = moved(moment, old=old, new=plan.starts_at, zone=zone)
    ends_at = moved(moment, old=old, new=plan.ends_at, zone=zone)
    return plan._replace(
        starts_at=starts_at, ends_at=max(ends_at, starts_at + dt.timedelta(minutes=1))
    )


def _days_of(first: dt.date, repeat: Repeat) -> Iterator[dt.date]:
    day, number = first, 0
    while day <= repeat.ends_on:
        yield day
        number += 1
        if repeat.rhythm == Rhythm.MONTHLY:
            day = months_later(first, number)
        else:
            day = first + dt.timedelta(days=_STEP[Rhythm(repeat.rhythm)] * number)
