"""Which state follows which: one table a machine, `{state: {trigger: state}}`."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

type Machine = Mapping[str, Mapping[str, str]]

ORDER: Machine = {
    "draft": {"priced": "priced"},
    "priced": {"opened": "awaiting_payment", "paid": "paid", "cancelled": "cancelled"},
    "awaiting_payment": {"processing": "processing", "paid": "paid", "closed": "priced"},
    "processing": {"paid": "paid", "closed": "priced"},
    "paid": {"refunded_in_part": "partly_refunded", "refunded": "refunded"},
    "partly_refunded": {"refunded_in_part": "partly_refunded", "refunded": "refunded"},
    "refunded": {},
    "cancelled": {},
}
# Whatever we believed before, a session that Stripe calls paid is paid.
PAYMENT: Machine = {
    "opened": {
        "processing": "processing",
        "succeeded": "succeeded",
        "failed": "failed",
        "expired": "expired",
        "canceled": "canceled",
    },
    "processing": {"succeeded": "succeeded", "failed": "failed", "canceled": "canceled"},
    "succeeded": {},
    "failed": {"succeeded": "succeeded"},
    "expired": {"succeeded": "succeeded"},
    "canceled": {"succeeded": "succeeded"},
}
COUNCIL: Machine = {
    "none": {"no_legal_personality": "no_legal_personality", "created": "created"},
    "no_legal_personality": {"legal_personality": "none"},
    "created": {
        "onboarding": "onboarding",
        "active": "active",
        "restricted": "restricted",
        "rejected": "rejected",
        "unsupported": "unsupported",
        "closed": "closed",
        "replaced": "active",
    },
    "onboarding": {
        "active": "active",
        "restricted": "restricted",
        "rejected": "rejected",
        "unsupported": "unsupported",
        "closed": "closed",
        "replaced": "active",
    },
    "active": {
        "onboarding": "onboarding",
        "restricted": "restricted",
        "rejected": "rejected",
        "unsupported": "unsupported",
        "closed": "closed",
        "replaced": "active",
    },
    "restricted": {
        "onboarding": "onboarding",
        "active": "active",
        "rejected": "rejected",
        "unsupported": "unsupported",
        "closed": "closed",
        "replaced": "active",
    },
    "rejected": {"active": "active", "closed": "closed", "replaced": "active"},
    "unsupported": {"active": "active", "closed": "closed", "replaced": "active"},
    "closed": {"replaced": "active"},
}
CHANGE: Machine = {
    "asked": {"confirmed": "confirmed", "cancelled": "cancelled"},
    "confirmed": {"replaced": "done", "cancelled": "cancelled"},
    "done": {},
    "cancelled": {},
}
SHARE: Machine = {
    "held": {"released": "releasable", "frozen": "frozen", "refunded": "cancelled"},
    "releasable": {
        "frozen": "frozen",
        "waits": "waiting_account",
        "netted": "netted",
        "sending": "sending",
        "refunded": "cancelled",
    },
    "waiting_account": {
        "woken": "releasable",
        "frozen": "frozen",
        "netted": "netted",
        "refunded": "cancelled",
    },
    "frozen": {
        "thawed": "releasable",
        "thawed_early": "held",
        "netted": "netted",
        "refunded": "cancelled",
    },
    "netted": {},
    "sending": {
        "transferred": "transferred",
        "refused": "releasable",
        "waits": "waiting_account",
    },
    "transferred": {"reversed_in_part": "partly_reversed", "reversed": "reversed"},
    "partly_reversed": {"reversed_in_part": "partly_reversed", "reversed": "reversed"},
    "reversed": {},
    "cancelled": {},
}
TRANSFER: Machine = {
    "pending": {"sent": "in_flight", "done": "done", "refused": "refused", "lost": "unknown"},
    "in_flight": {"sent": "in_flight", "done": "done", "refused": "refused", "lost": "unknown"},
    "unknown": {"sent": "in_flight", "done": "done", "refused": "refused"},
    "done": {},
    "refused": {},
}
REFUND: Machine = {
    "requested": {"approved": "approved", "rejected": "rejected"},
    "approved": {"sent": "sending"},
    "rejected": {},
    "sending": {
        "pending": "pending",
        "requires_action": "requires_action",
        "succeeded": "succeeded",
        "failed": "failed",
        "canceled": "canceled",
    },
    "pending": {
        "requires_action": "requires_action",
        "succeeded": "succeeded",
        "failed": "failed",
        "canceled": "canceled",
    },
    "requires_action": {
        "pending": "pending",
        "succeeded": "succeeded",
        "failed": "failed",
        "canceled": "canceled",
    },
    "succeeded": {"failed": "failed"},
    "failed": {},
    "canceled": {},
}
CLAIM: Machine = {
    "due": {"sent": "sending", "done": "done", "owed": "owed", "netted": "netted"},
    "sending": {"done": "done", "owed": "owed", "due": "due"},
    "done": {},
    "owed": {"due": "due", "done": "done", "netted": "netted", "written_off": "written_off"},
    "netted": {},
    "written_off": {},
}
# Each trigger is what Stripe calls the state that it leads to. A bank asks before it takes, takes
# before it decides, and may decide anew on appeal; nothing else comes back to life.
DISPUTE: Machine = {
    "warning_needs_response": {
        "warning_under_review": "warning_under_review",
        "warning_closed": "warning_closed",
        "needs_response": "needs_response",
        "under_review": "under_review",
        "prevented": "prevented",
        "won": "won",
        "lost": "lost",
    },
    "warning_under_review": {
        "warning_closed": "warning_closed",
        "needs_response": "needs_response",
        "under_review": "under_review",
        "prevented": "prevented",
        "won": "won",
        "lost": "lost",
    },
    "warning_closed": {"needs_response": "needs_response", "won": "won", "lost": "lost"},
    "needs_response": {
        "under_review": "under_review",
        "won": "won",
        "lost": "lost",
        "prevented": "prevented",
    },
    "under_review": {"won": "won", "lost": "lost", "prevented": "prevented"},
    "won": {},
    "lost": {
        "appeal_needs_response": "appeal_needs_response",
        "appeal_under_review": "appeal_under_review",
        "won": "won",
    },
    "appeal_needs_response": {
        "appeal_under_review": "appeal_under_review",
        "won": "won",
        "lost": "lost",
    },
    "appeal_under_review": {"won": "won", "lost": "lost"},
    "prevented": {},
}
RESTITUTION: Machine = {
    "due": {"sending": "sending", "netted": "netted"},
    "sending": {"done": "done", "refused": "due"},
    "done": {},
    "netted": {},
}
# What a credit note takes back is owed from the beginning.
TAX: Machine = {
    "due": {"sending": "sending", "netted": "netted", "owed": "owed"},
    "sending": {"done": "done", "refused": "due"},
    "done": {},
    "owed": {"netted": "netted", "written_off": "written_off"},
    "netted": {},
    "written_off": {},
}
INVOICE: Machine = {
    "issued": {
        "rendered": "rendered",
        "sent": "sent",
        "credited_in_part": "credited_partly",
        "credited": "credited",
    },
    "rendered": {
        "sent": "sent",
        "credited_in_part": "credited_partly",
        "credited": "credited",
    },
    "sent": {"credited_in_part": "credited_partly", "credited": "credited"},
    "credited_partly": {"credited_in_part": "credited_partly", "credited": "credited"},
    "credited": {},
}
# What Stripe says of a subscription now is where it is, wherever we believed it to be.
SUBSCRIPTION: Machine = {
    "opening": {"runs": "active", "failed": "past_due", "stopping": "ending", "ended": "ended"},
    "active": {"failed": "past_due", "stopping": "ending", "ended": "ended"},
    "past_due": {"runs": "active", "stopping": "ending", "ended": "ended"},
    "ending": {"runs": "active", "failed": "past_due", "ended": "ended"},
    "ended": {},
}
MACHINES: Mapping[str, Machine] = {
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
