"""What is typed in this room."""

import datetime as dt

from billing import actions, queries
from billing.models import Order
from billing.settlement import sending
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign
from saas.kernel.forms import ActionForm

# A session that is nearly over is closed, the merchant becomes a customer, a session is opened.
MOST_CALLS = 4


class CheckoutForm(ActionForm[Order]):
    """The button that opens a payment; nothing is typed."""

    def perform(  # type: ignore[override]
        self, *, campaign: Campaign, by: User, at: dt.datetime
    ) -> Order:
        """Order the campaign, and make the calls that its payment needs, each after its commit."""
        order = actions.open_checkout(campaign=campaign, by=by, at=at)
        for _ in range(MOST_CALLS):
            intent = queries.unsent_intent_of(order)
            if intent is None:
                break
            sending.send(intent.pk, at=at)
            campaign.merchant.refresh_from_db(fields=["stripe_customer"])
            order = actions.open_checkout(campaign=campaign, by=by, at=at)
        return order


class CancelForm(ActionForm[Order]):
    """The button that closes an open payment; nothing is typed."""

    def perform(self, *, order: Order, by: User, at: dt.datetime) -> Order:  # type: ignore[override]
        """Close the session at Stripe, then here."""
        order = actions.cancel_checkout(order=order, by=by, at=at)
        intent = queries.unsent_intent_of(order)
        if intent is not None:
            sending.send(intent.pk, at=at)
        return order
