"""Sales of a council's placements to be split again, and those about to come."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from billing.councils.rules.simulation import Return, Sold
from billing.ledger.rules.split import part_of
from billing.models import (
    Council,
    Dispute,
    LedgerTransaction,
    OrderLine,
    OwnPayout,
    OwnRenewal,
    OwnShare,
    Refund,
    SaleTerms,
    Share,
)
from billing.wording import reasons

MOST_PAYOUTS = 24
STILL_HERE = (
    Share.State.HELD,
    Share.State.RELEASABLE,
    Share.State.WAITING_ACCOUNT,
    Share.State.FROZEN,
    Share.State.SENDING,
)


class ToBank(NamedTuple):
    """A payment to a council's bank, and why the bank refused it where it did."""

    payout: OwnPayout
    why_words: str


class Waiting(NamedTuple):
    """Shares of a council with the same state and the same day of release."""

    state: str
    day: dt.date
    runs: bool
    cents: int
    shares: int


def sold_for(council: Council, *, since: dt.datetime) -> list[Sold]:
    """Return the sales since a moment that a council has a share of, with all their parts."""
    shares = Share.objects.filter(council=council, sale__collected_at__gte=since)
    terms = SaleTerms.objects.filter(sale__in=shares.values("sale"))
    budgets = dict(shares.values_list("sale_id", "aep_bp"))
    returns = _returns_of(list(budgets))
    nets = _nets_of(
        [sale_id for sale_id, found in returns.items() if any(one.space_id for one in found)]
    )
    found: dict[int, Sold] = {}
    for row in terms.select_related("sale", "flight").order_by("sale_id", "pk"):
        sale = row.sale
        before = found.get(row.sale_id) or Sold(
            net_cents=sale.net_cents,
            gross_cents=sale.gross_cents,
            merchant_id=sale.merchant_id,
            parts=(),
            returns=tuple(returns.get(row.sale_id, ())),
            aep_bp=budgets[row.sale_id],
            nets=tuple(nets.get(row.sale_id, ())),
        )
        found[row.sale_id] = before._replace(parts=(*before.parts, part_of(row)))
    return list(found.values())


def _nets_of(sale_ids: list[int]) -> dict[int, list[tuple[int, int]]]:
    """Return the prices of the flights of some sales, by space."""
    found: dict[int, list[tuple[int, int]]] = {}
    lines = OrderLine.objects.filter(order__sales__in=sale_ids).order_by()
    sums = lines.values_list("order__sales", "flight__tenant").annotate(Sum("net_cents"))
    for sale_id, tenant_id, cents in sums if sale_ids else ():
        found.setdefault(sale_id, []).append((tenant_id, cents))
    return found


def _returns_of(sale_ids: list[int]) -> dict[int, list[Return]]:
    """Return the refunds, losses and regained amounts of each sale, in ledger order."""
    known: dict[str, tuple[int, Return]] = {}
    refunds = Refund.objects.filter(sale__in=sale_ids, accepted_at__isnull=False)
    columns = ("uuid", "sale_id", "amount_cents", "refused_in_id")
    for uuid, sale_id, cents, space_id in refunds.values_list(*columns):
        known[f"refund:{uuid}:accepted"] = sale_id, Return(cents, space_id=space_id or 0)
    disputes = Dispute.objects.filter(sale__in=sale_ids)
    for uuid, sale_id, cents in disputes.values_list("uuid", "sale_id", "amount_cents"):
        lost = Return(cents, dispute=str(uuid))
        known[f"dispute:{uuid}:lost"] = sale_id, lost
        known[f"dispute:{uuid}:regained"] = sale_id, lost._replace(is_regained=True)
    booked = LedgerTransaction.objects.filter(business_key__in=list(known)).order_by("pk")
    found: dict[int, list[Return]] = {}
    for key in booked.values_list("business_key", flat=True):
        sale_id, event = known[key]
        found.setdefault(sale_id, []).append(event)
    return found


def waiting_here(reference: str, *, today: dt.date) -> list[Waiting]:
    """Return the pending shares of a council of this space, by state and day of release."""
    rows = (
        OwnShare.objects.filter(council_reference=reference, state__in=STILL_HERE)
        .order_by()
        .annotate(day=TruncDate("release_at"), runs=Q(ends_on__gte=today))
        .values("state", "day", "runs")
        .annotate(cents=Sum(F("amount_cents") - F("netted_cents")), count=Count("id"))
        .order_by("day", "state")
    )
    return [
        Waiting(row["state"], row["day"], row["runs"], int(row["cents"]), row["count"])
        for row in rows
        if row["cents"]
    ]


def contested_here(reference: str) -> list[OwnShare]:
    """Return the shares of a council of this space that are frozen by a dispute."""
    return list(OwnShare.objects.filter(council_reference=reference, state=Share.State.FROZEN))


def owed_here(reference: str) -> int:
    """Return the debt of a council of this space."""
    shares = OwnShare.objects.filter(council_reference=reference)
    return int(shares.aggregate(cents=Sum("owed_cents", default=0))["cents"])


def renewals_here() -> list[OwnRenewal]:
    """Return the monthly campaigns of this space, the next payment first."""
    return list(OwnRenewal.objects.all())


def to_bank(payout: OwnPayout) -> ToBank:
    """Return a payout with the reason of its failure."""
    return ToBank(payout, reasons.in_words(payout.failure, reasons.PAYOUTS))


def payouts_here(reference: str) -> list[ToBank]:
    """Return the payouts from the Stripe account of a council of this space to its bank."""
    found = OwnPayout.objects.filter(council_reference=reference)[:MOST_PAYOUTS]
    return [to_bank(payout) for payout in found]
