"""Beat tasks of each space: counts are gathered, members forgotten, months and answers kept."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from saas.catalogue.placements.actions.counts import record_counts, record_places, record_plays
from saas.catalogue.placements.rules.places import HOURS
from saas.kernel import schema
from saas.kernel.offers import adoption_hooks, screen_hooks, shelf_hooks
from saas.kernel.tasks import PublicTask, TenantTask, after_commit, call_after_commit, send
from saas.kernel.values.months import first_of, year_until
from tenants.community.neighbourhood import actions
from tenants.community.neighbourhood.queries import council, placed
from tenants.spaces.actions.standing import record_active
from tenants.spaces.fan_out import fan_out


@shared_task(base=PublicTask)
def gather_everywhere() -> None:
    """Ask every open space for its counts."""
    fan_out(gather)


@shared_task(base=TenantTask)
def gather() -> None:
    """Transfer totals to the desk, delete expired keys, notify of answers and of new offers."""
    hand_over(timezone.now())
    actions.take_answers(at=timezone.now())
    actions.notify_followers(at=timezone.now())


def hand_over(at: dt.datetime) -> None:
    """Update the desk's totals from the counts here, and delete expired keys of members.

    Plays on screens are transferred beside views, by screen, and never added to them.
    """
    totals = placed.totals(at)
    plays = placed.play_totals(at)
    shelf_places = sum(shelf_hooks.shelf_places.ask(at))
    # A room switched off by the space returns no answer: it has no shelf and no screen to show.
    is_bare = all(shelf_hooks.shelf_is_bare.ask(at))
    screens = screen_hooks.screens_sold.first(at) or screen_hooks.ScreensSold(0)
    unshown = [
        part for part, hours in HOURS.items() if not any(screen_hooks.is_shown.ask(hours, at))
    ]
    active = sum(adoption_hooks.active_members.ask(at))
    name = schema.current()
    with schema.in_public():
        record_active(tenant_schema=name, members=active, at=at)
        record_counts(tenant_schema=name, totals=totals, at=at)
        record_plays(tenant_schema=name, totals=plays, at=at)
        record_places(
            tenant_schema=name,
            screens=screens.lit,
            seen_at=screens.seen_at,
            shelf_places=shelf_places,
            is_bare=is_bare,
            unshown=unshown,
            at=at,
        )
    actions.forget_members(at=at)
    actions.forget_codes(at=at)


def before_closing(at: dt.datetime) -> None:
    """Transfer the counts of a closing space, and delete the keys of its members at once."""
    hand_over(at)
    actions.forget_keys(at=at)


@shared_task(base=PublicTask)
def refresh_everywhere() -> None:
    """Bring this month and the last up to date in every space, should a job have been lost."""
    this = first_of(timezone.localdate(timezone.now()))
    for month in year_until(this)[-2:]:
        fan_out(refresh_council_month, month)
    fan_out(name_councils)


@shared_task(base=TenantTask)
def name_councils() -> None:
    """Rewrite the months that were saved without their council."""
    for month in council.months_without_council():
        actions.refresh_council_month(month=month, at=timezone.now())


@shared_task(base=TenantTask)
def refresh_council_month(month: dt.date) -> None:
    """Update the amounts that campaigns brought this space in a month."""
    actions.refresh_council_month(month=first_of(month), at=timezone.now())


def after_settlement(schema_name: str, month: dt.date) -> None:
    """Answer billing, which settled something of a space in a month."""
    with schema.inside(schema_name):
        after_commit(refresh_council_month, month)


@shared_task(base=TenantTask)
def take_answers() -> None:
    """Notify members of this space of operators' answers to their reports."""
    actions.take_answers(at=timezone.now())


@shared_task(base=TenantTask)
def move_marks(double: str, into: str) -> None:
    """Move the marks of a merged shop to the shop that stays."""
    actions.move_marks(double=double, into=into, at=timezone.now())


def after_merger(double: str, into: str) -> None:
    """Queue the move of marks in every open space after a shop was merged."""
    call_after_commit(lambda: fan_out(move_marks, double, into))


def after_answer(schema_name: str) -> None:
    """Queue the notification of a space's members after an operator answered their reports."""
    call_after_commit(lambda: send(take_answers, space=schema_name))
