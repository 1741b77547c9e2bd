"""Rules of notifications: usual switches, quiet hours, when a digest is due, when it ends."""

import base64
import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.values.workdays import is_weekend
from saas.kernel.web import outgoing
from tenants.community.notifications.models import Channel, Habits, Kind, Rhythm

RETENTION = dt.timedelta(days=90)
DIGESTS_BEFORE_SILENCE = 8
FIRST_DIGEST_COVERS = dt.timedelta(days=1)
LONGEST_COVERED = dt.timedelta(days=7)
MOST_IN_DIGEST = 5
MOST_AHEAD = 2  # of the week, in Monday's digest
MOST_DEVICES = 10
SECRET_BYTES = 16
MOST_FAILURES = 3
PUSHED_AGAIN_AFTER, PUSH_IS_NEWS_FOR = dt.timedelta(minutes=5), dt.timedelta(hours=6)
USUAL_HOUR = 8
EARLIEST_HOUR, LATEST_HOUR = 6, 20
LINKS_LAST = dt.timedelta(days=60)
FOLLOWING, LEAVING = "notifications.follow", "notifications.unsubscribe"
DIGEST = "digest"

_NOW, _DAILY, _OFF = Rhythm.NOW, Rhythm.DAILY, Rhythm.OFF
# By kind: in the app, by e-mail, by push. The default of a new member until they choose.
USUAL: dict[str, tuple[Rhythm, Rhythm, Rhythm]] = {
    Kind.MESSAGES: (_NOW, _NOW, _NOW),
    Kind.LOANS: (_NOW, _NOW, _NOW),
    Kind.GATHERINGS: (_NOW, _NOW, _NOW),
    Kind.RIDES: (_NOW, _NOW, _NOW),
    Kind.CLASSIFIEDS: (_NOW, _NOW, _OFF),
    Kind.SEARCHES: (_NOW, _DAILY, _OFF),
    Kind.THANKS: (_NOW, _DAILY, _OFF),
    Kind.NEIGHBOURS: (_NOW, _NOW, _OFF),
    Kind.DUTIES: (_NOW, _NOW, _OFF),
    Kind.DECISIONS: (_NOW, _NOW, _OFF),
    Kind.SPACE: (_OFF, _DAILY, _OFF),
}
_ORDER = (Channel.APP, Channel.MAIL, Channel.PUSH)
# Kinds with fewer choices: decisions and duties are always on in the app, the space's own news
# never.
_FEWER: dict[tuple[str, str], tuple[Rhythm, ...]] = {
    (Kind.DECISIONS, Channel.APP): (_NOW,),
    (Kind.DECISIONS, Channel.MAIL): (_NOW,),
    (Kind.DUTIES, Channel.APP): (_NOW,),
    (Kind.SPACE, Channel.APP): (_OFF,),
    (Kind.SPACE, Channel.MAIL): (_DAILY, _OFF),
    (Kind.SPACE, Channel.PUSH): (_OFF,),
}

type Switches = Mapping[tuple[str, str], str]


class Quiet(NamedTuple):
    """The local hours without notifications; both None if there are no such hours.

    A beginning after the end goes over midnight.
    """

    begins: dt.time | None = dt.time(21)
    ends: dt.time | None = dt.time(7)
    weekends: bool = False


class Push(NamedTuple):
    """A push as the browser shows it: never a member's text, only that there is news."""

    title: str
    text: str
    url: str
    tag: str
    language: str


def choices_of(kind: str, channel: str) -> tuple[Rhythm, ...]:
    """Return the allowed rhythms of a kind in a channel; a single rhythm means no choice."""
    everywhere = (_NOW, _DAILY, _OFF) if channel == Channel.MAIL else (_NOW, _OFF)
    return _FEWER.get((kind, channel), everywhere)


def may_be_off(kind: str, channel: str) -> bool:
    """Return True if a member may switch a kind off in a channel."""
    return Rhythm.OFF in choices_of(kind, channel)


def rhythm_of(chosen: Switches, kind: str, channel: str) -> Rhythm:
    """Return how a member hears of a kind in a channel: by their choice, else as usual."""
    usual = USUAL[kind][_ORDER.index(Channel(channel))]
    rhythm = Rhythm(chosen.get((kind, channel), usual))
    return rhythm if rhythm in choices_of(kind, channel) else usual


def check_switches(chosen: Switches) -> None:
    """Refuse a rhythm that a kind does not have."""
    for (kind, channel), rhythm in chosen.items():
        if rhythm not in choices_of(kind, channel):
            raise Refused(_("Choisissez un rythme de la liste."), field=f"{channel}_{kind}")


