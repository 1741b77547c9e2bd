"""A member's company in a park: claimed by the member, confirmed by its administration."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel.notifying import settle
from saas.kernel.tasks import after_commit
from tenants.community.members import tasks
from tenants.community.members.models import CompanyClaim, Profile
from tenants.community.members.queries import claims
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules
from tenants.community.members.rules.waiting import about_claim

_State = CompanyClaim.State


@transaction.atomic
def claim_company(*, by: User, company_id: int, at: dt.datetime) -> CompanyClaim:
    """Ask a company's administration to confirm that a member works there. Idempotent."""
    waiting = claims.waiting_claim_of(by, lock=True)
    if waiting is not None and waiting.company_id == company_id:
        return waiting
    rules.check_may_claim(claims.latest_claim_of(by, company_id=company_id))
    if waiting is not None:
        _decide(waiting, _State.WITHDRAWN, by=by, at=at)
    claim = CompanyClaim(user=by, company_id=company_id, asked_at=at)
    claim.full_clean()
    claim.save()
    after_commit(tasks.mail_claim, claim.pk)
    return claim


@transaction.atomic
def decide_company(*, of: str, confirms: bool, by: User, at: dt.datetime) -> CompanyClaim:
    """Confirm or refuse that a member works for a company; the member is notified.

    `of` is the member's reference. A refusal can still become a confirmation.
    """
    found = claims.claim_to_decide(of, queries.scope_of(by))
    claim = rules.check_claim(found)
    rules.check_administers(queries.duties_of(by), claim.company_id)
    rules.check_is_not_oneself(by.pk, claim.user_id)
    if confirms:
        profile = queries.profile_to_change(claim.user) or Profile(
            user=claim.user, joined_by=Profile.Joined.DOMAIN, joined_at=claim.user.created_at
        )
        profile.company_id = claim.company_id
        profile.full_clean()
        profile.save()
    _decide(claim, _State.CONFIRMED if confirms else _State.REFUSED, by=by, at=at)
    after_commit(tasks.mail_answer, claim.pk)
    return claim


@transaction.atomic
def drop_claims(*, of: User, by: User, at: dt.datetime) -> None:
    """Withdraw a member's pending claim: they left, or were assigned to a company."""
    waiting = claims.waiting_claim_of(of, lock=True)
    if waiting is not None:
        _decide(waiting, _State.WITHDRAWN, by=by, at=at)


def _decide(claim: CompanyClaim, state: str, *, by: User, at: dt.datetime) -> None:
    claim.state, claim.decided_at, claim.decided_by, claim.answer_mailed_at = state, at, by, None
    claim.save(update_fields=["state", "decided_at", "decided_by", "answer_mailed_at"])
    settle(about_claim(claim.pk), at=at)
