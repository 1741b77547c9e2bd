"""The month to come: what is sure, what is likely, what waits and why, what reached the bank."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
from billing.councils.queries.own import CouncilStanding
from billing.councils.queries.taxes import taxes_here
from billing.councils.queries.terms import council_of_space
from billing.councils.rules.simulation import Simulation, simulated
from billing.ledger.rules.split import Part, shares_of
from billing.models import Council, OwnRenewal, OwnTax, Share, Subscription, TaxPayment
from saas.kernel import schema
from saas.kernel.display.writing import eur, shortdate
from tenants.community.council import rules
from tenants.community.council.queries.account import CouncilDesk, what_comes_first
from tenants.community.council.queries.figures import Sums
from tenants.community.council.wording.account import in_a_sentence

LEAVES = (Share.State.HELD, Share.State.RELEASABLE, Share.State.SENDING)


class CentsRange(NamedTuple):
    """An amount as far as it is sure, and as far as it is likely; with what each counts."""

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
    """A monthly campaign, what its next month would bring the council, and whether it is likely."""

    row: OwnRenewal
    share_cents: int
    is_likely: bool


class Forecast(NamedTuple):
    """A council's forecast for a month: what it earns and is sent, and what it cannot say."""

    month: dt.date
    earned: CentsRange
    sent: CentsRange
    releases: list[Waiting]
    renewals: list[Renewal]
    waiting: list[Why]
    owed_cents: int
    payouts: list[ToBank]


def forecast_of(
    desk: CouncilDesk, desks: Iterable[CouncilDesk], counted: Iterable[Sums], *, today: dt.date
) -> Forecast:
    """Return the forecast of the month that goes on, for one council."""
    council, month = desk.council, today.replace(day=1)
    last_day = rules.month_after(month) - dt.timedelta(days=1)
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
    """Return what leaves by itself until a day, where money can reach the council at all."""
    if desk.council.account_state != Council.AccountState.ACTIVE or desk.waits_for_first_answer:
        return []
    return [one for one in waiting if one.state in LEAVES and one.day <= last_day]


def _renewals(desk: CouncilDesk, desks: Iterable[CouncilDesk]) -> list[Renewal]:
    """Return what monthly campaigns would bring, split as a sale is among councils with terms.

    It is an estimate: terms, numbers of people and prices may change until then, and a campaign
    that runs in other spaces too is rounded once for all of them.
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
        if one.is_likely and one.row.next_at and one.row.next_at.date() <= last_day
    ]
    more = sum(one.share_cents for one in due)
    return CentsRange(
        low,
        low + more,
        _("ce qui est déjà inscrit ce mois-ci, remboursements déduits"),
        ngettext(
            "et %(count)d campagne mensuelle qui se renouvelle d’ici la fin du mois",
            "et %(count)d campagnes mensuelles qui se renouvellent d’ici la fin du mois",
            len(due),
        )
        % {"count": len(due)},
    )


def _sent(so_far: list[Sums], releases: list[Waiting], owed_cents: int) -> CentsRange:
    before = sum(row.paid_cents for row in so_far)
    run = sum(one.cents for one in releases if not one.runs)
    all_of_it = sum(one.cents for one in releases)
    return CentsRange(
        before + max(run - owed_cents, 0),
        before + max(all_of_it - owed_cents, 0),
        _("déjà reversé, et les retenues qui finissent ce mois-ci pour des campagnes terminées"),
        _("et celles de campagnes qui courent encore, si rien n’est remboursé"),
    )


def _reasons(desk: CouncilDesk, waiting: list[Waiting], owed_cents: int) -> list[Why]:
    groups = [
        ("held", _("en retenue, le temps d’un remboursement éventuel%(until)s"), ""),
        ("releasable", _("à reverser au prochain passage, dans l’heure"), ""),
        ("sending", _("en route vers le compte du CSE"), ""),
        ("waiting_account", _reason_of_account(desk), "warn"),
        ("frozen", _contested(desk.council), "bad"),
    ]
    found = []
    for state, text, tone in groups:
        rows = [one for one in waiting if one.state == state]
        if rows:
            told = _held(desk, text, rows) if state == "held" else text
            cents, count = sum(one.cents for one in rows), sum(one.shares for one in rows)
            found.append(Why(cents, count, told, tone))
    if owed_cents:
        text = _("à rendre après un remboursement\u00a0: compensé avec les prochaines parts")
        found.append(Why(-owed_cents, 0, text, "warn"))
    return found


def _taxes(desk: CouncilDesk, today: dt.date) -> list[Why]:
    """Say where the VAT of invoices in the council's name is, each by itself, oldest first."""
    taxes = reversed(taxes_here(desk.council.reference))
    return [
        Why(
            -tax.left_cents if tax.state == TaxPayment.State.OWED else tax.left_cents,
            0,
            *_why_tax(tax, desk, today),
        )
        for tax in taxes
        if tax.state in {TaxPayment.State.DUE, TaxPayment.State.SENDING, TaxPayment.State.OWED}
    ]


