"""Rate limit of calls to Stripe, shared by all processes.

Stripe allows a sandbox 25 calls a second. Calls for waiting people and all other calls have
separate limits, so that a night of jobs never delays a click; together they stay below 25.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

from celery import current_task

from saas.kernel.cache import Turns
from saas.kernel.tasks import FIRST

CALLS_A_SECOND = 10


class Pace:
    """Rate limit by second; the next call waits for its turn.

    A named limit is shared by all processes through the cache. While the cache does not answer, or
    without a name, each process keeps the limit by itself.
    """

    def __init__(
        self,
        calls: int = CALLS_A_SECOND,
        *,
        name: str = "",
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._together = Turns(name, a_second=calls) if name else None
        self._begun: deque[float] = deque(maxlen=calls)
        self._lock = threading.Lock()
        self._now, self._sleep = now, sleep

    def wait(self) -> None:
        """Wait until a call may begin; turns are given in the order of requests."""
        seconds = self._together.seconds_until_next() if self._together else None
        self._sleep(self._alone() if seconds is None else seconds)

    def _alone(self) -> float:
        with self._lock:
            now = self._now()
            full = len(self._begun) == self._begun.maxlen
            turn = max(now, self._begun[0] + 1) if full else now
            self._begun.append(turn)
        return turn - now


class Paces:
    """A limit for clicks, and a limit for all other calls."""

    def __init__(self) -> None:
        self._clicks, self._jobs = Pace(name="stripe-clicks"), Pace(name="stripe-jobs")

    def wait(self) -> None:
        """Return when the job that runs here may call."""
        (self._clicks if _is_waited_for() else self._jobs).wait()


def _is_waited_for() -> bool:
    """Return True if the current job has priority because a person waits for it."""
    request = getattr(current_task, "request", None)
    delivery = getattr(request, "delivery_info", None) or {}
    return bool(delivery.get("priority") == FIRST)
