"""Postings of each event: debit positive, credit negative, the sum always nothing."""

from collections.abc import Mapping
from typing import NamedTuple

from billing.models import Account


class Line(NamedTuple):
    """An amount on an account."""

    account: Account
    cents: int
    council_id: int | None = None
    merchant_id: int | None = None
    sale_id: int | None = None
    stripe_id: str = ""


def invoiced(*, net_cents: int, vat_cents: int, merchant_id: int, sale_id: int) -> list[Line]:
    """Book that the merchant owes the invoice."""
    return [
        Line(Account.RECEIVABLE, net_cents + vat_cents, merchant_id=merchant_id, sale_id=sale_id),
        Line(Account.REVENUE_PLACEMENT, -net_cents, sale_id=sale_id),
        Line(Account.VAT_OUTPUT, -vat_cents, sale_id=sale_id),
    ]


def captured(*, cents: int, merchant_id: int, sale_id: int | None, charge: str) -> list[Line]:
    """Return lines for the merchant's payment, received on our Stripe balance."""
    return [
        Line(Account.STRIPE_BALANCE, cents, sale_id=sale_id, stripe_id=charge),
        Line(Account.RECEIVABLE, -cents, merchant_id=merchant_id, sale_id=sale_id),
    ]


def fee(*, cents: int, sale_id: int | None, balance_transaction: str) -> list[Line]:
    """Book Stripe's fee, which is our expense."""
    return [
        Line(Account.FEES_STRIPE, cents, sale_id=sale_id, stripe_id=balance_transaction),
        Line(Account.STRIPE_BALANCE, -cents, sale_id=sale_id, stripe_id=balance_transaction),
    ]


def shared(*, shares: Mapping[int, int], sale_id: int) -> list[Line]:
    """Book that each council has earned its share, which is held."""
    return [
        line
        for council_id, cents in sorted(shares.items())
        for line in (
            Line(Account.SHARE_COST, cents, council_id=council_id, sale_id=sale_id),
            Line(Account.SHARE_HELD, -cents, council_id=council_id, sale_id=sale_id),
        )
    ]


def due(*, cents: int, council_id: int, sale_id: int) -> list[Line]:
    """Book that a held share is now to be paid."""
    return [
        Line(Account.SHARE_HELD, cents, council_id=council_id, sale_id=sale_id),
        Line(Account.SHARE_DUE, -cents, council_id=council_id, sale_id=sale_id),
    ]


def transferred(*, cents: int, council_id: int, sale_id: int | None, transfer: str) -> list[Line]:
    """Book that a share, or the VAT of many, left our Stripe balance for the council's."""
    return [
        Line(Account.SHARE_DUE, cents, council_id=council_id, sale_id=sale_id),
        Line(
            Account.STRIPE_BALANCE,
            -cents,
            council_id=council_id,
            sale_id=sale_id,
            stripe_id=transfer,
        ),
    ]


def credited(*, net_cents: int, vat_cents: int, merchant_id: int, sale_id: int) -> list[Line]:
    """Book that a credit note takes back a part of an invoice."""
    return [
        Line(Account.REVENUE_PLACEMENT, net_cents, sale_id=sale_id),
        Line(Account.VAT_OUTPUT, vat_cents, sale_id=sale_id),
        Line(
            Account.RECEIVABLE,
            -net_cents - vat_cents,
            merchant_id=merchant_id,
            sale_id=sale_id,
        ),
    ]


def refunded(*, cents: int, merchant_id: int, sale_id: int | None, refund: str) -> list[Line]:
    """Book that a refund left our Stripe balance."""
    return [
        Line(Account.RECEIVABLE, cents, merchant_id=merchant_id, sale_id=sale_id),
        Line(Account.STRIPE_BALANCE, -cents, sale_id=sale_id, stripe_id=refund),
    ]


def refund_came_back(
    *, cents: int, merchant_id: int, sale_id: int | None, refund: str
) -> list[Line]:
    """Book that the merchant's bank refused a refund; we owe it by other means."""
    return [
        Line(Account.STRIPE_BALANCE, cents, sale_id=sale_id, stripe_id=refund),
        Line(Account.RECEIVABLE, -cents, merchant_id=merchant_id, sale_id=sale_id),
    ]


def claimed(*, cents: int, council_id: int, sale_id: int, sits: Account) -> list[Line]:
    """Return lines that reduce a council's share: held or due, else the council owes it."""
    return [
        Line(sits, cents, council_id=council_id, sale_id=sale_id),
        Line(Account.SHARE_COST, -cents, council_id=council_id, sale_id=sale_id),
    ]


def reversed_(*, cents: int, council_id: int, sale_id: int, reversal: str) -> list[Line]:
    """Return lines for a council's debt returned to our Stripe balance."""
    return [
        Line(
            Account.STRIPE_BALANCE,
            cents,
            council_id=council_id,
            sale_id=sale_id,
            stripe_id=reversal,
        ),
        Line(Account.SHARE_OWED, -cents, council_id=council_id, sale_id=sale_id),
    ]


def netted(
    *, cents: int, council_id: int, due_sale_id: int | None, owed_sale_id: int | None
) -> list[Line]:
    """Return lines that net a council's debt with an amount due to it."""
    return [
        Line(Account.SHARE_DUE, cents, council_id=council_id, sale_id=due_sale_id),
        Line(Account.SHARE_OWED, -cents, council_id=council_id, sale_id=owed_sale_id),
    ]


