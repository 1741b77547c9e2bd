"""The demo's screens: two that are paired, the parts of their day, and messages."""

import datetime as dt

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.kiosk import actions, rules
from tenants.community.kiosk.models import Pairing, Screen
from tenants.spaces import hosts
from tenants.spaces.models import OwnSite, Tenant

HOME = "trois-moulins"
TREASURER = 7
A_YEAR = dt.timedelta(days=365)
EVERY_DAY, WORKDAYS = 127, 31
HALL, CANTEEN = "Hall, près du café", "Cantine"


def fill(tenant: Tenant, people: list[User], at: dt.datetime) -> None:
    """Pair two screens of the first space and say what they show when."""
    if tenant.slug != HOME:
        return
    with schema.inside(tenant.schema_name):
        manager = User.objects.order_by("pk")[0]
        site = OwnSite.objects.first()
        for name, group in ((HALL, ""), (CANTEEN, "Cantine")):
            placing = rules.Placing(name, site.pk if site else None, group, "none")
            pairing, claim = actions.show_code(at=at)
            actions.pair(code=pairing.code, placing=placing, by=manager, at=at)
            if name == CANTEEN:
                _claimed(claim, at)
        _days(manager, at)
        _messages(manager, people[TREASURER], at)


def link() -> str:
    """Return the address that opens the screen of the hall in whichever browser comes first."""
    with schema.inside(Tenant.objects.get(slug=HOME).schema_name):
        Pairing.objects.filter(screen__name=HALL).delete()
        screen = Screen.objects.get(name=HALL)
        return hosts.space_url(HOME, f"/screen/#{_open_for_a_year(screen)}")


def _open_for_a_year(screen: Screen) -> str:
    at = screen.paired_at
    pairing, claim = actions.show_code(at=at)
    Pairing.objects.filter(pk=pairing.pk).update(screen=screen, expires_at=at + A_YEAR)
    return claim


def _claimed(claim: str, at: dt.datetime) -> None:
    actions.claim(claim=claim, at=at)
    screen = Screen.objects.get(name=CANTEEN)
    showing = rules.Showing("", "house:house", "1080x1920", 0, "")
    actions.note_alive(screen=screen, instance="cantine", showing=showing, at=at)


def _days(by: User, at: dt.datetime) -> None:
    parts = (
        rules.PartOfDay(
            "Pause de midi", WORKDAYS, 11 * 60, 14 * 60, "play", {"merchant": 2, "deal": 2}, ""
        ),
        rules.PartOfDay("Entretiens annuels", 4, 15 * 60, 16 * 60, "quiet", {}, "Cantine"),
        rules.PartOfDay("Nuit", EVERY_DAY, 22 * 60, 5 * 60, "sleep", {}, ""),
    )
    for part in parts:
        actions.set_day_part(part=part, by=by, at=at)


def _messages(manager: User, treasurer: User, at: dt.datetime) -> None:
    week = at + dt.timedelta(days=7)
    for title, note, by in (
        ("Exercice d’évacuation jeudi à 10 h", "Rendez-vous sur le parking nord.", manager),
        ("Chèques-cadeaux : retirez les vôtres", "Au local du CSE, chaque midi.", treasurer),
    ):
        words = rules.Words(title, note, "", is_urgent=False, starts_at=at, ends_at=week)
        actions.write_message(words=words, by=by, at=at)
