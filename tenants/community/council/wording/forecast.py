"""Texts of a month's forecast: the parts of each amount, reasons for delays, effects of terms."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.councils.queries.forecast import Waiting
from billing.councils.queries.own import CouncilStanding
from billing.councils.rules.simulation import Simulation
from billing.models import Council, OwnShare, OwnTax, TaxPayment
from saas.kernel.display.writing import eur, shortdate
from tenants.community.council.wording.account import in_a_sentence, situation_of


def earned_counts() -> str:
    """Return the description of the sure earnings."""
    return _("ce qui est déjà inscrit ce mois-ci, remboursements déduits")


def renewals_count(count: int) -> str:
    """Name the renewals that are likely before the month is over."""
    return ngettext(
        "et %(count)d campagne mensuelle qui se renouvelle d’ici la fin du mois",
        "et %(count)d campagnes mensuelles qui se renouvellent d’ici la fin du mois",
        count,
    ) % {"count": count}


def sent_counts() -> str:
    """Return the description of the sure transfers."""
    return _("déjà reversé, et les retenues qui finissent ce mois-ci pour des campagnes terminées")


def running_counts() -> str:
    """Return the description of the transfers that occur if nothing more is refunded."""
    return _("et celles de campagnes qui courent encore, si rien n’est remboursé")


def owed_after_refunds() -> str:
    """Return the explanation of the way a council repays its debt."""
    return _("à rendre après un remboursement\u00a0: compensé avec les prochaines parts")


def goes_by_itself(state: str) -> str:
    """Return the position of a share that needs no action by anyone."""
    return {
        "releasable": _("à reverser au prochain passage, dans l’heure"),
        "sending": _("en route vers le compte du CSE"),
    }[state]


def held(rows: Sequence[Waiting], *, first: str) -> str:
    """Return the end of the hold, and the condition (`first`) for the transfer after it."""
    sentence = _("en retenue, le temps d’un remboursement éventuel%(until)s") % {
        "until": _until(rows)
    }
    if not first:
        return sentence
    return sentence + _(". Ils partent ensuite, %(condition)s") % {"condition": first}


def _until(rows: Sequence[Waiting]) -> str:
    first, last = rows[0].day, rows[-1].day
    if first == last:
        return _(", jusqu’au %(day)s") % {"day": shortdate(first)}
    days = {"first": shortdate(first), "last": shortdate(last)}
    return _("\u202f; libérés entre le %(first)s et le %(last)s, vente par vente") % days


def waits_for_account(council: CouncilStanding) -> str:
    """Return the reason for the delay of a share that only the council holds up."""
    if not council.is_confirmed:
        return _("attend que l’élection du CSE soit confirmée")
    if council.account_state == Council.AccountState.NO_LEGAL_PERSONALITY:
        return _("attend que le CSE ait la personnalité morale, sans limite de temps")
    if council.account_state != Council.AccountState.ACTIVE:
        return _("attend le compte du CSE\u00a0: %(state)s") % {"state": _account_words(council)}
    return _("attend que la trésorerie accepte les conditions")


def _account_words(council: CouncilStanding) -> str:
    return in_a_sentence(situation_of(council).words)


def contested(shares: Sequence[OwnShare]) -> str:
    """Return the start date of a dispute and the time of its decision."""
    days = [share.dispute_opened_at for share in shares if share.dispute_opened_at]
    if not days:
        return _("gelée\u00a0: un paiement est contesté auprès de la banque")
    return _(
        "gelée\u00a0: un paiement est contesté depuis le %(day)s. "
        "La banque décide en deux à trois mois\u202f; gagné, la part part aussitôt"
    ) % {"day": shortdate(min(days))}


def tax_waits(tax: OwnTax, council: CouncilStanding, *, today: dt.date) -> tuple[str, str]:
    """Return the reason why the VAT of an invoice is still open, and its severity."""
    text, tone = _tax_sentence(tax, council, today)
    values = {
        "number": tax.number,
        "state": _account_words(council),
        "day": shortdate(tax.due_at),
    }
    return text % values, tone


def _tax_sentence(tax: OwnTax, council: CouncilStanding, today: dt.date) -> tuple[str, str]:
    if tax.state == TaxPayment.State.OWED:
        return _("TVA de l’avoir %(number)s, à rendre\u00a0: compensée avec ce qui vient"), "warn"
    if tax.state == TaxPayment.State.SENDING:
        return _("TVA de la facture %(number)s, en route vers le compte du CSE"), ""
    if council.account_state != Council.AccountState.ACTIVE:
        return _("TVA de la facture %(number)s, attend le compte du CSE\u00a0: %(state)s"), "warn"
    if timezone.localdate(tax.due_at) > today:
        return _("TVA de la facture %(number)s, retenue avec les parts jusqu’au %(day)s"), ""
    return _("TVA de la facture %(number)s, à verser au prochain passage, dans l’heure"), ""


def difference(simulation: Simulation) -> str:
    """Return a sentence on the yearly difference that other terms would make."""
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
