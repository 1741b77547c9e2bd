"""Payouts, comparisons of the books with Stripe, and cases: which state follows which."""

from billing.models.states import (
    CaseState,
    ManualEntryState,
    PayoutState,
    ReconciliationState,
)
from billing.transitions.tables.table import Table

# Each trigger has the name of Stripe's state that it leads to. Two jobs may have fetched at
# different moments: a state of Stripe's never goes back. A bank may return money that had arrived.
PAYOUT: Table[PayoutState] = {
    PayoutState.PENDING: {
        "in_transit": PayoutState.IN_TRANSIT,
        "paid": PayoutState.PAID,
        "failed": PayoutState.FAILED,
        "canceled": PayoutState.CANCELED,
    },
    PayoutState.IN_TRANSIT: {
        "paid": PayoutState.PAID,
        "failed": PayoutState.FAILED,
        "canceled": PayoutState.CANCELED,
    },
    PayoutState.PAID: {"failed": PayoutState.FAILED, "canceled": PayoutState.CANCELED},
    PayoutState.FAILED: {"canceled": PayoutState.CANCELED},
    PayoutState.CANCELED: {"failed": PayoutState.FAILED},
}
COMPARISON: Table[ReconciliationState] = {
    ReconciliationState.RUNNING: {
        "agrees": ReconciliationState.AGREES,
        "differs": ReconciliationState.DIFFERS,
        "failed": ReconciliationState.FAILED,
    },
    ReconciliationState.AGREES: {},
    ReconciliationState.DIFFERS: {},
    ReconciliationState.FAILED: {},
}
CASE: Table[CaseState] = {
    CaseState.OPEN: {
        "explained": CaseState.EXPLAINED,
        "redrawn": CaseState.EXPLAINED,
        "closed": CaseState.CLOSED,
    },
    CaseState.EXPLAINED: {},
    CaseState.CLOSED: {},
}
MANUAL_ENTRY: Table[ManualEntryState] = {
    ManualEntryState.PROPOSED: {
        "posted": ManualEntryState.POSTED,
        "refused": ManualEntryState.REFUSED,
    },
    ManualEntryState.POSTED: {},
    ManualEntryState.REFUSED: {},
}
