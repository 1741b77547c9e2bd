"""State of a council's account at Stripe, and the notices about it to its people."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import transaction

from billing.councils.rules import accounts as rules
from billing.councils.settlement import stranded
from billing.models import Council, CouncilNotice, StripeCall
from billing.stripe import halts
from billing.stripe.gateway import reads
from billing.stripe.gateway import values as stripe
from billing.stripe.gateway.values import StripeCallFailed
from billing.transitions.transition import STRIPE, transition

_ACCOUNT_FIELDS = [
    "payouts_state",
    "account_needs",
    "account_requirements",
    "account_deadline_at",
    "account_coming",
    "account_coming_at",
    "account_seen_at",
]
_BALANCE = ["account_balance_cents", "account_balance_at"]


class Stood(NamedTuple):
    """How an account stood before Stripe was asked again."""

    state: str
    payouts: str
    needs: str
    requirements: frozenset[str]
    coming: frozenset[str]


def on_success(call: StripeCall, stripe_account: stripe.Account, at: dt.datetime) -> None:
    """Keep the account that was opened for a council."""
    council = Council.objects.select_for_update(no_key=True).get(pk=call.subject_id)
    if council.stripe_account:
        return
    council.stripe_account = stripe_account.id
    council.contact_email = call.params["contact_email"]
    transition(
        "council", council, "created", by=STRIPE, at=at, also=["stripe_account", "contact_email"]
    )
    _follow(council, stripe_account, at)


def sync(council_id: int, *, at: dt.datetime) -> None:
    """Fetch a council's account and update its row."""
    account = Council.objects.values_list("stripe_account", flat=True).get(pk=council_id)
    if account:
        _apply_snapshot(council_id, reads.account(account), at)
        refetch_balance(council_id, at=at)


def refetch_balance(council_id: int, *, at: dt.datetime) -> None:
    """Fetch the balance of a council's account; after a reversal it may be negative."""
    account = Council.objects.values_list("stripe_account", flat=True).get(pk=council_id)
    if not account:
        return
    try:
        cents = reads.balance_cents(account)
    except StripeCallFailed as no:
        halts.halt_if_refused(no.problem, at=at)
        return
    _record_balance(council_id, account, cents, at=at)


@transaction.atomic
def _record_balance(council_id: int, account: str, cents: int, *, at: dt.datetime) -> None:
    council = Council.objects.select_for_update(no_key=True).get(pk=council_id)
    if council.stripe_account == account:
        council.account_balance_cents, council.account_balance_at = cents, at
        council.save(update_fields=_BALANCE)


@transaction.atomic
def _apply_snapshot(council_id: int, stripe_account: stripe.Account, at: dt.datetime) -> None:
    council = Council.objects.select_for_update(no_key=True).get(pk=council_id)
    # Another account may have replaced it during the request, or a later response may have been
    # applied first.
    if council.stripe_account == stripe_account.id and not _is_older(stripe_account, council):
        council.account_fetched_at = stripe_account.fetched_at
        council.save(update_fields=["account_fetched_at"])
        _follow(council, stripe_account, at)


def _is_older(stripe_account: stripe.Account, council: Council) -> bool:
    """Return True if an account was fetched before the stored state."""
    before, now = council.account_fetched_at, stripe_account.fetched_at
    return before is not None and now is not None and now < before


def _follow(council: Council, stripe_account: stripe.Account, at: dt.datetime) -> None:
    before = _standing(council)
    record_requirements(council, stripe_account, at)
    trigger = rules.trigger_of(
        capability=stripe_account.capability,
        applied=stripe_account.applied,
        closed=stripe_account.closed,
    )
    if trigger is not None:
        transition("council", council, trigger, by=STRIPE, at=at)
        stranded.open_cases(council, at=at)
    _announce_changes(council, before, at)


def _standing(council: Council) -> Stood:
    return Stood(
        council.account_state,
        council.payouts_state,
        council.account_needs,
        frozenset(one["what"] for one in council.account_requirements or []),
        frozenset(one["what"] for one in council.account_coming or []),
    )


@transaction.atomic
def lose(council_id: int, account: str, *, at: dt.datetime) -> None:
    """Record that Stripe no longer has a council's account: the council must replace it.

    Nothing is sent to it until then, or until Stripe reports it as active after all.
    """
    council = Council.objects.select_for_update(no_key=True).get(pk=council_id)
    if council.stripe_account != account:
        return
    before = _standing(council)
    transition("council", council, "rejected", by=STRIPE, at=at, why="resource_missing")
    _announce_changes(council, before, at)


def record_requirements(council: Council, stripe_account: stripe.Account, at: dt.datetime) -> None:
    """Store Stripe's requirements for a council's account, their deadline, and the payout state."""
    council.payouts_state = rules.payouts_of(stripe_account.payouts)
    council.account_needs = rules.needs_of(stripe_account.deadlines)
    council.account_requirements = written(stripe_account.requirements)
    council.account_deadline_at = stripe_account.deadline_at
    council.account_coming = written(stripe_account.coming)
    council.account_coming_at = stripe_account.coming_at
    council.account_seen_at = at
    council.save(update_fields=_ACCOUNT_FIELDS)


def written(requirements: Iterable[stripe.Requirement]) -> list[dict[str, str]]:
    """Return Stripe's requirements for an account, in their stored form."""
    return [{"what": one.what, "status": one.status, "why": one.why} for one in requirements]


def _announce_changes(council: Council, before: Stood, at: dt.datetime) -> None:
    """Create a notice if a change concerns the council's people, at most a single notice."""
    requirements, coming = council.account_requirements or [], council.account_coming or []
    kind = rules.news_of(
        council,
        state_before=before.state,
        payouts_before=before.payouts,
        needs_before=before.needs,
        asks_more=bool({one["what"] for one in requirements} - before.requirements),
        will_ask_more=bool({one["what"] for one in coming} - before.coming),
    )
    if kind is None:
        return
    until = council.account_deadline_at
    if kind == CouncilNotice.Kind.COMING:
        requirements, until = coming, council.account_coming_at
    record_notice(
        council,
        CouncilNotice.Kind(kind),
        at=at,
        asked=requirements,
        until=until.isoformat() if until else "",
    )


def record_notice(
    council: Council, kind: CouncilNotice.Kind, *, at: dt.datetime, **facts: Any
) -> CouncilNotice:
    """Write down that a council's people are to be told of something."""
    return CouncilNotice.objects.create(council=council, kind=kind, facts=facts, happened_at=at)
