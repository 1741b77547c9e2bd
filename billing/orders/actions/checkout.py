"""Payment of a campaign on Stripe's page by its merchant, and its cancellation.

No click blocks on Stripe: it stores the call, a job sends it, and the page of the order shows the
progress.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Order, PromotionCode, SpendLimit, StripeCall, Subscription
from billing.orders.queries.calls import has_open_call, open_checkout_of
from billing.orders.queries.desk import is_being_paid, open_payment
from billing.orders.queries.offers import (
    Price,
    check_still_free,
    price_with,
    priced_with,
    spent_cents,
)
from billing.orders.rules import checkout, promotions, spending
from billing.orders.settlement import orders, sessions, subscriptions
from billing.stripe import tasks
from billing.stripe.calls.prepare import prepare
from billing.stripe.queries.due import waits_for_its_turn
from billing.transitions import machines
from billing.transitions.transition import record, transition
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.team import runs
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules.prices import Quote
from saas.kernel.display.writing import eur
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.tasks import FIRST, after_commit


@transaction.atomic
def open_checkout(
    *, campaign: Campaign, by: User, at: dt.datetime, code: str | None = None, seen: str = ""
) -> Order:
    """Order a campaign at its price, and have Stripe open the page for its payment.

    A repeated call changes nothing while a session is open: two clicks are a single order. Without
    a code the order keeps its present code; `seen` is the total accepted by the merchant.
    """
    _check_own(campaign, by)
    sessions.lock_merchant(campaign.merchant_id)
    order = orders.hold(campaign)
    if order is not None:
        checkout.check_may_pay(order.state)
    quote = placements.check_out(campaign_id=campaign.pk, at=at)
    if order is not None and is_being_paid(order):
        _check_same_code(order, code)
    else:
        order = _order_at_this_price(campaign, order, quote, code=code, seen=seen, by=by, at=at)
    sessions.ask(order, at=at)
    _send_call_of(order, at=at)
    return order


def _send_call_of(order: Order, *, at: dt.datetime) -> None:
    """Send the call that an order depends on; a delayed retry is sent now."""
    call = open_checkout_of(order)
    if call is None:
        return
    if waits_for_its_turn(call, at=at):
        held = StripeCall.objects.select_for_update(skip_locked=True).filter(pk=call.pk).first()
        if held is not None:  # else it is being made
            held.next_at = at
            held.save(update_fields=["next_at"])
    after_commit(tasks.send_call, call.pk, priority=FIRST)


def _check_own(campaign: Campaign, by: User) -> None:
    if not runs(campaign.merchant_id, by):
        raise NotAllowed(_("Cette campagne est à un autre commerçant."))


def _check_same_code(order: Order, code: str | None) -> None:
    """Refuse another code while a payment is open at the price that was agreed."""
    known = order.promotion.code if order.promotion else ""
    if code is not None and promotions.normal(code) != known:
        raise Refused(
            _("Un paiement de %(gross)s est ouvert\u00a0: annulez-le pour changer de code.")
            % {"gross": eur(order.gross_cents)},
            field="code",
        )


def _order_at_this_price(
    campaign: Campaign,
    order: Order | None,
    quote: Quote,
    *,
    code: str | None,
    seen: str,
    by: User,
    at: dt.datetime,
) -> Order:
    """Return the open order at this price, or replace it by another order."""
    price = _priced(campaign, order, quote, code=code, at=at)
    _check_seen(seen, price.quote)
    if order is not None and _is_same(order, price):
        return order
    if order is not None:
        transition("order", order, "cancelled", by=by.reference, at=at, why="ordered anew")
    _check_limit(campaign.merchant, price.quote, at=at)
    return orders.place(
        campaign,
        price.quote,
        by=by,
        at=at,
        promotion=price.promotion,
        subscription=_subscription(campaign, price.quote, by=by, at=at),
    )


def _priced(
    campaign: Campaign, order: Order | None, quote: Quote, *, code: str | None, at: dt.datetime
) -> Price:
    """Return the price with the typed code, or with the code of the order."""
    known = order.promotion if order is not None else None
    typed = promotions.normal(code) if code is not None else (known.code if known else "")
    if not typed:
        return Price(quote, None)
    # Row lock before counting uses: of two concurrent last uses, the second is refused.
    promotion = PromotionCode.objects.select_for_update().filter(code=typed).first()
    if order is not None and promotion is not None and promotion.pk == order.promotion_id:
        check_still_free(promotion, order, merchant=campaign.merchant)
        return priced_with(quote, promotion)
    return price_with(campaign, quote, promotion, order=order, at=at)


def _check_seen(seen: str, quote: Quote) -> None:
    """Refuse to ask for more than was read; a code that was typed meanwhile makes it less."""
    if seen.isdecimal() and quote.gross_cents > int(seen):
        raise Refused(
            _(
                "Le total a changé pendant que vous lisiez\u00a0: il est maintenant de %(gross)s."
                " Regardez le détail, puis payez."
            )
            % {"gross": eur(quote.gross_cents)}
        )


def _is_same(order: Order, price: Price) -> bool:
    quoted = (price.quote.net_cents, price.quote.vat_cents, price.quote.vat_bp)
    promotion_id = price.promotion.pk if price.promotion else None
    agreed = (order.net_cents, order.vat_cents, order.vat_rate_bp)
    return (quoted, promotion_id) == (agreed, order.promotion_id)


def _check_limit(merchant: Merchant, quote: Quote, *, at: dt.datetime) -> None:
    """Raise Refused above the merchant's own limit; the lock counts concurrent orders in turn."""
    limit = SpendLimit.objects.select_for_update().filter(merchant=merchant).first()
    if limit is not None:
        spent = spent_cents(merchant, at=at)
        spending.check_spending(quote.gross_cents, spent_cents=spent, limit_cents=limit.limit_cents)


