"""A space's own administration plans its deletion, and calls it off; the clock does the rest."""

import datetime as dt
import zoneinfo
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from saas.kernel import schema
from saas.kernel.display.writing import shortdate
from saas.kernel.errors import Refused
from saas.kernel.tasks import after_commit
from tenants.spaces import hosts
from tenants.spaces.actions import life
from tenants.spaces.actions.addresses import hold_space, hold_to_keep, named
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, PlannedDeletion, Tenant
from tenants.spaces.models.life import COOLING_OFF
from tenants.spaces.queries import life as queries
from tenants.spaces.rules import life as rules
from tenants.spaces.rules.addresses import ADMINISTRATOR
from tenants.spaces.tasks import deletions as tasks

CLOCK = "Troovon"


class Others(NamedTuple):
    """Other people beside the person that asked for a deletion: administrators, elected members."""

    administer: bool
    elected: bool


NOBODY = Others(administer=False, elected=False)
_What = Change.What


@transaction.atomic
def plan(*, name: str, others: Others = NOBODY, by: SpaceActor, at: dt.datetime) -> PlannedDeletion:
    """Plan the deletion of the actor's space, thirty days after a second person confirms it.

    Administrators and the councils' people are notified at once, and any of them may cancel it. If
    there is no second person, no confirmation is needed.
    """
    tenant = hold_space(by.schema_name, by)
    planned = queries.planned_deletion_of(by.schema_name)
    rules.check_may_plan(tenant, is_planned=planned is not None, name=name)
    new = PlannedDeletion(tenant=tenant, asked_by=named(by), asked_at=at)
    new.due_at = at + COOLING_OFF
    is_alone = not (others.administer or others.elected)
    new.confirmed_at = at if is_alone else None
    new.full_clean()
    new.save()
    what = _What.END_PLANNED if is_alone else _What.END_ASKED
    _log(tenant, what, after=_day(new), by=named(by), at=at)
    hosts.forget()
    return new


@transaction.atomic
def confirm(*, name: str, others: Others, by: SpaceActor, at: dt.datetime) -> PlannedDeletion:
    """Confirm, as the second person, the deletion of the actor's space in thirty days.

    A council's representative may confirm if there is no other administrator. All members are
    notified.
    """
    tenant = hold_to_keep(by.schema_name, by)
    planned = rules.check_may_confirm(
        queries.planned_deletion_of(by.schema_name),
        name=name,
        by=named(by),
        is_council=by.role != ADMINISTRATOR,
        has_second=others.administer,
    )
    planned.confirmed_by, planned.confirmed_at = named(by), at
    planned.due_at = at + COOLING_OFF
    planned.full_clean()
    planned.save()
    _log(tenant, _What.END_PLANNED, after=_day(planned), by=named(by), at=at)
    hosts.forget()
    return planned


@transaction.atomic
def drop_unconfirmed(*, at: dt.datetime) -> None:
    """Cancel planned deletions without a second confirmation in a month.

    Only the clock calls this.
    """
    for planned in queries.unconfirmed_deletions(due=at):
        _log(planned.tenant, _What.END_OFF, before=_day(planned), by=CLOCK, at=at)
        planned.delete()


@transaction.atomic
def call_off(*, by: SpaceActor, at: dt.datetime) -> None:
    """Cancel the planned deletion of the actor's space; notify administrators and councils.

    A council's representative may cancel too: the employer alone does not end their space.
    """
    tenant = hold_to_keep(by.schema_name, by)
    planned = queries.planned_deletion_of(by.schema_name)
    if planned is None:
        raise Refused(_("Aucune suppression n’est programmée\u00a0: l’espace reste."))
    rules.check_may_call_off(planned, is_at_work=queries.works_under_way(tenant).exists(), at=at)
    _log(tenant, _What.END_OFF, before=_day(planned), by=named(by), at=at)
    planned.delete()
    hosts.forget()


@transaction.atomic
def remind(*, at: dt.datetime) -> None:
    """Remind administrators seven days and a day before the deletion. Only the clock calls this."""
    for tenant in queries.open_spaces_to_end(at + dt.timedelta(days=rules.REMINDED_DAYS[0])):
        planned = PlannedDeletion.objects.select_related("tenant").get(tenant=tenant)
        days = rules.reminder_due(planned, at=at)
        if days is not None:
            planned.reminded_days = days
            planned.save(update_fields=["reminded_days"])
            _log(tenant, _What.END_NEAR, after=_day(planned), by=CLOCK, at=at)


@transaction.atomic
def begin_due(*, at: dt.datetime) -> None:
    """Queue the planned deletions that are due. Only the clock calls this.

    If an obstacle exists, or a first attempt failed, the date moves by a week, and all
    administrators of the space are notified of the reason. They may cancel it.
    """
    for tenant in queries.open_spaces_to_end(at):
        planned = PlannedDeletion.objects.select_related("tenant").get(tenant=tenant)
        if queries.works_under_way(tenant).exists():
            continue
        if queries.has_just_failed(planned, at) or queries.obstacles_of(tenant, at):
            postpone(planned=planned, at=at)
            continue
        with translation.override(tenant.language):
            life.delete_as_planned(plan=planned, at=at)


@transaction.atomic
def postpone(*, planned: PlannedDeletion, at: dt.datetime) -> None:
    """Postpone a planned deletion to a week from now, and notify its planners.

    Only the clock calls this.
    """
    before = _day(planned)
    planned.due_at = max(planned.due_at, at + rules.MOVED_BY)
    planned.reminded_days = rules.REMINDED_DAYS[0]  # the mail on the new date replaces a reminder
    planned.save(update_fields=["due_at", "reminded_days"])
    _log(planned.tenant, _What.END_MOVED, before=before, after=_day(planned), by=CLOCK, at=at)
    hosts.forget()


def _day(planned: PlannedDeletion) -> str:
    with timezone.override(zoneinfo.ZoneInfo(planned.tenant.time_zone)):
        return shortdate(planned.due_at)


def _log(
    tenant: Tenant, what: str, *, by: str, at: dt.datetime, before: str = "", after: str = ""
) -> None:
    """Write into the space's log, and have its administrators told."""
    change = Change.objects.create(
        tenant=tenant, what=what, before=before, after=after, by=by, at=at
    )
    with schema.inside(tenant.schema_name):
        after_commit(tasks.mail_end, change.pk)
