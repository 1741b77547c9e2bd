"""Actions of operators on taxes and cut-off: each proposes an entry that another operator posts."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.ledger.queries import taxes as queries
from billing.ledger.queries.periods import month_in_words
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import manual_entries
from billing.ledger.settlement.numbering import lock_numbers, number_entries
from billing.models import Account, ManualEntry
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.uploads.papers import Paper
from saas.kernel.values.months import months_later


@transaction.atomic
def propose_settlement(*, month: dt.date, by: User, at: dt.datetime) -> ManualEntry:
    """Propose the entry that settles the VAT of a month that is over (CGI, art. 287).

    445710 and 445660 are cleared against 445510, TVA à décaisser, or 445670, Crédit de TVA à
    reporter, which also clears the credit carried into the month. Raises Refused.
    """
    number_entries(at=at)
    if timezone.localdate(at) < months_later(month):
        raise Refused(
            _("Ce mois n’est pas terminé\u00a0: sa TVA se liquide à partir du 1er suivant.")
        )
    found = queries.vat_return(month)
    if found.settlement is not None:
        raise Refused(_("La TVA de ce mois est déjà liquidée, ou sa liquidation est proposée."))
    figures = found.cents_by_code
    lines = [
        Line(Account.VAT_OUTPUT, figures["16"] - figures["21"]),
        Line(Account.VAT_INPUT, -figures["20"]),
        Line(Account.VAT_CREDIT, figures["25"] - figures["22"]),
        Line(Account.VAT_PAYABLE, -figures["28"]),
    ]
    entry = ManualEntry(
        booked_for=months_later(month) - dt.timedelta(days=1),
        reason=_("Liquidation de la TVA de %(month)s (CA3)") % {"month": month_in_words(month)},
    )
    written = [line for line in lines if line.cents]
    if not written:
        raise Refused(_("Ce mois n’a pas de TVA\u00a0: rien n’est à liquider."))
    return manual_entries.submit(entry, written, by=by, at=at)


@transaction.atomic
def propose_debt_vat(*, sale_id: int, paper: Paper, by: User, at: dt.datetime) -> ManualEntry:
    """Propose to deduct the VAT of an irrecoverable claim (CGI, art. 272, 1). Raises Refused.

    The paper is the duplicate of the invoice with the words that the law requires: the amount that
    stays unpaid, and that its VAT may not be deducted by the buyer (art. 272, 1, third paragraph).
    """
    manual_entries.check_pdf(paper)
    lock_numbers()
    found = next((debt for debt in queries.bad_debts() if debt.sale_id == sale_id), None)
    if found is None or not found.vat_cents:
        raise Refused(_("Cette créance n’a pas de TVA à récupérer."))
    pending = ManualEntry.objects.filter(
        state=ManualEntry.State.PROPOSED, lines__contains=[{"sale_id": sale_id}]
    )
    if pending.exists():
        raise Refused(_("La TVA de cette créance est déjà proposée."))
    entry = ManualEntry(
        booked_for=timezone.localdate(at),
        reason=_("TVA d’une créance irrécouvrable, commande %(order)s")
        % {"order": found.order_reference},
    )
    lines = [
        Line(Account.VAT_OUTPUT, found.vat_cents, sale_id=sale_id),
        Line(Account.BAD_DEBT, -found.vat_cents, sale_id=sale_id),
    ]
    manual_entries.submit(entry, lines, by=by, at=at)
    manual_entries.attach(entry, paper)
    return entry


@transaction.atomic
def propose_cut_off(*, year: int, by: User, at: dt.datetime) -> list[ManualEntry]:
    """Propose the cut-off of a year that is over, and its reversal on the next day.

    Règlement ANC n° 2014-03, art. 944-48: income billed for services of a later year is booked on
    487. Raises Refused.
    """
    lock_numbers()
    if timezone.localdate(at).year <= year:
        raise Refused(_("Cet exercice n’est pas terminé."))
    deferred = [{"account": Account.DEFERRED_INCOME.value}]
    if queries.standing(dt.date(year, 12, 31)).filter(lines__contains=deferred).exists():
        raise Refused(_("La régularisation de cet exercice est déjà proposée."))
    cents = queries.deferred_cents(year)
    if not cents:
        raise Refused(_("Aucune vente de cet exercice ne court après le 31 décembre."))
    reason = _("Produits constatés d’avance au 31 décembre %(year)s") % {"year": year}
    days = ((dt.date(year, 12, 31), cents), (dt.date(year + 1, 1, 1), -cents))
    return [
        manual_entries.submit(
            ManualEntry(booked_for=day, reason=reason),
            [Line(Account.REVENUE_PLACEMENT, part), Line(Account.DEFERRED_INCOME, -part)],
            by=by,
            at=at,
        )
        for day, part in days
    ]
