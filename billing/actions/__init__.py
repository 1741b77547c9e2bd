"""Actions that people, the clock and Stripe begin in this room."""

from billing.actions.accounts import (
    Billing,
    ask_personality,
    ask_replacement,
    cancel_replacement,
    confirm_replacement,
    describe_billing,
    let_replacement_lapse,
    open_account,
)
from billing.actions.checkout import cancel_checkout, open_checkout, withdraw
from billing.actions.councils import (
    accept_terms,
    answer_personality,
    count_heads,
    declare_personality,
    decline_terms,
    end_council,
    forget_contacts,
    offer_first_terms,
    offer_terms,
    open_council,
)
from billing.actions.customers import tell_changes
from billing.actions.disputes import answer_dispute, settle_dispute
from billing.actions.links import ask_for_onboarding, ask_for_portal
from billing.actions.operators import end_halt, let_go_of_call, retry_call, retry_event
from billing.actions.prices import publish_prices, withdraw_prices
from billing.actions.promotions import Offer, end_promotion, make_promotion
from billing.actions.reception import cancel_stale_order, keep_event
from billing.actions.refunds import (
    approve_refund,
    confirm_refund_paid,
    pay_refund_otherwise,
    refund_what_has_not_run,
    reject_refund,
    request_refund,
)
from billing.actions.spending import set_spend_limit
from billing.actions.statements import bill_council, make_statement
from billing.actions.subscriptions import (
    end_for_merchant,
    end_subscription,
    resume_subscription,
    stop_subscription,
    take_todays_prices,
)
from billing.actions.write_offs import Debt, approve_write_off, reject_write_off, write_off

__all__ = [
    "Billing",
    "Debt",
    "Offer",
    "accept_terms",
    "answer_dispute",
    "answer_personality",
    "approve_refund",
    "approve_write_off",
    "ask_for_onboarding",
    "ask_for_portal",
    "ask_personality",
    "ask_replacement",
    "bill_council",
    "cancel_checkout",
    "cancel_replacement",
    "cancel_stale_order",
    "confirm_refund_paid",
    "confirm_replacement",
    "count_heads",
    "declare_personality",
    "decline_terms",
    "describe_billing",
    "end_council",
    "end_for_merchant",
    "end_halt",
    "end_promotion",
    "end_subscription",
    "forget_contacts",
    "keep_event",
    "let_go_of_call",
    "let_replacement_lapse",
    "make_promotion",
    "make_statement",
    "offer_first_terms",
    "offer_terms",
    "open_account",
    "open_checkout",
    "open_council",
    "pay_refund_otherwise",
    "publish_prices",
    "refund_what_has_not_run",
    "reject_refund",
    "reject_write_off",
    "request_refund",
    "resume_subscription",
    "retry_call",
    "retry_event",
    "set_spend_limit",
    "settle_dispute",
    "stop_subscription",
    "take_todays_prices",
    "tell_changes",
    "withdraw",
    "withdraw_prices",
    "write_off",
]
