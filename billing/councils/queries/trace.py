"""Trace of a euro, both ways: from a merchant to councils and banks, and back.

Amounts come from the ledger entries of the sale; names and days come from the order. The number of
queries does not grow with the ledger.
"""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Sum

from billing.councils.rules import trace as rules
from billing.councils.rules.trace import BankRow, DayRow, ShareTrace, Trace
from billing.models import (
    Account,
    LedgerEntry,
    Order,
    OrderLine,
    Payout,
    PayoutPart,
    RestitutionPart,
    Sale,
    SaleTerms,
    Share,
    Transfer,
)
from saas.catalogue.placements.models import Flight, FlightDay, Price
from saas.kernel.money import BASIS

GONE = (Payout.State.FAILED, Payout.State.CANCELED)


def trace_of(order: Order) -> Trace | None:
    """Return where the money of an order came from and went, once it is paid."""
    sale = (
        Sale.objects.filter(order=order)
        .select_related("order__campaign", "merchant", "payment")
        .first()
    )
    if sale is None:
        return None
    books = _Books(sale)
    return Trace(
        sale=sale,
        order_reference=sale.order.reference,
        headline=sale.order.campaign.headline,
        campaign_reference=sale.order.campaign.reference,
        merchant_name=sale.merchant.name,
        collected_cents=books.sum(Account.STRIPE_BALANCE, "captured"),
        vat_cents=-books.sum(Account.VAT_OUTPUT),
        fee_cents=books.sum(Account.FEES_STRIPE) + books.sum(Account.FEES_DISPUTE),
        refunded_cents=books.refunded_cents(),
        lost_cents=books.sum(Account.RECEIVABLE, "dispute_lost", "dispute_regained"),
        contested_cents=books.sum(Account.DISPUTE_SUSPENSE),
        charge=sale.payment.charge,
        days=_days(sale),
        shares=_shares(sale, books),
        banks=[row for _sale_id, row in _banks(PayoutPart.objects.filter(sale=sale), "sale_id")],
    )


class _Books:
    """The ledger entries of a sale, summed by account, kind of event and council."""

    def __init__(self, sale: Sale) -> None:
        entries = LedgerEntry.objects.filter(sale=sale).order_by()
        by = entries.values_list("account", "transaction__kind", "council_id")
        self._rows = list(by.annotate(cents=Sum("amount_cents")))

    def sum(self, account: Account, *kinds: str, council_id: int | None = None) -> int:
        """Return the sum of an account, optionally for some kinds of events or a single council."""
        return sum(
            cents
            for of, kind, council, cents in self._rows
            if of == account and (not kinds or kind in kinds) and council_id in {None, council}
        )

    def refunded_cents(self) -> int:
        """Return the cents refunded to the merchant, and those still owed to it."""
        gone = self.sum(Account.STRIPE_BALANCE, "refunded", "refund_failed")
        otherwise = self.sum(Account.BANK_TRANSIT)
        return max(-self.sum(Account.RECEIVABLE), 0) - gone - otherwise

    def moved_cents(self, council_id: int) -> tuple[int, int]:
        """Return the cents sent to a council's account, and those returned from it."""
        moves = [
            cents
            for of, _kind, council, cents in self._rows
            if of == Account.STRIPE_BALANCE and council == council_id
        ]
        return -sum(cents for cents in moves if cents < 0), sum(max(cents, 0) for cents in moves)


