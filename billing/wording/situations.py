"""Situations of an order for its merchant: its state, and the possible actions."""

import enum


class Situation(enum.StrEnum):
    """The state of an order's payment, for its merchant."""

    TO_PAY = "to_pay"
    PREPARING = "preparing"
    SLOW = "slow"
    HALTED = "halted"
    PARKED = "parked"
    CLOSING = "closing"
    OPEN = "open"
    ABANDONED = "abandoned"
    DECLINED = "declined"
    CONFIRMING = "confirming"
    PROCESSING = "processing"
    CHECKING = "checking"
    EXPIRED = "expired"
    CLOSED = "closed"
    FAILED = "failed"
    REFUSED = "refused"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    WITHDRAWING = "withdrawing"
    WITHDRAWN_LATE = "withdrawn_late"
    RETURNING = "returning"


_OVER = {
    "paid": Situation.PAID,
    "partly_refunded": Situation.PARTLY_REFUNDED,
    "refunded": Situation.REFUNDED,
    "cancelled": Situation.CANCELLED,
    "processing": Situation.PROCESSING,
}
_OPEN_CALLS = {"pending", "in_flight", "unknown"}
_OF_CALL = {"failed": Situation.REFUSED, "parked": Situation.PARKED}
_OF_PAYMENT = {
    "closing": Situation.CLOSING,
    "expired": Situation.EXPIRED,
    "closed": Situation.CLOSED,
    "failed": Situation.FAILED,
}
# Its order is written in the same moment, and was read the moment before.
_ARRIVED = {"succeeded": Situation.CONFIRMING, "processing": Situation.PROCESSING}
# The page asks again by itself while something may still change without the person.
MOVING = {
    Situation.PREPARING,
    Situation.SLOW,
    Situation.HALTED,
    Situation.CLOSING,
    Situation.WITHDRAWING,
    Situation.OPEN,
    Situation.ABANDONED,
    Situation.DECLINED,
    Situation.CONFIRMING,
    Situation.PROCESSING,
    Situation.RETURNING,
}
_WITHDRAWN = {
    "cancelled": Situation.WITHDRAWN,
    "priced": Situation.WITHDRAWN,
    "awaiting_payment": Situation.WITHDRAWING,
    "processing": Situation.WITHDRAWN_LATE,
    "paid": Situation.RETURNING,
}


def situation_of(
    *,
    order_state: str,
    payment_state: str,
    has_problem: bool,
    declined: bool,
    call_state: str,
    came_back: str,
    withdrawn: bool = False,
    is_slow: bool = False,
    halted: bool = False,
) -> Situation:
    """Return the situation of an order; `came_back` is the person's way back from Stripe.

    A session expired by its merchant counts as `closed`, a session being expired as `closing`.
    `call_state` is the state of the call that opens a page: it `is_slow` if Stripe takes long, and
    `halted` while no call is sent at all.
    """
    over = (_OVER | _WITHDRAWN if withdrawn else _OVER).get(order_state)
    if over == Situation.WITHDRAWN and call_state in _OPEN_CALLS:
        return Situation.WITHDRAWING  # a page may still open, and is closed then
    if over is not None:
        return over
    if has_problem:
        return Situation.CHECKING
    if payment_state == "opened" or payment_state in _ARRIVED:
        return _ARRIVED.get(payment_state) or _of_open_page(came_back, declined=declined)
    if call_state in _OPEN_CALLS:
        return _of_open_call(is_slow=is_slow, halted=halted)
    return _OF_CALL.get(call_state) or _OF_PAYMENT.get(payment_state, Situation.TO_PAY)


def _of_open_call(*, is_slow: bool, halted: bool) -> Situation:
    if halted:
        return Situation.HALTED
    return Situation.SLOW if is_slow else Situation.PREPARING


def _of_open_page(came_back: str, *, declined: bool) -> Situation:
    if came_back == "returned":
        return Situation.CONFIRMING
    if declined:
        return Situation.DECLINED
    return Situation.ABANDONED if came_back == "abandoned" else Situation.OPEN
