"""Rules of screens: codes, managers, allowed messages, valid plays."""

import bisect
import datetime as dt
import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from saas.kernel.display.writing import WORDS_IN_PASSING as MOST_WORDS
from saas.kernel.display.writing import shortdate
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from saas.kernel.offers.screen_hooks import SILENT_FOR, FlightRun, SoldOnScreens
from saas.kernel.web import touching
from tenants.community.kiosk.models import Pairing, Screen, ScreenMessage
from tenants.community.kiosk.rules.loop import PLACEMENT, SLIDE_SECONDS

SCREEN_COOKIE, CLAIM_COOKIE = touching.SCREEN_COOKIE, "__Host-screen-code"
SCREEN_PATH = "/screen/"
PLAYLIST_PATH = f"{SCREEN_PATH}playlist/"
CODE_LASTS = dt.timedelta(minutes=10)
CODE_FIGURES = 6
MOST_SCREENS = 500
MOST_PARTS = 40
MOVES = frozenset({"up", "down"})
VERBS = MOVES | {"hide", "show", "more", "less"}
FEWEST_TIMES, MOST_TIMES = 1, 3
# Codes are evicted, never refused: those of the network that has most of them go first.
MOST_OPEN_CODES, MOST_CODES_OF_A_NETWORK = 300, 30
WRONG_CODES = 10
WRONG_SECONDS = 15 * 60
ALIVE_WITHIN = dt.timedelta(minutes=3)
# Screen managers are notified of a silent screen after a weekend, while there is time.
MUTE_FOR = dt.timedelta(days=3)
TWINS_WITHIN = dt.timedelta(seconds=100)
AHEAD = dt.timedelta(hours=36)
POLL_SECONDS = 7
# Plays are taken for as long as their sums are handed over, and kept a little longer.
PLAYS_TAKEN, PLAY_RETENTION = dt.timedelta(days=28), dt.timedelta(days=35)
CLOCK_SLACK = dt.timedelta(minutes=5)
MOST_PLAYS = 100
MOST_SECONDS = SLIDE_SECONDS
# A screen's clock is corrected by ours now and then: two plays may overlap by so much.
OVERLAP_SLACK = dt.timedelta(seconds=2)
# A slide that stays on for this many extra seconds counts as frozen.
FROZEN_AFTER = 60
LONGEST_MESSAGE = dt.timedelta(days=60)
LONGEST_URGENT = dt.timedelta(days=1)

type Span = tuple[dt.datetime, dt.datetime]

ADMINISTRATOR, MANAGER = "administrator", "kiosk_manager"
COUNCIL = frozenset({"council", "treasurer", "secretary"})


class Words(NamedTuple):
    """A message as its author writes it."""

    title: str
    note: str
    group: str
    is_urgent: bool
    starts_at: dt.datetime
    ends_at: dt.datetime


class Placing(NamedTuple):
    """Place of a screen: its name, where it hangs, and how."""

    name: str
    site_id: int | None
    group: str
    turn: str
    is_quiet: bool = False
    is_touched: bool = False


class Showing(NamedTuple):
    """State that a screen reports each minute."""

    version: str
    slide: str
    size: str
    waiting_plays: int
    trouble: str
    overdue_seconds: int = 0


class PartOfDay(NamedTuple):
    """A part of the day as a manager describes it."""

    name: str
    weekdays: int
    starts_minute: int
    ends_minute: int
    mode: str
    weights: dict[str, int]
    group: str


class PlayReport(NamedTuple):
    """A play as a screen reports it; moments are its own, corrected by ours."""

    key: UUID
    slide: str
    flight: str
    shown_at: dt.datetime
    seconds: int
    signature: str
    signed: str


class KnownPlay(NamedTuple):
    """A play that was received before."""

    key: UUID
    shown_at: dt.datetime
    ends_at: dt.datetime


def new_code() -> str:
    """Return six figures."""
    return f"{secrets.randbelow(10**CODE_FIGURES):0{CODE_FIGURES}d}"


def roles_of(duties: Collection[Duty]) -> frozenset[str]:
    """Return the roles among some duties, for whichever company."""
    return frozenset(duty.role for duty in duties)


def may_manage(duties: Collection[Duty]) -> bool:
    """Return True if the roles include the management of screens."""
    everywhere = {duty.role for duty in duties if duty.company_id is None}
    return bool({ADMINISTRATOR, MANAGER} & everywhere)


def may_write(duties: Collection[Duty]) -> bool:
    """Return True if the roles allow a message on the screens."""
    return may_manage(duties) or bool(COUNCIL & roles_of(duties))


def check_manages(duties: Collection[Duty]) -> None:
    """Raise NotAllowed unless a manager of screens or an administrator of the whole space."""
    if not may_manage(duties):
        raise NotAllowed(
            _(
                "Cette page est réservée à la gestion des écrans. "
                "Demandez ce rôle à l’administration de l’espace."
            )
        )


