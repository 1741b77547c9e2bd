"""A paid order becomes a sale: the terms of the day, the shares, the invoice and the books."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings

from billing.councils.queries.terms import lines_with_spaces, terms_in_force
from billing.councils.rules import holds
from billing.councils.settlement import council_months
from billing.ledger import posting
from billing.ledger.rules import postings, split
from billing.ledger.rules.split import part_of
from billing.models import Order, OrderLine, Payment, Sale, SaleTerms, Share, ShareTerms
from billing.orders.settlement import orders
from billing.papers.settlement import invoices
from billing.stripe.gateway.values import Charge
from billing.transitions.transition import STRIPE, Transition, record, save
from saas.catalogue.placements.actions import payment as placements
from saas.catalogue.placements.queries import prices as campaigns
from saas.kernel.database import rows
from tenants.spaces.models import Tenant


def sale_id_of(payment: Payment) -> int | None:
    """Return the sale that a payment became, unless it was given back."""
    return Sale.objects.filter(payment=payment).values_list("pk", flat=True).first()


def sell(
    order: Order,
    payment: Payment,
    charge: Charge,
    *,
    lines: Sequence[OrderLine],
    steps: Transition,
    at: dt.datetime,
    keeps: bool,
) -> Sale:
    """Create all rows of a collected payment, in the caller's transaction.

    `steps` are the payment's transitions, saved together with the order's. With `keeps` false the
    campaign was withdrawn meanwhile: it runs nowhere, and no council gets a share.
    """
    collected_at = payment.succeeded_at or at
    order.paid_at = collected_at
    paid = Transition("order", order, by=STRIPE, at=at)
    paid.apply("paid", also=["paid_at"])
    save(steps, paid)
    sale = Sale(
        order=order,
        payment=payment,
        merchant_id=order.merchant_id,
        net_cents=order.net_cents,
        vat_cents=order.vat_cents,
        gross_cents=order.gross_cents,
        transfer_group=order.transfer_group,
        collected_at=collected_at,
    )
    rows.add(sale)
    if keeps and placements.mark_paid(campaign_id=order.campaign_id, at=runs_from(charge, at)):
        _say_new_days(order, at)
        lines = lines_with_spaces(order)
    invoices.issue(sale, order, lines, at=at)
    shares = _freeze_terms(sale, lines, method=payment.method) if keeps else []
    _book(sale, charge, shares)
    spaces = {_space_of(share.council.tenant) for share in shares}
    council_months.refresh_spaces(spaces, collected_at)
    return sale


def runs_from(charge: Charge, at: dt.datetime) -> dt.datetime:
    """Return the moment from which a paid campaign may run.

    A debit may be read days after its bank agreed: the days until then would be lost.
    """
    return at.replace(microsecond=0) if charge.method == "sepa_debit" else charge.created_at


def _space_of(tenant: Tenant) -> tuple[str, str]:
    return tenant.schema_name, tenant.time_zone


def _say_new_days(order: Order, at: dt.datetime) -> None:
    """Update the days of an order and its invoice after a late payment moved them."""
    orders.say_new_days(order, campaigns.quote_of(order.campaign_id, at=at))
    states = (order.state, order.state)
    record("order", order.pk, "moved", states=states, by=STRIPE, at=at)


def _freeze_terms(sale: Sale, lines: Sequence[OrderLine], *, method: str) -> list[Share]:
    """Copy the terms of the day into the sale, and hold each council's share."""
    spaces = {line.flight.tenant_id: line.flight.tenant for line in lines}
    councils = terms_in_force(spaces, at=sale.collected_at)
    frozen = [
        _terms_of(sale, line, terms, weight_total=_weight_of(councils, line))
        for line in lines
        for terms in councils.get(line.flight.tenant_id, [])
    ]
    rows.add(*frozen)
    parts = [part_of(row) for row in frozen]
    cents = split.shares_of(parts, sold_net_cents=sale.net_cents) if parts else {}
    terms_of = {row.council_id: row.terms for row in frozen}
    shares = [
        _held(sale, terms_of[council_id], lines, cents=share, method=method)
        for council_id, share in sorted(cents.items())
    ]
    rows.add(*shares)
    return shares


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
        flight=line.flight,
        council_id=terms.council_id,
        terms=terms,
        net_cents=line.net_cents,
        rate_bp=terms.rate_bp,
        weight=terms.council.weight,
        weight_total=weight_total,
    )


def _held(
    sale: Sale, terms: ShareTerms, lines: Sequence[OrderLine], *, cents: int, method: str
) -> Share:
    """Return a held share; a share rounded to zero is cancelled at once."""
    council = terms.council
    days = [line.flight.ends_on for line in lines if line.flight.tenant_id == council.tenant_id]
    return Share(
        sale=sale,
        council=council,
        aep_bp=terms.aep_bp,
        amount_cents=cents,
        state=Share.State.HELD if cents else Share.State.CANCELLED,
        release_at=holds.release_at(
            collected_at=sale.collected_at,
            method=method,
            hold_days=settings.SHARE_HOLD_DAYS,
            last_day=max(days),
            zone=council.tenant.time_zone,
        ),
    )


def _book(sale: Sale, charge: Charge, shares: Sequence[Share]) -> None:
    key = f"payment:{sale.payment.uuid}"
    invoiced = postings.invoiced(
        net_cents=sale.net_cents,
        vat_cents=sale.vat_cents,
        merchant_id=sale.merchant_id,
        sale_id=sale.pk,
    )
    captured = postings.captured(
        cents=charge.captured_cents,
        merchant_id=sale.merchant_id,
        sale_id=sale.pk,
        charge=charge.id,
    )
    earned = {share.council_id: share.amount_cents for share in shares}
    shared = postings.shared(shares=earned, sale_id=sale.pk)
    lines_by_kind = {"invoiced": invoiced, "captured": captured, "shared": shared}
    posting.post_all(
        [
            *(
                posting.Event(f"{key}:{kind}", lines, kind, sale.collected_at, charge.id)
                for kind, lines in lines_by_kind.items()
            ),
            *fee_of(sale.payment, charge, sale_id=sale.pk),
        ]
    )


def fee_of(payment: Payment, charge: Charge, *, sale_id: int | None) -> list[posting.Event]:
    """Return the postings of Stripe's fee, if the payment has this charge's fee."""
    movement = charge.balance_transaction
    if movement is None or payment.balance_transaction != movement.id:
        return []
    lines = postings.fee(cents=movement.fee_cents, sale_id=sale_id, balance_transaction=movement.id)
    return [posting.Event(f"bt:{movement.id}", lines, "fee", charge.created_at, charge.id)]