def _days(sale: Sale) -> list[DayRow]:
    """Part each flight's price among its days, as the price list weighs them."""
    lines = list(
        OrderLine.objects.filter(order_id=sale.order_id).select_related(
            "flight__tenant", "flight__campaign"
        )
    )
    weekends = {
        (price.price_list_id, price.slot): price.weekend_bp
        for price in Price.objects.filter(
            price_list__in={line.flight.campaign.price_list_id for line in lines}
        )
    }
    seen = {
        (day.flight_id, day.day): day
        for day in FlightDay.objects.filter(flight__in=[line.flight_id for line in lines])
    }
    rows = []
    for line in lines:
        flight = line.flight
        weekend_bp = weekends.get((flight.campaign.price_list_id, flight.slot), BASIS)
        parts = rules.by_day(
            line.net_cents,
            flight.starts_on,
            flight.ends_on,
            weekend_bp=weekend_bp,
            closed_days=flight.closed_days,
        )
        rows += [_day_row(flight, sold, seen.get((flight.pk, sold[0]))) for sold in parts.items()]
    return sorted(rows, key=lambda row: (row.day, row.space_name, row.slot_words))


def _day_row(flight: Flight, sold: tuple[dt.date, int], seen: FlightDay | None) -> DayRow:
    day, net_cents = sold
    return DayRow(
        day=day,
        space_name=flight.tenant.name,
        slot_words=flight.get_slot_display(),
        net_cents=net_cents,
        views=seen.views if seen else None,
        clicks=seen.clicks if seen else None,
    )


class _Way(NamedTuple):
    """The route of a council's part: its transfer, and the payouts to its bank."""

    terms: list[SaleTerms]
    transfer: Transfer | None
    banks: list[BankRow]


def _shares(sale: Sale, books: _Books) -> list[ShareTrace]:
    shares = Share.objects.filter(sale=sale).select_related("council__tenant").order_by("pk")
    done = Transfer.objects.filter(share__sale=sale, state=Transfer.State.DONE)
    transfers = {transfer.share_id: transfer for transfer in done}
    banks = _banks(PayoutPart.objects.filter(transfer__share__sale=sale), "transfer__share_id")
    banks += _banks(
        RestitutionPart.objects.filter(restitution__share__sale=sale), "restitution__share_id"
    )
    frozen = list(SaleTerms.objects.filter(sale=sale).select_related("terms"))
    found = []
    for share in shares:
        terms = [row for row in frozen if row.council_id == share.council_id]
        left = [row for share_id, row in banks if share_id == share.pk]
        found.append(_share(share, books, _Way(terms, transfers.get(share.pk), left)))
    return found


def _share(share: Share, books: _Books, way: _Way) -> ShareTrace:
    council, transfer = share.council, way.transfer
    sent, back = books.moved_cents(council.pk)
    return ShareTrace(
        reference=share.reference,
        council_reference=council.reference,
        council_name=council.name,
        space_name=council.tenant.name,
        state_words=share.get_state_display(),
        rate_bp=max((row.rate_bp for row in way.terms), default=0),
        terms_version=max((row.terms.version for row in way.terms), default=0),
        weight=max((row.weight for row in way.terms), default=1),
        weight_total=max((row.weight_total for row in way.terms), default=1),
        net_cents=sum(row.net_cents for row in way.terms),
        earned_cents=books.sum(Account.SHARE_COST, "shared", council_id=council.pk),
        remaining_cents=books.sum(Account.SHARE_COST, council_id=council.pk),
        netted_cents=books.sum(Account.SHARE_DUE, "netted", council_id=council.pk),
        sent_cents=sent,
        back_cents=back,
        transfer=transfer.stripe_id if transfer else "",
        sent_at=transfer.done_at if transfer else None,
        release_at=share.release_at,
        banks=way.banks,
    )


def _banks(parts: QuerySet[Any], whose: str) -> list[tuple[int, BankRow]]:
    """Return the payouts that contain some of this money, without failed payouts.

    The last argument is the lookup from a part to its owner: each payout is returned with the
    owner's id.
    """
    arrived = parts.exclude(payout__state__in=GONE).select_related("payout").order_by("payout_id")
    return [
        (
            part.of,
            BankRow(
                stripe_id=part.payout.stripe_id,
                state=part.payout.state,
                state_words=part.payout.get_state_display(),
                arrives_on=part.payout.arrives_on,
                cents=part.amount_cents,
            ),
        )
        for part in arrived.annotate(of=F(whose))
    ]
