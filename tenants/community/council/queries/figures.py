"""The figures of the desk: a query on the ledger, and a query on the pending shares."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import F, Min, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from billing.councils.queries.own import CouncilStanding
from billing.councils.rules.budgets import Budgets, together
from billing.models import OwnEntry, OwnShare, Share
from saas.kernel.display import charts, writing
from saas.kernel.values.months import year_until

EARNED = ("shared", "claimed", "restored")
PAID = (Share.State.TRANSFERRED, Share.State.REVERSED)
STILL_HERE = (
    Share.State.HELD,
    Share.State.RELEASABLE,
    Share.State.WAITING_ACCOUNT,
    Share.State.FROZEN,
    Share.State.SENDING,
)


class Sums(NamedTuple):
    """The sums of a council in a month: brought in (net of refunds), and paid.

    `aep_cents` is the part of `brought_cents` for the operating budget.
    """

    council_reference: str
    month: dt.date
    brought_cents: int
    paid_cents: int
    aep_cents: int


class Held(NamedTuple):
    """A council's unpaid shares, the next release date, and its debt.

    `waiting_cents` is the part that depends on the council: on its answer or its account.
    """

    cents: int
    next_at: dt.datetime | None
    waiting_cents: int
    owed_cents: int


class Waits(NamedTuple):
    """The sum that waits for a council's account or answer, and the age of the oldest of it."""

    cents: int
    since: dt.datetime


class Figures(NamedTuple):
    """The four figures of a month, and related values."""

    month: dt.date
    paid_cents: int
    held_cents: int
    share_cents: int
    total_cents: int
    owed_cents: int
    since: dt.date | None
    next_at: dt.datetime | None
    waiting_cents: int
    budgets: Budgets
    total_budgets: Budgets


class Stat(NamedTuple):
    """A figure as it is written."""

    title: str
    value: str
    note: str


class CouncilRow(NamedTuple):
    """A council among several, with its own figures."""

    council: CouncilStanding
    paid_cents: int
    held_cents: int
    total_cents: int


class MonthBar(NamedTuple):
    """A month beside its bar."""

    month: dt.date
    cents: int


def sums(councils: Collection[str]) -> list[Sums]:
    """Return the ledger's sums by council and month of this space."""
    rows = (
        OwnEntry.objects.filter(council_reference__in=councils)
        .order_by()
        .annotate(month=TruncMonth("occurred_at"))
        .values("council_reference", "month")
        .annotate(
            brought=Sum("cents", filter=Q(kind__in=EARNED), default=0),
            aep=Sum("aep_cents", filter=Q(kind__in=EARNED), default=0),
            paid=Sum("cents", filter=Q(kind__in=PAID), default=0),
        )
        .order_by("month")
    )
    return [
        Sums(
            row["council_reference"],
            row["month"].date(),
            int(row["brought"]),
            -int(row["paid"]),
            int(row["aep"]),
        )
        for row in rows
    ]


def held(councils: Collection[str]) -> dict[str, Held]:
    """Return unpaid shares and debts, by council."""
    here = Q(state__in=STILL_HERE)
    rows = (
        OwnShare.objects.filter(council_reference__in=councils)
        .order_by()
        .values("council_reference")
        .annotate(
            cents=Sum(F("amount_cents") - F("netted_cents"), filter=here, default=0),
            next_at=Min("release_at", filter=Q(state=Share.State.HELD)),
            waiting=Sum(
                F("amount_cents") - F("netted_cents"),
                filter=Q(state=Share.State.WAITING_ACCOUNT),
                default=0,
            ),
            owed=Sum("owed_cents", default=0),
        )
    )
    return {
        row["council_reference"]: Held(
            int(row["cents"]), row["next_at"], int(row["waiting"]), int(row["owed"])
        )
        for row in rows
    }


def waiting_since(councils: Collection[str]) -> dict[str, Waits]:
    """Return shares that wait for an account or an answer, by council; others are absent."""
    rows = (
        OwnShare.objects.filter(council_reference__in=councils, state=Share.State.WAITING_ACCOUNT)
        .order_by()
        .values("council_reference")
        .annotate(cents=Sum(F("amount_cents") - F("netted_cents")), since=Min("release_at"))
    )
    return {row["council_reference"]: Waits(int(row["cents"]), row["since"]) for row in rows}


