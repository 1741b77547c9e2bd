"""Councils’ accounts, shares, transfers, claims and taxes: which state follows which."""

from billing.models.states import (
    AccountChangeState,
    ClaimState,
    CouncilAccountState,
    MandateState,
    ShareState,
    TaxState,
    TransferState,
)
from billing.transitions.tables.table import Table

COUNCIL: Table[CouncilAccountState] = {
    CouncilAccountState.NONE: {
        "no_legal_personality": CouncilAccountState.NO_LEGAL_PERSONALITY,
        "created": CouncilAccountState.CREATED,
    },
    CouncilAccountState.NO_LEGAL_PERSONALITY: {"legal_personality": CouncilAccountState.NONE},
    CouncilAccountState.CREATED: {
        "onboarding": CouncilAccountState.ONBOARDING,
        "active": CouncilAccountState.ACTIVE,
        "restricted": CouncilAccountState.RESTRICTED,
        "rejected": CouncilAccountState.REJECTED,
        "unsupported": CouncilAccountState.UNSUPPORTED,
        "closed": CouncilAccountState.CLOSED,
        "replaced": CouncilAccountState.ACTIVE,
    },
    CouncilAccountState.ONBOARDING: {
        "active": CouncilAccountState.ACTIVE,
        "restricted": CouncilAccountState.RESTRICTED,
        "rejected": CouncilAccountState.REJECTED,
        "unsupported": CouncilAccountState.UNSUPPORTED,
        "closed": CouncilAccountState.CLOSED,
        "replaced": CouncilAccountState.ACTIVE,
    },
    CouncilAccountState.ACTIVE: {
        "onboarding": CouncilAccountState.ONBOARDING,
        "restricted": CouncilAccountState.RESTRICTED,
        "rejected": CouncilAccountState.REJECTED,
        "unsupported": CouncilAccountState.UNSUPPORTED,
        "closed": CouncilAccountState.CLOSED,
        "replaced": CouncilAccountState.ACTIVE,
    },
    CouncilAccountState.RESTRICTED: {
        "onboarding": CouncilAccountState.ONBOARDING,
        "active": CouncilAccountState.ACTIVE,
        "rejected": CouncilAccountState.REJECTED,
        "unsupported": CouncilAccountState.UNSUPPORTED,
        "closed": CouncilAccountState.CLOSED,
        "replaced": CouncilAccountState.ACTIVE,
    },
    CouncilAccountState.REJECTED: {
        "active": CouncilAccountState.ACTIVE,
        "closed": CouncilAccountState.CLOSED,
        "replaced": CouncilAccountState.ACTIVE,
    },
    CouncilAccountState.UNSUPPORTED: {
        "active": CouncilAccountState.ACTIVE,
        "closed": CouncilAccountState.CLOSED,
        "replaced": CouncilAccountState.ACTIVE,
    },
    CouncilAccountState.CLOSED: {"replaced": CouncilAccountState.ACTIVE},
}
MANDATE: Table[MandateState] = {
    MandateState.WAITING: {
        "confirmed": MandateState.CONFIRMED,
        "refused": MandateState.REFUSED,
        "replaced": MandateState.WITHDRAWN,
    },
    MandateState.CONFIRMED: {},
    MandateState.REFUSED: {},
    MandateState.WITHDRAWN: {},
}
CHANGE: Table[AccountChangeState] = {
    AccountChangeState.ASKED: {
        "confirmed": AccountChangeState.CONFIRMED,
        "cancelled": AccountChangeState.CANCELLED,
    },
    AccountChangeState.CONFIRMED: {
        "replaced": AccountChangeState.DONE,
        "cancelled": AccountChangeState.CANCELLED,
    },
    AccountChangeState.DONE: {},
    AccountChangeState.CANCELLED: {},
}
SHARE: Table[ShareState] = {
    ShareState.HELD: {
        "released": ShareState.RELEASABLE,
        "frozen": ShareState.FROZEN,
        "refunded": ShareState.CANCELLED,
    },
    ShareState.RELEASABLE: {
        "frozen": ShareState.FROZEN,
        "waits": ShareState.WAITING_ACCOUNT,
        "netted": ShareState.NETTED,
        "sending": ShareState.SENDING,
        "refunded": ShareState.CANCELLED,
    },
    ShareState.WAITING_ACCOUNT: {
        "woken": ShareState.RELEASABLE,
        "frozen": ShareState.FROZEN,
        "netted": ShareState.NETTED,
        "refunded": ShareState.CANCELLED,
    },
    ShareState.FROZEN: {
        "thawed": ShareState.RELEASABLE,
        "thawed_early": ShareState.HELD,
        "netted": ShareState.NETTED,
        "refunded": ShareState.CANCELLED,
    },
    ShareState.NETTED: {},
    ShareState.SENDING: {
        "transferred": ShareState.TRANSFERRED,
        "refused": ShareState.RELEASABLE,
        "waits": ShareState.WAITING_ACCOUNT,
    },
    ShareState.TRANSFERRED: {
        "reversed_in_part": ShareState.PARTLY_REVERSED,
        "reversed": ShareState.REVERSED,
    },
    ShareState.PARTLY_REVERSED: {
        "reversed_in_part": ShareState.PARTLY_REVERSED,
        "reversed": ShareState.REVERSED,
    },
    ShareState.REVERSED: {},
    ShareState.CANCELLED: {},
}
TRANSFER: Table[TransferState] = {
    TransferState.PENDING: {
        "sent": TransferState.IN_FLIGHT,
        "done": TransferState.DONE,
        "refused": TransferState.REFUSED,
        "lost": TransferState.UNKNOWN,
    },
    TransferState.IN_FLIGHT: {
        "sent": TransferState.IN_FLIGHT,
        "done": TransferState.DONE,
        "refused": TransferState.REFUSED,
        "lost": TransferState.UNKNOWN,
    },
    TransferState.UNKNOWN: {
        "sent": TransferState.IN_FLIGHT,
        "done": TransferState.DONE,
        "refused": TransferState.REFUSED,
    },
    TransferState.DONE: {},
    TransferState.REFUSED: {},
}
# Money that was reversed without a refund or dispute is paid back on paper.
CLAIM: Table[ClaimState] = {
    ClaimState.DUE: {
        "sent": ClaimState.SENDING,
        "done": ClaimState.DONE,
        "owed": ClaimState.OWED,
        "netted": ClaimState.NETTED,
    },
    ClaimState.SENDING: {
        "done": ClaimState.DONE,
        "owed": ClaimState.OWED,
        "due": ClaimState.DUE,
    },
    ClaimState.DONE: {"paid_back": ClaimState.PAID_BACK},
    ClaimState.OWED: {
        "due": ClaimState.DUE,
        "done": ClaimState.DONE,
        "netted": ClaimState.NETTED,
        "written_off": ClaimState.WRITTEN_OFF,
    },
    ClaimState.NETTED: {},
    ClaimState.WRITTEN_OFF: {},
    ClaimState.PAID_BACK: {},
}
# The tax of a credit note starts as owed.
TAX: Table[TaxState] = {
    TaxState.DUE: {
        "sending": TaxState.SENDING,
        "netted": TaxState.NETTED,
        "owed": TaxState.OWED,
    },
    TaxState.SENDING: {"done": TaxState.DONE, "refused": TaxState.DUE},
    TaxState.DONE: {},
    TaxState.OWED: {
        "netted": TaxState.NETTED,
        "written_off": TaxState.WRITTEN_OFF,
    },
    TaxState.NETTED: {},
    TaxState.WRITTEN_OFF: {},
}
