"""Nightly comparison of all balance transactions at Stripe with the ledger; differences open cases.

Nothing is corrected silently: an object of Stripe's is fetched again once, as after an event, and a
difference left then is for an operator. A killed run is simply repeated.
"""

import datetime as dt
import itertools
import logging
from typing import NamedTuple

from django.db import transaction

from billing.ledger import posting
from billing.ledger.queries import reconciliation as queries
from billing.ledger.queries.reconciliation import Comparison, Difference
from billing.ledger.rules import postings
from billing.ledger.rules.manual import OF_THE_NIGHT
from billing.ledger.settlement import cases
from billing.models import BalanceTransaction, Case, Payment, Reconciliation
from billing.stripe import halts
from billing.stripe.gateway import reads, treasury
from billing.stripe.gateway.treasury import Movement
from billing.stripe.gateway.values import StripeCallFailed
from billing.transitions.transition import advance, advance_all
from saas.kernel.database import rows
from saas.kernel.hooks import Hook

DAYS = 3
A_DAY = dt.timedelta(days=1)
AN_HOUR = dt.timedelta(hours=1)
MOST_REFETCHED = 500
MOST_READINGS = 5
PAGES_AT_ONCE = 10
FEE_LASTS = dt.timedelta(days=3)

logger = logging.getLogger(__name__)


# Hooks: a higher package, with access to all kinds of objects, registers the refetching.
refetch_difference: Hook[[Difference, dt.datetime], bool] = Hook()
refetch_fee: Hook[[Payment, dt.datetime], None] = Hook()
refetch_about: Hook[[Case, dt.datetime], None] = Hook()


class Reading(NamedTuple):
    """Both sides, read at the same moment."""

    stripe_cents: int
    comparison: Comparison
    aside_cents: int


def reconcile(*, at: dt.datetime) -> Reconciliation:
    """Compare the last three days with Stripe, refetch differences once, open and close cases.

    Missed nights are made up for; the first night begins at the ledger's first day. A day fetched
    whole by an earlier run is not fetched again: an interrupted list continues there.
    """
    run = _begin(at)
    try:
        reading = _read(run, at)
        pending = _refetch(_in_turn(reading.comparison.differences, run.pk), at=at)
        if reading.comparison.differences:
            reading = _read(run, at)
    except StripeCallFailed as no:
        halts.halt_if_refused(no.problem, at=at)
        return _fail(run, str(no), at)
    return _end(run, reading, pending, at=at)


def refetch_case(case_id: int, *, at: dt.datetime) -> None:
    """Refetch the object of a case, and compare again if a night had opened the case."""
    case = Case.objects.get(pk=case_id)
    if case.state != Case.State.OPEN:
        return
    refetch_about.ask(case, at)
    Case.objects.filter(pk=case_id).update(tried_at=at)
    if case.kind in OF_THE_NIGHT:
        reconcile(at=at)


def _begin(at: dt.datetime) -> Reconciliation:
    """Begin a run; a run older than an hour was killed."""
    killed = Reconciliation.objects.filter(begun_at__lt=at - AN_HOUR)
    advance_all("comparison", killed, "failed", ended_at=at, failure="killed")
    today = at.astimezone(dt.UTC).date()
    first = min(today - DAYS * A_DAY, queries.first_day_not_compared(or_else=today))
    return Reconciliation.objects.create(
        first_day=first,
        last_day=today - A_DAY,
        fetched_until=max(first, queries.fetched_until() or first),
        begun_at=at,
    )


def _fail(run: Reconciliation, failure: str, at: dt.datetime) -> Reconciliation:
    advance("comparison", run, "failed")
    run.ended_at = at
    run.failure = rows.cut(Reconciliation, "failure", failure)
    run.save(update_fields=["state", "failure", "ended_at"])
    return run


def _read(run: Reconciliation, at: dt.datetime) -> Reading:
    """Fetch the moves and the balance, again while something moves meanwhile."""
    since = _midnight(run.first_day)
    for _reading in range(MOST_READINGS):
        newest = treasury.newest_movement()
        _fetch(run, at)
        balance = reads.balance_cents()
        if newest == treasury.newest_movement():
            break
    _book_what_only_stripe_knows()
    _count, aside = queries.movements_since(since)
    return Reading(balance, queries.compare(since, subjects=queries.subjects_in_question()), aside)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _fetch(run: Reconciliation, at: dt.datetime) -> None:
    """Fetch the movements of days not fetched whole yet, then of the last days again."""
    day, lately = run.fetched_until or run.first_day, run.last_day + A_DAY - DAYS * A_DAY
    while day < lately:
        _store_movements(_midnight(day), _midnight(day + A_DAY))
        day += A_DAY
        run.fetched_until = day
        run.save(update_fields=["fetched_until"])
    _store_movements(_midnight(lately), at + A_DAY)


def _store_movements(since: dt.datetime, before: dt.datetime) -> None:
    """Store the movements between two moments, each once; rows of a killed run are kept."""
    for pages in itertools.batched(treasury.movements(since, before), PAGES_AT_ONCE):
        BalanceTransaction.objects.bulk_create(
            [_row(movement) for page in pages for movement in page], ignore_conflicts=True
        )


