"""Queries of this room, for pages and actions."""

from tenants.community.classifieds.queries.audiences import (
    audiences_for,
    categories_given,
    employer_of,
)
from tenants.community.classifieds.queries.board import (
    Board,
    Filters,
    Widening,
    board,
    fitting,
    for_feed,
    rows_of,
    similar_to,
    widenings,
)
from tenants.community.classifieds.queries.offered import offered
from tenants.community.classifieds.queries.pictures import (
    is_shared,
    own_pictures,
    picture_named,
    pictures_of,
)
from tenants.community.classifieds.queries.places import (
    Spot,
    site_ids,
    sites,
    spots,
)
from tenants.community.classifieds.queries.single import (
    Detail,
    detail,
    find,
    for_change,
    hold,
    mine,
    not_reminded,
    open_count_of,
    own,
    person_with,
    posted_with,
    rail_counts,
    subject,
    to_expire,
    to_remind,
)
from tenants.community.classifieds.queries.tiles import cards_of

__all__ = [
    "Board",
    "Detail",
    "Filters",
    "Spot",
    "Widening",
    "audiences_for",
    "board",
    "cards_of",
    "categories_given",
    "detail",
    "employer_of",
    "find",
    "fitting",
    "for_change",
    "for_feed",
    "hold",
    "is_shared",
    "mine",
    "not_reminded",
    "offered",
    "open_count_of",
    "own",
    "own_pictures",
    "person_with",
    "picture_named",
    "pictures_of",
    "posted_with",
    "rail_counts",
    "rows_of",
    "similar_to",
    "site_ids",
    "sites",
    "spots",
    "subject",
    "to_expire",
    "to_remind",
    "widenings",
]
