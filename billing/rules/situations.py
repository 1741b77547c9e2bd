"""What a merchant sees of an order: where it stands, and what they can do now."""

import enum


class Situation(enum.StrEnum):
    """Where the payment of an order stands, for the person who waits for it."""

    TO_PAY = "to_pay"
    PREPARING = "preparing"
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
    WITHDRAWN_LATE = "withdrawn_late"
    RETURNING = "returning"


_OVER = {
    "paid": Situation.PAID,
    "partly_refunded": Situation.PARTLY_REFUNDED,
    "refunded": Situation.REFUNDED,
    "cancelled": Situation.CANCELLED,
    "processing": Situation.PROCESSING,
}
_WITHOUT_SUCCESS = {"expired", "closed", "failed"}
# The page asks again by itself while something may still change without the person.
MOVING = {
    Situation.PREPARING,
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
    "awaiting_payment": Situation.WITHDRAWN,
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
) -> Situation:
    """Tell where an order stands; `came_back` is how the person returned from Stripe.

    A session that expired because its merchant closed it counts as `closed`.
    """
    over = (_OVER | _WITHDRAWN if withdrawn else _OVER).get(order_state)
    if over is not None:
        return over
    if has_problem or call_state == "parked":
        return Situation.CHECKING
    if payment_state == "opened":
        return _of_open_page(came_back, declined=declined)
    if call_state in {"pending", "in_flight", "unknown"}:
        return Situation.PREPARING
    if call_state == "failed":
        return Situation.REFUSED
    return Situation(payment_state) if payment_state in _WITHOUT_SUCCESS else Situation.TO_PAY


def _of_open_page(came_back: str, *, declined: bool) -> Situation:
    if came_back == "returned":
        return Situation.CONFIRMING
    if declined:
        return Situation.DECLINED
    return Situation.ABANDONED if came_back == "abandoned" else Situation.OPEN
