"""Tables of this room."""

from billing.models.accountants import AccountantToken
from billing.models.accounting import ClosedYear, EntryNumber, ManualEntry, PeriodAct
from billing.models.bank import BankLine, BankStatement
from billing.models.councils import AccountChange, Council, CouncilNotice, ShareTerms
from billing.models.disputes import Dispute
from billing.models.einvoicing import EInvoice
from billing.models.invoices import Invoice, InvoiceLine, InvoiceSeries
from billing.models.ledger import (
    Account,
    LedgerBalance,
    LedgerClosing,
    LedgerEntry,
    LedgerTransaction,
)
from billing.models.mandates import CouncilMandate
from billing.models.offers import PromotionCode, SpendLimit
from billing.models.orders import Order, OrderLine, Payment, Sale, SaleTerms, VatTreatment
from billing.models.own import (
    OwnAccountChange,
    OwnCouncil,
    OwnDay,
    OwnEntry,
    OwnLine,
    OwnPayout,
    OwnPayoutPart,
    OwnRenewal,
    OwnShare,
    OwnStatement,
    OwnTax,
    OwnTerms,
)
from billing.models.papers import Statement
from billing.models.restitutions import Restitution, RestitutionPart
from billing.models.shares import Claim, Refund, Share, Transfer
from billing.models.stripe import StateChange, StripeCall, StripeEvent, StripeHalt
from billing.models.subscriptions import Subscription
from billing.models.taxes import TaxPart, TaxPayment
from billing.models.treasury import BalanceTransaction, Case, Payout, PayoutPart, Reconciliation

__all__ = [
    "Account",
    "AccountChange",
    "AccountantToken",
    "BalanceTransaction",
    "BankLine",
    "BankStatement",
    "Case",
    "Claim",
    "ClosedYear",
    "Council",
    "CouncilMandate",
    "CouncilNotice",
    "Dispute",
    "EInvoice",
    "EntryNumber",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "LedgerBalance",
    "LedgerClosing",
    "LedgerEntry",
    "LedgerTransaction",
    "ManualEntry",
    "Order",
    "OrderLine",
    "OwnAccountChange",
    "OwnCouncil",
    "OwnDay",
    "OwnEntry",
    "OwnLine",
    "OwnPayout",
    "OwnPayoutPart",
    "OwnRenewal",
    "OwnShare",
    "OwnStatement",
    "OwnTax",
    "OwnTerms",
    "Payment",
    "Payout",
    "PayoutPart",
    "PeriodAct",
    "PromotionCode",
    "Reconciliation",
    "Refund",
    "Restitution",
    "RestitutionPart",
    "Sale",
    "SaleTerms",
    "Share",
    "ShareTerms",
    "SpendLimit",
    "StateChange",
    "Statement",
    "StripeCall",
    "StripeEvent",
    "StripeHalt",
    "Subscription",
    "TaxPart",
    "TaxPayment",
    "Transfer",
    "VatTreatment",
]
