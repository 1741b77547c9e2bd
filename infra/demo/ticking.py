"""All scheduled jobs, run at a chosen moment: for the demo's past and the check."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any
from unittest import mock

from django.utils import timezone

from billing import clock as billing
from billing.councils.actions import mandates, requirements
from infra.demo import levers
from saas.accounts import actions as accounts
from saas.catalogue.merchants import clock as merchants_clock
from saas.catalogue.merchants.actions import shops as merchants
from saas.catalogue.offers import actions as offers
from saas.console import clock as console
from saas.kernel import schema
from tenants.community.classifieds import actions as classifieds
from tenants.community.conversations import actions as conversations
from tenants.community.gatherings import actions as gatherings
from tenants.community.kiosk import clock as kiosk_clock
from tenants.community.kiosk.actions import screens as kiosk
from tenants.community.lending import clock as lending
from tenants.community.members import clock as member_clock
from tenants.community.members.queries import roster
from tenants.community.members.tasks import mail_roster
from tenants.community.neighbourhood import actions as neighbourhood
from tenants.community.rides import actions as rides
from tenants.community.treaties import actions as neighbours
from tenants.spaces import clock as spaces
from tenants.spaces.actions import (
    addresses,
    corrections,
    foundings,
    life,
    treaties,
    upkeep,
)
from tenants.spaces.models import Tenant

type Entry = Callable[[dt.datetime], object]

IN_PUBLIC: tuple[Entry, ...] = (
    lambda at: accounts.forget_lapsed(at=at),
    lambda at: merchants.forget_old_signups(at=at),
    lambda at: merchants_clock.ask_vies(at=at),
    lambda at: foundings.requeue_stalled(at=at),
    lambda at: treaties.forget_enquiries(at=at),
    lambda at: life.requeue_stalled_operations(at=at),
    lambda at: life.remove_old_archives(at=at),
    lambda at: upkeep.queue_inspections(at=at),
    lambda at: addresses.queue_checks(at=at),
    lambda at: billing.release(at=at),
    lambda at: billing.watch(at=at),
    lambda at: billing.compare(at=at),
    lambda at: billing.close_books_at(at=at),
    lambda at: billing.bill(at=at),
    lambda at: mandates.give_ending_notices(at=at),
    lambda at: requirements.remind(at=at),
    lambda at: offers.forget_vouchers(at=at),
    lambda at: corrections.queue_head_counts(day=timezone.localdate(at), at=at),
)


# Regular jobs of `saas.schedule` that read the clock themselves: deadlines and reminders of
# operators, councils and merchants.
JOBS_IN_PUBLIC = (
    billing.settle_refusals,
    billing.review_ads,
    console.remind_operators,
    spaces.end_spaces,
    spaces.forget_unfinished_foundings,
    spaces.prove_spaces,
)
JOBS_IN_EACH_SPACE = (
    lending.sweep_loans,
    member_clock.forget_in_a_space,
    kiosk_clock.call_managers,
)


def run_at(jobs: Iterable[Any], at: dt.datetime) -> None:
    """Run jobs here, with the clock set to a moment."""
    with mock.patch.object(timezone, "now", return_value=at):
        for job in jobs:
            job.run()


def invite_on_launch_day(at: dt.datetime) -> None:
    """Mail the invitations with a launch day up to then: their job reads the clock itself."""
    with mock.patch.object(timezone, "now", return_value=at):
        if roster.due(at).exists():
            mail_roster.run()


IN_EACH_SPACE: tuple[Entry, ...] = (
    lambda at: classifieds.expire(at=at),
    lambda at: classifieds.forget_drafts(at=at),
    lambda at: conversations.forget_drafts(at=at),
    lambda at: gatherings.remind(at=at),
    lambda at: rides.remind(at=at),
    lambda at: kiosk.forget_old(at=at),
    lambda at: neighbourhood.forget_members(at=at),
    lambda at: neighbours.forget_questions(at=at),
    invite_on_launch_day,
)


def tick(at: dt.datetime) -> None:
    """Advance the simulator's time to a moment, then run the jobs due by then."""
    levers.advance(at)
    with schema.in_public():
        for entry in IN_PUBLIC:
            entry(at)
        run_at(JOBS_IN_PUBLIC, at)
        names = list(Tenant.objects.filter(state=Tenant.State.ACTIVE).values_list("schema_name"))
    for (name,) in names:
        with schema.inside(name):
            for entry in IN_EACH_SPACE:
                entry(at)
            run_at(JOBS_IN_EACH_SPACE, at)
