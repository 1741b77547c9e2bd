"""Transitions of refunds, disputes and restitutions."""

from billing.models.states import DisputeState, RefundState, RestitutionState
from billing.transitions.tables.table import Table

REFUND: Table[RefundState] = {
    RefundState.REQUESTED: {"approved": RefundState.APPROVED, "rejected": RefundState.REJECTED},
    RefundState.APPROVED: {"sent": RefundState.SENDING},
    RefundState.REJECTED: {},
    RefundState.SENDING: {
        "pending": RefundState.PENDING,
        "requires_action": RefundState.REQUIRES_ACTION,
        "succeeded": RefundState.SUCCEEDED,
        "failed": RefundState.FAILED,
        "canceled": RefundState.CANCELED,
    },
    RefundState.PENDING: {
        "requires_action": RefundState.REQUIRES_ACTION,
        "succeeded": RefundState.SUCCEEDED,
        "failed": RefundState.FAILED,
        "canceled": RefundState.CANCELED,
    },
    RefundState.REQUIRES_ACTION: {
        "pending": RefundState.PENDING,
        "succeeded": RefundState.SUCCEEDED,
        "failed": RefundState.FAILED,
        "canceled": RefundState.CANCELED,
    },
    RefundState.SUCCEEDED: {"failed": RefundState.FAILED},
    RefundState.FAILED: {},
    RefundState.CANCELED: {},
}
# Each trigger has the name of Stripe's state that it leads to. A bank inquires before it takes,
# takes before it decides, and may decide again on appeal; other final states never change.
DISPUTE: Table[DisputeState] = {
    DisputeState.WARNING_NEEDS_RESPONSE: {
        "warning_under_review": DisputeState.WARNING_UNDER_REVIEW,
        "warning_closed": DisputeState.WARNING_CLOSED,
        "needs_response": DisputeState.NEEDS_RESPONSE,
        "under_review": DisputeState.UNDER_REVIEW,
        "prevented": DisputeState.PREVENTED,
        "won": DisputeState.WON,
        "lost": DisputeState.LOST,
    },
    DisputeState.WARNING_UNDER_REVIEW: {
        "warning_closed": DisputeState.WARNING_CLOSED,
        "needs_response": DisputeState.NEEDS_RESPONSE,
        "under_review": DisputeState.UNDER_REVIEW,
        "prevented": DisputeState.PREVENTED,
        "won": DisputeState.WON,
        "lost": DisputeState.LOST,
    },
    DisputeState.WARNING_CLOSED: {
        "needs_response": DisputeState.NEEDS_RESPONSE,
        "won": DisputeState.WON,
        "lost": DisputeState.LOST,
    },
    DisputeState.NEEDS_RESPONSE: {
        "under_review": DisputeState.UNDER_REVIEW,
        "won": DisputeState.WON,
        "lost": DisputeState.LOST,
        "prevented": DisputeState.PREVENTED,
    },
    DisputeState.UNDER_REVIEW: {
        "won": DisputeState.WON,
        "lost": DisputeState.LOST,
        "prevented": DisputeState.PREVENTED,
    },
    DisputeState.WON: {},
    DisputeState.LOST: {
        "appeal_needs_response": DisputeState.APPEAL_NEEDS_RESPONSE,
        "appeal_under_review": DisputeState.APPEAL_UNDER_REVIEW,
        "won": DisputeState.WON,
    },
    DisputeState.APPEAL_NEEDS_RESPONSE: {
        "appeal_under_review": DisputeState.APPEAL_UNDER_REVIEW,
        "won": DisputeState.WON,
        "lost": DisputeState.LOST,
    },
    DisputeState.APPEAL_UNDER_REVIEW: {"won": DisputeState.WON, "lost": DisputeState.LOST},
    DisputeState.PREVENTED: {},
}
RESTITUTION: Table[RestitutionState] = {
    RestitutionState.DUE: {
        "sending": RestitutionState.SENDING,
        "netted": RestitutionState.NETTED,
    },
    RestitutionState.SENDING: {"done": RestitutionState.DONE, "refused": RestitutionState.DUE},
    RestitutionState.DONE: {},
    RestitutionState.NETTED: {},
}
