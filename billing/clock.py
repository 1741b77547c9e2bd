"""Beat tasks of money: shares leave, lost calls and events are taken up again."""

import contextlib
import datetime as dt
import itertools
import logging
import math
import operator
from collections.abc import Iterable, Iterator

from celery import shared_task
from django.utils import timezone

from billing.adjustments.actions.pauses import end_pause
from billing.adjustments.actions.reviews import move_unseen_ads
from billing.adjustments.queries.disputes import disputes_to_watch
from billing.adjustments.queries.due import refunds_to_watch
from billing.adjustments.settlement import departures
from billing.adjustments.tasks import sync_dispute, sync_refunds
from billing.councils import tasks
from billing.councils.actions import mandates, requirements, statements
from billing.councils.actions.accounts import let_replacement_lapse
from billing.councils.queries import mandates as mandate_queries
from billing.councils.queries.changes import changes_that_lapsed
from billing.councils.queries.due import claims_left_due, councils_to_watch, owed_claims
from billing.councils.queries.statements import bills_due
from billing.councils.settlement import changes, releases
from billing.dispatch.events import SNAPSHOT_KINDS, THIN_KINDS
from billing.einvoicing.gateway import platform as platforms
from billing.einvoicing.settlement import exchange as einvoicing
from billing.ledger import tasks as ledger_tasks
from billing.ledger.queries import bank as bank_queries
from billing.ledger.queries.reconciliation import last_compared_at
from billing.ledger.settlement import batch, closings, numbering, reconcile, treasury
from billing.models import Order
from billing.orders.actions.stale import cancel_stale_order
from billing.orders.queries.due import payments_to_watch, stale_orders
from billing.orders.queries.months import subscriptions_to_watch
from billing.orders.tasks import sync_payment, sync_subscription
from billing.stripe import events, halts
from billing.stripe.actions.inbox import store_event
from billing.stripe.gateway import reads
from billing.stripe.gateway.events import snapshots_since, thin_since
from billing.stripe.gateway.values import Event, StripeCallFailed
from billing.stripe.queries.due import (
    calls_to_resume,
    calls_waited_for,
    events_to_process,
    known_events,
)
from billing.stripe.tasks import follow_up, process_event, send_call
from saas.catalogue.placements.actions.reviews import let_previews_lapse
from saas.catalogue.placements.queries.pauses import long_pauses
from saas.kernel import cache
from saas.kernel.errors import Refused
from saas.kernel.tasks import FIRST, PublicTask, send

logger = logging.getLogger(__name__)
AN_HOUR = dt.timedelta(hours=1)
A_DAY = dt.timedelta(days=1)
TWO_DAYS = dt.timedelta(days=2)
TWO_WEEKS = dt.timedelta(days=14)
LONGEST = dt.timedelta(days=30)
_LISTED_UNTIL = "billing:events-listed"
EVENTS_AT_ONCE = 200
LISTED_AT_ONCE = dt.timedelta(hours=6)


@shared_task(base=PublicTask)
def settle_refusals() -> None:
    """Remove paid campaigns from the spaces that refuse them, in case a job was lost.

    It also covers campaigns paid during their refusal by a council, and campaigns on dark screens.
    """
    departures.settle_all(at=timezone.now())
    follow_up()


@shared_task(base=PublicTask)
def review_ads() -> None:
    """Release ads without a council's answer in time, and postpone ads not reviewed yet.

    Paused campaigns go on after the longest pause.
    """
    at = timezone.now()
    let_previews_lapse(at=at)
    move_unseen_ads(at=at)
    end_long_pauses(at=at)


def end_long_pauses(*, at: dt.datetime) -> None:
    """Let campaigns run again that their merchants paused long ago."""
    paused = long_pauses(at=at)
    batch.each_row("campaign", paused, lambda one: end_pause(campaign_id=one, at=at), at=at)


@shared_task(base=PublicTask)
def release_shares() -> None:
    """Release the shares with an expired hold."""
    release(at=timezone.now())


@shared_task(base=PublicTask)
def resume_calls() -> None:
    """Resume calls that lost their worker, or that are due for a retry."""
    waited_for = set(calls_waited_for())
    for call_id in calls_to_resume(at=timezone.now()):
        first = FIRST if call_id in waited_for else None
        send(send_call, call_id, priority=first)
    follow_up()


