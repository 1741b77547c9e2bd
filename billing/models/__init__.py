"""Tables of this room."""

from billing.models.councils import Council, ShareTerms
from billing.models.invoices import Invoice, InvoiceLine, InvoiceSeries
from billing.models.ledger import Account, LedgerEntry, LedgerTransaction
from billing.models.orders import Order, OrderLine, Payment, Sale, SaleTerms
from billing.models.own import OwnCouncil, OwnEntry, OwnLine, OwnShare, OwnTerms
from billing.models.shares import Refund, Reversal, Share, Transfer
from billing.models.stripe import StateChange, StripeEvent, StripeHalt, StripeIntent

__all__ = [
    "Account",
    "Council",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "LedgerEntry",
    "LedgerTransaction",
    "Order",
    "OrderLine",
    "OwnCouncil",
    "OwnEntry",
    "OwnLine",
    "OwnShare",
    "OwnTerms",
    "Payment",
    "Refund",
    "Reversal",
    "Sale",
    "SaleTerms",
    "Share",
    "ShareTerms",
    "StateChange",
    "StripeEvent",
    "StripeHalt",
    "StripeIntent",
    "Transfer",
]
