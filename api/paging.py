"""Pages of a list, as each resource asks for them."""

from typing import Any

from rest_framework import serializers

MOST_LISTED = 50
FARTHEST = 10_000


class PageQuery(serializers.Serializer[Any]):
    """Some rows of a list: how many at most, and how many are left out before."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST_LISTED, required=False, default=20)
    offset = serializers.IntegerField(min_value=0, max_value=FARTHEST, required=False, default=0)
