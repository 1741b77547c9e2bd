"""Test IBANs: which debits succeed, which fail, and which are sent back after they succeeded."""

import hashlib
from dataclasses import dataclass

from stdnum import iban as ibans

from infra.stripe_simulator.errors import JSON

USUAL_DAYS = 5
SLOW_DAYS = 10
SENT_BACK_AFTER_DAYS = 10


@dataclass(frozen=True, slots=True)
class Iban:
    """A bank account that exists only in tests; its banking days pass before the bank answers."""

    number: str
    failure: str | None = None
    sent_back: bool = False
    days: int = USUAL_DAYS


MESSAGES = {
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "no_account": "The bank account could not be located.",
}

GOOD = Iban("FR1420041010050500013M02606")
FAILING = Iban("FR8420041010050500013M02607", failure="no_account")
SENT_BACK = Iban("FR5720041010050500013M02608", sent_back=True)
IBANS = {
    iban.number: iban
    for iban in (
        GOOD,
        FAILING,
        SENT_BACK,
        Iban("FR3020041010050500013M02609", days=SLOW_DAYS),
        Iban("FR7920041010050500013M02600", failure="no_account", days=SLOW_DAYS),
        Iban("FR9720041010050000002222227", failure="insufficient_funds"),
        Iban("DE89370400440532013000"),
        Iban("DE62370400440532013001", failure="no_account"),
        Iban("DE35370400440532013002", sent_back=True),
    )
}
TOKENS = {
    "pm_sepaDebit_success_fr": GOOD,
    "pm_sepaDebit_successDelayed_fr": IBANS["FR3020041010050500013M02609"],
    "pm_sepaDebit_failed_fr": FAILING,
    "pm_sepaDebit_failedDelayed_fr": IBANS["FR7920041010050500013M02600"],
    "pm_sepaDebit_insufficientFunds_fr": IBANS["FR9720041010050000002222227"],
    "pm_sepaDebit_disputed_fr": SENT_BACK,
}


def plain(written: str) -> str:
    """Write an IBAN without blanks, in capitals."""
    return "".join(written.split()).upper()


def named(written: str) -> Iban | None:
    """Return the account of an IBAN: a good account by default, null for an invalid IBAN."""
    number = plain(written)
    is_one = ibans.is_valid(number, check_country=False)
    return IBANS.get(number) or (Iban(number) if is_one else None)


def method_details(iban: Iban) -> JSON:
    """Describe an account as a stored payment method and a charge do."""
    french = iban.number.startswith("FR")
    return {
        "bank_code": iban.number[4:9] if french else iban.number[4:12],
        "branch_code": iban.number[9:14] if french else "",
        "country": iban.number[:2],
        "fingerprint": hashlib.sha256(iban.number.encode()).hexdigest()[:16],
        "last4": iban.number[-4:],
    }
