"""Forms of this room."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.adjustments.actions.parts import stop_part
from billing.adjustments.actions.pauses import go_on, pause
from billing.adjustments.actions.refunds import refund_what_has_not_run
from billing.models import Order, Refund, StripeCall, Subscription
from billing.orders.actions.checkout import cancel_checkout, open_checkout, withdraw
from billing.orders.actions.links import ask_for_portal
from billing.orders.actions.spending import set_spend_limit
from billing.orders.actions.subscriptions import (
    end_subscription,
    resume_subscription,
    stop_subscription,
    take_todays_prices,
)
from billing.orders.queries.offers import has_code, price_of
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.rules.prices import Quote
from saas.kernel.errors import Refused
from saas.kernel.forms import ActionForm, EurosField
from saas.kernel.secrets import tokens
from saas.kernel.web import rate_limit

# Attempts at codes, by account or merchant, and by an office network shared by many people.
CODES_OF_A_MERCHANT, CODES_OF_A_NETWORK, AN_HOUR = 20, 200, 3600


def count_code(typed: str, *, campaign: Campaign, by: User, network: str) -> None:
    """Count an attempt at a promotion code, unless the order has it already. Raises Refused."""
    if not typed or has_code(campaign, typed):
        return
    keys = (
        ("code", f"person:{by.pk}", CODES_OF_A_MERCHANT),
        ("code", f"merchant:{campaign.merchant_id}", CODES_OF_A_MERCHANT),
        ("code_network", tokens.hashed(network) if network else "", CODES_OF_A_NETWORK),
    )
    for name, key, most in keys:
        if key:
            rate_limit.check(
                name,
                key,
                most=most,
                per_seconds=AN_HOUR,
                when_silent=rate_limit.Silent.REFUSE,
                field="code",
            )


class CheckoutForm(ActionForm[Order]):
    """The button that opens a payment, and the promotion code that may go with it.

    `seen` is the total that stood beside the button.
    """

    code = forms.CharField(
        label=_("Code promotionnel"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    seen = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput())

    def perform(  # type: ignore[override]
        self, *, campaign: Campaign, by: User, at: dt.datetime, network: str = ""
    ) -> Order:
        """Order the campaign, and have its payment opened.

        `network` is empty where no browser asks.
        """
        code = self.cleaned_data["code"] if "code" in self.data else None
        count_code(code or "", campaign=campaign, by=by, network=network)
        seen = self.cleaned_data["seen"]
        return open_checkout(campaign=campaign, by=by, at=at, code=code, seen=seen)

    def price(
        self, *, campaign: Campaign, by: User, at: dt.datetime, network: str = ""
    ) -> Quote | None:
        """Return the price of the campaign with the typed code; a refusal becomes a form error."""
        if not self.is_valid():
            return None
        code = self.cleaned_data["code"]
        try:
            count_code(code, campaign=campaign, by=by, network=network)
            return price_of(campaign, code, at=at)
        except Refused as refusal:
            self.add_error(
                refusal.field if refusal.field in self.fields else None, refusal.sentence
            )
            return None


class CancelForm(ActionForm[Order]):
    """The button that closes an open payment; nothing is typed."""

    def perform(self, *, order: Order, by: User, at: dt.datetime) -> Order:  # type: ignore[override]
        """Have the session closed at Stripe, then here."""
        return cancel_checkout(order=order, by=by, at=at)


class WithdrawForm(ActionForm[Campaign]):
    """The button that withdraws a draft; nothing is typed."""

    def perform(self, *, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:  # type: ignore[override]
        """Withdraw it, and have the payment closed that may be open."""
        withdraw(campaign=campaign, by=by, at=at)
        return campaign


class PauseForm(ActionForm[Campaign]):
    """The buttons that pause a paid campaign and let it go on."""

    act = forms.ChoiceField(
        choices=[("pause", "pause"), ("go_on", "go_on")], widget=forms.HiddenInput()
    )

    def perform(self, *, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:  # type: ignore[override]
        """Perform the chosen action."""
        act = go_on if self.cleaned_data["act"] == "go_on" else pause
        return act(campaign=campaign, by=by, at=at)


class MonthlyForm(ActionForm[Subscription]):
    """The buttons of a subscription: stop it, go on, end it at once, take today's prices."""

    act = forms.ChoiceField(
        choices=[("stop", "stop"), ("resume", "resume"), ("end", "end"), ("prices", "prices")],
        widget=forms.HiddenInput(),
    )
    seen = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput())

    def perform(  # type: ignore[override]
        self, *, subscription: Subscription, by: User, at: dt.datetime
    ) -> Subscription:
        """Perform the chosen action; Stripe is called after the commit."""
        given: dict[str, Any] = {"subscription": subscription, "by": by, "at": at}
        act = self.cleaned_data["act"]
        if act == "stop":
            return stop_subscription(**given)
        if act == "resume":
            return resume_subscription(**given)
        if act == "end":
            return end_subscription(**given)
        return take_todays_prices(**given, seen=self.cleaned_data["seen"])


class LimitForm(ActionForm[bool]):
    """How much a merchant lets itself spend in a month."""

    limit_cents = EurosField(
        label=_("Plafond par mois, TTC"),
        required=False,
        help_text=_("En euros, par exemple 500. Laissez vide pour ne pas avoir de plafond."),
    )

    def perform(self, *, by: User, at: dt.datetime) -> bool:  # type: ignore[override]
        """Keep it, or lift it."""
        set_spend_limit(limit_cents=self.cleaned_data["limit_cents"], by=by, at=at)
        return True


class PortalForm(ActionForm[StripeCall]):
    """Form that requests a session of Stripe's portal, for changing the payment method."""

    def perform(  # type: ignore[override]
        self, *, merchant: Merchant, return_url: str, by: User, at: dt.datetime
    ) -> StripeCall:
        """Ask for the address; the page that waits for it shows it."""
        return ask_for_portal(merchant=merchant, return_url=return_url, by=by, at=at)


class StopPartForm(ActionForm[Refund]):
    """Form that stops a single slot of a campaign; `seen_cents` was shown."""

    flight = forms.CharField(max_length=12, widget=forms.HiddenInput())
    seen_cents = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)

    def perform(self, *, order: Order, by: User, at: dt.datetime) -> Refund:  # type: ignore[override]
        """Stop it there and refund its days."""
        reference, seen_cents = self.cleaned_data["flight"], self.cleaned_data["seen_cents"]
        return stop_part(
            order=order, flight_reference=reference, seen_cents=seen_cents, by=by, at=at
        )


class StopForm(ActionForm[Refund]):
    """Form that stops a campaign and refunds its undelivered part; `seen_cents` was shown."""

    seen_cents = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)

    def perform(self, *, order: Order, by: User, at: dt.datetime) -> Refund:  # type: ignore[override]
        """Do both at once."""
        seen_cents = self.cleaned_data["seen_cents"]
        return refund_what_has_not_run(order=order, seen_cents=seen_cents, by=by, at=at)
