"""Needs of a merchant's payments, for the first page of the desk."""

from django.utils.translation import gettext as _

from billing.models import Dispute, Order, Payment, Subscription
from billing.orders import wording
from billing.wording import debits
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.team import current_of, run_by
from saas.kernel.offers.catalogue_hooks import MerchantNeed, Underway

# A bank asks, takes or decides; the merchant may still withdraw the claim.
CONTESTED = (
    Dispute.State.WARNING_NEEDS_RESPONSE,
    Dispute.State.WARNING_UNDER_REVIEW,
    Dispute.State.NEEDS_RESPONSE,
    Dispute.State.UNDER_REVIEW,
    Dispute.State.APPEAL_NEEDS_RESPONSE,
    Dispute.State.APPEAL_UNDER_REVIEW,
)


def needs_of(user: User) -> list[MerchantNeed]:
    """Return the months that were refused, then the payments that a bank contests."""
    shop = current_of(user).first()
    return [*_unpaid_months(user, shop), *_contested(user, shop)]


def _unpaid_months(user: User, shop: Merchant | None) -> list[MerchantNeed]:
    behind = Subscription.objects.filter(
        merchant__in=run_by(user), state=Subscription.State.PAST_DUE
    )
    return [
        MerchantNeed(
            symbol="triangle-alert",
            text=_text(one, wording.month_is_unpaid(one.campaign, one.next_try_at), at=shop),
            url=one.get_absolute_url(),
            action=_("Payer le mois"),
        )
        for one in behind.select_related("campaign", "merchant")
    ]


def _contested(user: User, shop: Merchant | None) -> list[MerchantNeed]:
    orders = Order.objects.filter(
        merchant__in=run_by(user), payments__disputes__state__in=CONTESTED
    ).distinct()
    return [
        MerchantNeed(
            symbol="triangle-alert",
            text=_text(order, wording.payment_is_contested(order.campaign), at=shop),
            url=order.get_absolute_url(),
            action=_("Voir ce qui suit"),
        )
        for order in orders.select_related("campaign", "merchant")
    ]


def _text(row: Subscription | Order, text: str, *, at: Merchant | None) -> str:
    """Return the sentence, which names the shop unless it is the desk's present shop."""
    return text if row.merchant == at else wording.at_shop(row.merchant.name, text)


def underway(campaign_ids: list[int]) -> dict[int, Underway]:
    """Return the campaigns with a debit in progress, and the day until the bank may debit."""
    found = Payment.objects.filter(
        order__campaign__in=campaign_ids,
        order__campaign__withdrawn_at=None,
        state=Payment.State.PROCESSING,
    )
    return {
        payment.order.campaign_id: Underway(
            words=_("Prélèvement en route"),
            text=debits.in_words(payment.debited_on),
            url=payment.order.get_absolute_url(),
        )
        for payment in found.select_related("order")
    }
