"""Calls to Stripe, and events of Stripe's: which state follows which."""

from billing.models.states import CallState, EventState
from billing.transitions.tables.table import Table

# A claimed call is sent; if Stripe may have forgotten its key, it is searched for instead. Whatever
# our previous state, a call answered by Stripe is done.
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
# Two workers may process the same event if the first is slow: a finished event stays finished.
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
