"""Ways to lose money, built in on purpose so that a drill shows that it would see them."""

import dataclasses
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from billing import clock, webhooks
from billing.adjustments.settlement import refunds
from billing.councils.settlement import claims, transfers
from billing.dispatch import events
from billing.ledger import posting
from billing.ledger.queries import balances, taxes
from billing.ledger.queries import bank as bank_queries
from billing.ledger.rules import postings, split
from billing.ledger.settlement import closings, numbering
from billing.models import Account, StripeEvent
from billing.orders.queries import sales
from billing.stripe.actions import inbox
from billing.stripe.calls import send
from billing.stripe.events import EventRoute
from billing.stripe.gateway import events as gateway_events
from billing.stripe.gateway import shapes, writes
from billing.stripe.gateway.values import BadEvent
from billing.stripe.rules import answers, reception
from billing.stripe.rules.answers import Step, Verdict
from infra.drills.inside.money import refusals
from saas.kernel.database import rows


def _set(owner: Any, name: str, value: object) -> None:
    setattr(owner, name, value)


# --- Payments -----------------------------------------------------------------------------------
def key_of_each_try() -> None:
    """Draw another key each time a call is sent."""
    ours = send._claim  # noqa: SLF001 - what is to be broken

    def claim(*args: Any) -> Any:
        call = ours(*args)
        if call is not None:
            call.key = str(uuid.uuid4())
        return call

    _set(send, "_claim", claim)


def call_before_commit() -> None:
    """Send a transfer before its row is committed."""
    ours = transfers.prepare_transfer

    def prepare_transfer(*args: Any) -> Any:
        call = ours(*args)
        writes.transfer(call.params, call.key)
        return call

    _set(transfers, "prepare_transfer", prepare_transfer)


def booked_twice() -> None:
    """Write in the books whatever is told, as often as it is told."""
    ours = posting.post_all

    def post_all(bookings: Any) -> Any:
        anew = [event._replace(key=f"{event.key}:{uuid.uuid4()}") for event in bookings]
        new = ours(anew)
        pairs = zip(bookings, anew, strict=True)
        return {event.key for event, written in pairs if written.key in new}

    _set(posting, "post_all", post_all)


def share_without_lock() -> None:
    """Lock no row before it is changed."""
    _set(QuerySet, "select_for_update", lambda found, *_args, **_named: found.all())
    ours = rows.together

    def together(models_read: Any, source: str, values: Any) -> Any:
        return ours(models_read, re.sub(r"FOR (NO KEY )?UPDATE.*", "", source), values)

    _set(rows, "together", together)


def refund_without_sum() -> None:
    """Ignore earlier refunds when a further refund is requested."""
    _set(sales, "_cents", lambda _refunds: 0)


def reversal_booked_twice() -> None:
    """Post a reversal twice: at the response and at the event."""
    ours = posting.post

    def post(key: str, *args: Any, **named: Any) -> bool:
        anew = f"{key}:{uuid.uuid4()}" if key.startswith("reversal:") else key
        return ours(anew, *args, **named)

    _set(posting, "post", post)


