"""Queries of this room, for pages and actions."""

from tenants.community.neighbourhood.queries.around import (
    Filters,
    Page,
    around,
    around_home,
    service_page,
    shop_page,
)
from tenants.community.neighbourhood.queries.council import (
    NOTHING,
    brought_in,
    council_brief,
    lines_of,
    months_without_council,
)
from tenants.community.neighbourhood.queries.mailed import digest_ads
from tenants.community.neighbourhood.queries.placed import (
    flight_at,
    merchant_offers,
    play_totals,
    running_now,
    shelf_sponsors,
    sponsored,
    totals,
)
from tenants.community.neighbourhood.queries.searched import search, tiles_by_reference
from tenants.community.neighbourhood.queries.slides import slides
from tenants.community.neighbourhood.queries.touch import on_touch, place_on_touch

__all__ = [
    "NOTHING",
    "Filters",
    "Page",
    "around",
    "around_home",
    "brought_in",
    "council_brief",
    "digest_ads",
    "flight_at",
    "lines_of",
    "merchant_offers",
    "months_without_council",
    "on_touch",
    "place_on_touch",
    "play_totals",
    "running_now",
    "search",
    "service_page",
    "shelf_sponsors",
    "shop_page",
    "slides",
    "sponsored",
    "tiles_by_reference",
    "totals",
]
