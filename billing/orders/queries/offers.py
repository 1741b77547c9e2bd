"""Promotion codes and their uses; a merchant's spending of this month, and its limit."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from billing.models import Order, Payment, PromotionCode, SpendLimit, StripeCall, Subscription
from billing.models.states import CALLS_UNDER_WAY
from billing.orders.queries.desk import order_of_campaign
from billing.orders.rules import promotions, spending
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.team import current_of
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import prices as placements
from saas.catalogue.placements.rules.amounts import LEAST_CENTS
from saas.catalogue.placements.rules.prices import Quote
from saas.kernel.errors import Refused

MOST_CODES, MOST_MONTHS = 200, 24
_COUNTED_OUT = (Order.State.CANCELLED, Order.State.REFUNDED)


class CodeRow(NamedTuple):
    """A code with its uses, as operators see it."""

    code: PromotionCode
    uses: int
    discount_cents: int
    last_used_at: dt.datetime | None
    is_open: bool


class MonthRow(NamedTuple):
    """A merchant's orders of a month."""

    first_day: dt.date
    orders: int
    gross_cents: int
    refunded_cents: int


class Spending(NamedTuple):
    """A merchant's orders of this month, the part still to come, and the limit."""

    first_day: dt.date
    ordered_cents: int
    coming_cents: int
    limit: SpendLimit | None
    months: list[MonthRow]

    @property
    def spent_cents(self) -> int:
        """Cents that count against the limit."""
        return self.ordered_cents + self.coming_cents

    @property
    def left_cents(self) -> int:
        """Cents that the limit still allows."""
        limit = self.limit.limit_cents if self.limit else 0
        return max(limit - self.spent_cents, 0)


class Price(NamedTuple):
    """The present price of a campaign for its merchant, and the code that it was counted with."""

    quote: Quote
    promotion: PromotionCode | None


def price_of(campaign: Campaign, code: str, *, at: dt.datetime) -> Quote:
    """Return the price of a campaign with a code, without ordering it. Raises Refused."""
    whole = placements.for_billing(campaign.pk)
    order = order_of_campaign(campaign)
    quote = placements.quote_of_campaign(whole, at=at)
    typed = promotions.normal(code)
    if not typed:
        return quote
    return price_with(whole, quote, code_named(typed), order=order, at=at).quote


def has_code(campaign: Campaign, typed: str) -> bool:
    """Return True if the order of a campaign has a code already."""
    order = order_of_campaign(campaign)
    known = order.promotion.code if order is not None and order.promotion else ""
    return bool(known) and known == promotions.normal(typed)


def price_with(
    campaign: Campaign,
    quote: Quote,
    promotion: PromotionCode | None,
    *,
    order: Order | None,
    at: dt.datetime,
) -> Price:
    """Return the price of a campaign with a code. Raises Refused if the code is not valid."""
    usable = promotions.check_usable(promotion, merchant=campaign.merchant, at=at)
    promotions.check_order(usable, list_cents=quote.list_cents, monthly=quote.monthly)
    uses, by_merchant = uses_of(usable, merchant=campaign.merchant, but=order)
    promotions.check_uses(usable, uses=uses, by_merchant=by_merchant)
    return priced_with(quote, usable)


def check_still_free(promotion: PromotionCode, order: Order, *, merchant: Merchant) -> None:
    """Raise Refused if the code of a reopened order was used up since its payment was closed."""
    uses, by_merchant = uses_of(promotion, merchant=merchant, but=order)
    promotions.check_uses(promotion, uses=uses, by_merchant=by_merchant)


def priced_with(quote: Quote, promotion: PromotionCode) -> Price:
    """Return a price less a code's discount. Raises Refused if the rest is too small."""
    discount = promotions.discount_cents(promotion, list_cents=quote.list_cents)
    less = quote.less(discount)
    promotions.check_rest(less.gross_cents, least_cents=LEAST_CENTS)
    return Price(less, promotion)


def uses_of(
    code: PromotionCode, *, merchant: Merchant, but: Order | None = None
) -> tuple[int, int]:
    """Return the uses of a code, in all and by this merchant, without the order in `but`."""
    orders = _using(code)
    if but is not None:
        orders = orders.exclude(pk=but.pk)
    counted = orders.aggregate(
        uses=Count("pk"), by_merchant=Count("pk", filter=Q(merchant=merchant))
    )
    return counted["uses"], counted["by_merchant"]


def _using(code: PromotionCode) -> QuerySet[Order]:
    return Order.objects.filter(promotion=code).exclude(_uses_nothing())


