"""What people, the clock and Stripe begin in this room."""

from billing.actions.checkout import cancel_checkout, open_checkout
from billing.actions.councils import (
    accept_terms,
    declare_personality,
    offer_first_terms,
    offer_terms,
    open_account,
)
from billing.actions.operators import (
    approve_refund,
    end_halt,
    reject_refund,
    request_refund,
    retry_event,
    retry_intent,
    write_off,
)
from billing.actions.reception import cancel_stale_order, keep_event

__all__ = [
    "accept_terms",
    "approve_refund",
    "cancel_checkout",
    "cancel_stale_order",
    "declare_personality",
    "end_halt",
    "keep_event",
    "offer_first_terms",
    "offer_terms",
    "open_account",
    "open_checkout",
    "reject_refund",
    "request_refund",
    "retry_event",
    "retry_intent",
    "write_off",
]