def check_names(kind: str, channel: str) -> None:
    """Refuse a kind or a channel that there is not."""
    if kind not in Kind.values or channel not in Channel.values:
        raise Refused(_("Choisissez un sujet et une voie de la liste."))


def check_habits(quiet: Quiet, digest_hour: int) -> None:
    """Refuse half of a quiet time, and a digest by night or in quiet hours."""
    if (quiet.begins is None) != (quiet.ends is None):
        raise Refused(
            _("Indiquez le début et la fin du calme, ou aucun des deux."), field="quiet_until"
        )
    if quiet.begins is not None and quiet.begins == quiet.ends:
        raise Refused(
            _("Le calme commence et finit à deux heures différentes."), field="quiet_until"
        )
    if not EARLIEST_HOUR <= digest_hour <= LATEST_HOUR:
        raise Refused(_("Choisissez une heure de la liste."), field="digest_hour")
    if _is_within(dt.time(digest_hour), quiet):
        raise Refused(
            _("Le résumé partirait pendant vos heures calmes : choisissez une autre heure."),
            field="digest_hour",
        )


def check_may_add_device(count: int) -> None:
    """Raise Refused above the limit of devices per person."""
    if count >= MOST_DEVICES:
        raise Refused(
            _("Vous avez déjà %(count)d appareils : retirez-en un d’abord.") % {"count": count}
        )


def check_endpoint(endpoint: str) -> None:
    """Raise Refused unless a push address is a public host's over TLS, by name, on its usual port.

    The address that the name resolves to is checked again at each push.
    """
    try:
        outgoing.check_url(endpoint, ports=outgoing.PORTS[:1])
    except Refused:
        raise Refused(_("Cette adresse n’est pas celle d’un service de notifications.")) from None


def check_keys(public_key: str, secret: str) -> None:
    """Raise Refused for a browser's keys that cannot encrypt a push."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key_bytes(public_key))
        is_secret = len(key_bytes(secret)) == SECRET_BYTES
    except ValueError:
        is_secret = False
    if not is_secret:
        raise Refused(_("Ces clés ne sont pas celles d’un navigateur."))


def key_bytes(written: str) -> bytes:
    """Return a key of a browser as bytes. Raises ValueError."""
    plain = written.rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)


def loud_from(at: dt.datetime, quiet: Quiet, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the first moment, from now on, at which something may leave."""
    moment = at.astimezone(zone)
    while True:
        later = _after_quiet(moment, quiet, zone)
        if later == moment:
            return max(at, moment.astimezone(dt.UTC))
        moment = later


def push_again(made_at: dt.datetime, *, at: dt.datetime) -> dt.datetime | None:
    """Return when to repeat a push that no device received; None if it is outdated by then."""
    again = at + PUSHED_AGAIN_AFTER
    return again if again - made_at <= PUSH_IS_NEWS_FOR else None


def digest_moment(day: dt.date, hour: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the end of the period of a day's digest, also its earliest sending time."""
    return dt.datetime.combine(day, dt.time(hour), tzinfo=zone).astimezone(dt.UTC)


def has_digest_on(day: dt.date, quiet: Quiet) -> bool:
    """Return True if a digest is sent on this day; a quiet weekend's is sent on Monday."""
    return not (quiet.weekends and is_weekend(day))


def covered_since(last_until: dt.datetime | None, until: dt.datetime) -> dt.datetime:
    """Return the start of a digest: the end of the last digest, a week ago at most."""
    if last_until is None:
        return until - FIRST_DIGEST_COVERS
    return max(last_until, until - LONGEST_COVERED)


def quiet_of(habits: Habits | None) -> Quiet:
    """Return a person's quiet hours, by default the usual night."""
    if habits is None:
        return Quiet()
    return Quiet(habits.quiet_from, habits.quiet_until, habits.quiet_weekends)


def _is_within(time: dt.time, quiet: Quiet) -> bool:
    if quiet.begins is None or quiet.ends is None:
        return False
    if quiet.begins < quiet.ends:
        return quiet.begins <= time < quiet.ends
    return time >= quiet.begins or time < quiet.ends


def _after_quiet(moment: dt.datetime, quiet: Quiet, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the moment itself where it is loud, else the end of the quiet that it falls into."""
    if not has_digest_on(moment.date(), quiet):
        days = 7 - moment.weekday()
        return dt.datetime.combine(moment.date() + dt.timedelta(days=days), dt.time(0), tzinfo=zone)
    time = moment.time().replace(tzinfo=None)
    if quiet.ends is None or not _is_within(time, quiet):
        return moment
    tomorrow = dt.timedelta(days=1 if time >= quiet.ends else 0)
    return dt.datetime.combine(moment.date() + tomorrow, quiet.ends, tzinfo=zone)
