"""Actions on screens: pairing codes, pairing, location, and reports from screens."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.people import erasing
from saas.kernel.secrets import tokens
from saas.kernel.tasks import call_after_commit
from saas.kernel.web import polling
from tenants.community.kiosk import notifications
from tenants.community.kiosk.models import Arrangement, Pairing, Play, Screen
from tenants.community.kiosk.queries import screens as queries
from tenants.community.kiosk.queries import sold as sold_queries
from tenants.community.kiosk.rules import screens as rules
from tenants.spaces import spots

SPARE_CODES = 5
# Plays of the same days as those that are reported are read with them.
A_DAY_AND_MORE = dt.timedelta(hours=26)


class CodeGoneError(Exception):
    """The code that a browser shows is over: it must ask for another."""


class Claimed(NamedTuple):
    """The secrets that a browser is handed once, when its screen is paired."""

    token: str
    play_secret: str


@transaction.atomic
def show_code(*, network: str = "", instead_of: str = "", at: dt.datetime) -> tuple[Pairing, str]:
    """Create a code for a screen to show, and the secret for its browser to claim its token.

    It replaces the browser's previous code, `instead_of`. If a network or the whole space has too
    many codes, the oldest code of the network with the most codes is deleted. Called by an
    unpaired screen.
    """
    Pairing.objects.filter(expires_at__lte=at).delete()
    before = queries.pairing_of(instead_of)
    if before is not None and before.screen_id is None:
        before.delete()
    _evict_for(network)
    claim, claim_hash = tokens.fresh()
    for _try in range(SPARE_CODES):
        pairing = Pairing(
            code=rules.new_code(),
            claim_hash=claim_hash,
            network=network,
            made_at=at,
            expires_at=at + rules.CODE_LASTS,
        )
        try:
            with transaction.atomic():
                pairing.save()
        except IntegrityError:  # another screen already shows the same six digits
            continue
        return pairing, claim
    raise RuntimeError("no code was free")


def _evict_for(network: str) -> None:
    crowded = rules.network_to_evict(queries.open_codes(), network)
    oldest = None if crowded is None else queries.oldest_code_of(crowded)
    if oldest is not None:
        oldest.delete()


@transaction.atomic
def pair(*, code: str, placing: rules.Placing, by: User, at: dt.datetime) -> Screen:
    """Make a screen of the browser that shows a code."""
    rules.check_manages(hooks.duties_of(by))
    pairing = rules.check_pairing(queries.pairing_with(code), at=at)
    rules.check_room(queries.screen_count())
    screen = Screen(paired_by=by, paired_at=at, play_secret=secrets.token_hex(32))
    _place(screen, placing)
    pairing.screen = screen
    pairing.expires_at = at + rules.CODE_LASTS
    pairing.save(update_fields=["screen", "expires_at"])
    return screen


@transaction.atomic
def claim(*, claim: str, at: dt.datetime) -> Claimed | None:
    """Return a browser's token a single time and use up its code. Called by the screen only.

    Raises CodeGoneError if the browser's code was evicted, used or has expired.
    """
    pairing = queries.pairing_of(claim)
    if claim and (pairing is None or pairing.expires_at <= at):
        raise CodeGoneError
    if pairing is None or pairing.screen is None:
        return None
    token, token_hash = tokens.fresh()
    screen = queries.screen_for_change(pairing.screen.pk)
    screen.token_hash = token_hash
    screen.save(update_fields=["token_hash"])
    pairing.delete()
    return Claimed(token, screen.play_secret)


@transaction.atomic
def place(*, screen: Screen, placing: rules.Placing, by: User, at: dt.datetime) -> Screen:  # noqa: ARG001 - each action says when
    """Update a screen's name, location and settings."""
    rules.check_manages(hooks.duties_of(by))
    screen = queries.screen_for_change(screen.pk)
    _place(screen, placing)
    _invalidate_playlist(screen)
    return screen


@transaction.atomic
def unpair(*, screen: Screen, by: User, at: dt.datetime) -> None:
    """Delete a screen with its token; its plays are kept."""
    rules.check_manages(hooks.duties_of(by))
    screen = queries.screen_for_change(screen.pk)
    _invalidate_playlist(screen)
    notifications.settle_silent(screen, at=at)
    screen.delete()


