"""Check that our balance at Stripe covers the amounts owed."""

import datetime as dt

from billing.ledger.queries.balances import sums_at
from billing.ledger.rules import reserve
from billing.models import Account, Restitution, Share, StripeCall, TaxPayment, Transfer
from billing.models.states import CALLS_UNDER_WAY
from billing.stripe.rules.answers import TO_AN_ACCOUNT

_TOO_LOW = "balance_insufficient"


def balance_short_since(*, at: dt.datetime) -> dt.datetime | None:
    """Return since when our Stripe balance is too low, for refused calls or for amounts due.

    Stripe answers `balance_insufficient` to a transfer, a council's VAT, a restitution or a refund
    that it cannot cover. Amounts held for councils and due to them are owed, and must stay in the
    balance.
    """
    waiting = [Share.State.RELEASABLE, Share.State.SENDING]
    refused = [
        Transfer.objects.filter(
            state=Transfer.State.REFUSED, share__state__in=waiting, refusal=_TOO_LOW
        )
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first(),
        StripeCall.objects.filter(
            kind__in=[*TO_AN_ACCOUNT, StripeCall.Kind.REFUND],
            state__in=CALLS_UNDER_WAY,
            failure__startswith=_TOO_LOW,
        )
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first(),
    ]
    unpaid: tuple[type[TaxPayment | Restitution], ...] = (TaxPayment, Restitution)
    refused += [_refused_since(payments) for payments in unpaid]
    found = [since for since in refused if since]
    if found:
        return min(found)
    sums = sums_at(at)
    short = sums.get(Account.STRIPE_BALANCE, 0) < reserve.minimum_cents_of(sums, refunds_cents=0)
    return at if short else None


def _refused_since(payments: type[TaxPayment | Restitution]) -> dt.datetime | None:
    """Return since when a council's VAT or restitution is due that our balance did not cover."""
    rows = payments.objects.filter(state=payments.State.DUE, refusal__startswith=_TOO_LOW)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()