@shared_task(base=PublicTask)
def bill_councils() -> None:
    """Write the invoices of councils that are subject to VAT, once their month is over."""
    bill(at=timezone.now())


@shared_task(base=PublicTask)
def mail_mandate_ends() -> None:
    """Mail councils with a mandate that ends, or with an answer to Stripe that falls due."""
    at = timezone.now()
    mandates.give_ending_notices(at=at)
    requirements.remind(at=at)


@shared_task(base=PublicTask)
def draw_papers() -> None:
    """Queue the rendering of minutes again if its job was lost or its child process died."""
    late = mandate_queries.papers_to_draw(at=timezone.now())
    for mandate_id in late.values_list("pk", flat=True)[:EVENTS_AT_ONCE]:
        send(tasks.draw_paper, mandate_id)


@shared_task(base=PublicTask)
def read_statements() -> None:
    """Queue the reading of the bank's files again if its job was lost."""
    late = bank_queries.statements_to_read(at=timezone.now())
    for statement_id in late.values_list("pk", flat=True)[:EVENTS_AT_ONCE]:
        send(ledger_tasks.read_statement, statement_id)


@shared_task(base=PublicTask)
def sweep_events() -> None:
    """Take up events that were kept and never processed: the broker was down, or a worker died."""
    for event_id in events_to_process(at=timezone.now()):
        send(process_event, event_id)


@shared_task(base=PublicTask)
def catch_up() -> None:
    """Ask Stripe for the events of the last hour that did not reach us."""
    at = timezone.now()
    list(_listen_again(since=at - AN_HOUR, undelivered=True, at=at))


@shared_task(base=PublicTask)
def exchange_einvoices() -> None:
    """Exchange electronic invoices with the platform, if the installation has one."""
    exchange(at=timezone.now())


@shared_task(base=PublicTask)
def refetch_unsettled() -> None:
    """Refetch all unsettled objects, and list all events since the last success.

    Events come last: a list that exceeds the job's time limit must not keep other objects from
    being watched.
    """
    at = timezone.now()
    since = _unlisted_since(at)
    watch(at=at, since=since)
    for listed_until in _listen_again(since=since, undelivered=False, at=at):
        cache.store_value(_LISTED_UNTIL, listed_until, seconds=int(LONGEST.total_seconds()))


@shared_task(base=PublicTask)
def close_books() -> None:
    """Add the books up at the end of each day, so that past balances are quickly found."""
    at = timezone.now()
    numbering.number_entries(at=at)
    closings.close_books(at=at)


@shared_task(base=PublicTask)
def reconcile_balance() -> None:
    """Lay the moves of our Stripe balance beside our books, and keep our promises there."""
    compare(at=timezone.now())


@shared_task(base=PublicTask)
def forget_events() -> None:
    """Forget events that were processed long ago."""
    events.forget(at=timezone.now())


def exchange(*, at: dt.datetime) -> None:
    """Prepare, send and follow electronic invoices; a platform that is away is asked again."""
    if not platforms.is_connected():
        return
    einvoicing.prepare(at=at)
    try:
        einvoicing.exchange(platforms.platform(), at=at)
    except platforms.PlatformAwayError as away:
        logger.warning("the platform of electronic invoices is away: %s", away)


def release(*, at: dt.datetime) -> None:
    """Release the shares with a hold that has expired at a moment."""
    releases.release_due(at=at)
    follow_up()


def close_books_at(*, at: dt.datetime) -> None:
    """Close the ledger up to a moment, and delete events processed long before it."""
    closings.close_books(at=at)
    events.forget(at=at)


def compare(*, at: dt.datetime) -> None:
    """Reconcile the last days at a moment, then have Stripe reserve the amounts owed."""
    reconcile.reconcile(at=at)
    treasury.prepare_reserve(at=at)
    follow_up()


def bill(*, at: dt.datetime) -> None:
    """Bill each council subject to VAT once its month is over, each independently."""
    due = dict(bills_due(at=at))

    def bill_council(council_id: int) -> None:
        statements.bill_council(council_id=council_id, last_day=due[council_id], at=at)

    batch.each_row("council", due, bill_council, at=at)