def check_writes(duties: Collection[Duty]) -> None:
    """Let managers, administrators and the council speak on the screens."""
    if not may_write(duties):
        raise NotAllowed(_("Les messages des écrans viennent de l’administration et du CSE."))


def origin_of(duties: Collection[Duty]) -> str:
    """Return the origin of a person's message: the house for screen managers, else the council."""
    if may_manage(duties):
        return ScreenMessage.Origin.STAFF
    return ScreenMessage.Origin.COUNCIL


def check_pairing(pairing: Pairing | None, *, at: dt.datetime) -> Pairing:
    """Return the pairing of a code that may be typed now. Raises Refused."""
    if pairing is None:
        raise Refused(
            _("Aucun écran d’ici n’affiche ce code. Relisez-le sur l’écran."), field="code"
        )
    if pairing.screen_id is not None:
        raise Refused(_("Ce code a déjà servi : l’écran est associé."), field="code")
    if pairing.expires_at <= at:
        raise Refused(
            _("Ce code n’est plus valable : l’écran en affiche un nouveau."), field="code"
        )
    return pairing


def check_room(count: int) -> None:
    """Refuse more screens than a space can look after."""
    if count >= MOST_SCREENS:
        raise Refused(
            _("Un espace a %(count)d écrans au plus : dissociez-en un d’abord.")
            % {"count": MOST_SCREENS}
        )


def network_to_evict(codes: Mapping[str, int], network: str) -> str | None:
    """Return the network that must lose its oldest code before `network` gets a code, or None.

    Strangers with many codes evict their own: a screen on another network keeps its code.
    """
    if codes.get(network, 0) >= MOST_CODES_OF_A_NETWORK:
        return network
    if sum(codes.values()) >= MOST_OPEN_CODES:
        return max(codes, key=lambda one: codes[one])
    return None


def check_placing(placing: Placing, sites: Collection[int]) -> None:
    """Raise Refused for a screen without a name, or on a site outside the list."""
    if not placing.name.strip():
        raise Refused(_("Donnez un nom à l’écran, par exemple : Hall, près du café."), field="name")
    if placing.site_id is not None and placing.site_id not in sites:
        raise Refused(_("Choisissez un site de la liste."), field="site_id")


def check_words(words: Words, *, at: dt.datetime) -> None:
    """Raise Refused if the message is too long to read in passing, has ended, or has no end."""
    if not words.title.strip():
        raise Refused(_("Écrivez votre message."), field="title")
    if len(words.title.split()) > MOST_WORDS:
        raise Refused(
            _("On lit %(count)d mots en passant : raccourcissez le message.")
            % {"count": MOST_WORDS},
            field="title",
        )
    if words.ends_at <= words.starts_at:
        raise Refused(_("La fin vient après le début."), field="ends")
    if words.ends_at <= at:
        raise Refused(_("Ce moment est passé : choisissez-en un à venir."), field="ends")
    _check_length(words)


def _check_length(words: Words) -> None:
    length = words.ends_at - words.starts_at
    if words.is_urgent and length > LONGEST_URGENT:
        raise Refused(_("Un message prioritaire dure un jour au plus."), field="ends")
    if length > LONGEST_MESSAGE:
        raise Refused(_("Un message reste deux mois au plus."), field="ends")


def is_alive(screen: Screen, *, at: dt.datetime) -> bool:
    """Return True if a screen sent a heartbeat a moment ago."""
    return screen.alive_at is not None and screen.alive_at > at - ALIVE_WITHIN


def is_frozen(screen: Screen, *, at: dt.datetime) -> bool:
    """Return True if a screen sends heartbeats, and its slide no longer changes."""
    return is_alive(screen, at=at) and screen.overdue_seconds > FROZEN_AFTER


