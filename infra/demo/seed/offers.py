"""The demo's offers: a code, a campaign paid each month, a debit that a bank still weighs."""

import datetime as dt
from functools import partial

from django.utils import timezone

from billing.forms import CheckoutForm
from billing.models import Order, Subscription
from billing.orders.actions.promotions import Offer, make_promotion
from billing.orders.queries.desk import open_payment
from infra.demo import calling, levers
from infra.demo.seed import waiting
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign, Slot
from saas.catalogue.placements.queries import campaigns as queries
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.console.models import Operator

MONTHLY_SHOP, MONTHLY_DAYS_AGO = 0, 75
CODE = "BIENVENUE"
_ONCE, _MONTHLY = Campaign.Rhythm.ONCE, Campaign.Rhythm.MONTHLY


def play(days_ago: int, shops: dict[str, Merchant], *, at: dt.datetime) -> None:
    """Begin the monthly campaign at its stop; Stripe's clock then renews it by itself."""
    if days_ago != MONTHLY_DAYS_AGO:
        return
    shop = list(shops.values())[MONTHLY_SHOP]
    order = _order(shop, "L’ardoise du mois", rhythm=_MONTHLY, at=at)
    payment = open_payment(order)
    if payment is None:
        raise RuntimeError("no payment page for the monthly campaign")
    levers.pull(f"pay/{payment.session_id}")
    waiting.until("a month that is paid", partial(_runs, order.pk))


def end(shops: dict[str, Merchant]) -> None:
    """Make a code, and let a merchant pay with a debit that its bank has yet to answer."""
    at = timezone.now()
    operator = User.objects.filter(pk__in=Operator.objects.values("user")).earliest("pk")
    make_promotion(
        code=CODE,
        offer=Offer(
            percent_bp=1_000,
            amount_cents=None,
            least_net_cents=2_000,
            valid_from=at,
            valid_until=None,
            most_uses=100,
            once_per_merchant=True,
        ),
        merchant=None,
        note="Premiers commerçants du parc",
        by=operator,
        at=at,
    )
    shop = list(shops.values())[-1]
    order = _order(shop, "Par prélèvement", rhythm=_ONCE, at=at, code=CODE)
    payment = open_payment(order)
    if payment is None:
        raise RuntimeError("no payment page for the debit")
    levers.pull(f"pay/{payment.session_id}", outcome="sepa")
    waiting.until("a debit on its way", partial(_is_weighed, order.pk))


def _order(
    shop: Merchant, headline: str, *, rhythm: str, at: dt.datetime, code: str | None = None
) -> Order:
    """Draw a campaign up in the first space in reach, and go to its payment."""
    first = campaign_rules.today(at) + dt.timedelta(days=1)
    campaign = placements.draw_up(
        creative=campaign_rules.Creative(headline, shop.description[:120], ""),
        spaces=[queries.reach_of(shop).spaces[0].tenant.slug],
        slots=[Slot.HOME_FEED],
        period=price_rules.Period(first, first + dt.timedelta(days=6)),
        instead_of="",
        by=shop.owner,
        at=at,
        timing=campaign_rules.Timing(rhythm),
    )
    campaign = Campaign.objects.select_related("merchant__owner").get(pk=campaign.pk)
    form = CheckoutForm({} if code is None else {"code": code})
    with calling.alone():
        order = form.submit(campaign=campaign, by=shop.owner, at=at)
        if order is None:
            raise RuntimeError(f"no order for {campaign}: {form.errors.as_text()}")
        calling.make_calls_of(order, at=at)
    return order


def _runs(order_id: int) -> bool:
    return Subscription.objects.filter(orders=order_id, state=Subscription.State.ACTIVE).exists()


def _is_weighed(order_id: int) -> bool:
    return Order.objects.filter(pk=order_id, state=Order.State.PROCESSING).exists()
