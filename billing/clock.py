"""What begins by itself: shares leave, lost calls and events are taken up again."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from billing import actions, queries, tasks
from billing.gateway import reads
from billing.gateway.events import snapshots_since, thin_since
from billing.gateway.values import StripeSaidNo
from billing.rules import checks
from billing.settlement import events, halts, releases
from saas.kernel.tasks import PublicTask, send

AN_HOUR = dt.timedelta(hours=1)
TWO_DAYS = dt.timedelta(days=2)


@shared_task(base=PublicTask)
def release_shares() -> None:
    """Let each share leave whose hold is over."""
    release(at=timezone.now())


@shared_task(base=PublicTask)
def resume_intents() -> None:
    """Take up calls whose sender was killed, or whose next try is due."""
    for intent_id in queries.intents_to_resume(at=timezone.now()):
        send(tasks.send_intent, intent_id)
    tasks.follow_up()


@shared_task(base=PublicTask)
def sweep_events() -> None:
    """Take up events that were kept and never processed: the broker was down, or a worker died."""
    for event_id in queries.events_to_process(at=timezone.now()):
        send(tasks.process_event, event_id)


@shared_task(base=PublicTask)
def catch_up() -> None:
    """Ask Stripe for the events of the last hour that did not reach us."""
    at = timezone.now()
    _listen_again(since=at - AN_HOUR, undelivered=True, at=at)


@shared_task(base=PublicTask)
def look_again() -> None:
    """Ask for all events of two days, and for everything that is not over yet."""
    at = timezone.now()
    _listen_again(since=at - TWO_DAYS, undelivered=False, at=at)
    watch(at=at)


def release(*, at: dt.datetime) -> None:
    """Let each share leave whose hold is over at a moment."""
    releases.release_due(at=at)
    tasks.follow_up()


def watch(*, at: dt.datetime) -> None:
    """Have everything fetched again that is not over, and let go of what nobody pays."""
    for payment_id in queries.payments_to_watch(at=at):
        send(tasks.converge_payment, payment_id)
    for payment_id in queries.refunds_to_watch():
        send(tasks.converge_refunds, payment_id)
    for council_id in queries.councils_to_watch():
        send(tasks.converge_account, council_id)
    for order_id in queries.stale_orders(at=at, before=checks.ORDER_LASTS):
        actions.cancel_stale_order(order_id=order_id, at=at)
    _ask_who_can_pay(at)


def _ask_who_can_pay(at: dt.datetime) -> None:
    """Ask again for what a council owes once its balance covers it."""
    try:
        for reversal_id, account, cents in queries.owed_reversals(at=at):
            if reads.available_cents(account) >= cents:
                send(tasks.ask_again, reversal_id)
    except StripeSaidNo as no:
        halts.halt_if_refused(no.problem, at=at)


def _listen_again(*, since: dt.datetime, undelivered: bool, at: dt.datetime) -> None:
    try:
        for event in snapshots_since(since, events.SNAPSHOT_KINDS, undelivered=undelivered):
            actions.keep_event(event=event, door="snapshot", at=at)
        for event in thin_since(since, events.THIN_KINDS):
            actions.keep_event(event=event, door="thin", at=at)
    except StripeSaidNo as no:
        halts.halt_if_refused(no.problem, at=at)
