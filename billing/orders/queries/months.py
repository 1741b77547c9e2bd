"""Monthly campaigns: at the desk, on a page of its own, in the clock's care, in mails."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Q, QuerySet

from billing.models import Order, Payment, StripeCall, Subscription
from billing.models.orders import FRENCH_VAT_BP
from billing.models.states import OPEN_CALLS
from billing.stripe.queries.calls import CallPage, call_page
from billing.wording import monthly, reasons
from saas.accounts.models import User
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.merchants.queries.shops import VatView
from saas.catalogue.merchants.queries.team import current_of, run_by
from saas.catalogue.merchants.rules.vat import Standing
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import campaigns, prices
from saas.catalogue.placements.rules.prices import Period, Quote

MOST_SHOWN = 100
RUNNING = (Subscription.State.ACTIVE, Subscription.State.PAST_DUE, Subscription.State.ENDING)
CHANGES = ("stop", "end", "reprice")


class MonthlyRow(NamedTuple):
    """A subscription in the list."""

    subscription: Subscription
    headline: str
    period: Period | None
    is_open: bool


class MonthPaid(NamedTuple):
    """A month that was paid, or is being paid."""

    order: Order
    period: Period | None


class MonthlyPage(NamedTuple):
    """A subscription: its price, its paid months, its next month, and the possible actions."""

    subscription: Subscription
    campaign: Campaign
    quote: Quote
    period: Period | None
    months: list[MonthPaid]
    first_order: Order | None
    other_price: Quote | None
    is_open: bool
    is_changing: bool
    change: CallPage | None
    not_taken: str
    why_words: str
    vat: VatView

    @property
    def owes_vat_from_now_on(self) -> bool:
        """Whether its price was agreed without VAT, which is due from the next month on."""
        return self.vat.is_charged and not self.subscription.vat_cents and self.is_open

    @property
    def owes_vat_no_more(self) -> bool:
        """Whether its price was agreed with VAT, which the merchant owes elsewhere by now."""
        return (
            self.vat.standing == Standing.CONFIRMED
            and self.subscription.vat_cents > 0
            and self.is_open
        )


def subscriptions_of(user: User) -> list[MonthlyRow]:
    """Return the subscriptions of the person's own shop, newest first."""
    found = (
        Subscription.objects.filter(merchant__in=current_of(user))
        .select_related("campaign")
        .prefetch_related("campaign__flights")
    )
    return [
        MonthlyRow(
            one, one.campaign.headline, campaigns.period_of(one.campaign), one.state in RUNNING
        )
        for one in found[:MOST_SHOWN]
    ]


def subscription_of_merchant(user: User, reference: str) -> Subscription | None:
    """Return a subscription of the person's own shop."""
    return (
        Subscription.objects.select_related("merchant")
        .filter(reference=reference, merchant__in=run_by(user))
        .first()
    )


def subscription_page(subscription: Subscription, *, at: dt.datetime) -> MonthlyPage:
    """Return a subscription as its merchant sees it.

    Rows written by Stripe's response are read after the call that it ends: so the page never shows
    a state from before a finished change, and never offers that change again.
    """
    change = calls_of_subscription(subscription).first()
    subscription = Subscription.objects.get(pk=subscription.pk)
    campaign = prices.for_billing(subscription.campaign_id)
    orders = list(
        Order.objects.filter(subscription=subscription)
        .exclude(state=Order.State.CANCELLED)
        .select_related("campaign")
        .prefetch_related("campaign__flights")
        .order_by("-pk")
    )
    return MonthlyPage(
        subscription=subscription,
        campaign=campaign,
        quote=_agreed(prices.quote_of_campaign(campaign, at=at), subscription),
        period=campaigns.period_of(orders[0].campaign) if orders else None,
        months=[MonthPaid(order, campaigns.period_of(order.campaign)) for order in orders],
        first_order=orders[-1] if orders else None,
        other_price=_other_price(subscription, campaign, at),
        is_open=subscription.state in RUNNING,
        is_changing=change is not None,
        change=call_page(change, at=at) if change is not None else None,
        not_taken=_not_taken(subscription),
        why_words=reasons.in_words(subscription.decline_code, reasons.PAYMENTS),
        vat=merchants.vat_of(campaign.merchant, at=at),
    )


def _agreed(quote: Quote, subscription: Subscription) -> Quote:
    """Return the lines of a month under the VAT that its price was agreed with."""
    vat_bp = FRENCH_VAT_BP if subscription.vat_cents else 0
    lines = tuple(line._replace(vat_bp=vat_bp) for line in quote.lines)
    return quote._replace(lines=lines, vat_bp=vat_bp)


def _other_price(subscription: Subscription, campaign: Campaign, at: dt.datetime) -> Quote | None:
    """Return the price of the next month under today's prices, if it differs."""
    if subscription.state != Subscription.State.ACTIVE:
        return None
    quote = prices.quote_anew(campaign, at)
    return quote if quote.lines and quote.gross_cents != subscription.gross_cents else None


def _not_taken(subscription: Subscription) -> str:
    """Return the sentence on the last change refused by Stripe, with its consequence."""
    call = parked_calls_of(subscription).filter(target=subscription.stripe_id).last()
    if call is None or subscription.state == Subscription.State.ENDED:
        return ""
    behind = subscription.state == Subscription.State.PAST_DUE
    return monthly.not_taken(
        monthly.wish_of(call.kind, call.params),
        next_at=subscription.next_try_at if behind else subscription.paid_until,
        cents=subscription.gross_cents,
    )


def _calls_about(subscription: Subscription) -> QuerySet[StripeCall]:
    calls = StripeCall.objects.filter(kind__in=CHANGES, subject_id=subscription.pk)
    return calls.order_by("pk")


def calls_of_subscription(subscription: Subscription) -> QuerySet[StripeCall]:
    """Return the calls about a subscription that are under way."""
    return _calls_about(subscription).filter(state__in=OPEN_CALLS)


def parked_calls_of(subscription: Subscription) -> QuerySet[StripeCall]:
    """Return the calls about a subscription that Stripe did not take, oldest first."""
    return _calls_about(subscription).filter(state=StripeCall.State.PARKED)


def subscriptions_to_watch() -> list[int]:
    """Return subscriptions that are not over."""
    watched = Subscription.objects.exclude(stripe_id="").exclude(state=Subscription.State.ENDED)
    return list(watched.order_by("pk").values_list("pk", flat=True))


def subscriptions_to_mail() -> QuerySet[Subscription]:
    """Return overdue, ending or ended subscriptions not mailed to their merchant yet."""
    return Subscription.objects.filter(
        state__in=[
            Subscription.State.PAST_DUE,
            Subscription.State.ENDING,
            Subscription.State.ENDED,
        ],
        mailed_at=None,
    )


def payments_to_mail() -> QuerySet[Payment]:
    """Return pending debits, and debits refused by a bank, that were not mailed yet."""
    owed = Q(state__in=[Payment.State.PROCESSING, Payment.State.FAILED], method="sepa_debit")
    return Payment.objects.filter(owed, mailed_at=None)
