"""Our accounts in the French chart (plan comptable général), and their journals.

The tax of services billed and not yet paid is booked on 4458, "Taxes sur le chiffre d'affaires à
régulariser ou en attente" (règlement ANC n° 2014-03, plan de comptes). It stays there until it may
be deducted on 44566. The sub-account 44586 is not used: it is for invoices not received yet.
"""

from enum import Enum
from typing import NamedTuple

from billing.models import Account


class ChartAccount(NamedTuple):
    """An account of the chart: its number, its name, and the owners of its auxiliary accounts."""

    number: str
    name: str
    of: str = ""


class Journal(Enum):
    """A journal: its code and its name."""

    OPENING = ("AN", "A nouveaux")
    SALES = ("VE", "Ventes et avoirs")
    BANK = ("BQ", "Stripe")
    BANK_ACCOUNT = ("BA", "Banque")
    SENT = ("RV", "Reversements aux CSE")
    OTHER = ("OD", "Opérations diverses")


MERCHANT, COUNCIL = "merchant", "council"
CHART = {
    Account.STRIPE_BALANCE: ChartAccount("517000", "Solde Stripe"),
    Account.BANK_TRANSIT: ChartAccount("580000", "Virements internes"),
    Account.RECEIVABLE: ChartAccount("411000", "Clients", MERCHANT),
    Account.REVENUE_PLACEMENT: ChartAccount("706000", "Prestations de services"),
    Account.VAT_OUTPUT: ChartAccount("445710", "TVA collectée"),
    Account.VAT_INPUT: ChartAccount("445660", "TVA déductible sur services"),
    Account.VAT_PENDING: ChartAccount("445800", "TVA à régulariser ou en attente"),
    Account.FEES_STRIPE: ChartAccount("627000", "Frais de paiement"),
    Account.FEES_DISPUTE: ChartAccount("627100", "Frais de litige"),
    Account.SHARE_COST: ChartAccount("622800", "Parts dues aux CSE"),
    Account.SHARE_HELD: ChartAccount("467100", "CSE, parts retenues", COUNCIL),
    Account.SHARE_DUE: ChartAccount("467000", "CSE, parts à reverser", COUNCIL),
    Account.SHARE_OWED: ChartAccount("467200", "CSE, parts à reprendre", COUNCIL),
    Account.DISPUTE_SUSPENSE: ChartAccount("467800", "Litiges en cours"),
    Account.BAD_DEBT: ChartAccount("654000", "Pertes sur créances"),
    Account.ROUNDING: ChartAccount("658000", "Arrondis"),
    Account.BANK: ChartAccount("512000", "Banque"),
    Account.SUSPENSE: ChartAccount("471000", "Compte d'attente"),
    Account.DEFERRED_INCOME: ChartAccount("487000", "Produits constatés d'avance"),
    Account.VAT_PAYABLE: ChartAccount("445510", "TVA à décaisser"),
    Account.VAT_CREDIT: ChartAccount("445670", "Crédit de TVA à reporter"),
    Account.OTHER_INCOME: ChartAccount("758000", "Produits divers de gestion courante"),
    Account.FEES_BANK: ChartAccount("627800", "Autres frais bancaires"),
    Account.OTHER_COST: ChartAccount("658800", "Charges diverses de gestion courante"),
}
PROFIT_BROUGHT_FORWARD = ChartAccount("110000", "Report à nouveau, solde créditeur")
LOSS_BROUGHT_FORWARD = ChartAccount("119000", "Report à nouveau, solde débiteur")
BROUGHT_FORWARD = (PROFIT_BROUGHT_FORWARD, LOSS_BROUGHT_FORWARD)

_JOURNALS = {
    "invoiced": Journal.SALES,
    "credited": Journal.SALES,
    "transferred": Journal.SENT,
    "reversed": Journal.SENT,
    "tax_sent": Journal.SENT,
    "shared": Journal.OTHER,
    "claimed": Journal.OTHER,
    "restored": Journal.OTHER,
    "due": Journal.OTHER,
    "netted": Journal.OTHER,
    "written_off": Journal.OTHER,
    "bad_debt": Journal.OTHER,
    "recovered": Journal.OTHER,
    "self_billed": Journal.OTHER,
    "tax_deducted": Journal.OTHER,
    "dispute_lost": Journal.OTHER,
    "dispute_regained": Journal.OTHER,
    "paid_otherwise": Journal.OTHER,
    "manual": Journal.OTHER,
    "paid_by_hand": Journal.SENT,
    "stranded": Journal.SENT,
    "renounced": Journal.OTHER,
    "banked": Journal.BANK_ACCOUNT,
}
_WORDS = {
    "invoiced": "Vente",
    "credited": "Avoir",
    "captured": "Encaissement",
    "fee": "Frais de paiement",
    "shared": "Part du CSE",
    "due": "Part à reverser",
    "transferred": "Reversement",
    "reversed": "Reprise",
    "claimed": "Part reprise",
    "restored": "Part rendue",
    "netted": "Compensation",
    "written_off": "Abandon",
    "refunded": "Remboursement",
    "refund_failed": "Remboursement revenu",
    "self_billed": "TVA autofacturée",
    "tax_sent": "TVA versée",
    "tax_deducted": "TVA devenue déductible",
    "bad_debt": "Perte",
    "paid_otherwise": "Remboursement par virement",
    "dispute_opened": "Litige, somme reprise",
    "dispute_returned": "Litige, somme rendue",
    "dispute_lost": "Litige perdu",
    "dispute_regained": "Litige gagné en appel",
    "recovered": "Perte récupérée",
    "paid_out": "Virement à la banque",
    "payout_failed": "Virement revenu",
    "topped_up": "Approvisionnement",
    "manual": "Écriture manuelle",
    "paid_by_hand": "Réglé sur pièce",
    "stranded": "Revenu sur un compte fermé",
    "renounced": "Part laissée au commerçant",
    "banked": "Relevé bancaire",
}


def journal_of(kind: str) -> Journal:
    """Return the journal of an event; movements at Stripe belong to the bank's journal."""
    return _JOURNALS.get(kind, Journal.BANK)


def words_of(kind: str) -> str:
    """Name an event."""
    return _WORDS.get(kind, kind.replace("_", " ").capitalize())


def is_of_balance_sheet(account: Account) -> bool:
    """Return True if the account's balance is carried into the next year (classes 1 to 5)."""
    return CHART[account].number[0] in "12345"