def fee_as_percentage() -> None:
    """Post the agreed fee instead of the charged fee."""
    ours = postings.fee

    def fee(*, cents: int, **named: Any) -> Any:
        return ours(cents=cents - cents // 20, **named)

    _set(postings, "fee", fee)


def lost_answer_is_failure() -> None:
    """Take an answer that never came for a refusal."""
    _set(answers, "_unclear", lambda *_args: Step(Verdict.REFUSED))


# --- Payments and the books ---------------------------------------------------------------------
def split_rounded_down() -> None:
    """Round every share down, and keep the cents that are left."""

    def shares_of(parts: Any, *, sold_net_cents: int) -> dict[int, int]:
        exact = split.exact_shares(
            parts, sold_net_cents=sold_net_cents, remaining_net_cents=sold_net_cents
        )
        return {key: int(value) for key, value in exact.items()}

    _set(split, "shares_of", shares_of)


def refusal_borne_by_all() -> None:
    """Reduce all councils' shares alike for a single council's refusal."""
    _set(claims, "spaces_of", lambda _sale: {})


def credit_rounded_alone() -> None:
    """Round each credit note by itself, so that they do not add up to their invoice."""

    def credit_of(
        *, net_cents: int, gross_cents: int, refunded_before: int, refunded_after: int
    ) -> split.Split:
        gross = refunded_after - refunded_before
        net = gross * net_cents // gross_cents
        return split.Split(net, gross - net)

    _set(split, "credit_of", credit_of)


def claim_from_the_wrong_place() -> None:
    """Claim every reduction from the held share, in whatever account it is."""
    ours = postings.claimed
    _set(postings, "claimed", lambda **named: ours(**{**named, "sits": Account.SHARE_HELD}))


def late_entry_lost() -> None:
    """Compute balances from the closings, and ignore entries posted after them."""
    _set(closings, "take_in_late", lambda: None)
    _set(closings, "is_right", lambda: True)
    statement = balances._BALANCES.replace("posted_xid >= ", "false AND posted_xid >= ")  # noqa: SLF001
    _set(balances, "_BALANCES", statement)


def balance_of_booking_day() -> None:
    """Ask when something was booked instead of when it happened."""
    statement = balances._BALANCES.replace("occurred_at <= %(moment)s", "posted_at <= %(moment)s")  # noqa: SLF001
    _set(balances, "_BALANCES", statement)


def books_can_be_edited() -> None:
    """Drop the trigger that prevents the owner from editing entries."""
    _without("ledger_entries_are_append_only ON billing_ledgerentry")


def unbalanced_is_taken() -> None:
    """Drop the triggers that check the balance of each event."""
    _without("ledger_entries_are_balanced ON billing_ledgerentry")
    _without("ledger_transactions_are_balanced ON billing_ledgertransaction")


def _without(trigger: str) -> None:
    ours = refusals.tried

    def tried(spaces: list[str]) -> Any:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {trigger}")
        return ours(spaces)

    _set(refusals, "tried", tried)


# --- Webhooks -----------------------------------------------------------------------------------
def body_is_believed() -> None:
    """Post a refund from the event's body, without fetching it from Stripe."""

    def believe(event: Any, at: Any) -> bool:
        bodies = StripeEvent.objects.filter(pk=event.pk).values_list("body", flat=True)
        body = bytes(bodies.first() or b"")
        if not body:
            return False
        stripe_refund = shapes.refund(json.loads(body)["data"]["object"])
        payment = _payment_of(stripe_refund.payment_intent)
        if payment is not None:
            refunds._apply_snapshot(payment.pk, stripe_refund, at)  # noqa: SLF001 - what is to be broken
        return payment is not None

    _instead("refund.created", believe)


def _payment_of(payment_intent: str) -> Any:
    """Find the payment that an event is about."""
    return events._known_payment(payment_intent)  # noqa: SLF001 - as the product does


def _instead(kind: str, sync: Callable[[Any, Any], bool]) -> None:
    """Replace the handler of all events on the route of a given kind."""
    routes = [EventRoute(one.kinds, sync) if kind in one.kinds else one for one in events.ROUTES]
    _set(events, "ROUTES", tuple(routes))


def other_mode_taken() -> None:
    """Take events of real money for ours."""
    ours = reception.is_for_us
    _set(reception, "is_for_us", lambda **named: ours(**{**named, "livemode": named["ours"]}))


def others_account_taken() -> None:
    """Treat events of a council's account as events of our own account."""
    ours = reception.is_for_us
    _set(reception, "is_for_us", lambda **named: ours(**{**named, "account": ""}))


def no_signature() -> None:
    """Accept an event without checking its signature."""

    def read_event(endpoint: str, body: bytes, _signature: str) -> Any:
        try:
            shape = json.loads(body)
            return gateway_events._snapshot(shape, body)  # noqa: SLF001 - what is to be broken
        except (ValueError, KeyError, TypeError) as error:
            raise BadEvent(endpoint) from error

    _set(webhooks, "read_event", read_event)


def old_events_taken() -> None:
    """Accept a delivery of any age."""
    _set(gateway_events, "TOLERANCE_SECONDS", 10**9)


def event_stored_twice() -> None:
    """Keep each copy of an event under a number of its own."""
    ours = inbox.store_event

    def store_event(*, event: Any, **named: Any) -> bool:
        anew = dataclasses.replace(event, id=f"{event.id}_{uuid.uuid4().hex[:6]}")
        return ours(event=anew, **named)

    _set(webhooks, "store_event", store_event)
    _set(clock, "store_event", store_event)


def lost_is_lost() -> None:
    """Ask Stripe for nothing that did not come by itself."""
    _set(clock, "_listen_again", lambda **_named: ())
    _set(clock, "watch", lambda **_named: None)


# --- A year of books ---------------------------------------------------------------------------
def locks_ignored() -> None:
    """Book a late entry in its own month, closed or not."""
    ours = numbering._NUMBER  # noqa: SLF001 - what is to be broken
    _set(numbering, "_NUMBER", ours.replace("billing_period_is_locked(first)", "false"))


def vat_left_out() -> None:
    """Leave an entry of each month out of its VAT return."""
    ours = taxes._moves  # noqa: SLF001 - what is to be broken
    _set(taxes, "_moves", lambda month: list(ours(month))[1:])


def bank_line_left_out() -> None:
    """Book all lines of a statement but the last."""
    ours = bank_queries.matches_of
    _set(bank_queries, "matches_of", lambda statement: ours(statement)[:-1])


FAULTS: dict[str, Callable[[], None]] = {
    planted.__name__: planted
    for planted in (
        key_of_each_try,
        call_before_commit,
        booked_twice,
        share_without_lock,
        refund_without_sum,
        reversal_booked_twice,
        fee_as_percentage,
        lost_answer_is_failure,
        split_rounded_down,
        refusal_borne_by_all,
        credit_rounded_alone,
        claim_from_the_wrong_place,
        late_entry_lost,
        balance_of_booking_day,
        books_can_be_edited,
        unbalanced_is_taken,
        body_is_believed,
        other_mode_taken,
        others_account_taken,
        no_signature,
        old_events_taken,
        event_stored_twice,
        lost_is_lost,
        locks_ignored,
        vat_left_out,
        bank_line_left_out,
    )
}
