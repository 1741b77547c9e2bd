"""Actions on campaigns and their prices, and on what spaces count of them."""

from saas.catalogue.placements.actions.campaigns import (
    check_out,
    draw_up,
    hold_for_bank,
    let_go,
    mark_paid,
    price_anew,
    repeat,
    stop,
    withdraw,
    withdraw_if_sold_out,
)
from saas.catalogue.placements.actions.counts import record_counts, record_places, record_plays
from saas.catalogue.placements.actions.prices import publish_prices

__all__ = [
    "check_out",
    "draw_up",
    "hold_for_bank",
    "let_go",
    "mark_paid",
    "price_anew",
    "publish_prices",
    "record_counts",
    "record_places",
    "record_plays",
    "repeat",
    "stop",
    "withdraw",
    "withdraw_if_sold_out",
]
