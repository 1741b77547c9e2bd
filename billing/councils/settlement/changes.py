"""Replacement of an account: opened beside the old account, followed until active, then swapped.

Transfers with frozen parameters arrive on the account named in them; later transfers name the new
account. The account left over is closed once it has no pending transfer and no debt.
"""

import datetime as dt

from django.db import transaction

from billing.councils.queries.changes import changes_with_a_spare_account, is_still_needed
from billing.councils.rules import accounts as rules
from billing.councils.settlement import accounts
from billing.models import AccountChange, Council, CouncilNotice, StripeCall
from billing.stripe import halts
from billing.stripe.calls.prepare import prepare
from billing.stripe.gateway import reads
from billing.stripe.gateway import values as stripe
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.queries.due import open_call_of
from billing.stripe.rules.answers import Problem
from billing.transitions import machines
from billing.transitions.transition import STRIPE, record, transition
from saas.kernel.database import rows

State = AccountChange.State


def _locked(change_id: int) -> tuple[Council, AccountChange]:
    """Lock the council first, as everything about its account does."""
    council_id = AccountChange.objects.values_list("council_id", flat=True).get(pk=change_id)
    council = Council.objects.select_for_update(no_key=True).get(pk=council_id)
    return council, AccountChange.objects.select_for_update().get(pk=change_id)


def on_open_success(call: StripeCall, stripe_account: stripe.Account, at: dt.datetime) -> None:
    """Store the account opened beside the old account; after a cancellation it is spare."""
    council, change = _locked(call.subject_id)
    if change.new_account:
        return
    change.new_account, change.new_account_state = stripe_account.id, Council.AccountState.CREATED
    change.save(update_fields=["new_account", "new_account_state"])
    if change.state == State.CONFIRMED:
        _follow(council, change, stripe_account, at=at)


def sync(council_id: int, *, at: dt.datetime) -> None:
    """Fetch the account opened to replace a council's account, if any."""
    waiting = AccountChange.objects.filter(council=council_id, state=State.CONFIRMED)
    change = waiting.exclude(new_account="").first()
    if change is not None:
        _apply_snapshot(change.pk, reads.account(change.new_account), at)


@transaction.atomic
def _apply_snapshot(change_id: int, stripe_account: stripe.Account, at: dt.datetime) -> None:
    council, change = _locked(change_id)
    if change.state == State.CONFIRMED:
        _follow(council, change, stripe_account, at=at)


def _follow(
    council: Council, change: AccountChange, stripe_account: stripe.Account, *, at: dt.datetime
) -> None:
    trigger = rules.trigger_of(
        capability=stripe_account.capability,
        applied=stripe_account.applied,
        closed=stripe_account.closed,
    )
    if trigger:
        before = change.new_account_state
        change.new_account_state = machines.following("council", before, trigger) or before
    change.new_account_requirements = accounts.written(stripe_account.requirements)
    change.save(update_fields=["new_account_state", "new_account_requirements"])
    if change.new_account_state == Council.AccountState.ACTIVE:
        _swap(council, change, stripe_account, at=at)


def _swap(
    council: Council, change: AccountChange, stripe_account: stripe.Account, *, at: dt.datetime
) -> None:
    council.stripe_account, council.contact_email = change.new_account, change.contact_email
    council.siren = change.siren or council.siren
    council.account_balance_cents = council.account_balance_at = None
    accounts.record_requirements(council, stripe_account, at)
    also = ["stripe_account", "contact_email", "siren"]
    also += ["account_balance_cents", "account_balance_at"]
    transition("council", council, "replaced", by=STRIPE, at=at, why=change.reference, also=also)
    change.ended_at = at
    transition("change", change, "replaced", by=STRIPE, at=at, also=["ended_at"])
    accounts.record_notice(council, CouncilNotice.Kind.CHANGE_DONE, at=at, change=change.reference)


def cancel(change_id: int, *, because: str, by: str, name: str, at: dt.datetime) -> AccountChange:
    """Leave the account as it is, in the caller's transaction. Raises Refused where it is over."""
    council, change = _locked(change_id)
    machines.check("change", change.state, "cancelled")
    change.ended_at = at
    change.ended_because = rows.cut(AccountChange, "ended_because", because)
    also = ["ended_at", "ended_because"]
    transition("change", change, "cancelled", by=by, at=at, why=because, also=also)
    kind = CouncilNotice.Kind.CHANGE_CANCELLED
    accounts.record_notice(council, kind, at=at, change=change.reference, because=because, by=name)
    return change


def prepare_closings(*, at: dt.datetime) -> None:
    """Prepare to close each spare account without debts."""
    for change_id in changes_with_a_spare_account(at=at):
        _prepare_closing(change_id)


@transaction.atomic
def _prepare_closing(change_id: int) -> None:
    council, change = _locked(change_id)
    spare = change.old_account if change.state == State.DONE else change.new_account
    if spare == council.stripe_account or open_call_of("close", change.pk):
        return
    if is_still_needed(council, spare):
        return
    prepare(
        StripeCall.Kind.CLOSE,
        change.pk,
        {"applied_configurations": ["recipient"]},
        target=spare,
    )


def find_closed(call: StripeCall) -> stripe.Account | None:
    """Look whether the account that a call of ours was to close is closed."""
    stripe_account = reads.account(call.target)
    return stripe_account if stripe_account.closed else None


def on_close_success(call: StripeCall, _stripe_account: stripe.Account, at: dt.datetime) -> None:
    """Note that the spare account is closed."""
    _note_closed(call.subject_id, at)


def sync_after_refusal(call: StripeCall, _problem: Problem, at: dt.datetime) -> None:
    """Look whether the account was closed already; else the clock asks again tomorrow."""
    try:
        stripe_account = find_closed(call)
    except StripeCallFailed as no:
        halts.halt_if_refused(no.problem, at=at)
        return
    if stripe_account is not None:
        _note_closed(call.subject_id, at)


@transaction.atomic
def _note_closed(change_id: int, at: dt.datetime) -> None:
    _, change = _locked(change_id)
    if change.spare_closed_at is None:
        change.spare_closed_at = at
        change.save(update_fields=["spare_closed_at"])
        states = (change.state, change.state)
        record("change", change.pk, "closed", states=states, by=STRIPE, at=at)
