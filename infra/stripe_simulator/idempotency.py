"""Idempotency keys: a repeated request never acts twice."""

import hashlib
import json

from infra.stripe_simulator.clock import Clock
from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.store import Store

KIND = "idempotent_answer"
A_DAY = 24 * 3600
LONGEST = 255


def fingerprint(method: str, path: str, params: JSON, *, account: str) -> str:
    """Return a hash of a request, to detect a repeated key with other parameters."""
    text = json.dumps([method, path, account, params], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Keys:
    """The idempotency keys of an API key; the caller holds the simulator's lock for each method."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.running: dict[str, str] = {}

    def claim(self, key: str, digest: str) -> JSON | None:
        """Take a free key, or give the stored answer, or refuse."""
        if not 1 <= len(key) <= LONGEST:
            raise ApiError("Idempotency-Key must have between 1 and 255 characters.")
        stored = self.store.get(KIND, f"key:{key}")
        if stored is not None and stored["at"] + A_DAY <= self.clock.now():
            self.store.remove(KIND, f"key:{key}")
            stored = None
        before = self.running.get(key) or (stored and stored["asked"])
        if before and before != digest:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                kind="idempotency_error",
            )
        if key in self.running:
            raise ApiError(
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going "
                f"through): {key}. Please try again later.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        if stored is None:
            self.running[key] = digest
        return stored

    def store_answer(self, key: str, *, status: int, body: JSON, request_id: str) -> None:
        """Store the answer under the key, for a day of simulated time."""
        record = {
            "id": f"key:{key}",
            "asked": self.running.pop(key),
            "at": self.clock.now(),
            "status": status,
            "body": body,
            "request": request_id,
        }
        self.store.put(KIND, record)

    def forget_old(self) -> None:
        """Delete expired responses."""
        for stored in self.store.oldest_first(KIND):
            if stored["at"] + A_DAY > self.clock.now():
                break
            self.store.remove(KIND, stored["id"])

    def release(self, key: str) -> None:
        """Give a key back after a request that left nothing behind."""
        self.running.pop(key, None)
