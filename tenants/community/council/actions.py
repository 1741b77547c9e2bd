"""Actions of a council on refusals: anonymous in public, with a name in the space's log."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from billing.adjustments.actions import refusals
from saas.accounts.models import User
from saas.catalogue.placements.actions import refusals as placements
from saas.catalogue.placements.actions import reviews
from saas.kernel import hooks, schema
from saas.kernel.values.months import first_of, months_later
from tenants.community.council import notifications, rules
from tenants.community.council.models import RefusalAct
from tenants.community.council.queries import account, figures
from tenants.community.members.queries import council as council_people
from tenants.spaces.actors import SpaceActor, actor_of


@transaction.atomic
def refuse(
    *, target: placements.Target, reason: str, company_id: int | None, by: User, at: dt.datetime
) -> RefusalAct:
    """Refuse a merchant, a category or an ad for a council of this space."""
    actor = _actor(by)
    rules.check_reads_council(hooks.duties_of(by), company_id=company_id)
    with schema.in_public():
        refusal = refusals.refuse(
            target=target, reason=reason, company_id=company_id, by=actor, at=at
        )
    return _record(refusal.reference, RefusalAct.What.REFUSED, by=by, at=at)


@transaction.atomic
def take_back(*, reference: str, by: User, at: dt.datetime) -> RefusalAct:
    """Withdraw a refusal of the member's own council."""
    actor = _actor(by)
    own = rules.companies_of(hooks.duties_of(by))
    with schema.in_public():
        refusal = placements.take_refusal_back(reference=reference, by=actor, at=at, companies=own)
    return _record(refusal.reference, RefusalAct.What.TAKEN_BACK, by=by, at=at)


@transaction.atomic
def set_gate(*, is_on: bool, by: User, at: dt.datetime) -> None:
    """Switch on or off the review of ads by the member's own councils before they run."""
    actor = _actor(by)
    own = rules.companies_of(hooks.duties_of(by))
    with schema.in_public():
        for company_id in own:
            reviews.set_gate(is_on=is_on, company_id=company_id, by=actor, at=at)


@transaction.atomic
def answer_preview(
    *, reference: str, accepts: bool, reason: str, by: User, at: dt.datetime
) -> None:
    """Accept an ad in this space, or refuse it with a reason shown to its merchant.

    The answer counts for those of the member's councils that have not answered; other councils have
    their own deadlines.
    """
    actor, own = _actor(by), rules.companies_of(hooks.duties_of(by))
    with schema.in_public():
        companies = reviews.answer_preview(
            reference=reference, accepts=accepts, companies=own, by=actor, at=at
        )
    if not accepts:
        target = placements.Target(campaign=reference)
        for company_id in companies:
            refuse(target=target, reason=reason, company_id=company_id, by=by, at=at)


@transaction.atomic
def report_month(*, at: dt.datetime) -> int:
    """Notify each council of the last month's sums, once; return how many have sums.

    Called by the clock.
    """
    today = timezone.localdate(at)
    if not rules.is_reported(today):
        return 0
    month = months_later(first_of(today), -1)
    councils = [desk.council for desk in account.desks(at=at)]
    references = [one.reference for one in councils]
    rows, held = figures.sums(references), figures.held(references)
    sums = {row.council_reference: row for row in rows if row.month == month}
    for one in councils:
        row = sums.get(one.reference)
        if row is None:
            continue
        context = {
            "name": one.name,
            "brought_cents": row.brought_cents,
            "paid_cents": row.paid_cents,
            "held_cents": held[one.reference].cents if one.reference in held else 0,
        }
        people = council_people.people_of(one.company_id)
        notifications.notify_month(one.reference, month, to=people, context=context, at=at)
    return len(sums)


def _actor(by: User) -> SpaceActor:
    duties = hooks.duties_of(by)
    rules.check_refuses(duties)
    return actor_of(by, schema_name=schema.current(), role=rules.COUNCIL)


def _record(reference: str, what: str, *, by: User, at: dt.datetime) -> RefusalAct:
    act = RefusalAct(refusal_reference=reference, what=what, by=by, at=at)
    act.full_clean()
    act.save()
    return act
