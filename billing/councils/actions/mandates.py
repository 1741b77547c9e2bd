"""A council's minutes: submitted by its people, confirmed or refused by an operator, ended."""

import datetime as dt
import hashlib
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from billing.councils import tasks
from billing.councils.actions.notices import give_notice
from billing.councils.queries import mandates as queries
from billing.councils.rules import mandates as rules
from billing.councils.settlement.accounts import record_notice
from billing.councils.settlement.own_councils import lock_own
from billing.ledger.rules import approvals
from billing.models import Council, CouncilMandate, CouncilNotice
from billing.transitions.transition import record, transition
from saas.accounts.models import User
from saas.kernel.tasks import after_commit
from saas.kernel.uploads import files
from tenants.spaces.actors import SpaceActor

ROOM = "mandates"


class Elected(NamedTuple):
    """A person named in the minutes: reference, name, and the normalized mailbox."""

    reference: str
    name: str
    mailbox: str


class Minutes(NamedTuple):
    """The paper of an election: the file as it is kept, and the days that it names."""

    content: bytes
    extension: str
    elected_on: dt.date
    ends_on: dt.date


@transaction.atomic
def submit_mandate(
    *,
    council: Council,
    treasurer: Elected,
    secretary: Elected,
    minutes: Minutes,
    by: SpaceActor,
    at: dt.datetime,
) -> CouncilMandate:
    """Submit the minutes of a council's election; they replace minutes still undecided."""
    council = lock_own(council, by)
    elected_on, ends_on = minutes.elected_on, minutes.ends_on
    rules.check_dates(elected_on=elected_on, ends_on=ends_on, today=rules.mandate_day(at))
    rules.check_two_people(
        treasurer=treasurer.reference,
        secretary=secretary.reference,
        one_mailbox=treasurer.mailbox == secretary.mailbox,
    )
    for known in CouncilMandate.objects.filter(council=council, state=CouncilMandate.State.WAITING):
        known.decided_at = at
        transition("mandate", known, "replaced", by=by.reference, at=at, also=["decided_at"])
    mandate = CouncilMandate(
        council=council,
        treasurer_reference=treasurer.reference,
        treasurer_name=treasurer.name,
        secretary_reference=secretary.reference,
        secretary_name=secretary.name,
        elected_on=elected_on,
        ends_on=ends_on,
        paper=_store(minutes),
        paper_sha256=hashlib.sha256(minutes.content).hexdigest(),
        submitted_at=at,
        submitted_by_reference=by.reference,
        submitted_by_name=by.name,
        deadline_at=at + CouncilMandate.ANSWERED_WITHIN,
    )
    mandate.full_clean()
    return _saved(mandate)


def _saved(mandate: CouncilMandate) -> CouncilMandate:
    mandate.save()
    if not mandate.is_readable:
        after_commit(tasks.draw_paper, mandate.pk)
    return mandate


def _store(minutes: Minutes) -> str:
    name = files.public_name(ROOM, minutes.extension)
    return default_storage.save(name, ContentFile(minutes.content))


@transaction.atomic
def confirm_mandate(*, mandate: CouncilMandate, by: User, at: dt.datetime) -> CouncilMandate:
    """Confirm the treasurer and the secretary of the minutes; waiting shares may be released."""
    rules.check_readable(mandate)
    council = Council.objects.select_for_update(no_key=True).get(pk=mandate.council_id)
    mandate = _decide(mandate, "confirmed", by=by, at=at)
    council.confirmed_until = mandate.ends_on
    council.treasurer_reference = mandate.treasurer_reference
    council.secretary_reference = mandate.secretary_reference
    council.save(update_fields=["confirmed_until", "treasurer_reference", "secretary_reference"])
    states = (council.account_state, council.account_state)
    why = f"{mandate.treasurer_name}, {mandate.secretary_name}"
    record("council", council.pk, "confirmed", states=states, by=by.reference, at=at, why=why)
    facts = {
        "treasurer": mandate.treasurer_name,
        "secretary": mandate.secretary_name,
        "until": mandate.ends_on.isoformat(),
    }
    kind = CouncilNotice.Kind.MANDATE_CONFIRMED
    give_notice(council=council, kind=kind, facts=facts, by=by, at=at)
    after_commit(tasks.release_council, council.pk)
    return mandate


@transaction.atomic
def refuse_mandate(
    *, mandate: CouncilMandate, reason: str, by: User, at: dt.datetime
) -> CouncilMandate:
    """Refuse the minutes for a reason, which the council reads; it may submit others."""
    approvals.check_reason(reason, field="reason")
    council = Council.objects.select_for_update(no_key=True).get(pk=mandate.council_id)
    mandate = _decide(mandate, "refused", by=by, at=at, reason=reason)
    states = (council.account_state, council.account_state)
    record(
        "council", council.pk, "not_confirmed", states=states, by=by.reference, at=at, why=reason
    )
    kind = CouncilNotice.Kind.MANDATE_REFUSED
    give_notice(council=council, kind=kind, facts={"because": reason}, by=by, at=at)
    return mandate


def _decide(
    mandate: CouncilMandate, trigger: str, *, by: User, at: dt.datetime, reason: str = ""
) -> CouncilMandate:
    mandate = CouncilMandate.objects.select_for_update(no_key=True).get(pk=mandate.pk)
    rules.check_waits(mandate)
    mandate.reason, mandate.decided_at, mandate.decided_by_name = reason, at, by.display_name
    also = ["reason", "decided_at", "decided_by_name"]
    transition("mandate", mandate, trigger, by=by.reference, at=at, why=reason, also=also)
    return mandate


@transaction.atomic
def give_ending_notices(*, at: dt.datetime) -> int:
    """Mail councils with a mandate that ends soon, or has ended. Called by a clock."""
    given = 0
    for mandate in queries.mandates_to_notify(at=at):
        ended = mandate.ends_on < rules.mandate_day(at)
        column = "end_notice_at" if ended else "ending_notice_at"
        kind = CouncilNotice.Kind.MANDATE_ENDED if ended else CouncilNotice.Kind.MANDATE_ENDING
        setattr(mandate, column, at)
        mandate.save(update_fields=[column])
        facts = {"until": mandate.ends_on.isoformat()}
        notice = record_notice(mandate.council, kind, at=at, **facts)
        after_commit(tasks.mail_council_notice, notice.pk)
        given += 1
    return given
