"""Stages of the VAT of an invoice in a council's name, in the reader's words."""

import datetime as dt
from typing import Protocol

from django.utils.translation import gettext as _

from billing.models import TaxPayment
from saas.kernel.display.writing import eur, shortdate


class Tax(Protocol):
    """The VAT of an invoice, independent of its table."""

    state: str
    amount_cents: int
    netted_cents: int
    due_at: dt.datetime
    done_at: dt.datetime | None


def in_words(tax: Tax) -> str:
    """Return the amount of the VAT, its state, and the netted part."""
    day = shortdate(tax.done_at or tax.due_at)
    values = {"amount": eur(tax.amount_cents), "day": day, "set_off": eur(tax.netted_cents)}
    if tax.state == TaxPayment.State.DONE and tax.netted_cents:
        return _("TVA de %(amount)s versée le %(day)s, %(set_off)s compensés") % values
    words = {
        TaxPayment.State.DUE: _("TVA de %(amount)s, à verser à partir du %(day)s"),
        TaxPayment.State.SENDING: _("TVA de %(amount)s, en route vers le compte du CSE"),
        TaxPayment.State.DONE: _("TVA de %(amount)s versée le %(day)s"),
        TaxPayment.State.OWED: _("TVA de %(amount)s à rendre, compensée avec ce qui vient"),
        TaxPayment.State.NETTED: _("TVA de %(amount)s, compensée"),
        TaxPayment.State.WRITTEN_OFF: _("TVA de %(amount)s, abandonnée par Troovon"),
    }
    return words[TaxPayment.State(tax.state)] % values
