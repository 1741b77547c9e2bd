"""Choices on a hosted page: a test card, or a debit from a test account."""

from dataclasses import dataclass

from infra.stripe_simulator.objects.payments import cards, ibans
from infra.stripe_simulator.objects.payments.payment_methods import Means

CARD, DEBIT = "card", "sepa_debit"
# Debits that fail, for every IBAN in the field.
BAD_DEBITS = {"sepa_debit_fails": ibans.FAILING, "sepa_debit_sent_back": ibans.SENT_BACK}


@dataclass(frozen=True, slots=True)
class Choice:
    """A submitted choice: the number of a card or a kind of debit, and an IBAN."""

    card: str = ""
    iban: str = ""


NO_CHOICE = Choice()


def chosen(choice: Choice, *, allowed: list[str]) -> Means | None:
    """Return the test card or account, or null for an invalid IBAN."""
    if DEBIT in allowed:
        if choice.card in BAD_DEBITS:
            return BAD_DEBITS[choice.card]
        if choice.card == DEBIT or CARD not in allowed:
            return ibans.named(choice.iban) if choice.iban.strip() else ibans.GOOD
    return cards.CARDS.get(choice.card.replace(" ", ""), cards.GOOD)
