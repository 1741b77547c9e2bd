"""Names of ledger accounts and events on pages; papers and files have their own."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from billing.models import Account

# Made by `saas.kernel.models.reference`; the number of a paper may contain a reference.
_REFERENCE = re.compile(r"(?<![A-Z0-9-])[A-Z]{2}-[2-9A-Z]{6,9}(?![A-Z0-9-])")

type Names = Mapping[str, str | Promise]

ACCOUNTS: Names = {
    Account.STRIPE_BALANCE: later("Solde Stripe"),
    Account.BANK_TRANSIT: later("Virements et banque"),
    Account.RECEIVABLE: later("Commerçants"),
    Account.REVENUE_PLACEMENT: later("Ventes d’espaces, HT"),
    Account.VAT_OUTPUT: later("TVA collectée"),
    Account.VAT_INPUT: later("TVA déductible"),
    Account.VAT_PENDING: later("TVA en attente de paiement"),
    Account.FEES_STRIPE: later("Frais de paiement"),
    Account.FEES_DISPUTE: later("Frais de contestation"),
    Account.SHARE_COST: later("Parts des CSE, charge"),
    Account.SHARE_HELD: later("Parts retenues"),
    Account.SHARE_DUE: later("Parts à verser"),
    Account.SHARE_OWED: later("Dû par des CSE"),
    Account.DISPUTE_SUSPENSE: later("Paiements contestés"),
    Account.BAD_DEBT: later("Pertes"),
    Account.ROUNDING: later("Arrondis"),
    Account.BANK: later("Banque"),
    Account.SUSPENSE: later("Compte d’attente"),
    Account.DEFERRED_INCOME: later("Produits constatés d’avance"),
    Account.VAT_PAYABLE: later("TVA à décaisser"),
    Account.VAT_CREDIT: later("Crédit de TVA à reporter"),
    Account.OTHER_INCOME: later("Produits divers"),
    Account.OTHER_COST: later("Charges diverses"),
    Account.FEES_BANK: later("Frais bancaires"),
}

EVENTS: Names = {
    "invoiced": later("Facturé"),
    "credited": later("Avoir"),
    "captured": later("Encaissé"),
    "fee": later("Frais de paiement"),
    "shared": later("Part gagnée"),
    "due": later("Part due"),
    "transferred": later("Reversé"),
    "reversed": later("Reprise arrivée"),
    "claimed": later("Part reprise"),
    "restored": later("Part rendue"),
    "netted": later("Compensé"),
    "written_off": later("Abandonné"),
    "refunded": later("Remboursé"),
    "refund_failed": later("Remboursement revenu"),
    "paid_otherwise": later("Remboursé par un autre moyen"),
    "dispute_opened": later("Repris par la banque"),
    "dispute_returned": later("Rendu par la banque"),
    "dispute_lost": later("Litige perdu"),
    "dispute_regained": later("Litige gagné en appel"),
    "bad_debt": later("Passé en perte"),
    "recovered": later("Perte récupérée"),
    "self_billed": later("TVA de la facture d’un CSE"),
    "tax_sent": later("TVA versée"),
    "tax_deducted": later("TVA devenue déductible"),
    "paid_out": later("Viré à notre banque"),
    "payout_failed": later("Virement revenu"),
    "topped_up": later("Approvisionnement du solde"),
    "manual": later("Écriture manuelle"),
    "paid_by_hand": later("Réglé sur pièce"),
    "stranded": later("Revenu sur un compte fermé"),
    "renounced": later("Part laissée au commerçant"),
    "banked": later("Ligne du relevé bancaire"),
}


def account_in_words(account: str) -> str:
    """Name an account."""
    return str(ACCOUNTS.get(account, account))


def reference_in(key: str) -> str:
    """Return the reference in a key of the books, as pages show it, or an empty text."""
    found = _REFERENCE.search(key)
    return found[0] if found else ""


def event_in_words(kind: str) -> str:
    """Return the name of an event; a kind without a name is returned as it is."""
    return str(EVENTS.get(kind, kind))
