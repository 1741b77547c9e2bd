"""Payments to councils in a year, by quarter: the figures of a DAC7 report."""

from typing import NamedTuple

from django.db.models import Count, F, Sum
from django.db.models.functions import ExtractQuarter

from billing.models import Account, Council, LedgerEntry

# Payments to a council: shares, restitutions and VAT, by Stripe or from our bank; less those that
# came back to a closed account (471).
PAID = ("transferred", "tax_sent", "paid_by_hand", "reversed", "stranded")
_LEFT = (Account.STRIPE_BALANCE, Account.BANK_TRANSIT, Account.SUSPENSE)
QUARTERS = (1, 2, 3, 4)


class PaidCouncil(NamedTuple):
    """A council, with the cents and the number of its payments in each quarter of a year."""

    council: Council
    cents: tuple[int, ...]
    payments: tuple[int, ...]

    @property
    def total_cents(self) -> int:
        """Cents paid to it in the year."""
        return sum(self.cents)


def paid_councils(year: int) -> list[PaidCouncil]:
    """Return the councils that were paid in a year, by name, from the numbered entries."""
    found = (
        LedgerEntry.objects.filter(
            account__in=_LEFT,
            council__isnull=False,
            transaction__kind__in=PAID,
            transaction__entry_number__year=year,
        )
        .order_by()
        .annotate(quarter=ExtractQuarter(F("transaction__entry_number__booked_on")))
        .values("council_id", "quarter")
        .annotate(cents=Sum("amount_cents"), payments=Count("transaction", distinct=True))
    )
    sums = {
        (row["council_id"], row["quarter"]): (-int(row["cents"]), int(row["payments"]))
        for row in found
    }
    councils = Council.objects.filter(pk__in={council for council, _quarter in sums})
    return [
        PaidCouncil(
            council,
            tuple(sums.get((council.pk, quarter), (0, 0))[0] for quarter in QUARTERS),
            tuple(sums.get((council.pk, quarter), (0, 0))[1] for quarter in QUARTERS),
        )
        for council in councils.order_by("name", "pk")
    ]
