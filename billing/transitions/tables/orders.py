"""Orders, payments, monthly subscriptions and invoices: which state follows which."""

from billing.models.states import InvoiceState, OrderState, PaymentState, SubscriptionState
from billing.transitions.tables.table import Table

ORDER: Table[OrderState] = {
    OrderState.DRAFT: {"priced": OrderState.PRICED},
    OrderState.PRICED: {
        "opened": OrderState.AWAITING_PAYMENT,
        "paid": OrderState.PAID,
        "cancelled": OrderState.CANCELLED,
    },
    OrderState.AWAITING_PAYMENT: {
        "processing": OrderState.PROCESSING,
        "paid": OrderState.PAID,
        "closed": OrderState.PRICED,
    },
    OrderState.PROCESSING: {"paid": OrderState.PAID, "closed": OrderState.PRICED},
    OrderState.PAID: {
        "refunded_in_part": OrderState.PARTLY_REFUNDED,
        "refunded": OrderState.REFUNDED,
    },
    OrderState.PARTLY_REFUNDED: {
        "refunded_in_part": OrderState.PARTLY_REFUNDED,
        "refunded": OrderState.REFUNDED,
    },
    OrderState.REFUNDED: {},
    OrderState.CANCELLED: {},
}
# Whatever we believed before, a session that Stripe calls paid is paid.
PAYMENT: Table[PaymentState] = {
    PaymentState.OPENED: {
        "processing": PaymentState.PROCESSING,
        "succeeded": PaymentState.SUCCEEDED,
        "failed": PaymentState.FAILED,
        "expired": PaymentState.EXPIRED,
        "canceled": PaymentState.CANCELED,
    },
    PaymentState.PROCESSING: {
        "succeeded": PaymentState.SUCCEEDED,
        "failed": PaymentState.FAILED,
        "canceled": PaymentState.CANCELED,
    },
    PaymentState.SUCCEEDED: {},
    PaymentState.FAILED: {"succeeded": PaymentState.SUCCEEDED},
    PaymentState.EXPIRED: {"succeeded": PaymentState.SUCCEEDED},
    PaymentState.CANCELED: {"succeeded": PaymentState.SUCCEEDED},
}
# Stripe's state of a subscription is applied whatever our previous state.
SUBSCRIPTION: Table[SubscriptionState] = {
    SubscriptionState.OPENING: {
        "runs": SubscriptionState.ACTIVE,
        "failed": SubscriptionState.PAST_DUE,
        "stopping": SubscriptionState.ENDING,
        "ended": SubscriptionState.ENDED,
    },
    SubscriptionState.ACTIVE: {
        "failed": SubscriptionState.PAST_DUE,
        "stopping": SubscriptionState.ENDING,
        "ended": SubscriptionState.ENDED,
    },
    SubscriptionState.PAST_DUE: {
        "runs": SubscriptionState.ACTIVE,
        "stopping": SubscriptionState.ENDING,
        "ended": SubscriptionState.ENDED,
    },
    SubscriptionState.ENDING: {
        "runs": SubscriptionState.ACTIVE,
        "failed": SubscriptionState.PAST_DUE,
        "ended": SubscriptionState.ENDED,
    },
    SubscriptionState.ENDED: {},
}
INVOICE: Table[InvoiceState] = {
    InvoiceState.ISSUED: {
        "rendered": InvoiceState.RENDERED,
        "sent": InvoiceState.SENT,
        "credited_in_part": InvoiceState.CREDITED_PARTLY,
        "credited": InvoiceState.CREDITED,
    },
    InvoiceState.RENDERED: {
        "sent": InvoiceState.SENT,
        "credited_in_part": InvoiceState.CREDITED_PARTLY,
        "credited": InvoiceState.CREDITED,
    },
    InvoiceState.SENT: {
        "credited_in_part": InvoiceState.CREDITED_PARTLY,
        "credited": InvoiceState.CREDITED,
    },
    InvoiceState.CREDITED_PARTLY: {
        "credited_in_part": InvoiceState.CREDITED_PARTLY,
        "credited": InvoiceState.CREDITED,
    },
    InvoiceState.CREDITED: {},
}
