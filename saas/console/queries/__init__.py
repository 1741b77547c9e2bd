"""Queries of the console: only what stands in public, and of that no private content."""

from saas.console.queries.councils import (
    CouncilView,
    council_at,
    council_view,
    councils_in_need,
    councils_of_space,
)
from saas.console.queries.lists import (
    MerchantRow,
    MerchantView,
    SpaceRow,
    merchant_view,
    merchants_page,
    spaces_page,
)
from saas.console.queries.needs import (
    Need,
    failed_foundings,
    needs,
    pulse,
)
from saas.console.queries.seats import seats_of_space
from saas.console.queries.spaces import SpaceView, space_view
from saas.console.queries.things import (
    council_of_share,
    is_operator,
    operators_to_mail,
    paper_page,
    postings,
    retried,
    timeline,
)
from saas.console.queries.troubles import ended_troubles, open_troubles, parts

__all__ = [
    "CouncilView",
    "MerchantRow",
    "MerchantView",
    "Need",
    "SpaceRow",
    "SpaceView",
    "council_at",
    "council_of_share",
    "council_view",
    "councils_in_need",
    "councils_of_space",
    "ended_troubles",
    "failed_foundings",
    "is_operator",
    "merchant_view",
    "merchants_page",
    "needs",
    "open_troubles",
    "operators_to_mail",
    "paper_page",
    "parts",
    "postings",
    "pulse",
    "retried",
    "seats_of_space",
    "space_view",
    "spaces_page",
    "timeline",
]
