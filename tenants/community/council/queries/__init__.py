"""What pages and actions of this room read."""

from tenants.community.council.queries.account import (
    CouncilDesk,
    desk_of,
    desks,
    to_do,
)
from tenants.community.council.queries.figures import (
    CouncilRow,
    Figures,
    Held,
    Sums,
    by_council,
    figures_of,
    held,
    month_bars,
    stats_of,
    sums,
)
from tenants.community.council.queries.flows import (
    FlowRow,
    MonthFlow,
    flow_of,
    shares_of_month,
)
from tenants.community.council.queries.ledger import (
    Choices,
    Filters,
    Line,
    filters_of,
    last_lines,
    ledger_choices,
    ledger_page,
    lines_in_words,
)
from tenants.community.council.queries.trail import (
    Trail,
    first_steps,
    followed_share,
    lines_of_share,
    trail_of,
)

__all__ = [
    "Choices",
    "CouncilDesk",
    "CouncilRow",
    "Figures",
    "Filters",
    "FlowRow",
    "Held",
    "Line",
    "MonthFlow",
    "Sums",
    "Trail",
    "by_council",
    "desk_of",
    "desks",
    "figures_of",
    "filters_of",
    "first_steps",
    "flow_of",
    "followed_share",
    "held",
    "last_lines",
    "ledger_choices",
    "ledger_page",
    "lines_in_words",
    "lines_of_share",
    "month_bars",
    "shares_of_month",
    "stats_of",
    "sums",
    "to_do",
    "trail_of",
]
