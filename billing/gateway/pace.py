"""No more calls in a second than Stripe likes, from one process."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import stripe

CALLS_A_SECOND = 10


class Pace:
    """Lets so many calls begin in any second; the next one waits for its turn."""

    def __init__(
        self,
        calls: int = CALLS_A_SECOND,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._begun: deque[float] = deque(maxlen=calls)
        self._lock = threading.Lock()
        self._now, self._sleep = now, sleep

    def wait(self) -> None:
        """Return when a call may begin; turns are given in the order in which they are asked."""
        with self._lock:
            now = self._now()
            full = len(self._begun) == self._begun.maxlen
            turn = max(now, self._begun[0] + 1) if full else now
            self._begun.append(turn)
        self._sleep(turn - now)


class PacedClient(stripe.RequestsClient):
    """Stripe's own way to send, at our pace."""

    def __init__(self, pace: Pace, **options: Any) -> None:
        super().__init__(**options)
        self._pace = pace

    def request(self, *args: Any, **kwargs: Any) -> Any:
        """Wait for a turn, then send."""
        self._pace.wait()
        return super().request(*args, **kwargs)
