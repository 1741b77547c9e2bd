"""Needs of a merchant's payments, for the first page of the desk."""

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Dispute, Order, Payment, Subscription
from billing.orders import wording
from billing.wording import debits
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.team import current_of, run_by
from saas.kernel.offers.catalogue_hooks import MerchantNeed, Underway

PAY_MONTH, SEE_MORE = _("Payer le mois"), _("Voir ce qui suit")
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
    months, orders = list(_unpaid_months(user)), list(_contested(user))
    shop = current_of(user).first() if months or orders else None
    return [
        *(
            _need(one, wording.month_is_unpaid(one.campaign, one.next_try_at), PAY_MONTH, at=shop)
            for one in months
        ),
        *(
            _need(order, wording.payment_is_contested(order.campaign), SEE_MORE, at=shop)
            for order in orders
        ),
    ]


def _unpaid_months(user: User) -> QuerySet[Subscription]:
    behind = Subscription.objects.filter(
        merchant__in=run_by(user), state=Subscription.State.PAST_DUE
    )
    return behind.select_related("campaign", "merchant")


def _contested(user: User) -> QuerySet[Order]:
    orders = Order.objects.filter(
        merchant__in=run_by(user), payments__disputes__state__in=CONTESTED
    )
    return orders.distinct().select_related("campaign", "merchant")


def _need(
    row: Subscription | Order, text: str, action: Promise, *, at: Merchant | None
) -> MerchantNeed:
    return MerchantNeed(
        symbol="triangle-alert",
        text=_text(row, text, at=at),
        url=row.get_absolute_url(),
        action=str(action),
    )


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
            words=str(_("Prélèvement en route")),
            text=debits.in_words(payment.debited_on),
            url=payment.order.get_absolute_url(),
        )
        for payment in found.select_related("order")
    }