def figures_of(month: dt.date, counted: Iterable[Sums], waiting: Mapping[str, Held]) -> Figures:
    """Return the figures of a month, of all councils of the space together."""
    rows = list(counted)
    return Figures(
        month=month,
        paid_cents=sum(row.paid_cents for row in rows if row.month == month),
        held_cents=sum(one.cents for one in waiting.values()),
        share_cents=sum(row.brought_cents for row in rows if row.month == month),
        total_cents=sum(row.brought_cents for row in rows),
        owed_cents=sum(one.owed_cents for one in waiting.values()),
        since=min((row.month for row in rows), default=None),
        next_at=min((one.next_at for one in waiting.values() if one.next_at), default=None),
        waiting_cents=sum(one.waiting_cents for one in waiting.values()),
        budgets=_parted(row for row in rows if row.month == month),
        total_budgets=_parted(rows),
    )


def _parted(rows: Iterable[Sums]) -> Budgets:
    return together(Budgets(row.aep_cents, row.brought_cents - row.aep_cents) for row in rows)


def stats_of(figures: Figures) -> list[Stat]:
    """Write the four figures as the desk shows them."""
    since = ""
    if figures.since:
        since = _("depuis %(month)s") % {"month": writing.month(figures.since)}
    month = writing.month(figures.month)
    return [
        Stat(
            _("Reversé en %(month)s") % {"month": month},
            writing.eur(figures.paid_cents),
            _("des parts remboursées ont été reprises") if figures.paid_cents < 0 else "",
        ),
        Stat(_("En retenue"), writing.eur(figures.held_cents), _held_note(figures)),
        Stat(
            _("Part du mois"),
            writing.eur(figures.share_cents),
            _budgets_note(figures.budgets) or _("remboursements déduits"),
        ),
        Stat(
            _("Depuis le début"),
            writing.eur(figures.total_cents),
            _budgets_note(figures.total_budgets) or since,
        ),
    ]


def _held_note(figures: Figures) -> str:
    if figures.owed_cents > 0:
        return _("dont %(amount)s seront compensés") % {"amount": writing.eur(figures.owed_cents)}
    if 0 < figures.waiting_cents < figures.held_cents:
        return _("dont %(amount)s attendent l’accord ou le compte du CSE") % {
            "amount": writing.eur(figures.waiting_cents)
        }
    if figures.waiting_cents:
        return _("attend l’accord et le compte du CSE")
    if figures.next_at:
        return _("prochaine libération le %(day)s") % {"day": writing.shortdate(figures.next_at)}
    return ""


def _budgets_note(budgets: Budgets) -> str:
    """Name the two budgets, where the council has split its share between them."""
    if not budgets.aep_cents:
        return ""
    return _("AEP\u00a0%(aep)s · ASC\u00a0%(asc)s") % {
        "aep": writing.eur(budgets.aep_cents),
        "asc": writing.eur(budgets.asc_cents),
    }


def by_council(
    councils: Iterable[CouncilStanding], counted: Iterable[Sums], waiting: Mapping[str, Held]
) -> list[CouncilRow]:
    """Return each council with its earned, held and paid sums since the beginning."""
    rows = list(counted)
    nothing = Held(0, None, 0, 0)
    return [
        CouncilRow(
            council,
            paid_cents=sum(row.paid_cents for row in own),
            held_cents=waiting.get(council.reference, nothing).cents,
            total_cents=sum(row.brought_cents for row in own),
        )
        for council in councils
        for own in [[row for row in rows if row.council_reference == council.reference]]
    ]


def month_bars(
    month: dt.date, counted: Iterable[Sums]
) -> tuple[list[MonthBar], charts.Months | None]:
    """Return the twelve months up to the given month, newest first, and their chart."""
    brought: dict[dt.date, int] = {}
    for row in counted:
        brought[row.month] = brought.get(row.month, 0) + row.brought_cents
    bars = [MonthBar(each, brought.get(each, 0)) for each in year_until(month)]
    drawing = charts.months(
        [charts.Month(date_format(bar.month, "N"), bar.cents, 0) for bar in bars]
    )
    return bars[::-1], drawing
