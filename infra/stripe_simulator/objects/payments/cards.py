"""Test cards: which of them pays, and how the others refuse."""

import dataclasses
from dataclasses import dataclass

from infra.stripe_simulator.errors import JSON


@dataclass(frozen=True, slots=True)
class Card:
    """A card that exists only in tests."""

    number: str
    brand: str = "visa"
    decline_code: str | None = None
    challenge: bool = False
    at_once: bool = False
    later: str | None = None
    disputes: str | None = None

    @property
    def last4(self) -> str:
        """Give the four figures that may be shown."""
        return self.number[-4:]

    def away(self) -> "Card":
        """Give the card as its bank sees it while its owner is not there."""
        return dataclasses.replace(self, decline_code=self.decline_code or self.later)

    @property
    def code(self) -> str | None:
        """Give the error code of a refusal."""
        if self.decline_code in OWN_CODES:
            return self.decline_code
        return "card_declined" if self.decline_code else None


OWN_CODES = {"authentication_required", "expired_card", "incorrect_cvc", "processing_error"}
MESSAGES = {
    "authentication_required": (
        "Your card was declined. This transaction requires authentication."
    ),
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
    "fraudulent": "Your card was declined.",
    "card_velocity_exceeded": (
        "Your card was declined for making repeated attempts too frequently or exceeding its "
        "amount limit."
    ),
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}

GOOD = Card("4242424242424242")
DECLINED = Card("4000000000000002", decline_code="generic_decline")
NO_FUNDS = Card("4000000000009995", decline_code="insufficient_funds")
CHALLENGED = Card("4000002760003184", challenge=True, later="authentication_required")
FAILS_LATER = Card("4000000000000341", later="generic_decline")
CARDS = {
    card.number: card
    for card in (
        GOOD,
        DECLINED,
        NO_FUNDS,
        CHALLENGED,
        FAILS_LATER,
        Card("5555555555554444", brand="mastercard"),
        Card("4000000000009987", decline_code="lost_card"),
        Card("4000000000009979", decline_code="stolen_card"),
        Card("4000000000006975", decline_code="card_velocity_exceeded"),
        Card("4100000000000019", decline_code="fraudulent"),
        Card("4000000000000069", decline_code="expired_card"),
        Card("4000000000000127", decline_code="incorrect_cvc"),
        Card("4000000000000119", decline_code="processing_error"),
        Card("4000000000003220", challenge=True, later="authentication_required"),
        Card("4000002500003155", challenge=True),
        Card("4000000000000077", at_once=True),
        Card("4000000000000259", disputes="fraudulent"),
        Card("4000000000002685", disputes="product_not_received"),
        Card("4000000000001976", disputes="inquiry"),
        Card("4000000000007726"),  # its refunds take some days
        Card("4000000000005126"),  # its refunds fail after some days
    )
}
TOKENS = {
    "pm_card_visa": GOOD,
    "pm_card_mastercard": CARDS["5555555555554444"],
    "pm_card_bypassPending": CARDS["4000000000000077"],
    "pm_card_createDispute": CARDS["4000000000000259"],
    "pm_card_createDisputeProductNotReceived": CARDS["4000000000002685"],
    "pm_card_createDisputeInquiry": CARDS["4000000000001976"],
    "pm_card_pendingRefund": CARDS["4000000000007726"],
    "pm_card_refundFail": CARDS["4000000000005126"],
    "pm_card_chargeDeclined": DECLINED,
    "pm_card_visa_chargeDeclined": DECLINED,
    "pm_card_chargeDeclinedInsufficientFunds": NO_FUNDS,
    "pm_card_visa_chargeDeclinedInsufficientFunds": NO_FUNDS,
    "pm_card_visa_chargeDeclinedLostCard": CARDS["4000000000009987"],
    "pm_card_visa_chargeDeclinedStolenCard": CARDS["4000000000009979"],
    "pm_card_chargeDeclinedExpiredCard": CARDS["4000000000000069"],
    "pm_card_chargeDeclinedIncorrectCvc": CARDS["4000000000000127"],
    "pm_card_chargeDeclinedProcessingError": CARDS["4000000000000119"],
    "pm_card_chargeDeclinedFraudulent": CARDS["4100000000000019"],
    "pm_card_radarBlock": CARDS["4100000000000019"],
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": CARDS["4000000000006975"],
    "pm_card_authenticationRequired": CHALLENGED,
    "pm_card_authenticationRequiredOnSetup": CARDS["4000002500003155"],
    "pm_card_chargeCustomerFail": FAILS_LATER,
    "pm_card_threeDSecure2Required": CHALLENGED,
}


def method_details(card: Card) -> JSON:
    """Describe a card as a stored payment method does."""
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "FR",
        "display_brand": card.brand,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"sim{card.number[-10:]}",
        "funding": "credit",
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def charge_details(card: Card, amount_cents: int) -> JSON:
    """Describe a card as a charge does."""
    secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": "00000000-0000-4000-8000-000000000000",
        "version": "2.2.0",
    }
    shared = {
        key: item
        for key, item in method_details(card).items()
        if key not in {"display_brand", "generated_from", "networks", "three_d_secure_usage"}
    }
    details: JSON = shared | {
        "amount_authorized": amount_cents,
        "authorization_code": "123456",
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": "104102978678771",
        "overcapture": {"maximum_amount_capturable": amount_cents, "status": "unavailable"},
        "three_d_secure": secure if card.challenge else None,
    }
    return {"card": details, "type": "card"}