def is_silent(seen_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Return True if a screen's last heartbeat is so old that merchants no longer pay for it."""
    return seen_at <= at - SILENT_FOR


def is_twin(screen: Screen, instance: str, *, at: dt.datetime) -> bool:
    """Return True if another browser with the same token sent a heartbeat a moment ago."""
    if not screen.instance or screen.instance == instance or screen.alive_at is None:
        return False
    return screen.alive_at > at - TWINS_WITHIN


def signature_of(signed: str, secret: str) -> str:
    """Return the signature of a play: HMAC-SHA256 with the screen's secret."""
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def is_credible(report: PlayReport, screen: Screen, *, at: dt.datetime) -> bool:
    """Return True if a play is signed by its screen, as long as a slide, and over.

    It began after the screen was paired, and not so long ago that its sums are handed over.
    """
    expected = signature_of(report.signed, screen.play_secret)
    if not hmac.compare_digest(expected.encode(), report.signature.encode()):
        return False
    if not 0 < report.seconds <= MOST_SECONDS:
        return False
    first = max(at - PLAYS_TAKEN, screen.paired_at - CLOCK_SLACK)
    return first < report.shown_at and ends_of(report) < at + CLOCK_SLACK


def ends_of(report: PlayReport) -> dt.datetime:
    """Return when a play was over."""
    return report.shown_at + dt.timedelta(seconds=report.seconds)


def is_of_playlist(
    report: PlayReport, screen: Screen, runs: Mapping[str, FlightRun], *, zone: dt.tzinfo
) -> bool:
    """Return True if the screen may have played it: of a flight, on its days and in its hours."""
    kind, _colon, reference = report.slide.partition(":")
    if kind != PLACEMENT:
        return not report.flight
    run = runs.get(report.flight)
    if run is None or reference != report.flight or screen.is_quiet:
        return False
    local = report.shown_at.astimezone(zone)
    starts, ends = run.hours
    return run.is_on(local.date()) and starts <= local.hour < ends


def plays_that_fit(
    reports: Iterable[PlayReport], known: Collection[KnownPlay], *, zone: dt.tzinfo
) -> list[PlayReport]:
    """Return the plays possible on a single screen: without overlap, within each day.

    `known` are its plays of the same days. A play received before is left out as well.
    """
    shown = sorted((one.shown_at, one.ends_at) for one in known)
    keys = {one.key for one in known}
    seconds: dict[dt.date, float] = defaultdict(float)
    for begin, end in shown:
        seconds[begin.astimezone(zone).date()] += (end - begin).total_seconds()
    fitting = []
    for report in sorted(reports, key=lambda one: (one.shown_at, one.key)):
        span = (report.shown_at, ends_of(report))
        day = report.shown_at.astimezone(zone).date()
        place = bisect.bisect(shown, span)
        overlaps = any(_overlap(span, other) for other in shown[max(0, place - 1) : place + 1])
        full = seconds[day] + report.seconds > _seconds_of(day, zone)
        if report.key in keys or overlaps or full:
            continue
        shown.insert(place, span)
        keys.add(report.key)
        seconds[day] += report.seconds
        fitting.append(report)
    return fitting


def _overlap(one: Span, other: Span) -> bool:
    return max(one[0], other[0]) + OVERLAP_SLACK < min(one[1], other[1])


def _seconds_of(day: dt.date, zone: dt.tzinfo) -> float:
    """Return the seconds of a day: an hour less or more where the clocks change."""
    begin, end = (
        dt.datetime.combine(one, dt.time(), tzinfo=zone).astimezone(dt.UTC)
        for one in (day, day + dt.timedelta(days=1))
    )
    return (end - begin).total_seconds()


def check_part(part: PartOfDay) -> None:
    """Refuse a part of the day without a name or a length."""
    if not part.name.strip():
        raise Refused(_("Donnez un nom, par exemple : Midi."), field="name")
    if part.starts_minute == part.ends_minute:
        raise Refused(_("Le début et la fin sont au même moment."), field="ends")


def check_still_shown(lost: Collection[SoldOnScreens]) -> None:
    """Raise Refused for hours without any screen left for a paid placement."""
    if lost:
        last = max(lost, key=lambda one: one.ends_on)
        raise Refused(
            _(
                "«\u00a0%(title)s\u00a0» (%(payer)s) est payée à ces heures jusqu’au %(day)s, et "
                "aucun écran ne la montrerait plus\u00a0: laissez la boucle passer jusque-là."
            )
            % {"title": last.title, "payer": last.payer, "day": shortdate(last.ends_on)}
        )


def check_few_parts(count: int) -> None:
    """Refuse more parts of the day than anybody can follow."""
    if count > MOST_PARTS:
        raise Refused(_("Trop de plages horaires : supprimez-en une d’abord."))


def check_may_withdraw(message: ScreenMessage, duties: Collection[Duty], person_id: int) -> None:
    """Raise NotAllowed unless the person is the message's author or manages the screens."""
    if message.author_id != person_id:
        check_manages(duties)


def check_verb(verb: str, kind: str) -> None:
    """Raise Refused for an action that an item does not allow; a paid placement keeps its place."""
    if verb not in VERBS:
        raise Refused(_("Choisissez une action de la liste."))
    if kind == PLACEMENT and verb != "show":
        raise Refused(_("Cet emplacement est vendu : il passe jusqu’à son dernier jour."))


def weight_after(weight: int, verb: str) -> int:
    """Return how often a thing comes in a cycle, once a button was pressed."""
    step = {"more": 1, "less": -1}.get(verb, 0)
    return min(MOST_TIMES, max(FEWEST_TIMES, weight + step))


def swapped[T](order: Sequence[T], one: T, *, up: bool) -> list[T]:
    """Return an order with an item moved a place earlier or later; at the edge it stays."""
    moved = list(order)
    if one not in moved:
        return moved
    here = moved.index(one)
    there = here - 1 if up else here + 1
    if 0 <= there < len(moved):
        moved[here], moved[there] = moved[there], moved[here]
    return moved