def _unlisted_since(at: dt.datetime) -> dt.datetime:
    """Return the start of the time with possibly missing events, within Stripe's retention.

    The cache may lose the moment of the last complete listing. A database restored from an earlier
    day has lost the effects of later events: its last reconciliation is as old as the restored
    state.
    """
    listed_until: dt.datetime | None = cache.stored_value(_LISTED_UNTIL, None)
    compared = last_compared_at()
    if listed_until is None or compared is None:
        return at - LONGEST
    return max(at - LONGEST, min(listed_until - AN_HOUR, compared - AN_HOUR, at - TWO_DAYS))


def watch(*, at: dt.datetime, since: dt.datetime | None = None) -> None:
    """Refetch all unsettled objects, and cancel orders left unpaid.

    Payouts are fetched back to `since`, and for at least two weeks: no list contains their events,
    a bank may return a payout days later, and an account that failed in a night is retried in the
    next.
    """
    days = max(TWO_WEEKS.days, math.ceil((at - since) / A_DAY) if since else 0)
    for payment_id in payments_to_watch(at=at):
        send(sync_payment, payment_id)
    for subscription_id in subscriptions_to_watch():
        send(sync_subscription, subscription_id)
    for payment_id in refunds_to_watch():
        send(sync_refunds, payment_id)
    for dispute_id in disputes_to_watch(at=at):
        send(sync_dispute, dispute_id)
    for reversal_id in claims_left_due():
        send(tasks.refetch_claim, reversal_id)
    _watch_accounts(at, days)
    send(tasks.sync_payouts, tasks.OURS, days)
    stale = stale_orders(at=at, before=Order.LASTS)
    batch.each_row("order", stale, lambda row_id: cancel_stale_order(order_id=row_id, at=at), at=at)
    _ask_who_can_pay(at)


def _watch_accounts(at: dt.datetime, days: int) -> None:
    """Refetch councils' accounts and payouts, expire replacements, close replaced accounts."""
    for council_id in councils_to_watch():
        send(tasks.sync_account, council_id)
        send(tasks.sync_payouts, council_id, days)
    lapsed = changes_that_lapsed(at=at)
    batch.each_row("change", lapsed, lambda change_id: _let_lapse(change_id, at), at=at)
    changes.prepare_closings(at=at)


def _let_lapse(change_id: int, at: dt.datetime) -> None:
    with contextlib.suppress(Refused):  # continued or cancelled meanwhile
        let_replacement_lapse(change_id=change_id, at=at)


def _ask_who_can_pay(at: dt.datetime) -> None:
    """Retry the reversals of claims, the oldest first, as far as the account's balance covers them.

    Each account's balance is fetched once, whatever the number of its claims.
    """
    by_account = operator.itemgetter(1)
    owed = sorted(owed_claims(at=at), key=by_account)
    for account, claims in itertools.groupby(owed, key=by_account):
        try:
            available = reads.available_cents(account)
        except StripeCallFailed as no:
            halts.halt_if_refused(no.problem, at=at)
            continue
        for reversal_id, _account, cents in claims:
            if cents <= available:
                available -= cents
                send(tasks.retry_reversal, reversal_id)


def _listen_again(
    *, since: dt.datetime, undelivered: bool, at: dt.datetime
) -> Iterator[dt.datetime]:
    """Store events missed since a moment; yield the end of the listed time.

    It lists some hours at a time, the oldest first: progress is kept if Stripe fails.
    """
    listed_until = since
    try:
        while listed_until < at:
            until = min(listed_until + LISTED_AT_ONCE, at)
            before = until if until < at else None  # Stripe's clock may be ahead of ours
            snapshots = snapshots_since(
                listed_until, SNAPSHOT_KINDS, before=before, undelivered=undelivered
            )
            _store_missed(snapshots, "snapshot", at)
            _store_missed(thin_since(listed_until, THIN_KINDS, before=before), "thin", at)
            listed_until = until
            yield listed_until
    except StripeCallFailed as no:
        halts.halt_if_refused(no.problem, at=at)


def _store_missed(listed: Iterable[Event], endpoint: str, at: dt.datetime) -> None:
    """Keep the events of a list that did not reach us, which are few of many."""
    for some in itertools.batched(listed, EVENTS_AT_ONCE):
        known = known_events([event.id for event in some])
        for event in some:
            if event.id not in known:
                store_event(event=event, endpoint=endpoint, at=at)