def self_billed(*, vat_cents: int, council_id: int) -> list[Line]:
    """Return lines for the tax of a self-billed share: we owe it to the council.

    It may not be deducted yet: see `deductible`.
    """
    return [
        Line(Account.VAT_PENDING, vat_cents, council_id=council_id),
        Line(Account.SHARE_DUE, -vat_cents, council_id=council_id),
    ]


def deductible(*, vat_cents: int, council_id: int) -> list[Line]:
    """Return lines that deduct the tax of a council's bill, now that the bill is paid.

    The right to deduct arises when the tax becomes chargeable to the supplier (CGI, art. 271, I-2).
    For services this is the day of payment (art. 269, 2-c), unless the supplier has opted for
    debits; no council of ours has. A credit note reverses it in the same way.
    """
    return [
        Line(Account.VAT_INPUT, vat_cents, council_id=council_id),
        Line(Account.VAT_PENDING, -vat_cents, council_id=council_id),
    ]


def owed_instead(*, cents: int, council_id: int) -> list[Line]:
    """Book that a council owes the VAT of a credit note in its name, rather than is due less."""
    return [
        Line(Account.SHARE_OWED, cents, council_id=council_id),
        Line(Account.SHARE_DUE, -cents, council_id=council_id),
    ]


def paid_by_hand(*, cents: int, council_id: int, sale_id: int | None) -> list[Line]:
    """Return lines for an amount due to a council and paid from our bank account, on a paper.

    The transfer stays on 580 (virements internes) until the bank's statement shows it.
    """
    return [
        Line(Account.SHARE_DUE, cents, council_id=council_id, sale_id=sale_id),
        Line(Account.BANK_TRANSIT, -cents, council_id=council_id, sale_id=sale_id),
    ]


def stranded(*, cents: int, council_id: int, payout: str) -> list[Line]:
    """Return lines for a payout that came back to a closed account: due again to its council.

    The amount is at Stripe: it stays on 471 (compte d'attente) until Stripe gives it back.
    """
    return [
        Line(Account.SUSPENSE, cents, council_id=council_id, stripe_id=payout),
        Line(Account.SHARE_DUE, -cents, council_id=council_id),
    ]


def written_off(*, cents: int, council_id: int, sale_id: int | None) -> list[Line]:
    """Return lines that write off a council's debt."""
    return [
        Line(Account.BAD_DEBT, cents, council_id=council_id, sale_id=sale_id),
        Line(Account.SHARE_OWED, -cents, council_id=council_id, sale_id=sale_id),
    ]


def paid_otherwise(*, cents: int, merchant_id: int, sale_id: int | None) -> list[Line]:
    """Return lines for a refund returned by the merchant's bank and paid from our bank account."""
    return [
        Line(Account.RECEIVABLE, cents, merchant_id=merchant_id, sale_id=sale_id),
        Line(Account.BANK_TRANSIT, -cents, sale_id=sale_id),
    ]


def dispute_moved(
    *, amount_cents: int, fee_cents: int, sale_id: int | None, dispute: str
) -> list[Line]:
    """Return lines for a dispute's movement at Stripe: taken is negative, returned positive."""
    net_cents = amount_cents - fee_cents
    return [
        Line(Account.STRIPE_BALANCE, net_cents, sale_id=sale_id, stripe_id=dispute),
        Line(Account.DISPUTE_SUSPENSE, -amount_cents, sale_id=sale_id, stripe_id=dispute),
        Line(Account.FEES_DISPUTE, fee_cents, sale_id=sale_id, stripe_id=dispute),
    ]


def dispute_lost(*, cents: int, merchant_id: int, sale_id: int | None, dispute: str) -> list[Line]:
    """Return lines for a lost dispute: the merchant owes the amount; negative to reverse it."""
    return [
        Line(Account.RECEIVABLE, cents, merchant_id=merchant_id, sale_id=sale_id),
        Line(Account.DISPUTE_SUSPENSE, -cents, sale_id=sale_id, stripe_id=dispute),
    ]


def bad_debt(*, cents: int, merchant_id: int, sale_id: int | None) -> list[Line]:
    """Return lines that write off a merchant's debt; negative to reverse it."""
    return [
        Line(Account.BAD_DEBT, cents, sale_id=sale_id),
        Line(Account.RECEIVABLE, -cents, merchant_id=merchant_id, sale_id=sale_id),
    ]


def restored(*, cents: int, council_id: int, sale_id: int) -> list[Line]:
    """Return lines for a share due to a council again after a lost dispute was won on appeal."""
    return [
        Line(Account.SHARE_COST, cents, council_id=council_id, sale_id=sale_id),
        Line(Account.SHARE_DUE, -cents, council_id=council_id, sale_id=sale_id),
    ]


def paid_out(*, cents: int, payout: str) -> list[Line]:
    """Return lines for a payout from our Stripe balance to our bank; negative for a top-up."""
    return [
        Line(Account.BANK_TRANSIT, cents, stripe_id=payout),
        Line(Account.STRIPE_BALANCE, -cents, stripe_id=payout),
    ]
