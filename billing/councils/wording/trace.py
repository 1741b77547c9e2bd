"""The way of a sale's money in a reader's words: a drawing, a table of the same sums, and steps."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.councils.rules import trace as rules
from billing.councils.rules.trace import BankRow, ShareTrace, Trace
from billing.models import Case, Payout
from saas.kernel.display.drawing import Amount
from saas.kernel.display.flow import Flow, flow
from saas.kernel.display.writing import elided, eur, num, rate, shortdate

MOST_NAMED = 4


class Branch(NamedTuple):
    """A line of the table: an amount deducted or paid, and its recipient; totals are emphasized."""

    name: str
    cents: int
    note: str = ""
    is_whole: bool = False


class Step(NamedTuple):
    """A step of a path; `next` marks a step in the future."""

    title: str
    amount: str
    note: str = ""
    next: bool = False
    url: str = ""


def shown(trace: Trace) -> dict[str, Any]:
    """Return the context for the drawing and the table of a sale."""
    title = _("Où sont allés les %(amount)s %(of_name)s") % {
        "amount": eur(trace.collected_cents),
        "of_name": elided(trace.merchant_name, "de"),
    }
    return {"drawing": drawing_of(trace), "table": table_of(trace), "title": title}


def case_states() -> dict[str, str]:
    """Name the states of cases."""
    return {state.value: str(state.label) for state in Case.State}


def _paid_by(trace: Trace) -> str:
    return _("Payé par %(name)s") % {"name": trace.merchant_name}


def drawing_of(trace: Trace) -> Flow | None:
    """Draw where the money came from and went; nothing where a branch is below nothing."""
    if trace.shared_cents <= 0 or not any(row.net_cents for row in trace.days):
        return None
    return flow(
        sources=_sources(trace),
        collected=Amount(
            _("Payé par %(name)s") % {"name": trace.merchant_name}, trace.collected_cents
        ),
        share=Amount(_("Aux CSE"), trace.shared_cents),
        costs=[Amount(one.name, one.cents) for one in taken_off(trace)],
        fates=_fates(trace),
    )


def _sources(trace: Trace) -> list[Amount]:
    """Return the spaces that showed it, or the days if it was shown in a single space."""
    spaces: dict[str, int] = {}
    days: dict[dt.date, int] = {}
    for row in trace.days:
        spaces[row.space_name] = spaces.get(row.space_name, 0) + row.net_cents
        days[row.day] = days.get(row.day, 0) + row.net_cents
    if len(spaces) > 1:
        parts = rules.parted(trace.collected_cents, spaces)
        return _named(sorted(parts.items(), key=lambda one: -one[1]))
    periods = rules.periods_of(days, most=MOST_NAMED)
    weights = {place: period.cents for place, period in enumerate(periods)}
    gross = rules.parted(trace.collected_cents, weights)
    return [Amount(in_days(period), gross[place]) for place, period in enumerate(periods)]


def in_days(period: rules.Period) -> str:
    """Write some days in a row."""
    if period.first == period.last:
        return shortdate(period.first)
    return _("du %(first)s au %(last)s") % {
        "first": shortdate(period.first),
        "last": shortdate(period.last),
    }


def _named(amounts: list[tuple[str, int]]) -> list[Amount]:
    shown = rules.named_first(amounts, most=MOST_NAMED)
    others = len(amounts) - MOST_NAMED
    word = ngettext("%(count)d autre", "%(count)d autres", others) % {"count": others}
    return [Amount(name or word, cents) for name, cents in shown]


def _fates(trace: Trace) -> list[Amount]:
    by_council = [(share.council_name, share.remaining_cents) for share in trace.shares]
    return _named([(name, cents) for name, cents in by_council if cents])


def taken_off(trace: Trace) -> list[Branch]:
    """Return the branches other than councils, in the drawing's order; refunds only if any."""
    branches = [
        Branch(_rest_name(trace), trace.rest_cents),
        Branch(_("Frais de paiement"), trace.fee_cents),
        Branch(_("TVA"), trace.vat_cents),
    ]
    back = (
        Branch(_("Remboursé"), trace.refunded_cents),
        Branch(_("Repris par la banque"), trace.lost_cents),
        Branch(_("Contesté"), trace.contested_cents),
    )
    return [*branches, *(branch for branch in back if branch.cents)]


def _rest_name(trace: Trace) -> str:
    """Return the name of the rest: below zero Troovon bears Stripe's fee, and earns nothing."""
    return _("Troovon") if trace.rest_cents >= 0 else _("Frais supportés par Troovon")


def table_of(trace: Trace) -> list[Branch]:
    """Return the same sums as a table: the payment less each branch leaves zero."""
    return [
        Branch(
            _paid_by(trace),
            trace.collected_cents,
            _("le %(day)s, TVA comprise") % {"day": shortdate(trace.sale.collected_at)},
            is_whole=True,
        ),
        *(Branch(one.name, -one.cents) for one in reversed(taken_off(trace))),
        *(
            Branch(share.council_name, -share.remaining_cents, _terms(share))
            for share in trace.shares
        ),
    ]


def _terms(share: ShareTrace) -> str:
    words = _("%(rate)s de %(net)s HT, conditions n°\u00a0%(version)d") % {
        "rate": rate(share.rate_bp),
        "net": eur(share.net_cents),
        "version": share.terms_version,
    }
    if share.weight == share.weight_total:
        return words
    part = _("%(weight)s salariés sur %(total)s") % {
        "weight": num(share.weight),
        "total": num(share.weight_total),
    }
    return f"{words}, {part}"


def steps_of(share: ShareTrace) -> list[Step]:
    """Return the steps of a council's part, from the terms to its bank, with its deductions."""
    return [
        Step(_("Part gagnée"), eur(share.earned_cents), _terms(share)),
        *_less(share),
        *_sent(share),
        *(bank_step(row) for row in share.banks),
        *_still_there(share),
    ]


def _less(share: ShareTrace) -> list[Step]:
    """Return the steps of deductions and of netted amounts."""
    losses = (
        (_("Reprise sur la part"), share.taken_cents, _("après un remboursement")),
        (_("Compensée"), share.netted_cents, _("avec ce que le CSE devait rendre")),
    )
    return [Step(title, eur(-cents), note) for title, cents, note in losses if cents]


def _sent(share: ShareTrace) -> list[Step]:
    steps = []
    if share.sent_at:
        steps.append(Step(_("Reversée"), eur(share.sent_cents), shortdate(share.sent_at)))
    elif share.waiting_cents:
        note = _("retenue jusqu’au %(day)s") % {"day": shortdate(share.release_at)}
        steps.append(Step(share.state_words, eur(share.waiting_cents), note, next=True))
    if share.back_cents:
        note = _("du compte Stripe du CSE")
        steps.append(Step(_("Reprise au CSE"), eur(-share.back_cents), note))
    return steps


def _still_there(share: ShareTrace) -> list[Step]:
    if not share.there_cents:
        return []
    note = _("part avec le prochain virement")
    return [Step(_("Sur son compte Stripe"), eur(share.there_cents), note, next=True)]


def bank_step(row: BankRow, *, url: str = "") -> Step:
    """Return the step of a payout."""
    arrives = row.state != Payout.State.PAID
    day = shortdate(row.arrives_on) if row.arrives_on else row.state_words
    words = _("attendu le %(day)s") if arrives else _("le %(day)s")
    return Step(_("À la banque"), eur(row.cents), words % {"day": day}, next=arrives, url=url)
