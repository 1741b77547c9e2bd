"""Months with a change of VAT: a shop moves to France, and VIES answers about its number."""

from django.utils import timezone

from billing.models import Order, Refund, Sale, Subscription
from billing.orders.queries.months import subscription_page
from billing.stripe.gateway import reads
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from tests.factories.billing import answered, make_shop, move_abroad
from tests.fixtures.billing import BALANCED, Till, begins_with
from tests.fixtures.months import Days, act, make_monthly


def begun_abroad(till: Till) -> None:
    """Begin a subscription of a merchant of another country, and pay its first month."""
    shop = move_abroad(make_shop(), at=till.at)
    till.buy(make_monthly(shop, at=till.at))


pytestmark = [*BALANCED, begins_with(begun_abroad)]


def test_a_month_that_costs_more_since_its_shop_moved_to_france_goes_back_whole(
    till: Till, days: Days, shop: Merchant
) -> None:
    assert Sale.objects.get().gross_cents == 20_000
    Merchant.objects.update(country="FR", vat_number="FR44732829320", siren="732829320")
    days.pass_by(32)
    till.settle()
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.state) == (20_000, "succeeded")
    assert Subscription.objects.get().state == "ended"
    assert Sale.objects.count() == 1
    assert not Campaign.objects.filter(state="draft", withdrawn_at=None).exists()


@begins_with(None)
def test_month_after_a_late_yes_is_sold_without_vat_and_its_excess_goes_back(
    till: Till, monthly: Campaign, days: Days, shop: Merchant
) -> None:
    move_abroad(shop, answer="", at=till.at)
    till.buy(monthly)
    first = Order.objects.get()
    assert (first.gross_cents, first.vat_cents) == (24_000, 4_000)
    answered(shop, "yes", at=timezone.now())
    page = subscription_page(Subscription.objects.get(), at=timezone.now())
    assert page.owes_vat_no_more
    assert page.other_price is not None
    assert (page.other_price.vat_bp, page.quote.vat_bp) == (0, 2_000)
    days.pass_by(32)
    second = Order.objects.latest("pk")
    assert (second.gross_cents, second.vat_treatment) == (20_000, "reverse_charge")
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.sale, refund.state) == (4_000, None, "succeeded")
    assert Subscription.objects.get().gross_cents == 20_000
    first.refresh_from_db()
    assert first.vat_cents == 4_000
    till.settle()
    assert reads.subscription(Subscription.objects.get().stripe_id).gross_cents == 20_000


def test_month_after_a_no_costs_vat_if_agreed(till: Till, days: Days, shop: Merchant) -> None:
    answered(shop, "no", at=timezone.now())
    subscription = Subscription.objects.get()
    page = subscription_page(subscription, at=timezone.now())
    assert page.owes_vat_from_now_on
    assert page.other_price is not None
    agreed = page.other_price
    assert agreed.vat_bp == 2_000
    form = act(subscription, "prices", seen=str(agreed.gross_cents))
    assert not form.errors
    till.settle()
    days.pass_by(32)
    second = Order.objects.latest("pk")
    assert (second.gross_cents, second.vat_treatment) == (agreed.gross_cents, "domestic")
    assert not Refund.objects.exists()
    assert Subscription.objects.get().state == "active"


def test_month_after_a_no_goes_back_whole_unless_agreed(days: Days, shop: Merchant) -> None:
    answered(shop, "no", at=timezone.now())
    days.pass_by(32)
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.state) == (20_000, "succeeded")
    assert Subscription.objects.get().state == "ended"
    assert Sale.objects.count() == 1