def _why_tax(tax: OwnTax, desk: CouncilDesk, today: dt.date) -> tuple[str, str]:
    """Say why the VAT of an invoice is not over, and how bad that is."""
    told = {
        "number": tax.number,
        "state": in_a_sentence(desk.account.words),
        "day": shortdate(tax.due_at),
    }
    if tax.state == TaxPayment.State.OWED:
        return _(
            "TVA de l’avoir %(number)s, à rendre\u00a0: compensée avec ce qui vient"
        ) % told, "warn"
    if tax.state == TaxPayment.State.SENDING:
        return _("TVA de la facture %(number)s, en route vers le compte du CSE") % told, ""
    if desk.council.account_state != Council.AccountState.ACTIVE:
        return _(
            "TVA de la facture %(number)s, attend le compte du CSE\u00a0: %(state)s"
        ) % told, "warn"
    if tax.due_at.date() > today:
        return _("TVA de la facture %(number)s, retenue avec les parts jusqu’au %(day)s") % told, ""
    return _("TVA de la facture %(number)s, à verser au prochain passage, dans l’heure") % told, ""


def _held(desk: CouncilDesk, text: str, rows: list[Waiting]) -> str:
    """Say until when shares are held, and what has to happen for them to leave then."""
    told, first = text % {"until": _until(rows)}, what_comes_first(desk)
    return (
        told + _(". Ils partent ensuite, %(condition)s") % {"condition": first} if first else told
    )


def _until(rows: list[Waiting]) -> str:
    first, last = rows[0].day, rows[-1].day
    if first == last:
        return _(", jusqu’au %(day)s") % {"day": shortdate(first)}
    told = {"first": shortdate(first), "last": shortdate(last)}
    return _("\u202f; libérés entre le %(first)s et le %(last)s, vente par vente") % told


def _reason_of_account(desk: CouncilDesk) -> str:
    council = desk.council
    if council.account_state == Council.AccountState.NO_LEGAL_PERSONALITY:
        return _("attend que le CSE ait la personnalité morale, sans limite de temps")
    if council.account_state != Council.AccountState.ACTIVE:
        return _("attend le compte du CSE\u00a0: %(state)s") % {
            "state": in_a_sentence(desk.account.words)
        }
    return _("attend que la trésorerie accepte les conditions")


def _contested(council: CouncilStanding) -> str:
    shares = contested_here(council.reference)
    days = [share.dispute_opened_at for share in shares if share.dispute_opened_at]
    if not days:
        return _("gelée\u00a0: un paiement est contesté auprès de la banque")
    return _(
        "gelée\u00a0: un paiement est contesté depuis le %(day)s. "
        "La banque décide en deux à trois mois\u202f; gagné, la part part aussitôt"
    ) % {"day": shortdate(min(days))}


def simulation_of(
    desk: CouncilDesk,
    *,
    schema_name: str,
    rate_bp: int,
    aep_bp: int,
    merchants: int,
    at: dt.datetime,
) -> Simulation | None:
    """Return what other terms would have brought over the last twelve months."""
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


def in_words(simulation: Simulation) -> str:
    """Say the difference in a sentence."""
    cents = simulation.difference_cents
    if simulation.is_estimate:
        if cents >= 0:
            return _("Environ %(amount)s de plus en un an.") % {"amount": eur(cents)}
        return _("Environ %(amount)s de moins en un an.") % {"amount": eur(-cents)}
    if not cents:
        return _("Autant qu’aujourd’hui, au centime près.")
    if cents > 0:
        return _("%(amount)s de plus en un an.") % {"amount": eur(cents)}
    return _("%(amount)s de moins en un an.") % {"amount": eur(-cents)}
