"""Lanes for slow hashes and crowded sign-ins at a provider, so that pages do not queue behind.

Networks take turns: a network that sends many passwords at once waits behind its own.
"""

import asyncio
import enum
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from saas.serving.limits import Limits


class BusyError(Exception):
    """The lane is full; the reason names the limit."""

    def __init__(self, reason: "Reason") -> None:
        super().__init__(reason)
        self.reason = reason


class Reason(enum.StrEnum):
    """The limits of the lane."""

    NETWORK = "network"
    SPACE = "space"
    PROCESS = "process"
    TIME = "time"


class Lane:
    """Places for a few requests at once, and a short queue that networks leave by turns."""

    def __init__(self, limits: Limits, *, places: int) -> None:
        self._limits = limits
        self._free = places
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def place(self, *, network: str, space: str) -> AsyncIterator[None]:
        """Hold a place. Raises BusyError if too many wait, or if no place was free in time."""
        await self._take(network, space)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, network: str, space: str) -> None:
        if self._free:
            self._free -= 1
            return
        self._check_room(network, space)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(network, deque()).append(turn)
        self._waiting[space] = self._waiting.get(space, 0) + 1
        try:
            async with asyncio.timeout(self._limits.hashing_wait_seconds):
                await turn
        except BaseException as error:
            self._leave(network, turn)
            if isinstance(error, TimeoutError):
                raise BusyError(Reason.TIME) from None
            raise
        finally:
            self._waiting[space] -= 1
            if not self._waiting[space]:
                del self._waiting[space]

    def _check_room(self, network: str, space: str) -> None:
        if len(self._queues.get(network, ())) >= self._limits.hashing_of_network:
            raise BusyError(Reason.NETWORK)
        if self._waiting.get(space, 0) >= self._limits.hashing_of_space:
            raise BusyError(Reason.SPACE)
        if sum(self._waiting.values()) >= self._limits.hashing_queued:
            raise BusyError(Reason.PROCESS)

    def _leave(self, network: str, turn: "asyncio.Future[None]") -> None:
        """Leave the queue; a place that was given in this very moment goes to the next."""
        if turn.done() and not turn.cancelled():
            self._give_back()
            return
        turns = self._queues.get(network, deque())
        if turn in turns:
            turns.remove(turn)
        if not turns:
            self._queues.pop(network, None)

    def _give_back(self) -> None:
        """Release the place to the next network, which moves to the end of the networks."""
        while self._queues:
            network, turns = self._queues.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._queues[network] = turns
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
