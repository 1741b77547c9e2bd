"""Acts of people, banks and the clock in the drill `payments`, by the product's own code.

An act may be done twice, or never: its process can be killed before, during and after it.
"""

import contextlib
import datetime as dt
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import requests
from celery import current_app
from django.core.exceptions import ValidationError
from django.utils import timezone

from billing import clock
from billing.adjustments.actions.refunds import approve_refund, request_refund
from billing.forms import CheckoutForm
from billing.models import Order, Payment, Refund, Sale, StripeCall, StripeEvent
from billing.orders.actions.checkout import cancel_checkout
from billing.orders.tasks import sync_payment
from billing.stripe import tasks
from billing.stripe.actions.operators import retry_call, retry_event
from billing.stripe.gateway.values import StripeCallFailed
from infra.demo import calling, levers
from saas.accounts.models import User
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.actions.refusals import refuse as refuse_in_space
from saas.catalogue.placements.models import Campaign, Flight
from saas.kernel.errors import Refused
from tenants.spaces.actors import SpaceActor

# Allowed errors of a job when the network fails, and of a person that comes too late.
EXPECTED = (StripeCallFailed, Refused, requests.RequestException)
HALF, APPEALED = 0.5, 0.2
MOST_DISPUTES = 10_000
DECIDED_WITHIN = dt.timedelta(days=20)


class Act(NamedTuple):
    """An act of a simulated person: its name and its arguments."""

    name: str
    args: tuple[int | str, ...] = ()


def click(campaign_id: int) -> None:
    """Press the button that opens a payment, as often as it takes."""
    campaign = Campaign.objects.select_related("merchant__owner").get(pk=campaign_id)
    form, at = CheckoutForm({}), timezone.now()
    order = form.submit(campaign=campaign, by=campaign.merchant.owner, at=at)
    if order:
        calling.make_calls_of(order, at=at)


def pay(campaign_id: int, outcome: str, comes_back: int) -> None:
    """Pay on Stripe's page, and come back to ours or not."""
    payment = Payment.objects.filter(
        order__campaign=campaign_id, state=Payment.State.OPENED
    ).first()
    if payment is None:
        return
    levers.try_to(f"pay/{payment.session_id}", outcome=outcome)
    if comes_back:
        sync_payment(payment.pk)


def abandon(campaign_id: int) -> None:
    """Think better of it: close the open payment."""
    order = Order.objects.filter(campaign=campaign_id).select_related("placed_by").first()
    if order is not None:
        cancel_checkout(order=order, by=order.placed_by, at=timezone.now())


def refund(campaign_id: int, part_bp: int, *staff: int) -> None:
    """Refund a part of a payment; a second person approves a large amount."""
    order = Order.objects.filter(campaign=campaign_id).first()
    if order is None:
        return
    cents = max(1, order.gross_cents * part_bp // 10_000)
    person, other = User.objects.get(pk=staff[0]), User.objects.get(pk=staff[1])
    at = timezone.now()
    refund = request_refund(order=order, amount_cents=cents, by=person, at=at, reason="Non diffusé")
    if refund.state == Refund.State.REQUESTED:
        approve_refund(refund=refund, by=other, at=at)


def refuse(campaign_id: int) -> None:
    """Make a council refuse an ad in a space; the days that have not run there are refunded."""
    flight = Flight.objects.select_related("campaign", "tenant").filter(campaign=campaign_id)[0]
    by = SpaceActor(flight.tenant.schema_name, "M-DELPHI", "Delphine Marchal", "treasurer")
    target = Target(campaign=flight.campaign.reference)
    with contextlib.suppress(ValidationError):  # it does so already: it was killed, and comes again
        refuse_in_space(target=target, reason="Contraire à la charte", by=by, at=timezone.now())


def approve(second: int) -> None:
    """Approve refunds requested by a person that was killed before the approval."""
    other = User.objects.get(pk=second)
    for refund in Refund.objects.filter(state=Refund.State.REQUESTED).exclude(requested_by=other)[
        :50
    ]:
        approve_refund(refund=refund, by=other, at=timezone.now())


def retry(operator: int) -> None:
    """Retry events and calls parked in a long storm, as an operator does in the console."""
    by, at = User.objects.get(pk=operator), timezone.now()
    for event in StripeEvent.objects.filter(state=StripeEvent.State.PARKED)[:50]:
        retry_event(event=event, by=by, at=at)
    for call in StripeCall.objects.filter(state=StripeCall.State.PARKED)[:50]:
        retry_call(call=call, by=by, at=at)


def dispute(campaign_id: int, amount_bp: int) -> None:
    """Let the buyer's bank contest a payment, all of it or a part."""
    sale = Sale.objects.select_related("payment").filter(order__campaign=campaign_id).first()
    if sale is None:
        return
    left = sale.gross_cents - sale.refunded_cents
    cents = left * amount_bp // 10_000
    if cents > 0:
        levers.try_to(f"dispute/{sale.payment.charge}", amount=str(cents))


def decide(seed: int, *, part: float = HALF) -> None:
    """Make banks decide some of the open disputes, or all."""
    chance = random.Random(seed)  # noqa: S311 - the same drill for the same seed
    since = int((timezone.now() - DECIDED_WITHIN).timestamp())
    for row in levers.listed(f"/v1/disputes?created[gte]={since}", most=MOST_DISPUTES):
        if row["status"] in {"needs_response", "under_review"} and chance.random() < part:
            levers.try_to(f"dispute/{row['id']}/{chance.choice(['won', 'lost'])}")
        elif row["status"] == "lost" and chance.random() < APPEALED:
            levers.try_to(f"dispute/{row['id']}/{chance.choice(['appeal_won', 'appeal_lost'])}")


def bank(account: str, state: str) -> None:
    """Let Stripe restrict a council's account, or lift that."""
    levers.try_to(f"account/{account}/{state}")


ACTS: dict[str, Callable[..., Any]] = {
    "click": click,
    "send": tasks.send_call,
    "pay": pay,
    "abandon": abandon,
    "refund": refund,
    "refuse": refuse,
    "approve": approve,
    "retry": retry,
    "dispute": dispute,
    "decide": decide,
    "bank": bank,
    "leave": clock.settle_refusals,
    "release": clock.release_shares,
    "resume": clock.resume_calls,
    "sweep": clock.sweep_events,
    "catch_up": clock.catch_up,
    "refetch_unsettled": clock.refetch_unsettled,
    "reconcile": clock.reconcile_balance,
    "close": clock.close_books,
    "bill": clock.bill_councils,
    "forget": clock.forget_events,
    "mandates": clock.mail_mandate_ends,
    "review": clock.review_ads,
    "draw": clock.draw_papers,
    "exchange": clock.exchange_einvoices,
    "read": clock.read_statements,
}


def named(name: str) -> Callable[..., Any]:
    """Return an act by its name, or a job by its task name."""
    return ACTS.get(name) or current_app.tasks[name]
