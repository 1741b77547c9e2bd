"""The demo's past money, played through the running product: real checkouts, events, transfers.

No row is written to the ledger here. The simulator's clock starts months ago and moves on; at each
stop merchants buy and pay, and the councils' due shares are transferred.
"""

import datetime as dt
import random
from functools import partial

from django.db.models import F
from django.utils import timezone

from billing import clock
from billing.adjustments.actions.refunds import request_refund
from billing.councils.actions.accounts import open_account
from billing.dispatch import destinations
from billing.forms import CheckoutForm
from billing.models import Council, Order, Share
from billing.orders.queries.desk import open_payment
from billing.stripe.calls.send import make_call
from infra.demo import calling, levers
from infra.demo.pictures import art
from infra.demo.seed import bad_days, books, councils, mandates, offers, reviews, waiting
from infra.demo.seed.rows.campaigns import Purchase, purchases
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as campaign_actions
from saas.catalogue.placements.actions import counts as count_actions
from saas.catalogue.placements.models import Campaign, Flight, Slot
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel import schema
from tenants.spaces.models import Tenant

STOPS_DAYS = 15
FIRST_STOP_DAYS_AGO = 180
PICTURE_WIDTH = 1000


def play(tenants: dict[str, Tenant], shops: dict[str, Merchant], at: dt.datetime) -> None:
    """Play half a year up to now, for the spaces with a council account."""
    with schema.in_public():
        levers.pull("clock", now=(at - dt.timedelta(days=FIRST_STOP_DAYS_AGO + 1)).isoformat())
        destinations.set_up_portal()
        for slug in ("trois-moulins", "sillage"):
            _open_account(tenants[slug], at)
        books.begin()
        drawn: dict[str, str] = {}
        for days_ago in range(FIRST_STOP_DAYS_AGO, -1, -STOPS_DAYS):
            moment = at - dt.timedelta(days=days_ago)
            levers.advance(moment)
            councils.play(days_ago, tenants, at=moment)
            _buy(purchases(days_ago), shops, drawn, at=moment)
            reviews.play(at=moment)
            bad_days.play(days_ago, shops, at=moment)
            offers.play(days_ago, shops, at=moment)
            clock.release(at=moment)
            waiting.until("transfers", partial(_all_left, moment))
            books.play(moment)
        _give_back(shops, at)
        _count_views(at)
        councils.end(tenants, at)
        books.end(at)
        offers.end(shops)
        reviews.end(shops)
        levers.advance(timezone.now())  # the seed took its time; Stripe's clock is today's again


def _open_account(tenant: Tenant, at: dt.datetime) -> None:
    """Let the treasurer accept the terms and the council finish its onboarding."""
    council = Council.objects.get(tenant=tenant)
    accepted = at - dt.timedelta(days=FIRST_STOP_DAYS_AGO)
    by = mandates.confirm(council, tenant, at=accepted)
    councils.vote(council, by=by, at=accepted)
    with calling.alone():
        call = open_account(
            council=council,
            contact_email=f"cse@{tenant.slug}.example",
            siren="732829320",
            by=by,
            at=accepted,
        )
        make_call(call.pk, at=accepted)
    account = Council.objects.get(pk=council.pk).stripe_account
    levers.pull(f"account/{account}/active")
    waiting.until(
        "an active account",
        lambda: Council.objects.filter(
            pk=council.pk, account_state=Council.AccountState.ACTIVE
        ).exists(),
    )


def _buy(
    rows: list[Purchase], shops: dict[str, Merchant], drawn: dict[str, str], *, at: dt.datetime
) -> None:
    campaigns = [_draw_up(row, shops[row.shop], drawn, at=at) for row in rows]
    for campaign in campaigns:
        levers.pull(f"pay/{_session_of(campaign, at)}")
    for campaign in campaigns:
        waiting.until("a paid campaign", partial(_is_paid, campaign))


def _draw_up(row: Purchase, shop: Merchant, drawn: dict[str, str], *, at: dt.datetime) -> Campaign:
    day = campaign_rules.today(at)
    picture = None
    if row.headline not in drawn:
        seed = len(row.headline)
        picture = art.png(row.art, seed, PICTURE_WIDTH)
    campaign = campaign_actions.draw_up(
        creative=campaign_rules.Creative(row.headline, row.text, row.offer),
        photo=campaign_rules.Photo(picture),
        spaces=row.spaces,
        slots=row.slots,
        period=price_rules.Period(day, day + dt.timedelta(days=row.lasts - 1)),
        instead_of="",
        by=shop.owner,
        at=at,
    )
    if picture is None:
        Campaign.objects.filter(pk=campaign.pk).update(picture=drawn[row.headline])
    drawn.setdefault(row.headline, campaign.picture)
    return campaign


def _session_of(campaign: Campaign, at: dt.datetime) -> str:
    """Open the payment page as the merchant's click does, and return its session."""
    campaign = Campaign.objects.select_related("merchant__owner").get(pk=campaign.pk)
    form = CheckoutForm({})
    with calling.alone():
        order = form.submit(campaign=campaign, by=campaign.merchant.owner, at=at)
        if order:
            calling.make_calls_of(order, at=at)
    payment = open_payment(order) if order else None
    if payment is None:
        raise RuntimeError(f"no payment page for {campaign}: {form.errors.as_text()}")
    return payment.session_id


def _is_paid(campaign: Campaign) -> bool:
    return Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.PAID).exists()


def _all_left(moment: dt.datetime) -> bool:
    """Whether every share that was due has been transferred."""
    states = Share.State
    on_their_way = Share.objects.filter(
        release_at__lte=moment, state__in=[states.HELD, states.RELEASABLE, states.SENDING]
    )
    return not on_their_way.exists()


def _give_back(shops: dict[str, Merchant], at: dt.datetime) -> None:
    """Refund a part of an order, so that the ledger shows a negative line."""
    order = (
        Order.objects.filter(merchant=shops["Élan 12"], state=Order.State.PAID)
        .order_by("placed_at")
        .last()
    )
    operator = User.objects.filter(email__endswith="troovon.example").first()
    if order is None or operator is None:
        return
    request_refund(
        order=order,
        amount_cents=order.gross_cents // 5,
        by=operator,
        at=at,
        reason="Trois jours non diffusés",
    )
    waiting.until(
        "a refund",
        lambda: Order.objects.filter(pk=order.pk, state=Order.State.PARTLY_REFUNDED).exists(),
    )


def _count_views(at: dt.datetime) -> None:
    """Count views of the flights: by about a third of the colleagues on a working day."""
    chance = random.Random("views")  # noqa: S311 - the same town each time, not a secret
    today = campaign_rules.today(at)
    seen = Flight.objects.filter(campaign__state=Campaign.State.PAID).exclude(slot=Slot.KIOSK)
    for flight in seen.annotate(schema_name=F("tenant__schema_name")):
        days = [
            flight.starts_on + dt.timedelta(days=number)
            for number in range((min(flight.ends_on, today) - flight.starts_on).days + 1)
        ]
        totals = []
        for day in days:
            views = int(flight.reach * chance.uniform(0.12, 0.34)) if day.weekday() < 5 else 0  # noqa: PLR2004 - Monday to Friday
            clicks = int(views * chance.uniform(0.02, 0.08))
            opens = int(views * chance.uniform(0.2, 0.4)) if flight.slot == Slot.SHELF else 0
            totals.append(campaign_rules.Total(flight.reference, day, views, clicks, opens))
        count_actions.record_counts(tenant_schema=flight.schema_name, totals=totals, at=at)
