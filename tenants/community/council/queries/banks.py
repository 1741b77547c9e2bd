"""A share and its bank, both ways: the payouts of a share, and the merchants of a payout."""

from collections.abc import Collection
from typing import NamedTuple

from billing.councils.queries.forecast import to_bank
from billing.councils.rules import trace as rules
from billing.councils.rules.trace import DayRow
from billing.councils.wording.trace import Branch
from billing.models import OwnDay, OwnPayout, OwnPayoutPart, OwnShare, Payout
from saas.catalogue.placements.models import slots
from saas.kernel.display.flow import Flow
from saas.kernel.search.sorting import sort_key
from tenants.community.council.rules import taken_apart
from tenants.community.council.wording import banks as wording

GONE = (Payout.State.FAILED, Payout.State.CANCELED)


class Way(NamedTuple):
    """The path of a share to the bank: drawn, as a table of the same sums, and day by day."""

    drawing: Flow | None
    table: list[Branch]
    days: list[DayRow]
    parts: list[OwnPayoutPart]


class BankWay(NamedTuple):
    """A payout to the council's bank, and the merchants with a part in it."""

    payout: OwnPayout
    why_words: str
    merchants: list[tuple[str, int]]
    parts: list[OwnPayoutPart]
    other_cents: int


def way_of(share: OwnShare) -> Way:
    """Return the way of a share, from the days of display to the payments to the bank."""
    days = _days(share)
    parts = list(
        OwnPayoutPart.objects.filter(share_reference=share.reference).exclude(state__in=GONE)
    )
    row = taken_apart(share)
    drawing = wording.drawing_of(share, row, days=days, parts=parts)
    return Way(drawing, wording.table_of(share, row), days, parts)


def _days(share: OwnShare) -> list[DayRow]:
    """Split each flight's revenue among its days, by the weights of its price list."""
    flights: dict[int, list[OwnDay]] = {}
    for day in OwnDay.objects.filter(share_reference=share.reference):
        flights.setdefault(day.flight_id, []).append(day)
    names = {slot: str(name) for slot, name in slots.choices()}
    rows = []
    for shown in flights.values():
        first = shown[0]
        parts = rules.by_day(
            first.flight_cents,
            first.starts_on,
            first.ends_on,
            weekend_bp=first.weekend_bp,
            closed_days=first.closed_days,
        )
        rows += [
            DayRow(
                day=day.day,
                space_name="",
                slot_words=names.get(day.slot, day.slot),
                net_cents=parts[day.day],
                views=day.views,
                clicks=day.clicks,
            )
            for day in shown
            if day.day in parts
        ]
    return sorted(rows, key=lambda row: (row.day, sort_key(row.slot_words)))


def bank_way(stripe_id: str, councils: Collection[str]) -> BankWay | None:
    """Return a payout of these councils to their bank, with the merchants in it."""
    payout = OwnPayout.objects.filter(stripe_id=stripe_id, council_reference__in=councils).first()
    if payout is None:
        return None
    parts = list(OwnPayoutPart.objects.filter(payout_reference=stripe_id))
    merchants: dict[str, int] = {}
    for part in parts:
        merchants[part.merchant_name] = merchants.get(part.merchant_name, 0) + part.cents
    return BankWay(
        *to_bank(payout),
        sorted(merchants.items(), key=lambda one: (-one[1], sort_key(one[0]))),
        parts,
        payout.amount_cents - payout.tax_cents - sum(merchants.values()),
    )