def _row(movement: Movement) -> BalanceTransaction:
    return BalanceTransaction(
        stripe_id=movement.id,
        kind=rows.cut(BalanceTransaction, "kind", movement.kind),
        amount_cents=movement.amount_cents,
        fee_cents=movement.fee_cents,
        net_cents=movement.net_cents,
        currency=movement.currency,
        source=rows.cut(BalanceTransaction, "source", movement.source),
        made_at=movement.created_at,
        available_at=movement.available_at,
    )


def _book_what_only_stripe_knows() -> None:
    """Post movements without an event: Stripe's own fees, and our top-ups of the balance."""
    fees = [
        _fee(move.stripe_id, cents=-move.net_cents, at=move.made_at, source=move.stripe_id)
        for move in queries.unbooked(["stripe_fee"])
    ]
    debits = [
        _fee(debit.movement, cents=-debit.cents, at=debit.made_at, source=debit.charge)
        for debit in queries.failed_debits()
    ]
    topups = [
        posting.Event(
            f"bt:{move.stripe_id}",
            postings.paid_out(cents=-move.net_cents, payout=move.source or move.stripe_id),
            "topped_up",
            move.made_at,
            move.stripe_id,
        )
        for move in queries.unbooked(["topup"])
    ]
    posting.post_all([*fees, *debits, *topups])


def _fee(movement: str, *, cents: int, at: dt.datetime, source: str) -> posting.Event:
    lines = postings.fee(cents=cents, sale_id=None, balance_transaction=movement)
    return posting.Event(f"bt:{movement}", lines, "fee", at, source)


def _in_turn(differences: list[Difference], turn: int) -> list[Difference]:
    """Return the differences to refetch: if too many for a night, others each night."""
    first = turn * MOST_REFETCHED % max(len(differences), 1)
    return [*differences[first:], *differences[:first]][:MOST_REFETCHED]


def _refetch(differences: list[Difference], *, at: dt.datetime) -> set[str]:
    """Refetch the differences; return the subjects that are still pending."""
    pending = set()
    for difference in differences:
        if any(refetch_difference.ask(difference, at)):
            pending.add(difference.subject)
    for payment in _without_fee(at):
        refetch_fee.ask(payment, at)
    return pending


@transaction.atomic
def _end(
    run: Reconciliation, reading: Reading, pending: set[str], *, at: dt.datetime
) -> Reconciliation:
    """Store the result: a case for each difference, and the outcome of the run."""
    over = _midnight(run.last_day + A_DAY)
    differences = reading.comparison.differences
    found = [
        _case_of(difference, at)
        for difference in differences
        if difference.made_at < over and difference.subject not in pending
    ]
    found += [_foreign(move, at) for move in queries.foreign_movements(_midnight(run.first_day))]
    found += [_late_fee(payment, at) for payment in _without_fee(at)]
    explained = sum(difference.cents for difference in differences) + reading.aside_cents
    found.append(_balance_case(reading, explained, at))
    open_cases = {case.pk for case in found if case is not None}
    cases.explain_others(open_cases, at=at)
    Case.objects.filter(pk__in=open_cases, reconciliation=None).update(reconciliation=run)
    run.compared = queries.movements_since(_midnight(run.first_day))[0]
    run.differing = len(open_cases)
    run.explained = max(run.compared - len(differences), 0)
    run.stripe_cents = reading.stripe_cents
    run.ledger_cents = reading.comparison.ledger_cents
    run.explained_cents = explained
    advance("comparison", run, "differs" if run.differing else "agrees")
    run.ended_at = at
    run.save()
    return run


def _case_of(difference: Difference, at: dt.datetime) -> Case | None:
    return cases.open_unless_closed(
        kind=difference.case_kind,
        subject=difference.subject,
        at=at,
        stripe_cents=difference.stripe_cents,
        ledger_cents=difference.ledger_cents,
        details=" ".join(filter(None, [difference.kind, difference.movement, difference.source])),
        ledger_transaction_id=difference.ledger_transaction_id,
    )


def _foreign(move: BalanceTransaction, at: dt.datetime) -> Case | None:
    return cases.open_unless_closed(
        kind=Case.Kind.CURRENCY,
        subject=move.stripe_id,
        at=at,
        stripe_cents=move.net_cents,
        ledger_cents=None,
        details=f"{move.kind} {move.source} in {move.currency}",
    )


def _without_fee(at: dt.datetime) -> list[Payment]:
    return queries.payments_without_fee(before=at - FEE_LASTS)


def _late_fee(payment: Payment, at: dt.datetime) -> Case | None:
    return cases.open_unless_closed(
        kind=Case.Kind.LATE_FEE, subject=payment.charge, at=at, stripe_cents=None, ledger_cents=None
    )


def _balance_case(reading: Reading, explained: int, at: dt.datetime) -> Case | None:
    """Open a case if the two balances differ by more than all known differences."""
    ours = reading.comparison.ledger_cents + explained
    if reading.stripe_cents == ours:
        return None
    return cases.open_unless_closed(
        kind=Case.Kind.BALANCE,
        subject="stripe.balance",
        at=at,
        stripe_cents=reading.stripe_cents,
        ledger_cents=ours,
    )
