"""The demo's screens: two that are paired, the parts of their day, and messages."""

import datetime as dt
from collections.abc import Iterator
from uuid import uuid4

from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.placements.models import RunningFlight, Slot
from saas.kernel import schema
from saas.kernel.values.workdays import is_weekend
from tenants.community.kiosk.actions import loop as loop_actions
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.models import Pairing, Screen
from tenants.community.kiosk.rules import screens as rules
from tenants.community.neighbourhood.clock import hand_over
from tenants.spaces import hosts
from tenants.spaces.models import OwnSite, Tenant

HOME = "trois-moulins"
TREASURER = 7
A_YEAR, A_SLIDE = dt.timedelta(days=365), dt.timedelta(seconds=10)
OPENS, SHUTS = 7, 19
EVERY_DAY, WORKDAYS = 127, 31
HALL, CANTEEN = "Hall, près du café", "Cantine"


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Pair two screens of the first space and set their content by time of day."""
    if tenant.slug != HOME:
        return
    with schema.inside(tenant.schema_name):
        manager = User.objects.order_by("pk")[0]
        site = OwnSite.objects.first()
        for name, group in ((HALL, ""), (CANTEEN, "Cantine")):
            is_hall = name == HALL
            placing = rules.Placing(
                name, site.pk if site else None, group, "none", is_touched=is_hall
            )
            pairing, claim = screen_actions.show_code(at=at)
            screen_actions.pair(code=pairing.code, placing=placing, by=manager, at=at)
            if name == CANTEEN:
                _claimed(claim, at)
        Screen.objects.update(paired_at=at - rules.PLAYS_TAKEN)  # its plays go back so far
        _days(manager, at)
        _messages(manager, people[TREASURER], at)
        hand_over(at)  # merchants may book these screens


def play(tenant: Tenant, at: dt.datetime) -> None:
    """Record plays of booked placements on both screens, on the working days of a month."""
    if tenant.slug != HOME:
        return
    with schema.inside(tenant.schema_name):
        flights = list(RunningFlight.objects.filter(slot=Slot.KIOSK))
        for screen in Screen.objects.all():
            reports = [
                _report(screen, flight.reference, moment)
                for place, flight in enumerate(flights)
                for moment in _moments(flight, at, after=place * A_SLIDE)
            ]
            screen_actions.record_plays(screen=screen, reports=reports, at=at)
            _speak(screen, at)
        hand_over(at)


def _moments(
    flight: RunningFlight, at: dt.datetime, *, after: dt.timedelta
) -> Iterator[dt.datetime]:
    """Yield moments of six plays an hour by day, as far back as plays are accepted.

    Each flight has its own moments: a screen shows its slides in turn.
    """
    moment = max(at - rules.PLAYS_TAKEN, _begin(flight.starts_on)) + A_SLIDE + after
    while moment < min(at, _begin(flight.ends_on) + dt.timedelta(days=1)):
        local = timezone.localtime(moment)
        if not is_weekend(local) and OPENS <= local.hour < SHUTS:
            yield moment
        moment += dt.timedelta(minutes=10)


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_current_timezone())


def _report(screen: Screen, flight: str, moment: dt.datetime) -> rules.PlayReport:
    key, slide = uuid4(), f"placement:{flight}"
    signed = f"{key}|{slide}|{flight}|{int(moment.timestamp() * 1000)}|{A_SLIDE.seconds}"
    signature = rules.signature_of(signed, screen.play_secret)
    return rules.PlayReport(key, slide, flight, moment, A_SLIDE.seconds, signature, signed)


def link() -> str:
    """Return the address that opens the screen of the hall in whichever browser comes first."""
    with schema.inside(Tenant.objects.get(slug=HOME).schema_name):
        Pairing.objects.filter(screen__name=HALL).delete()
        screen = Screen.objects.get(name=HALL)
        return hosts.space_url(HOME, f"/screen/#{_open_for_a_year(screen)}")


def _open_for_a_year(screen: Screen) -> str:
    at = screen.paired_at
    pairing, claim = screen_actions.show_code(at=at)
    Pairing.objects.filter(pk=pairing.pk).update(screen=screen, expires_at=at + A_YEAR)
    return claim


def _claimed(claim: str, at: dt.datetime) -> None:
    screen_actions.claim(claim=claim, at=at)
    _speak(Screen.objects.get(name=CANTEEN), at)


def _speak(screen: Screen, at: dt.datetime) -> None:
    """Give a sign of life, without which a screen is not sold for long."""
    showing = rules.Showing("", "house:house", "1080x1920", 0, "")
    screen_actions.record_heartbeat(screen=screen, instance="", showing=showing, at=at)


def light(at: dt.datetime) -> None:
    """Send a heartbeat from the screens of the first space and report them to merchants."""
    with schema.inside(Tenant.objects.get(slug=HOME).schema_name):
        for screen in Screen.objects.filter(name__in=[HALL, CANTEEN]):
            _speak(screen, at)
        hand_over(at)


def _days(by: User, at: dt.datetime) -> None:
    parts = (
        rules.PartOfDay(
            "Pause de midi", WORKDAYS, 11 * 60, 14 * 60, "play", {"merchant": 2, "deal": 2}, ""
        ),
        rules.PartOfDay("Entretiens annuels", 4, 15 * 60, 16 * 60, "quiet", {}, "Cantine"),
        rules.PartOfDay("Nuit", EVERY_DAY, 22 * 60, 5 * 60, "sleep", {}, CANTEEN),
    )
    for part in parts:
        loop_actions.set_day_part(part=part, by=by, at=at)


def _messages(manager: User, treasurer: User, at: dt.datetime) -> None:
    week = at + dt.timedelta(days=7)
    for title, note, by in (
        ("Exercice d’évacuation jeudi à 10 h", "Rendez-vous sur le parking nord.", manager),
        ("Chèques-cadeaux : retirez les vôtres", "Au local du CSE, chaque midi.", treasurer),
    ):
        words = rules.Words(title, note, "", is_urgent=False, starts_at=at, ends_at=week)
        loop_actions.write_message(words=words, by=by, at=at)
