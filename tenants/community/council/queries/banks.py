"""A share and its bank, both ways: by which payments it left, and whose euros are in each."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.councils.queries.forecast import to_bank
from billing.councils.queries.trace import DayRow
from billing.councils.queries.trace_words import Branch, in_days
from billing.councils.rules import trace as rules
from billing.models import OwnDay, OwnPayout, OwnPayoutPart, OwnShare, Payout
from saas.catalogue.placements.models import Slot
from saas.kernel.display.drawing import Amount
from saas.kernel.display.flow import Flow, flow
from saas.kernel.display.writing import rate, shortdate
from saas.kernel.money import half_up
from saas.kernel.search.sorting import sort_key
from tenants.community.council.queries.flows import FlowRow

MOST_NAMED = 4
GONE = (Payout.State.FAILED, Payout.State.CANCELED)


class Way(NamedTuple):
    """The way of one share: drawn, as a table of the same sums, day by day, and to the bank."""

    drawing: Flow | None
    table: list[Branch]
    days: list[DayRow]
    parts: list[OwnPayoutPart]


class BankWay(NamedTuple):
    """A payment to the council's bank, and the merchants whose euros are in it."""

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
    return Way(_drawn(share, days, parts), _table(share), days, parts)


def taken_apart(share: OwnShare) -> FlowRow:
    """Take what was paid for this space apart: given back, tax kept, fee, share; the rest stays."""
    gross, back = share.gross_cents, share.refunded_cents + share.disputed_cents
    vat_back = back - half_up(Fraction(share.net_cents * back, gross)) if gross else 0
    return FlowRow(
        share.merchant_name,
        gross,
        back,
        share.vat_cents - vat_back,
        share.fee_cents or 0,
        share.amount_cents,
    )


def _days(share: OwnShare) -> list[DayRow]:
    """Part what each flight brought among its days, as its price list weighs them."""
    flights: dict[int, list[OwnDay]] = {}
    for day in OwnDay.objects.filter(share_reference=share.reference):
        flights.setdefault(day.flight_id, []).append(day)
    slots = {slot.value: str(slot.label) for slot in Slot}
    rows = []
    for told in flights.values():
        first = told[0]
        parts = rules.by_day(
            first.flight_cents, first.starts_on, first.ends_on, weekend_bp=first.weekend_bp
        )
        rows += [
            DayRow(
                day=day.day,
                space_name="",
                slot_words=slots.get(day.slot, day.slot),
                net_cents=parts[day.day],
                views=day.views,
                clicks=day.clicks,
            )
            for day in told
        ]
    return sorted(rows, key=lambda row: (row.day, sort_key(row.slot_words)))


def _drawn(share: OwnShare, days: Sequence[DayRow], parts: Sequence[OwnPayoutPart]) -> Flow | None:
    """Draw a share's way, where every branch is some money."""
    row = taken_apart(share)
    sums = rules.added([{day.day: day.net_cents} for day in days])
    periods = rules.periods_of(sums, most=MOST_NAMED)
    weights = {place: period.cents for place, period in enumerate(periods)}
    gross = rules.parted(row.gross_cents, weights)
    if not gross or row.share_cents <= 0:
        return None
    branches = [Amount(one.name, -one.cents) for one in _taken_off(share, row)]
    return flow(
        sources=[Amount(in_days(period), gross[place]) for place, period in enumerate(periods)],
        collected=Amount(_("Payé par %(name)s") % {"name": share.merchant_name}, row.gross_cents),
        share=Amount(_("Au CSE, %(rate)s du HT") % {"rate": rate(share.rate_bp)}, row.share_cents),
        costs=branches,
        fates=_fates(share, parts),
    )


def _fates(share: OwnShare, parts: Sequence[OwnPayoutPart]) -> list[Amount]:
    """Say where the share is now; what left for the bank is told payment by payment."""
    banks = [
        Amount(
            _("Banque, %(day)s") % {"day": shortdate(part.arrives_on or part.made_at.date())},
            part.cents,
        )
        for part in parts[:MOST_NAMED]
    ]
    left = share.amount_cents - sum(bank.cents for bank in banks)
    if share.transferred_at is None:
        return [*banks, Amount(share.get_state_display(), left)]
    rest = min(left, share.netted_cents)
    return [
        *banks,
        *([Amount(_("Compensé"), rest)] if rest > 0 else []),
        *([Amount(_("Sur le compte Stripe"), left - rest)] if left - rest > 0 else []),
    ]


def _taken_off(share: OwnShare, row: FlowRow) -> list[Branch]:
    """Name what is not the council's; what was given back only where something was."""
    fee = _("Frais de paiement") if share.fee_cents is not None else _("Frais, à venir")
    alone = share.weight == share.weight_total
    branches = [
        Branch(_("Troovon") if alone else _("Troovon et autres CSE"), -row.rest_cents),
        Branch(fee, -row.fee_cents),
        Branch(_("TVA"), -row.vat_cents),
    ]
    if row.refunded_cents:
        branches.append(Branch(_("Remboursé ou repris"), -row.refunded_cents))
    return branches


def _table(share: OwnShare) -> list[Branch]:
    """Write the same sums below each other."""
    row = taken_apart(share)
    paid = _("Payé par %(name)s") % {"name": share.merchant_name}
    note = _("le %(day)s, pour cet espace, TVA comprise") % {"day": shortdate(share.collected_at)}
    terms = _("%(rate)s du HT, conditions n°\u00a0%(version)d") % {
        "rate": rate(share.rate_bp),
        "version": share.terms_version,
    }
    return [
        Branch(paid, row.gross_cents, note, is_whole=True),
        *reversed(_taken_off(share, row)),
        Branch(share.council_name, row.share_cents, terms, is_whole=True),
    ]


def bank_way(stripe_id: str, councils: Collection[str]) -> BankWay | None:
    """Return whose euros are in a payment to the bank of one of these councils."""
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
