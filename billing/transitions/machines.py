"""Which state follows which: one table a machine, `{state: {trigger: state}}`."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from billing.models import (
    AccountChange,
    Claim,
    Council,
    Dispute,
    Invoice,
    Order,
    Payment,
    Refund,
    Restitution,
    Share,
    Subscription,
    TaxPayment,
    Transfer,
)
from saas.kernel.errors import Refused

type Machine[State: TextChoices] = Mapping[State, Mapping[str, State]]

ORDER: Machine[Order.State] = {
    Order.State.DRAFT: {"priced": Order.State.PRICED},
    Order.State.PRICED: {
        "opened": Order.State.AWAITING_PAYMENT,
        "paid": Order.State.PAID,
        "cancelled": Order.State.CANCELLED,
    },
    Order.State.AWAITING_PAYMENT: {
        "processing": Order.State.PROCESSING,
        "paid": Order.State.PAID,
        "closed": Order.State.PRICED,
    },
    Order.State.PROCESSING: {"paid": Order.State.PAID, "closed": Order.State.PRICED},
    Order.State.PAID: {
        "refunded_in_part": Order.State.PARTLY_REFUNDED,
        "refunded": Order.State.REFUNDED,
    },
    Order.State.PARTLY_REFUNDED: {
        "refunded_in_part": Order.State.PARTLY_REFUNDED,
        "refunded": Order.State.REFUNDED,
    },
    Order.State.REFUNDED: {},
    Order.State.CANCELLED: {},
}
# Whatever we believed before, a session that Stripe calls paid is paid.
PAYMENT: Machine[Payment.State] = {
    Payment.State.OPENED: {
        "processing": Payment.State.PROCESSING,
        "succeeded": Payment.State.SUCCEEDED,
        "failed": Payment.State.FAILED,
        "expired": Payment.State.EXPIRED,
        "canceled": Payment.State.CANCELED,
    },
    Payment.State.PROCESSING: {
        "succeeded": Payment.State.SUCCEEDED,
        "failed": Payment.State.FAILED,
        "canceled": Payment.State.CANCELED,
    },
    Payment.State.SUCCEEDED: {},
    Payment.State.FAILED: {"succeeded": Payment.State.SUCCEEDED},
    Payment.State.EXPIRED: {"succeeded": Payment.State.SUCCEEDED},
    Payment.State.CANCELED: {"succeeded": Payment.State.SUCCEEDED},
}
COUNCIL: Machine[Council.AccountState] = {
    Council.AccountState.NONE: {
        "no_legal_personality": Council.AccountState.NO_LEGAL_PERSONALITY,
        "created": Council.AccountState.CREATED,
    },
    Council.AccountState.NO_LEGAL_PERSONALITY: {"legal_personality": Council.AccountState.NONE},
    Council.AccountState.CREATED: {
        "onboarding": Council.AccountState.ONBOARDING,
        "active": Council.AccountState.ACTIVE,
        "restricted": Council.AccountState.RESTRICTED,
        "rejected": Council.AccountState.REJECTED,
        "unsupported": Council.AccountState.UNSUPPORTED,
        "closed": Council.AccountState.CLOSED,
        "replaced": Council.AccountState.ACTIVE,
    },
    Council.AccountState.ONBOARDING: {
        "active": Council.AccountState.ACTIVE,
        "restricted": Council.AccountState.RESTRICTED,
        "rejected": Council.AccountState.REJECTED,
        "unsupported": Council.AccountState.UNSUPPORTED,
        "closed": Council.AccountState.CLOSED,
        "replaced": Council.AccountState.ACTIVE,
    },
    Council.AccountState.ACTIVE: {
        "onboarding": Council.AccountState.ONBOARDING,
        "restricted": Council.AccountState.RESTRICTED,
        "rejected": Council.AccountState.REJECTED,
        "unsupported": Council.AccountState.UNSUPPORTED,
        "closed": Council.AccountState.CLOSED,
        "replaced": Council.AccountState.ACTIVE,
    },
    Council.AccountState.RESTRICTED: {
        "onboarding": Council.AccountState.ONBOARDING,
        "active": Council.AccountState.ACTIVE,
        "rejected": Council.AccountState.REJECTED,
        "unsupported": Council.AccountState.UNSUPPORTED,
        "closed": Council.AccountState.CLOSED,
        "replaced": Council.AccountState.ACTIVE,
    },
    Council.AccountState.REJECTED: {
        "active": Council.AccountState.ACTIVE,
        "closed": Council.AccountState.CLOSED,
        "replaced": Council.AccountState.ACTIVE,
    },
    Council.AccountState.UNSUPPORTED: {
        "active": Council.AccountState.ACTIVE,
        "closed": Council.AccountState.CLOSED,
        "replaced": Council.AccountState.ACTIVE,
    },
    Council.AccountState.CLOSED: {"replaced": Council.AccountState.ACTIVE},
}
CHANGE: Machine[AccountChange.State] = {
    AccountChange.State.ASKED: {
        "confirmed": AccountChange.State.CONFIRMED,
        "cancelled": AccountChange.State.CANCELLED,
    },
    AccountChange.State.CONFIRMED: {
        "replaced": AccountChange.State.DONE,
        "cancelled": AccountChange.State.CANCELLED,
    },
    AccountChange.State.DONE: {},
    AccountChange.State.CANCELLED: {},
}
SHARE: Machine[Share.State] = {
    Share.State.HELD: {
        "released": Share.State.RELEASABLE,
        "frozen": Share.State.FROZEN,
        "refunded": Share.State.CANCELLED,
    },
    Share.State.RELEASABLE: {
        "frozen": Share.State.FROZEN,
        "waits": Share.State.WAITING_ACCOUNT,
        "netted": Share.State.NETTED,
        "sending": Share.State.SENDING,
        "refunded": Share.State.CANCELLED,
    },
    Share.State.WAITING_ACCOUNT: {
        "woken": Share.State.RELEASABLE,
        "frozen": Share.State.FROZEN,
        "netted": Share.State.NETTED,
        "refunded": Share.State.CANCELLED,
    },
    Share.State.FROZEN: {
        "thawed": Share.State.RELEASABLE,
        "thawed_early": Share.State.HELD,
        "netted": Share.State.NETTED,
        "refunded": Share.State.CANCELLED,
    },
    Share.State.NETTED: {},
    Share.State.SENDING: {
        "transferred": Share.State.TRANSFERRED,
        "refused": Share.State.RELEASABLE,
        "waits": Share.State.WAITING_ACCOUNT,
    },
    Share.State.TRANSFERRED: {
        "reversed_in_part": Share.State.PARTLY_REVERSED,
        "reversed": Share.State.REVERSED,
    },
    Share.State.PARTLY_REVERSED: {
        "reversed_in_part": Share.State.PARTLY_REVERSED,
        "reversed": Share.State.REVERSED,
    },
    Share.State.REVERSED: {},
    Share.State.CANCELLED: {},
}
TRANSFER: Machine[Transfer.State] = {
    Transfer.State.PENDING: {
        "sent": Transfer.State.IN_FLIGHT,
        "done": Transfer.State.DONE,
        "refused": Transfer.State.REFUSED,
        "lost": Transfer.State.UNKNOWN,
    },
    Transfer.State.IN_FLIGHT: {
        "sent": Transfer.State.IN_FLIGHT,
        "done": Transfer.State.DONE,
        "refused": Transfer.State.REFUSED,
        "lost": Transfer.State.UNKNOWN,
    },
    Transfer.State.UNKNOWN: {
        "sent": Transfer.State.IN_FLIGHT,
        "done": Transfer.State.DONE,
        "refused": Transfer.State.REFUSED,
    },
    Transfer.State.DONE: {},
    Transfer.State.REFUSED: {},
}
REFUND: Machine[Refund.State] = {
    Refund.State.REQUESTED: {"approved": Refund.State.APPROVED, "rejected": Refund.State.REJECTED},
    Refund.State.APPROVED: {"sent": Refund.State.SENDING},
    Refund.State.REJECTED: {},
    Refund.State.SENDING: {
        "pending": Refund.State.PENDING,
        "requires_action": Refund.State.REQUIRES_ACTION,
        "succeeded": Refund.State.SUCCEEDED,
        "failed": Refund.State.FAILED,
        "canceled": Refund.State.CANCELED,
    },
    Refund.State.PENDING: {
        "requires_action": Refund.State.REQUIRES_ACTION,
        "succeeded": Refund.State.SUCCEEDED,
        "failed": Refund.State.FAILED,
        "canceled": Refund.State.CANCELED,
    },
    Refund.State.REQUIRES_ACTION: {
        "pending": Refund.State.PENDING,
        "succeeded": Refund.State.SUCCEEDED,
        "failed": Refund.State.FAILED,
        "canceled": Refund.State.CANCELED,
    },
    Refund.State.SUCCEEDED: {"failed": Refund.State.FAILED},
    Refund.State.FAILED: {},
    Refund.State.CANCELED: {},
}
CLAIM: Machine[Claim.State] = {
    Claim.State.DUE: {
        "sent": Claim.State.SENDING,
        "done": Claim.State.DONE,
        "owed": Claim.State.OWED,
        "netted": Claim.State.NETTED,
    },
    Claim.State.SENDING: {
        "done": Claim.State.DONE,
        "owed": Claim.State.OWED,
        "due": Claim.State.DUE,
    },
    Claim.State.DONE: {},
    Claim.State.OWED: {
        "due": Claim.State.DUE,
        "done": Claim.State.DONE,
        "netted": Claim.State.NETTED,
        "written_off": Claim.State.WRITTEN_OFF,
    },
    Claim.State.NETTED: {},
    Claim.State.WRITTEN_OFF: {},
}
# Each trigger is what Stripe calls the state that it leads to. A bank asks before it takes, takes
# before it decides, and may decide anew on appeal; nothing else comes back to life.
DISPUTE: Machine[Dispute.State] = {
    Dispute.State.WARNING_NEEDS_RESPONSE: {
        "warning_under_review": Dispute.State.WARNING_UNDER_REVIEW,
        "warning_closed": Dispute.State.WARNING_CLOSED,
        "needs_response": Dispute.State.NEEDS_RESPONSE,
        "under_review": Dispute.State.UNDER_REVIEW,
        "prevented": Dispute.State.PREVENTED,
        "won": Dispute.State.WON,
        "lost": Dispute.State.LOST,
    },
    Dispute.State.WARNING_UNDER_REVIEW: {
        "warning_closed": Dispute.State.WARNING_CLOSED,
        "needs_response": Dispute.State.NEEDS_RESPONSE,
        "under_review": Dispute.State.UNDER_REVIEW,
        "prevented": Dispute.State.PREVENTED,
        "won": Dispute.State.WON,
        "lost": Dispute.State.LOST,
    },
    Dispute.State.WARNING_CLOSED: {
        "needs_response": Dispute.State.NEEDS_RESPONSE,
        "won": Dispute.State.WON,
        "lost": Dispute.State.LOST,
    },
    Dispute.State.NEEDS_RESPONSE: {
        "under_review": Dispute.State.UNDER_REVIEW,
        "won": Dispute.State.WON,
        "lost": Dispute.State.LOST,
        "prevented": Dispute.State.PREVENTED,
    },
    Dispute.State.UNDER_REVIEW: {
        "won": Dispute.State.WON,
        "lost": Dispute.State.LOST,
        "prevented": Dispute.State.PREVENTED,
    },
    Dispute.State.WON: {},
    Dispute.State.LOST: {
        "appeal_needs_response": Dispute.State.APPEAL_NEEDS_RESPONSE,
        "appeal_under_review": Dispute.State.APPEAL_UNDER_REVIEW,
        "won": Dispute.State.WON,
    },
    Dispute.State.APPEAL_NEEDS_RESPONSE: {
        "appeal_under_review": Dispute.State.APPEAL_UNDER_REVIEW,
        "won": Dispute.State.WON,
        "lost": Dispute.State.LOST,
    },
    Dispute.State.APPEAL_UNDER_REVIEW: {"won": Dispute.State.WON, "lost": Dispute.State.LOST},
    Dispute.State.PREVENTED: {},
}
RESTITUTION: Machine[Restitution.State] = {
    Restitution.State.DUE: {
        "sending": Restitution.State.SENDING,
        "netted": Restitution.State.NETTED,
    },
    Restitution.State.SENDING: {"done": Restitution.State.DONE, "refused": Restitution.State.DUE},
    Restitution.State.DONE: {},
    Restitution.State.NETTED: {},
}
# What a credit note takes back is owed from the beginning.
TAX: Machine[TaxPayment.State] = {
    TaxPayment.State.DUE: {
        "sending": TaxPayment.State.SENDING,
        "netted": TaxPayment.State.NETTED,
        "owed": TaxPayment.State.OWED,
    },
    TaxPayment.State.SENDING: {"done": TaxPayment.State.DONE, "refused": TaxPayment.State.DUE},
    TaxPayment.State.DONE: {},
    TaxPayment.State.OWED: {
        "netted": TaxPayment.State.NETTED,
        "written_off": TaxPayment.State.WRITTEN_OFF,
    },
    TaxPayment.State.NETTED: {},
    TaxPayment.State.WRITTEN_OFF: {},
}
INVOICE: Machine[Invoice.State] = {
    Invoice.State.ISSUED: {
        "rendered": Invoice.State.RENDERED,
        "sent": Invoice.State.SENT,
        "credited_in_part": Invoice.State.CREDITED_PARTLY,
        "credited": Invoice.State.CREDITED,
    },
    Invoice.State.RENDERED: {
        "sent": Invoice.State.SENT,
        "credited_in_part": Invoice.State.CREDITED_PARTLY,
        "credited": Invoice.State.CREDITED,
    },
    Invoice.State.SENT: {
        "credited_in_part": Invoice.State.CREDITED_PARTLY,
        "credited": Invoice.State.CREDITED,
    },
    Invoice.State.CREDITED_PARTLY: {
        "credited_in_part": Invoice.State.CREDITED_PARTLY,
        "credited": Invoice.State.CREDITED,
    },
    Invoice.State.CREDITED: {},
}
# What Stripe says of a subscription now is where it is, wherever we believed it to be.
SUBSCRIPTION: Machine[Subscription.State] = {
    Subscription.State.OPENING: {
        "runs": Subscription.State.ACTIVE,
        "failed": Subscription.State.PAST_DUE,
        "stopping": Subscription.State.ENDING,
        "ended": Subscription.State.ENDED,
    },
    Subscription.State.ACTIVE: {
        "failed": Subscription.State.PAST_DUE,
        "stopping": Subscription.State.ENDING,
        "ended": Subscription.State.ENDED,
    },
    Subscription.State.PAST_DUE: {
        "runs": Subscription.State.ACTIVE,
        "stopping": Subscription.State.ENDING,
        "ended": Subscription.State.ENDED,
    },
    Subscription.State.ENDING: {
        "runs": Subscription.State.ACTIVE,
        "failed": Subscription.State.PAST_DUE,
        "ended": Subscription.State.ENDED,
    },
    Subscription.State.ENDED: {},
}
MACHINES: Mapping[str, Machine[Any]] = {
    "order": ORDER,
    "payment": PAYMENT,
    "council": COUNCIL,
    "change": CHANGE,
    "share": SHARE,
    "transfer": TRANSFER,
    "refund": REFUND,
    "claim": CLAIM,
    "dispute": DISPUTE,
    "restitution": RESTITUTION,
    "tax": TAX,
    "invoice": INVOICE,
    "subscription": SUBSCRIPTION,
}


def following(machine: str, state: str, trigger: str) -> str | None:
    """Return the state that a trigger leads to, or None where it leads nowhere."""
    return MACHINES[machine][state].get(trigger)


def is_there(machine: str, state: str, trigger: str) -> bool:
    """Say whether a row is already where a trigger would bring it."""
    return any(row.get(trigger) == state for row in MACHINES[machine].values())


def check(machine: str, state: str, trigger: str) -> None:
    """Refuse what the state no longer allows, to a person who asked for it."""
    if following(machine, state, trigger) is None:
        raise Refused(
            _("Ce n’est plus possible\u00a0: la situation vient de changer. Rechargez la page.")
        )
