"""The life cycle of an electronic invoice.

Decree 2022-1299 and the external specifications of the tax office name the mandatory statuses:
200 deposited, 213 rejected by a platform, 210 refused by the buyer, 212 paid. The others are free.
"""

from billing.models.states import EInvoiceState
from billing.transitions.tables.table import Table

_BY_THE_BUYER = {
    "approved": EInvoiceState.APPROVED,
    "disputed": EInvoiceState.DISPUTED,
    "refused": EInvoiceState.REFUSED,
    "paid": EInvoiceState.PAID,
}
EINVOICE: Table[EInvoiceState] = {
    EInvoiceState.PREPARED: {"deposited": EInvoiceState.DEPOSITED},
    EInvoiceState.DEPOSITED: {
        "rejected": EInvoiceState.REJECTED,
        "received": EInvoiceState.RECEIVED,
        **_BY_THE_BUYER,
    },
    EInvoiceState.RECEIVED: {"rejected": EInvoiceState.REJECTED, **_BY_THE_BUYER},
    EInvoiceState.APPROVED: {
        "disputed": EInvoiceState.DISPUTED,
        "refused": EInvoiceState.REFUSED,
        "paid": EInvoiceState.PAID,
    },
    EInvoiceState.DISPUTED: {
        "approved": EInvoiceState.APPROVED,
        "refused": EInvoiceState.REFUSED,
        "paid": EInvoiceState.PAID,
    },
    # Our invoices are paid before their buyers see them.
    EInvoiceState.PAID: {
        "rejected": EInvoiceState.REJECTED,
        "disputed": EInvoiceState.DISPUTED,
        "refused": EInvoiceState.REFUSED,
    },
    EInvoiceState.REJECTED: {"prepared": EInvoiceState.PREPARED},
    EInvoiceState.REFUSED: {},
}
