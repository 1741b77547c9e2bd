"""Calls to Stripe, and events of Stripe's: which state follows which."""

from billing.models.states import CallState, EventState
from billing.transitions.tables.table import Table

# A call that is claimed is made; one whose key Stripe may have forgotten is searched for instead.
# Whatever we believed of it, a call that Stripe has answered is done.
CALL: Table[CallState] = {
    CallState.PENDING: {
        "claimed": CallState.IN_FLIGHT,
        "forgotten": CallState.UNKNOWN,
        "lost": CallState.UNKNOWN,
        "done": CallState.DONE,
        "refused": CallState.FAILED,
        "parked": CallState.PARKED,
    },
    CallState.IN_FLIGHT: {
        "claimed": CallState.IN_FLIGHT,
        "forgotten": CallState.UNKNOWN,
        "lost": CallState.UNKNOWN,
        "done": CallState.DONE,
        "refused": CallState.FAILED,
        "parked": CallState.PARKED,
    },
    CallState.UNKNOWN: {
        "forgotten": CallState.UNKNOWN,
        "begun_anew": CallState.PENDING,
        "done": CallState.DONE,
        "refused": CallState.FAILED,
        "parked": CallState.PARKED,
        "given_up": CallState.FAILED,
    },
    CallState.DONE: {},
    CallState.FAILED: {"done": CallState.DONE},
    CallState.PARKED: {
        "retried": CallState.PENDING,
        "searched": CallState.UNKNOWN,
        "let_go": CallState.UNKNOWN,
        "given_up": CallState.FAILED,
        "done": CallState.DONE,
    },
}
# Two workers may be at one event, where the first is slow: what one has done stays done.
EVENT: Table[EventState] = {
    EventState.RECEIVED: {
        "processed": EventState.PROCESSED,
        "ignored": EventState.IGNORED,
        "parked": EventState.PARKED,
    },
    EventState.PROCESSED: {},
    EventState.IGNORED: {},
    EventState.PARKED: {
        "retried": EventState.RECEIVED,
        "processed": EventState.PROCESSED,
        "ignored": EventState.IGNORED,
    },
}
