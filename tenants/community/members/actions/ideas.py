"""Actions of an administration on the ideas that a new space shows."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members.models import RemovedIdea
from tenants.community.members.rules import membership as rules
from tenants.community.members.wording import ideas


@transaction.atomic
def remove(*, key: str, by: User, at: dt.datetime) -> None:
    """Remove an idea from all pages. Idempotent."""
    rules.check_administers(hooks.duties_of(by), None)
    ideas.check_is_one(key)
    RemovedIdea.objects.get_or_create(key=key, defaults={"removed_at": at})


@transaction.atomic
def restore(*, key: str, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Show an idea again."""
    rules.check_administers(hooks.duties_of(by), None)
    RemovedIdea.objects.filter(key=key).delete()
