"""No more calls in a second than Stripe likes, from all processes together.

Stripe lets a sandbox make 25 calls in a second. Calls that somebody waits for and all the others
have a pace each, so that a night of jobs never holds a click back; together they stay below that.
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
    """Lets so many calls begin in any second; the next one waits for its turn.

    One that has a name is the pace of all processes: the store gives its turns away. While the
    store does not answer, and without a name, each process keeps the pace by itself.
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
        """Return when a call may begin; turns are given in the order in which they are asked."""
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
    """A pace for clicks and one for everything else."""

    def __init__(self) -> None:
        self._clicks, self._jobs = Pace(name="stripe-clicks"), Pace(name="stripe-jobs")

    def wait(self) -> None:
        """Return when the job that runs here may call."""
        (self._clicks if _is_waited_for() else self._jobs).wait()


def _is_waited_for() -> bool:
    """Say whether the job that runs here went before others, since somebody waits for it."""
    request = getattr(current_task, "request", None)
    delivery = getattr(request, "delivery_info", None) or {}
    return bool(delivery.get("priority") == FIRST)
