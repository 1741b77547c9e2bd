"""What the console reads: only what stands in public, and of that no private content."""

from saas.console.queries.lists import (
    MerchantRow,
    OrderFilters,
    SpaceRow,
    merchants_page,
    order_states,
    orders_page,
    spaces_page,
    transfer_states,
    transfers_page,
)
from saas.console.queries.needs import (
    Need,
    failed_foundings,
    intents,
    needs,
    pulse,
)
from saas.console.queries.things import (
    council_of_share,
    is_operator,
    order_to_refund,
    paper_page,
    postings,
    refund_at,
    retried,
    timeline,
)

__all__ = [
    "MerchantRow",
    "Need",
    "OrderFilters",
    "SpaceRow",
    "council_of_share",
    "failed_foundings",
    "intents",
    "is_operator",
    "merchants_page",
    "needs",
    "order_states",
    "order_to_refund",
    "orders_page",
    "paper_page",
    "postings",
    "pulse",
    "refund_at",
    "retried",
    "spaces_page",
    "timeline",
    "transfer_states",
    "transfers_page",
]
