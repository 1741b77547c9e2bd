"""Merchant as operators see it: people, shops, purchases, papers, and what stopping it costs."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Q, Sum

from billing.adjustments.queries.refunds import WhatHasNotRun, what_has_not_run
from billing.models import Dispute, Invoice, Order, Sale, Subscription
from billing.orders.queries.sales import refundable_cents
from saas.accounts.models import User
from saas.catalogue.merchants.models import JoinRequest, Membership, Merchant
from saas.catalogue.merchants.queries.team import people_of
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries.reports import campaigns_that_run

MOST_ROWS = 20
_UNPAID = (Order.State.PRICED, Order.State.AWAITING_PAYMENT, Order.State.PROCESSING)


class Stop(NamedTuple):
    """Running campaign of a shop, and the refund if it stops now."""

    campaign: Campaign
    order: Order
    unrun: WhatHasNotRun

    @property
    def gross_cents(self) -> int:
        """The refund."""
        return self.unrun.gross_cents


class PersonRow(NamedTuple):
    """Person at a shop's desk."""

    name: str
    email: str
    role_words: str
    since: dt.datetime
    is_first: bool


class BoughtRow(NamedTuple):
    """Order of a merchant, with the amount that may still be given back."""

    order: Order
    refunded_cents: int
    refundable_cents: int


class Money(NamedTuple):
    """Sums of a merchant: paid, given back, contested, and still to be paid."""

    paid_cents: int
    refunded_cents: int
    disputed_cents: int
    unpaid_cents: int
    unpaid: int
    late_subscriptions: list[Subscription]
    disputes: list[Dispute]


class Dossier(NamedTuple):
    """All that operators see of a merchant beside its page and its VAT."""

    people: list[PersonRow]
    joins: list[JoinRequest]
    other_shops: list[Merchant]
    running: list[Campaign]
    orders: list[BoughtRow]
    order_count: int
    papers: list[Invoice]
    money: Money


def dossier_of(merchant: Merchant, *, at: dt.datetime) -> Dossier:
    """Return the people, other shops, purchases, papers and sums of a merchant."""
    orders = Order.objects.filter(merchant=merchant).exclude(state=Order.State.DRAFT)
    papers = Invoice.objects.filter(order__merchant=merchant).order_by("-issued_at", "-pk")
    return Dossier(
        people=_people(merchant),
        joins=list(JoinRequest.objects.filter(merchant=merchant).select_related("person")),
        other_shops=_other_shops(merchant),
        running=campaigns_that_run(merchant, at),
        orders=_bought(list(orders.select_related("campaign").order_by("-pk")[:MOST_ROWS])),
        order_count=orders.count(),
        papers=list(papers[:MOST_ROWS]),
        money=_money(merchant),
    )


def stops_of(merchant: Merchant, *, at: dt.datetime) -> list[Stop]:
    """Return the running campaigns of a shop, each with its paid order and its refund."""
    found = []
    for campaign in campaigns_that_run(merchant, at):
        paid = Order.objects.filter(campaign=campaign, sales__isnull=False)
        order = paid.select_related("campaign", "merchant").order_by("-pk").first()
        if order is not None:
            found.append(Stop(campaign, order, what_has_not_run(order, at=at)))
    return found


def open_business(merchant: Merchant, *, at: dt.datetime) -> list[str]:
    """Return the names of campaigns, payments and subscriptions of a shop that go on."""
    running = [campaign.headline for campaign in campaigns_that_run(merchant, at)]
    unpaid = Order.objects.filter(merchant=merchant, state__in=_UNPAID).order_by("pk")
    rows = Subscription.objects.filter(merchant=merchant).exclude(state=Subscription.State.ENDED)
    return [
        *running,
        *unpaid.values_list("reference", flat=True),
        *rows.values_list("reference", flat=True),
    ]


def likely_doubles(merchant: Merchant) -> list[Merchant]:
    """Return the published shops of the same business, owner, name or telephone."""
    same = Q(owner=merchant.owner_id) | Q(name__iexact=merchant.name)
    if merchant.siren:
        same |= Q(siren=merchant.siren)
    if merchant.phone:
        same |= Q(phone=merchant.phone)
    rows = Merchant.objects.filter(same, state=Merchant.State.PUBLISHED).exclude(pk=merchant.pk)
    return list(rows.order_by("name", "pk")[:MOST_ROWS])


def _people(merchant: Merchant) -> list[PersonRow]:
    owner = User.objects.get(pk=merchant.owner_id)
    label = str(Membership.Role.OWNER.label)
    first = PersonRow(owner.display_name, owner.email, label, merchant.created_at, is_first=True)
    others = [
        PersonRow(
            one.person.display_name,
            one.person.email,
            str(one.get_role_display()),
            one.since,
            is_first=False,
        )
        for one in people_of(merchant)
    ]
    return [first, *others]


def _other_shops(merchant: Merchant) -> list[Merchant]:
    """Return the shops of the same first owner, or of the same business."""
    same = Q(owner=merchant.owner_id)
    if merchant.siren:
        same |= Q(siren=merchant.siren)
    return list(Merchant.objects.filter(same).exclude(pk=merchant.pk)[:MOST_ROWS])


def _bought(orders: list[Order]) -> list[BoughtRow]:
    sales = {sale.order_id: sale for sale in Sale.objects.filter(order__in=orders)}
    rows = []
    for order in orders:
        sale = sales.get(order.pk)
        given = sale.refunded_cents if sale else 0
        rows.append(BoughtRow(order, given, refundable_cents(sale) if sale else 0))
    return rows


def _money(merchant: Merchant) -> Money:
    sums = Sale.objects.filter(merchant=merchant).aggregate(
        paid=Sum("gross_cents", default=0),
        refunded=Sum("refunded_cents", default=0),
        disputed=Sum("disputed_cents", default=0),
    )
    unpaid = Order.objects.filter(merchant=merchant, state__in=_UNPAID)
    late = Subscription.objects.filter(merchant=merchant, state=Subscription.State.PAST_DUE)
    disputes = Dispute.objects.filter(payment__order__merchant=merchant, closed_at=None)
    return Money(
        paid_cents=sums["paid"],
        refunded_cents=sums["refunded"],
        disputed_cents=sums["disputed"],
        unpaid_cents=unpaid.aggregate(cents=Sum("gross_cents", default=0))["cents"],
        unpaid=unpaid.count(),
        late_subscriptions=list(late),
        disputes=list(disputes[:MOST_ROWS]),
    )
