"""The launch day: invitations that wait follow it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import after_commit
from tenants.community.members import tasks
from tenants.community.members.queries import people
from tenants.community.members.queries import roster as queries
from tenants.community.members.rules import membership as member_rules
from tenants.community.members.rules import roster as rules
from tenants.spaces.actions import launches
from tenants.spaces.actors import SpaceActor


@transaction.atomic
def set_launch_day(*, by: User, actor: SpaceActor, day: dt.date | None, at: dt.datetime) -> int:
    """Set the launch day, and move the invitations that wait for it; return their number.

    An invitation of a person who starts work after the launch keeps its own day.
    """
    member_rules.check_administers(people.duties_of(by), None)
    with schema.in_public():
        before = launches.set_launch_day(schema_name=actor.schema_name, day=day, by=actor, at=at)
    zone = timezone.get_current_timezone()
    due = rules.due_at(day, at=at, zone=zone)
    waiting = queries.waiting_for_launch(due, before)
    moved = waiting.update(asked_at=due, expires_at=due + rules.INVITED_FOR)
    after_commit(tasks.mail_roster)
    return moved