def _uses_nothing() -> Q:
    """Return the filter of orders that release their code: cancelled, or closed without payment.

    A reopened order counts again from its call on; reopening it locks the code's row.
    """
    pages = Payment.objects.filter(order=OuterRef("pk"))
    opening = StripeCall.objects.filter(
        kind="checkout", subject_id=OuterRef("pk"), state__in=CALLS_UNDER_WAY
    )
    return Q(state=Order.State.CANCELLED) | Q(
        Exists(pages), ~Exists(opening), state=Order.State.PRICED
    )


def code_named(code: str) -> PromotionCode | None:
    """Return a code by its typed text."""
    return PromotionCode.objects.select_related("merchant", "made_by").filter(code=code).first()


def codes(at: dt.datetime) -> list[CodeRow]:
    """Return every code with its uses, the newest first."""
    using = Order.objects.exclude(_uses_nothing()).values("pk")
    used = Q(orders__in=using)
    rows = PromotionCode.objects.select_related("merchant", "made_by").annotate(
        uses=Count("orders", filter=used),
        listed=Sum("orders__list_net_cents", filter=used, default=0),
        paid=Sum("orders__net_cents", filter=used, default=0),
        last_used_at=Max("orders__placed_at", filter=used),
    )
    return [
        CodeRow(code, code.uses, code.listed - code.paid, code.last_used_at, _is_open(code, at))
        for code in rows[:MOST_CODES]
    ]


def _is_open(code: PromotionCode, at: dt.datetime) -> bool:
    over = code.valid_until is not None and code.valid_until <= at
    return code.ended_at is None and not over


def orders_with(code: PromotionCode) -> list[Order]:
    """Return the orders that used a code, the newest first."""
    return list(_using(code).select_related("merchant")[:MOST_CODES])


def limit_of(user: User) -> SpendLimit | None:
    """Return the limit of the person's own shop."""
    return SpendLimit.objects.filter(merchant__in=current_of(user)).first()


def spent_cents(merchant: Merchant, *, at: dt.datetime) -> int:
    """Return the cents that count against a merchant's limit: ordered, and still to come."""
    return _ordered_cents(merchant.pk, at) + _coming_cents(merchant.pk, at)


def over_limit(campaign: Campaign, quote: Quote, order: Order | None, *, at: dt.datetime) -> str:
    """Return why the merchant's own limit forbids an order at a price; existing orders count."""
    limit = None if order else SpendLimit.objects.filter(merchant=campaign.merchant).first()
    if limit is None:
        return ""
    try:
        spending.check_spending(
            quote.gross_cents,
            spent_cents=spent_cents(campaign.merchant, at=at),
            limit_cents=limit.limit_cents,
        )
    except Refused as refusal:
        return refusal.sentence
    return ""


def _ordered_cents(merchant_id: int, at: dt.datetime) -> int:
    month = spending.month_of(at)
    orders = _counted(merchant_id).filter(placed_at__gte=month.begins, placed_at__lt=month.ends)
    return int(orders.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def _counted(merchant_id: int) -> QuerySet[Order]:
    return Order.objects.filter(merchant=merchant_id).exclude(state__in=_COUNTED_OUT)


def _coming_cents(merchant_id: int, at: dt.datetime) -> int:
    """Return the months that will be collected before this calendar month is over."""
    month = spending.month_of(at)
    renewed = Subscription.objects.filter(
        merchant=merchant_id,
        state__in=[Subscription.State.ACTIVE, Subscription.State.PAST_DUE],
        paid_until__gte=at,
        paid_until__lt=month.ends,
    )
    return int(renewed.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def spending_of(user: User, *, at: dt.datetime) -> Spending | None:
    """Return the orders of the person's own shop, month by month; null without a shop."""
    merchant = current_of(user).first()
    if merchant is None:
        return None
    return Spending(
        first_day=spending.month_of(at).first_day,
        ordered_cents=_ordered_cents(merchant.pk, at),
        coming_cents=_coming_cents(merchant.pk, at),
        limit=SpendLimit.objects.filter(merchant=merchant).first(),
        months=_months(merchant.pk),
    )


def _months(merchant_id: int) -> list[MonthRow]:
    rows: dict[dt.date, MonthRow] = {}
    orders = Order.objects.filter(merchant=merchant_id, paid_at__isnull=False).annotate(
        refunded=Sum("sales__refunded_cents", default=0)
    )
    for order in orders.order_by("-paid_at"):
        day = spending.month_of(order.paid_at or order.placed_at).first_day
        before = rows.get(day, MonthRow(day, 0, 0, 0))
        rows[day] = MonthRow(
            day,
            before.orders + 1,
            before.gross_cents + order.gross_cents,
            before.refunded_cents + order.refunded,
        )
    return list(rows.values())[:MOST_MONTHS]
