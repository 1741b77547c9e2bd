"""A paid order becomes a sale: the terms of the day, the shares, the invoice and the books."""

import datetime as dt

from django.conf import settings
from django.db.models import Prefetch

from billing import ledger, queries
from billing.gateway.values import Charge
from billing.models import Council, Order, OrderLine, Payment, Sale, SaleTerms, Share, ShareTerms
from billing.rules import checks, postings, split
from billing.settlement import invoices, telling
from billing.settlement.moves import STRIPE, move
from billing.settlement.parts import part_of
from saas.catalogue.placements import actions as placements


def sale_id_of(payment: Payment) -> int | None:
    """Return the sale that a payment became, unless it was given back."""
    return Sale.objects.filter(payment=payment).values_list("pk", flat=True).first()


def sell(order: Order, payment: Payment, charge: Charge, *, at: dt.datetime) -> Sale:
    """Write everything that a collected payment means, in the caller's one transaction."""
    collected_at = charge.created_at
    move("order", order, "paid", by=STRIPE, at=at)
    order.paid_at = collected_at
    order.save(update_fields=["paid_at"])
    sale = Sale.objects.create(
        order=order,
        payment=payment,
        merchant_id=order.merchant_id,
        net_cents=order.net_cents,
        vat_cents=order.vat_cents,
        gross_cents=order.gross_cents,
        transfer_group=order.transfer_group,
        collected_at=collected_at,
    )
    invoices.issue(sale, order)
    shares = _freeze_terms(sale, order, method=payment.method)
    _book(sale, charge, shares)
    placements.mark_paid(campaign_id=order.campaign_id, at=collected_at)
    telling.councils_earned(sale)
    return sale


def _freeze_terms(sale: Sale, order: Order, *, method: str) -> dict[int, int]:
    """Copy the terms of the day into the sale, and hold each council's share."""
    lines = list(
        OrderLine.objects.filter(order=order).prefetch_related(
            Prefetch("flight", queries.flights_with_spaces())
        )
    )
    councils = queries.terms_in_force(
        {line.flight.tenant_id for line in lines}, at=sale.collected_at
    )
    frozen = [
        _terms_of(sale, line, terms, weight_total=_weight_of(councils, line))
        for line in lines
        for terms in councils.get(line.flight.tenant_id, [])
    ]
    SaleTerms.objects.bulk_create(frozen)
    parts = [part_of(row) for row in frozen]
    cents = split.shares_of(parts, sold_net_cents=sale.net_cents) if parts else {}
    for council in Council.objects.filter(pk__in=cents).select_related("tenant"):
        released = _release_at(sale, lines, council, method=method)
        _hold(sale, council, cents[council.pk], release_at=released)
    return cents


def _weight_of(councils: dict[int, list[ShareTerms]], line: OrderLine) -> int:
    return sum(terms.council.weight for terms in councils[line.flight.tenant_id])


def _terms_of(
    sale: Sale,
    line: OrderLine,
    terms: ShareTerms,
    *,
    weight_total: int,
) -> SaleTerms:
    return SaleTerms(
        sale=sale,
        flight_id=line.flight_id,
        council_id=terms.council_id,
        terms=terms,
        net_cents=line.net_cents,
        rate_bp=terms.rate_bp,
        weight=terms.council.weight,
        weight_total=weight_total,
    )


def _release_at(
    sale: Sale, lines: list[OrderLine], council: Council, *, method: str
) -> dt.datetime:
    days = [line.flight.ends_on for line in lines if line.flight.tenant_id == council.tenant_id]
    return checks.release_at(
        collected_at=sale.collected_at,
        method=method,
        hold_days=settings.SHARE_HOLD_DAYS,
        last_day=max(days),
        zone=council.tenant.time_zone,
    )


def _hold(sale: Sale, council: Council, cents: int, *, release_at: dt.datetime) -> None:
    """Keep a share until its time comes; one that rounds to nothing is over at once."""
    Share.objects.create(
        sale=sale,
        council=council,
        amount_cents=cents,
        state=Share.State.HELD if cents else Share.State.CANCELLED,
        release_at=release_at,
    )


def _book(sale: Sale, charge: Charge, shares: dict[int, int]) -> None:
    key = f"payment:{sale.payment.uuid}"
    at, merchant_id = sale.collected_at, sale.merchant_id
    ledger.post(
        f"{key}:invoiced",
        postings.invoiced(
            net_cents=sale.net_cents,
            vat_cents=sale.vat_cents,
            merchant_id=merchant_id,
            sale_id=sale.pk,
        ),
        kind="invoiced",
        at=at,
        source=charge.id,
    )
    ledger.post(
        f"{key}:captured",
        postings.captured(
            cents=charge.captured_cents,
            merchant_id=merchant_id,
            sale_id=sale.pk,
            charge=charge.id,
        ),
        kind="captured",
        at=at,
        source=charge.id,
    )
    ledger.post(
        f"{key}:shared",
        postings.shared(shares=shares, sale_id=sale.pk),
        kind="shared",
        at=at,
        source=charge.id,
    )
