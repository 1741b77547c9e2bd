"""How much the spaces of the community's benches hold."""

from typing import NamedTuple

SMALL_SPACE, LARGE_SPACE = "north", "south"


class Size(NamedTuple):
    """How many of each a space has; `open`, `ahead` and `standing` of them are shown today."""

    members: int = 50
    classifieds: int = 50
    open: int = 50
    messages: int = 50
    things: int = 50
    loans: int = 50
    gatherings: int = 50
    ahead: int = 50
    rides: int = 50
    past_days: int = 1
    days_ahead: int = 2
    deals: int = 50
    standing: int = 50
    searches: int = 50


SMALL = Size()
LARGE = Size(
    members=5_000,
    classifieds=200_000,
    open=10_000,
    messages=1_000_000,
    things=5_000,
    loans=100_000,
    gatherings=20_000,
    ahead=500,
    rides=1_000,
    past_days=60,
    days_ahead=10,
    deals=5_000,
    standing=300,
    searches=2_000,
)
SHORT = Size(
    members=1_000,
    classifieds=20_000,
    open=3_000,
    messages=60_000,
    things=1_000,
    loans=10_000,
    gatherings=3_000,
    ahead=200,
    rides=200,
    past_days=20,
    days_ahead=5,
    deals=1_000,
    standing=200,
    searches=300,
)
SIZES = {"small": SMALL, "short": SHORT, "large": LARGE}
