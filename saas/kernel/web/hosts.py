"""External hosts: a few concurrent calls to each, and no call to a host that times out.

A host that let a call time out is skipped for some seconds, then tried by a single call: so a
server that hangs costs a thread now and then, however many jobs wait for it.
"""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator

from saas.kernel.places import Places

AT_ONCE = 8
SILENT_SECONDS = 15.0
_MOST_REMEMBERED = 10_000


class SilentHostError(ConnectionError):
    """A host that was silent a moment ago was not called."""


class Hosts:
    """The hosts that were silent lately, and the calls that are under way, of this process."""

    def __init__(self) -> None:
        self._places = Places(AT_ONCE)
        self._next_at: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def calling(self, host: str) -> Iterator[None]:
        """Call a host in this block; a TimeoutError in it opens the circuit.

        Raises BusyError if the host has enough calls, SilentHostError while its circuit is open.
        """
        with self._places.take(host):
            self._take_turn(host)
            try:
                yield
            except TimeoutError:
                self._open(host)
                raise
            except BaseException:
                self._close(host)
                raise
            self._close(host)

    def forget(self) -> None:
        """Close all circuits."""
        with self._lock:
            self._next_at.clear()

    def _take_turn(self, host: str) -> None:
        now = time.monotonic()
        with self._lock:
            next_at = self._next_at.get(host)
            if next_at is None:
                return
            if now < next_at:
                raise SilentHostError(f"{host} was silent a moment ago")
            self._next_at[host] = now + SILENT_SECONDS

    def _open(self, host: str) -> None:
        with self._lock:
            self._next_at[host] = time.monotonic() + SILENT_SECONDS
            self._next_at.move_to_end(host)
            while len(self._next_at) > _MOST_REMEMBERED:
                self._next_at.popitem(last=False)

    def _close(self, host: str) -> None:
        with self._lock:
            self._next_at.pop(host, None)


hosts = Hosts()