def _subscription(
    campaign: Campaign, quote: Quote, *, by: User, at: dt.datetime
) -> Subscription | None:
    """Store the price of a monthly campaign's months; it begins once the first month is paid."""
    if not quote.monthly:
        return None
    subscription = Subscription.objects.filter(
        campaign=campaign, state=Subscription.State.OPENING
    ).first()
    if subscription is None:
        subscription = Subscription(
            merchant=campaign.merchant, campaign=campaign, begun_by=by, begun_at=at
        )
    subscription.net_cents = quote.net_cents
    subscription.vat_cents = quote.vat_cents
    subscription.gross_cents = quote.gross_cents
    subscription.full_clean()
    subscription.save()
    return subscription


@transaction.atomic
def cancel_checkout(*, order: Order, by: User, at: dt.datetime) -> Order:
    """Prepare to close an order's open session, so that it can be changed or paid again."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    machines.check("order", order.state, "closed")
    sessions.give_up(order)
    _close_session(order, by=by, at=at)
    return order


@transaction.atomic
def withdraw(*, campaign: Campaign, by: User, at: dt.datetime) -> Order | None:
    """Withdraw a draft for good, and close its open payment.

    A payment made nevertheless is refunded in full.
    """
    _check_own(campaign, by)
    order = orders.hold(campaign)
    placements.withdraw(campaign_id=campaign.pk, at=at)
    if order is None:
        return None
    sessions.give_up(order)
    _close_session(order, by=by, at=at)
    if order.state == Order.State.PRICED and not has_open_call(order):
        transition("order", order, "cancelled", by=by.reference, at=at, why="withdrawn")
        subscriptions.abandon(order, by=by.reference, at=at)
    return order


@transaction.atomic
def withdraw_replaced(*, campaign_id: int, by: User, at: dt.datetime) -> None:
    """Withdraw a draft with an order, replaced by another campaign."""
    campaign = Campaign.objects.select_related("merchant").get(pk=campaign_id)
    order = orders.hold(campaign)
    campaign.refresh_from_db(fields=["state"])
    if order is not None and campaign.state == Campaign.State.DRAFT:
        withdraw(campaign=campaign, by=by, at=at)


def _close_session(order: Order, *, by: User, at: dt.datetime) -> None:
    payment = open_payment(order)
    if payment is not None and not has_open_call(order):
        call = prepare(StripeCall.Kind.EXPIRE, payment.pk, {}, target=payment.session_id)
        after_commit(tasks.send_call, call.pk, priority=FIRST)
        states = (payment.state, payment.state)
        record("payment", payment.pk, "cancel_asked", states=states, by=by.reference, at=at)
