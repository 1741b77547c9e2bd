"""Rate limit of a member for each minute, over all devices and programs, and its headers."""

import time
from typing import Any, NamedTuple

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from saas.kernel import cache

MINUTE = 60


class Rate(NamedTuple):
    """A member's limit and its remainder in this minute, for the headers of each response."""

    name: str
    most: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """Write it as the fields of the IETF's draft `ratelimit-headers`."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.most};w={MINUTE}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.seconds}',
        }


class MemberRate(BaseThrottle):
    """Throttle by member and clock minute; if the cache does not answer, it counts no request."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request and set the remaining rate on the view."""
        if not request.user.is_authenticated:
            return True
        reads = request.method in SAFE_METHODS
        name = "reads" if reads else "writes"
        most = settings.API_READS_A_MINUTE if reads else settings.API_WRITES_A_MINUTE
        minute, second = divmod(int(time.time()), MINUTE)
        count = cache.counted(f"api:{name}:{request.user.pk}:{minute}", seconds=2 * MINUTE) or 0
        view.rate = Rate(name, most, max(0, most - count), MINUTE - second)
        return count <= most

    def wait(self) -> float:
        """Return after how many seconds to ask again."""
        return MINUTE - int(time.time()) % MINUTE
