"""All invitations of a list of staff, added by a single statement.

A large company's list has 30,000 lines: objects and batches of the ORM take ten times as long as
the database's own work.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.accounts.rules import tokens_for
from saas.kernel import revision
from saas.kernel.database import rows
from saas.kernel.secrets import tokens
from tenants.community.members.models import JoinRequest
from tenants.community.members.queries import roster as queries
from tenants.community.members.rules import membership as member_rules
from tenants.community.members.rules import roster as rules
from tenants.spaces.queries.own import own_space


@transaction.atomic
def invite(
    *,
    entries: Sequence[rules.Entry],
    day: dt.date | None,
    language: str,
    by: User,
    at: dt.datetime,
) -> list[tuple[str, str]]:
    """Invite the people of a list; return nonce and address of each new invitation.

    A new invitation replaces its expired predecessor; an address invited meanwhile keeps its own.
    Called by the confirmation of a list.
    """
    lapsed = queries.invited(None).filter(expires_at__lte=at)
    emails = {entry.email for entry in entries}
    lapsed.filter(email__in=emails.intersection(lapsed.values_list("email", flat=True))).delete()
    rules.check_waiting(queries.invited(None).count() + len(entries))
    nonces = [uuid.uuid4() for _entry in entries]
    hashes = map(tokens.hashed, tokens_for(member_rules.JOINING, nonces))
    due = _due_times(entries, day=day, at=at)
    revision.renew_if_watched(JoinRequest)
    made = rows.insert_many(
        JoinRequest,
        [
            _record(entry, language=language, by=by, due=due[entry.enters_on])
            | {"nonce": nonce, "token_hash": token_hash}
            for entry, nonce, token_hash in zip(entries, nonces, hashes, strict=True)
        ],
        returning=("nonce", "email"),
        refers_to=[by],
    )
    return [(str(nonce), str(email)) for nonce, email in made]


def _due_times(
    entries: Sequence[rules.Entry], *, day: dt.date | None, at: dt.datetime
) -> dict[dt.date | None, dt.datetime]:
    """Return when each day of entry's mails leave: never before the launch."""
    zone = timezone.get_current_timezone()
    own = rules.due_at(own_space().launches_on, at=at, zone=zone)
    launch = max(own, rules.due_at(day, at=at, zone=zone))
    days = {entry.enters_on for entry in entries}
    return {one: max(launch, rules.due_at(one, at=at, zone=zone)) for one in days}


def _record(entry: rules.Entry, *, language: str, by: User, due: dt.datetime) -> dict[str, Any]:
    return {
        "email": entry.email,
        "first_name": entry.first_name,
        "last_name": entry.last_name,
        "company_id": entry.company_id,
        "site_id": entry.site_id,
        "invited_by_id": by.pk,
        "language": entry.language or language,
        "leaves_on": entry.leaves_on,
        "asked_at": due,
        "expires_at": due + rules.INVITED_FOR,
        "mailed_at": None,
    }
