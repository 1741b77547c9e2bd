"""The flow of a month's money: its origins, and its present places."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import OwnShare
from saas.kernel.display.drawing import Amount
from saas.kernel.display.flow import Flow, flow
from saas.kernel.display.writing import rate
from saas.kernel.search.sorting import sort_key
from saas.kernel.values.months import months_later
from tenants.community.council import rules
from tenants.community.council.queries.figures import STILL_HERE
from tenants.community.council.rules import FlowRow

MOST_NAMED = 4


class MonthFlow(NamedTuple):
    """The sales of a month: by merchant, in total, and as a drawing if possible."""

    rows: list[FlowRow]
    whole: FlowRow
    drawing: Flow | None
    gap_cents: int
    rest_name: str


def shares_of_month(month: dt.date, councils: Collection[str]) -> list[OwnShare]:
    """Return some councils’ shares of the sales collected in a month, newest first."""
    zone = timezone.get_current_timezone()
    first, after = (
        dt.datetime.combine(day, dt.time.min, tzinfo=zone) for day in (month, months_later(month))
    )
    shares = OwnShare.objects.filter(council_reference__in=councils)
    return list(shares.filter(collected_at__gte=first, collected_at__lt=after))


def flow_of(shares: Iterable[OwnShare], *, share_cents: int, are_others: bool) -> MonthFlow:
    """Return the split of a month's sales; `share_cents` is the ledger's sum for the month.

    `are_others` is true if other councils of the space have a share of the same sales. The sum and
    the ledger differ by refunds of other months' sales, which the ledger books on their date.
    """
    shares = list(shares)
    rows: dict[str, FlowRow] = {}
    counted: set[tuple[str, dt.datetime]] = set()
    for share in shares:
        name = share.merchant_name
        sale = (share.campaign_reference, share.collected_at)
        # Several councils of a space share the same sale: its amount is counted a single time.
        part = _part_of(share, whole=sale not in counted)
        counted.add(sale)
        rows[name] = _added(rows.get(name, FlowRow(name, 0, 0, 0, 0, 0)), part)
    ordered = sorted(rows.values(), key=lambda row: (-row.gross_cents, sort_key(row.merchant_name)))
    whole = FlowRow("", 0, 0, 0, 0, 0)
    for row in ordered:
        whole = _added(whole, row)
    rest_name = _("Troovon et les autres CSE") if are_others else _("Troovon")
    drawing = _drawn(ordered, whole, shares, rest_name=rest_name)
    return MonthFlow(ordered, whole, drawing, share_cents - whole.share_cents, rest_name)


def _part_of(share: OwnShare, *, whole: bool) -> FlowRow:
    part = rules.taken_apart(share)
    return part if whole else FlowRow(part.merchant_name, 0, 0, 0, 0, part.share_cents)


def _added(one: FlowRow, other: FlowRow) -> FlowRow:
    sums = (left + right for left, right in zip(one[1:], other[1:], strict=True))
    return FlowRow(one.merchant_name, *sums)


def _drawn(
    rows: Sequence[FlowRow], whole: FlowRow, shares: Sequence[OwnShare], *, rest_name: str
) -> Flow | None:
    waiting = sum(share.restored_due_cents for share in shares)
    waiting += sum(share.amount_cents for share in shares if share.state in STILL_HERE)
    costs = [
        Amount(rest_name, whole.rest_cents),
        Amount(_("Frais de paiement"), whole.fee_cents),
        Amount(_("TVA"), whole.vat_cents),
    ]
    if whole.refunded_cents:
        costs.append(Amount(_("Remboursé ou repris"), whole.refunded_cents))
    return flow(
        sources=_sources(rows),
        collected=Amount(_("Encaissé"), whole.gross_cents),
        share=Amount(_share_name(shares), whole.share_cents),
        costs=costs,
        fates=[
            Amount(_("Déjà reversé"), whole.share_cents - waiting),
            Amount(_("En retenue"), waiting),
        ],
    )


def _sources(rows: Sequence[FlowRow]) -> list[Amount]:
    named = [Amount(row.merchant_name, row.gross_cents) for row in rows]
    if len(named) <= MOST_NAMED + 1:
        return named
    others = named[MOST_NAMED:]
    name = ngettext("%(count)d autre", "%(count)d autres", len(others)) % {"count": len(others)}
    return [*named[:MOST_NAMED], Amount(name, sum(other.cents for other in others))]


def _share_name(shares: Sequence[OwnShare]) -> str:
    rates = {share.rate_bp for share in shares}
    if len(rates) == 1:
        return _("Part du CSE, %(rate)s du HT") % {"rate": rate(rates.pop())}
    return _("Part du CSE")
