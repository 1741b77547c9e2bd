"""Notices are queued in the transaction of the change, mailed after the commit, and never lost.

They are stored in a column of their person: a table of their own would be another in each space.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from saas.accounts import tasks
from saas.accounts.models import User
from saas.accounts.notices.rules import MOST_WAITING, Kind
from saas.accounts.sessions import circumstances
from saas.kernel import schema
from saas.kernel.tasks import after_commit


@transaction.atomic
def queue_notice(
    *, person: User, kind: Kind, at: dt.datetime, detail: str = "", origin: str = ""
) -> None:
    """Queue a mail to a person about a change of their account, and its circumstances.

    Called by the action that makes the change.
    """
    seen = circumstances.here()
    locked = User.objects.select_for_update().get(pk=person.pk)
    if locked.is_erased:
        return
    notice: dict[str, Any] = {
        "kind": kind.value,
        "at": at.isoformat(),
        "detail": detail,
        "origin": origin or seen.origin,
        "place": seen.place,
        "device": seen.device,
        "network": seen.network,
    }
    person.notices = locked.notices = [*(locked.notices or []), notice][-MOST_WAITING:]
    locked.save(update_fields=["notices"])
    in_public = schema.current() == schema.PUBLIC
    after_commit(
        tasks.mail_notices_of_public if in_public else tasks.mail_notices_of_a_space, person.pk
    )