@transaction.atomic
def record_heartbeat(
    *,
    screen: Screen,
    instance: str,
    showing: rules.Showing,
    at: dt.datetime,
) -> bool:
    """Record a screen's heartbeat and slide; return False for a second browser with its token.

    Called by the screen only, each minute.
    """
    screen = queries.screen_for_change(screen.pk)
    if rules.is_twin(screen, instance, at=at):
        return False
    if screen.alive_at is not None and screen.alive_at <= at - rules.MUTE_FOR:
        notifications.settle_silent(screen, at=at)
    was_frozen = rules.is_frozen(screen, at=at)
    screen.instance, screen.alive_at = instance, at
    for name, value in showing._asdict().items():
        setattr(screen, name, value)
    screen.save()
    if rules.is_frozen(screen, at=at) and not was_frozen:
        notifications.notify_frozen(screen, to=sold_queries.manager_ids(), at=at)
    elif was_frozen and not rules.is_frozen(screen, at=at):
        notifications.settle_silent(screen, at=at)
    return True


@transaction.atomic
def call_managers(*, at: dt.datetime) -> None:
    """Notify the managers of silent screens that merchants have paid for.

    Called by the clock only.
    """
    silent = sold_queries.silent_screens(at)
    sold = sold_queries.sold(at) if silent else []
    for screen in silent if sold else []:
        if screen.alive_at is not None:
            notifications.notify_silent(
                screen, screen.alive_at, sold=sold, to=sold_queries.manager_ids(), at=at
            )


@transaction.atomic
def record_plays(
    *, screen: Screen, reports: Sequence[rules.PlayReport], at: dt.datetime
) -> list[UUID]:
    """Store the plays that a screen reports; return the keys that it need not send again.

    Each play is stored a single time. A play is discarded, so that the screen does not send it
    forever, if its signature is invalid, if it overlaps another play, or if its flight cannot have
    run at that time. Called by the screen only.
    """
    zone = timezone.get_current_timezone()
    screen = queries.screen_for_change(screen.pk)
    plays = [
        Play(
            screen_reference=screen.reference,
            screen_name=screen.name,
            key=report.key,
            kind=report.slide.partition(":")[0][:12],
            slide_reference=report.slide.partition(":")[2][:24],
            flight_reference=report.flight,
            shown_at=report.shown_at,
            day=report.shown_at.astimezone(zone).date(),
            seconds=report.seconds,
            received_at=at,
        )
        for report in _believed(screen, reports, zone=zone, at=at)
    ]
    Play.objects.bulk_create(plays, ignore_conflicts=True)
    return [report.key for report in reports]


def _believed(
    screen: Screen, reports: Sequence[rules.PlayReport], *, zone: dt.tzinfo, at: dt.datetime
) -> list[rules.PlayReport]:
    runs = queries.flight_runs({report.flight for report in reports if report.flight})
    credible = [
        report
        for report in reports
        if rules.is_credible(report, screen, at=at)
        and rules.is_of_playlist(report, screen, runs, zone=zone)
    ]
    if not credible:
        return []
    moments = [report.shown_at for report in credible]
    known = queries.known_plays(
        screen, since=min(moments) - A_DAY_AND_MORE, until=max(moments) + A_DAY_AND_MORE
    )
    return rules.plays_that_fit(credible, known, zone=zone)


@transaction.atomic
def forget_old(*, at: dt.datetime) -> None:
    """Delete expired codes, and plays past their retention.

    Called by the clock only.
    """
    Pairing.objects.filter(expires_at__lte=at).delete()
    Play.objects.filter(day__lt=(at - rules.PLAY_RETENTION).date()).delete()


def _place(screen: Screen, placing: rules.Placing) -> None:
    rules.check_placing(placing, spots.site_ids())
    for name, value in placing._asdict().items():
        setattr(screen, name, value)
    screen.name, screen.group = placing.name.strip(), placing.group.strip()
    screen.full_clean()
    screen.save()


def _invalidate_playlist(screen: Screen) -> None:
    """Invalidate the cached playlist of a screen after the commit."""
    token_hash = screen.token_hash
    if token_hash:
        call_after_commit(lambda: polling.forget(token_hash))


@transaction.atomic
def forget_things(*, trace: erasing.Trace, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Delete arrangements of erased objects. Called by an erasure only."""
    Arrangement.objects.filter(reference__in=trace.references).delete()
