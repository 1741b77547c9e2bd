"""Amounts that can go back to a merchant, and those on their way."""

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q

from billing.adjustments.rules import unrun
from billing.councils.queries import owed
from billing.models import (
    Claim,
    Order,
    OrderLine,
    Refund,
    Sale,
)
from billing.orders.queries import operators
from billing.orders.queries.operators import refund_rows
from billing.orders.queries.sales import given_back_since, refundable_cents
from billing.papers.rules import papers
from billing.transitions.turns import Turn, turns_of
from billing.wording import outlook, reasons
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.queries import prices as placements
from saas.catalogue.placements.queries.refusals import departures_of
from saas.catalogue.placements.queries.reviews import unseen_spaces
from saas.catalogue.placements.rules.prices import Period, Working


def refunds_to_approve() -> list[operators.RefundRow]:
    """Return refunds that wait for a second person."""
    return refund_rows(Refund.objects.filter(state=Refund.State.REQUESTED))


ON_A_PAGE = 50


class WhatHasNotRun(NamedTuple):
    """The refund of a campaign that stops today, or has stopped, flight by flight.

    `given_cents` is the sum of refunds requested since the stop and not rejected.
    """

    lines: list[unrun.Unrun]
    gross_cents: int
    is_capped: bool
    stopped_at: dt.datetime | None = None
    given_cents: int = 0


def what_has_not_run(order: Order, *, at: dt.datetime) -> WhatHasNotRun:
    """Return the refund of an order if its campaign stops now, at most the refundable amount.

    Each flight counts days in its space's zone, and each day is weighted by its price. The last day
    counted is today, or the day of the campaign's stop, the day on which a flight left a space that
    refused it or a space with dark screens, or the day on which the space closed. Refunds made or
    requested since the stop are subtracted.
    """
    sale = Sale.objects.filter(order=order).first()
    if sale is None:
        return WhatHasNotRun([], 0, is_capped=False)
    stopped_at = Campaign.objects.values_list("stopped_at", flat=True).get(pk=order.campaign_id)
    parts = [part for _flight, part in parts_of(order, at=stopped_at or at)]
    given = given_back_since(sale, stopped_at)
    whole = max(sum(part.gross_cents for part in parts) - given, 0)
    left = refundable_cents(sale)
    return WhatHasNotRun(parts, min(whole, left), whole > left, stopped_at, given)


def parts_of(order: Order, *, at: dt.datetime) -> list[tuple[Flight, unrun.Unrun]]:
    """Return the undelivered part at a moment, flight by flight."""
    lines = list(OrderLine.objects.filter(order=order).select_related("flight__tenant"))
    taxes = papers.vat_of_lines(
        [(line.net_cents, line.vat_cents) for line in lines],
        rate_bp=order.vat_rate_bp,
        total_cents=order.vat_cents,
    )
    campaign = placements.for_billing(order.campaign_id)
    left = departures_of(campaign.pk)
    unseen = unseen_spaces(campaign)
    workings = {
        line.flight_id: line.working
        for line in placements.quote_of_campaign(campaign, at=order.placed_at).lines
    }
    return [
        (
            line.flight,
            _part_of(
                line,
                vat,
                workings[line.flight_id],
                at=ended,
                is_unseen=line.flight.tenant_id in unseen,
            ),
        )
        for line, vat in zip(lines, taxes, strict=True)
        for ended in [
            min(
                left.get(line.flight_id) or min(at, line.flight.tenant.closed_at or at),
                campaign.paused_at or at,
            )
        ]
    ]


def _part_of(
    line: OrderLine, vat_cents: int, working: Working, *, at: dt.datetime, is_unseen: bool
) -> unrun.Unrun:
    flight = line.flight
    today = at.astimezone(zoneinfo.ZoneInfo(flight.tenant.time_zone)).date()
    period = Period(flight.starts_on, flight.ends_on)
    if is_unseen:
        # The ad was never shown: the day on which it should have begun counts as undelivered, too.
        today = min(today, flight.starts_on - unrun.A_DAY)
    return unrun.unrun_of(
        line.description,
        unrun.days_of(period, today=today, closed_days=flight.closed_days),
        unrun.worth_of(period, working, today=today, closed_days=flight.closed_days),
        net_cents=line.net_cents,
        vat_cents=vat_cents,
    )


