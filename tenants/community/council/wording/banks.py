"""Texts on the path of a share to its bank: a drawing, and a table of the same sums."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billing.councils.rules import trace
from billing.councils.rules.trace import DayRow
from billing.councils.wording.trace import Branch, in_days
from billing.models import OwnPayoutPart, OwnShare
from saas.kernel.display.drawing import Amount
from saas.kernel.display.flow import Flow, flow
from saas.kernel.display.writing import rate, shortdate
from tenants.community.council.rules import FlowRow

MOST_NAMED = 4


def drawing_of(
    share: OwnShare, row: FlowRow, *, days: Sequence[DayRow], parts: Sequence[OwnPayoutPart]
) -> Flow | None:
    """Draw a share's way, where every branch is some money."""
    sums = trace.added([{day.day: day.net_cents} for day in days])
    periods = trace.periods_of(sums, most=MOST_NAMED)
    weights = {place: period.cents for place, period in enumerate(periods)}
    gross = trace.parted(row.gross_cents, weights)
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
    """Return the present places of a share; each payout to the bank is listed separately."""
    banks = [
        Amount(
            _("Banque, %(day)s") % {"day": shortdate(part.arrives_on or part.made_at)},
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
    """Return the parts that are not the council's; the refunded part only if there is any."""
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


def table_of(share: OwnShare, row: FlowRow) -> list[Branch]:
    """Write the same sums below each other."""
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
