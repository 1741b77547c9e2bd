"""The forecast of a month: sure, likely and pending amounts, and the payouts to the bank."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from billing.councils.queries.forecast import (
    ToBank,
    Waiting,
    contested_here,
    owed_here,
    payouts_here,
    renewals_here,
    sold_for,
    waiting_here,
)
from billing.councils.queries.taxes import taxes_here
from billing.councils.queries.terms import council_of_space
from billing.councils.rules.simulation import Simulation, simulated
from billing.ledger.rules.split import Part, shares_of
from billing.models import Council, OwnRenewal, Share, Subscription, TaxPayment
from saas.kernel import schema
from saas.kernel.values.months import first_of, months_later
from tenants.community.council.queries.account import CouncilDesk, what_comes_first
from tenants.community.council.queries.figures import Sums
from tenants.community.council.wording import forecast as wording

# The severity of each state of pending shares, in the order of the page.
_TONES: dict[str, str] = {
    Share.State.HELD: "",
    Share.State.RELEASABLE: "",
    Share.State.SENDING: "",
    Share.State.WAITING_ACCOUNT: "warn",
    Share.State.FROZEN: "bad",
}
LEAVES = (Share.State.HELD, Share.State.RELEASABLE, Share.State.SENDING)


class CentsRange(NamedTuple):
    """A sure and a likely amount, each with a description of its parts."""

    low_cents: int
    likely_cents: int
    low_counts: str
    likely_counts: str


class Why(NamedTuple):
    """An amount that waits: how much, of how many shares, why, and until when."""

    cents: int
    shares: int
    text: str
    tone: str


class Renewal(NamedTuple):
    """A monthly campaign, the council's share of its next month, and whether it is likely."""

    row: OwnRenewal
    share_cents: int
    is_likely: bool


class Forecast(NamedTuple):
    """A council's forecast for a month: earnings, transfers, and amounts it cannot include."""

    month: dt.date
    earned: CentsRange
    sent: CentsRange
    releases: list[Waiting]
    renewals: list[Renewal]
    waiting: list[Why]
    owed_cents: int
    payouts: list[ToBank]


def forecast_of(
    desk: CouncilDesk,
    desks: Iterable[CouncilDesk],
    counted: Iterable[Sums],
    *,
    today: dt.date,
) -> Forecast:
    """Return the forecast of the current month for a council."""
    council, month = desk.council, first_of(today)
    last_day = months_later(month) - dt.timedelta(days=1)
    waiting = waiting_here(council.reference, today=today)
    owed = owed_here(council.reference)
    renewals = _renewals(desk, desks)
    so_far = [
        row for row in counted if row.month == month and row.council_reference == council.reference
    ]
    releases = _releases(desk, waiting, last_day)
    return Forecast(
        month=month,
        earned=_earned(so_far, renewals, last_day),
        sent=_sent(so_far, releases, owed),
        releases=releases,
        renewals=renewals,
        waiting=[*_reasons(desk, waiting, owed), *_taxes(desk, today)],
        owed_cents=owed,
        payouts=payouts_here(council.reference),
    )


def _releases(desk: CouncilDesk, waiting: list[Waiting], last_day: dt.date) -> list[Waiting]:
    """Return the shares released by a day, if the council can receive money."""
    is_active = desk.council.account_state == Council.AccountState.ACTIVE
    if not (is_active and desk.council.is_confirmed) or desk.waits_for_first_answer:
        return []
    return [one for one in waiting if one.state in LEAVES and one.day <= last_day]


def _renewals(desk: CouncilDesk, desks: Iterable[CouncilDesk]) -> list[Renewal]:
    """Return the expected shares of monthly campaigns, split among the councils with terms.

    It is an estimate: terms, numbers of people and prices may change until then, and a campaign
    that also runs in other spaces is rounded a single time for all of them.
    """
    among = [
        (one.council, one.in_force)
        for one in desks
        if one.in_force is not None and one.council.ended_at is None
    ]
    whole = sum(council.weight for council, _terms in among)
    own = next(
        (
            place
            for place, (council, _terms) in enumerate(among)
            if council.reference == desk.council.reference
        ),
        None,
    )
    found = []
    for row in renewals_here():
        parts = [
            Part(place, row.net_cents, terms.rate_bp, council.weight, whole)
            for place, (council, terms) in enumerate(among)
        ]
        cents = 0 if own is None else shares_of(parts, sold_net_cents=row.net_cents)[own]
        found.append(Renewal(row, cents, row.state == Subscription.State.ACTIVE))
    return found


def _earned(so_far: list[Sums], renewals: list[Renewal], last_day: dt.date) -> CentsRange:
    low = sum(row.brought_cents for row in so_far)
    due = [
        one
        for one in renewals
        if one.is_likely and one.row.next_at and timezone.localdate(one.row.next_at) <= last_day
    ]
    more = sum(one.share_cents for one in due)
    return CentsRange(
        low,
        low + more,
        wording.earned_counts(),
        wording.renewals_count(len(due)),
    )


def _sent(so_far: list[Sums], releases: list[Waiting], owed_cents: int) -> CentsRange:
    before = sum(row.paid_cents for row in so_far)
    run = sum(one.cents for one in releases if not one.runs)
    all_of_it = sum(one.cents for one in releases)
    return CentsRange(
        before + max(run - owed_cents, 0),
        before + max(all_of_it - owed_cents, 0),
        wording.sent_counts(),
        wording.running_counts(),
    )


def _reasons(desk: CouncilDesk, waiting: list[Waiting], owed_cents: int) -> list[Why]:
    found = []
    for state, tone in _TONES.items():
        rows = [one for one in waiting if one.state == state]
        if rows:
            cents, count = sum(one.cents for one in rows), sum(one.shares for one in rows)
            found.append(Why(cents, count, _reason(desk, state, rows), tone))
    if owed_cents:
        found.append(Why(-owed_cents, 0, wording.owed_after_refunds(), "warn"))
    return found


def _reason(desk: CouncilDesk, state: str, rows: list[Waiting]) -> str:
    """Return why shares of a state wait."""
    if state == Share.State.HELD:
        return wording.held(rows, first=what_comes_first(desk))
    if state == Share.State.WAITING_ACCOUNT:
        return wording.waits_for_account(desk.council)
    if state == Share.State.FROZEN:
        return wording.contested(contested_here(desk.council.reference))
    return wording.goes_by_itself(state)


def _taxes(desk: CouncilDesk, today: dt.date) -> list[Why]:
    """Return the status of the VAT of each invoice in the council's name, oldest first."""
    taxes = reversed(taxes_here(desk.council.reference))
    return [
        Why(
            -tax.left_cents if tax.state == TaxPayment.State.OWED else tax.left_cents,
            0,
            *wording.tax_waits(tax, desk.council, today=today),
        )
        for tax in taxes
        if tax.state in {TaxPayment.State.DUE, TaxPayment.State.SENDING, TaxPayment.State.OWED}
    ]


def simulation_of(
    desk: CouncilDesk,
    *,
    schema_name: str,
    rate_bp: int,
    aep_bp: int,
    merchants: int,
    at: dt.datetime,
) -> Simulation | None:
    """Return the result of other terms on the sales of the last twelve months."""
    with schema.in_public():
        council = council_of_space(desk.council.reference, schema_name=schema_name)
        if council is None:
            return None
        sales = sold_for(council, since=at - dt.timedelta(days=365))
    return simulated(
        sales,
        council.pk,
        rate_bp=rate_bp,
        aep_bp=aep_bp,
        more=merchants,
    )