class RefundLine(NamedTuple):
    """A refund in the console's list."""

    reference: str
    order_reference: str
    merchant_name: str
    state: str
    state_words: str
    origin_words: str
    amount_cents: int
    requested_at: dt.datetime
    next_words: str

    @property
    def since(self) -> dt.datetime:
        """Return the moment of the request."""
        return self.requested_at


class RefundView(NamedTuple):
    """A refund with its claims on councils, and its history of actions."""

    refund: Refund
    line: RefundLine
    claims: list[owed.ClaimRow]
    turns: list[Turn]
    came_back: bool
    problem: str
    is_for_a_stop: bool


def refund_states() -> dict[str, str]:
    """Name the states of refunds."""
    return {state.value: str(state.label) for state in Refund.State}


def refunds_page(
    *, state: str, words: str, number: str, order_by: Sequence[str] = ()
) -> tuple[list[RefundLine], Page[Refund]]:
    """Return a page of the matching refunds, newest first; an empty filter matches all."""
    found = Refund.objects.select_related("payment__order__merchant")
    if state in Refund.State.values:
        found = found.filter(state=state)
    if words:
        found = found.filter(named(words))
    if order_by:
        found = found.order_by(*order_by, "-pk")
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    return [_line(refund) for refund in shown.object_list], shown


def named(words: str) -> Q:
    """Ask for refunds, or disputes, by a number of ours or of Stripe's, or by their merchant."""
    return (
        Q(reference__iexact=words)
        | Q(stripe_id=words)
        | Q(payment__order__reference__iexact=words)
        | Q(payment__order__merchant__name__icontains=words)
    )


def _line(refund: Refund) -> RefundLine:
    order = refund.payment.order
    return RefundLine(
        reference=refund.reference,
        order_reference=order.reference,
        merchant_name=order.merchant.name,
        state=refund.state,
        state_words=refund.get_state_display(),
        origin_words=refund.get_origin_display(),
        amount_cents=refund.amount_cents,
        requested_at=refund.requested_at,
        next_words=outlook.of_refund(
            refund.state,
            came_back=_came_back(refund),
            is_confirmed=refund.paid_otherwise_by_id is not None,
            paid_otherwise=refund.paid_otherwise_at is not None,
            lacks_funds=refund.problem == outlook.WAITS_FOR_FUNDS,
        ),
    )


def _came_back(refund: Refund) -> bool:
    return refund.state in outlook.CAME_BACK and refund.accepted_at is not None


def refund_view(reference: str) -> RefundView | None:
    """Return a refund with its whole story."""
    refund = refund_of(reference)
    if refund is None:
        return None
    return RefundView(
        refund=refund,
        line=_line(refund),
        claims=owed.claim_rows(Claim.objects.filter(refund=refund)),
        turns=turns_of("refund", refund.pk, Refund.State),
        came_back=_came_back(refund) and refund.paid_otherwise_at is None,
        problem=reasons.in_words(refund.problem, reasons.REFUNDS),
        is_for_a_stop=_is_for_a_stop(refund),
    )


def _is_for_a_stop(refund: Refund) -> bool:
    """Return True if the campaign of a refund was already stopped at the request."""
    stopped_at = refund.payment.order.campaign.stopped_at
    return stopped_at is not None and refund.requested_at >= stopped_at


def refund_of(reference: str) -> Refund | None:
    """Return a refund with its payment, its order and its requester."""
    found = Refund.objects.select_related(
        "payment__order__merchant",
        "payment__order__campaign",
        "sale",
        "requested_by",
        "approved_by",
        "paid_otherwise_by",
    )
    return found.filter(reference=reference).first()
