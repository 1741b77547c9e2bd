"""Deliveries of events to their destinations: in order, signed, retried until accepted."""

import contextlib
import heapq
import http.client
import itertools
import json
import threading
import time
import urllib.parse

from infra.stripe_simulator import versions
from infra.stripe_simulator.clock import seconds
from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.faults import Faults
from infra.stripe_simulator.signing import signature
from infra.stripe_simulator.store import Store, new_id

RETRIES = 8
PATIENCE = 10.0
FAREWELL = 2.0
DONE = {"delivered", "failed", "dropped"}


class Courier(threading.Thread):
    """A thread that delivers the events of a destination in turn."""

    def __init__(self, deliveries: "Deliveries", destination: str) -> None:
        super().__init__(daemon=True, name=f"webhooks {destination}")
        self.deliveries = deliveries
        self.destination = destination
        self.due_changed = threading.Condition(deliveries.lock)
        self.queue: list[tuple[float, int, str]] = []
        self.stopped = False
        self.link: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Send due deliveries, wait for the next."""
        while (identifier := self._next()) is not None:
            self._carry(identifier)

    def _next(self) -> str | None:
        with self.due_changed:
            while not self.stopped:
                due = self.queue[0][0] if self.queue else None
                if due is not None and due <= time.monotonic():
                    return heapq.heappop(self.queue)[2]
                self.due_changed.wait(None if due is None else max(0.0, due - time.monotonic()))
        return None

    def _carry(self, identifier: str) -> None:
        with self.deliveries.lock:
            request = self.deliveries.signed_request(identifier)
        if request is None:
            return
        started = time.monotonic()
        status, error = self._post(*request)
        taken = round((time.monotonic() - started) * 1000)
        with self.deliveries.lock:
            self.deliveries.record(identifier, status=status, error=error, milliseconds=taken)

    def _post(
        self, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int | None, str | None]:
        parts = urllib.parse.urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        error: OSError | http.client.HTTPException | None = None
        for fresh in (False, True):  # a kept connection may have been closed meanwhile
            if not fresh and self.link is None:
                continue
            try:
                link = self._connection(parts, fresh=fresh)
                link.request("POST", path or "/", body, headers)
                response = link.getresponse()
                response.read()
            except (OSError, http.client.HTTPException) as failure:
                error = failure
                self._hang_up()
                continue
            return response.status, None
        return None, f"{type(error).__name__}: {error}"

    def _connection(
        self, parts: urllib.parse.SplitResult, *, fresh: bool
    ) -> http.client.HTTPConnection:
        here = (_loopback(parts.hostname or ""), parts.port or 80)
        if self.link is not None and not fresh and (self.link.host, self.link.port) == here:
            return self.link
        self._hang_up()
        self.link = http.client.HTTPConnection(*here, timeout=PATIENCE)
        return self.link

    def _hang_up(self) -> None:
        if self.link is not None:
            with contextlib.suppress(OSError):
                self.link.close()
            self.link = None


def _loopback(host: str) -> str:
    """Keep every delivery on this machine, whatever name the address has."""
    if host == "localhost" or host.endswith(".localhost") or host.startswith("127."):
        return "127.0.0.1" if not host.startswith("127.") else host
    raise OSError(f"{host} is not this machine; the simulator posts nowhere else")


class Deliveries:
    """The log of deliveries with their responses."""

    def __init__(self, store: Store, faults: Faults, lock: threading.RLock) -> None:
        self.store = store
        self.faults = faults
        self.lock = lock
        self.couriers: dict[str, Courier] = {}
        self.places = itertools.count()
        self.untried: set[str] = set()
        self.leaving: list[Courier] = []

    def resume(self) -> None:
        """Resume the deliveries that were pending when the simulator stopped."""
        for record in self.store.oldest_first("delivery"):
            if record["state"] not in DONE:
                self.untried.add(record["id"])
                self._queue(record, 0.0)

    def order(self, event: JSON, destination: JSON) -> None:
        """Send an event to a destination, unless a fault drops or doubles it."""
        event_type = event["type"]
        state = "dropped" if self.faults.on_event("drop_event", event_type) else "pending"
        copies = 2 if self.faults.on_event("duplicate_event", event_type) else 1
        for copy in range(copies):
            record = {
                "id": new_id("whd_"),
                "event": event["id"],
                "type": event_type,
                "destination": destination["id"],
                "state": state,
                "copy": copy,
                "attempts": [],
            }
            self.store.put("delivery", record)
            if copy == 0:
                event["_waiting"] = [*event.get("_waiting", []), destination["id"]]
            if state == "pending":
                self.untried.add(record["id"])
                self._queue(record, self._delay(event_type))

    def _delay(self, event_type: str) -> float:
        if fault := self.faults.on_event("delay_event", event_type):
            return fault.seconds
        if fault := self.faults.on_event("shuffle_events", event_type):
            return fault.dice.uniform(0, fault.seconds)
        return 0.0

    def _queue(self, record: JSON, delay: float) -> None:
        name = record["destination"]
        if name not in self.couriers:
            self.couriers[name] = Courier(self, name)
            self.couriers[name].start()
        courier = self.couriers[name]
        with courier.due_changed:
            due = time.monotonic() + delay
            heapq.heappush(courier.queue, (due if delay else 0.0, next(self.places), record["id"]))
            courier.due_changed.notify()

    def signed_request(self, identifier: str) -> tuple[str, dict[str, str], bytes] | None:
        """Return a request signed now; the receiver checks its age by the real time."""
        record = self.store.get("delivery", identifier)
        if record is None:
            self.untried.discard(identifier)
            return None
        event = self.store.anything(record["event"])
        destination = self.store.get("event_destination", record["destination"])
        if event is None or destination is None or destination["status"] != "enabled":
            record["state"] = "failed"
            self.untried.discard(identifier)
            self.store.put("delivery", record)
            return None
        body = json.dumps(payload(event[1], destination), indent=2, ensure_ascii=False).encode()
        url = destination["_url"]
        headers = {
            "Host": destination["_host"] or urllib.parse.urlsplit(url).netloc,
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*",
            "Stripe-Signature": signature(destination["_secret"], body, int(time.time())),
        }
        return url, headers, body

    def record(
        self, identifier: str, *, status: int | None, error: str | None, milliseconds: int
    ) -> None:
        """Record the result of an attempt and schedule the next attempt if it failed."""
        self.untried.discard(identifier)
        record = self.store.get("delivery", identifier)
        if record is None:
            return
        record["attempts"].append(
            {"at": int(time.time()), "status": status, "error": error, "ms": milliseconds}
        )
        if status is not None and 200 <= status < 300:  # noqa: PLR2004 - any 2xx
            record["state"] = "delivered"
            self._taken(record)
        elif len(record["attempts"]) > RETRIES:
            record["state"] = "failed"
        else:
            self._queue(record, float(4 ** (len(record["attempts"]) - 1)))
        self.store.put("delivery", record)
        self.store.save()

    def _taken(self, record: JSON) -> None:
        found = self.store.anything(record["event"])
        if found is None or record["destination"] not in found[1].get("_waiting", ()):
            return
        kind, event = found
        event["_waiting"].remove(record["destination"])
        if kind == "event":
            event["pending_webhooks"] = len(event["_waiting"])
        self.store.put(kind, event)

    def idle(self) -> bool:
        """Return True if each delivery was attempted since it was ordered or resumed."""
        return not self.untried

    def retry_now(self) -> None:
        """Try everything again that waits for its next attempt."""
        for courier in self.couriers.values():
            with courier.due_changed:
                courier.queue = [(0.0, place, name) for _, place, name in courier.queue]
                heapq.heapify(courier.queue)
                courier.due_changed.notify()

    def forget_old(self, moment: int) -> None:
        """Delete events from before a moment, in any state, and their deliveries.

        A delivery that was not attempted yet is kept: the clock may have jumped over its days.
        """
        untried = {self.store.must("delivery", name)["event"] for name in list(self.untried)}
        for kind in ("event", "v2.core.event"):
            rows = self.store.oldest_first(kind)
            for event in itertools.takewhile(lambda row: _created(row) < moment, rows):
                if event["id"] not in untried:
                    self.store.remove(kind, event["id"])
        rows = self.store.oldest_first("delivery")
        for record in itertools.takewhile(self._is_without_event, rows):
            self.store.remove("delivery", record["id"])

    def _is_without_event(self, record: JSON) -> bool:
        return self.store.anything(record["event"]) is None

    def clear(self) -> None:
        """Stop all couriers; forget their deliveries."""
        for courier in self.couriers.values():
            with courier.due_changed:
                courier.stopped = True
                courier.due_changed.notify()
        self.leaving += self.couriers.values()
        self.couriers.clear()
        self.untried.clear()

    def see_off(self) -> None:
        """Wait for couriers that were on the doorstep when they were stopped; without the lock."""
        patience = time.monotonic() + FAREWELL
        leaving, self.leaving = self.leaving, []
        for courier in leaving:
            courier.join(max(0.0, patience - time.monotonic()))


def _created(event: JSON) -> int:
    return seconds(str(event["created"]))


def payload(event: JSON, destination: JSON) -> JSON:
    """Give the body that a destination asked for: a snapshot, or a thin notice."""
    body = public(event)
    if body["object"] == "v2.core.event":
        body.pop("data", None)
        body.pop("changes", None)
        return body
    version = destination["snapshot_api_version"]
    body["data"]["object"] = versions.as_seen_at(version, body["data"]["object"])
    return body | {"api_version": version}
