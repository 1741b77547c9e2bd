"""The simulator's levers, for the demo, `tick` and the check; never against Stripe itself."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import requests
from django.conf import settings

TIMEOUT_SECONDS = 30
_PAGE = 100


def check_is_simulator() -> None:
    """Raise RuntimeError unless the key is a test's and the address this machine's."""
    at_home = settings.STRIPE_API_BASE.startswith("http://127.0.0.1:")
    if not at_home or not settings.STRIPE_SECRET_KEY.startswith("sk_test_"):
        raise RuntimeError("this works with the Stripe simulator only")


def pull(lever: str, **given: str) -> dict[str, Any]:
    """Post to a lever such as `clock/advance` and return the simulator's response."""
    return _ask("POST", lever, given)


def read(lever: str) -> dict[str, Any]:
    """Return the current value of a lever."""
    return _ask("GET", lever, {})


def clear(lever: str) -> None:
    """Put a lever back, such as `faults`."""
    _ask("DELETE", lever, {})


def _ask(method: str, lever: str, given: dict[str, str]) -> dict[str, Any]:
    check_is_simulator()
    answer = requests.request(
        method,
        f"{settings.STRIPE_API_BASE}/_sim/{lever}",
        json=given,
        headers=_key(),
        timeout=TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


def advance(to: dt.datetime) -> None:
    """Let the simulator's time pass up to a moment; a moment in its past changes nothing."""
    pull("clock/advance", to=to.isoformat())


def try_to(lever: str, **given: str) -> bool:
    """Return True if a lever moved; its object may have changed meanwhile."""
    try:
        pull(lever, **given)
    except requests.HTTPError:
        return False
    return True


def listed(path: str, *, most: int, account: str = "") -> Iterator[dict[str, Any]]:
    """Yield the objects of the simulator's list, newest first, without the product's client."""
    headers = _key()
    if account:
        headers["Stripe-Account"] = account
    params: dict[str, str | int] = {"limit": min(most, _PAGE)}
    while most > 0:
        answer = requests.get(
            f"{settings.STRIPE_API_BASE}{path}",
            params=params,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
        )
        answer.raise_for_status()
        page = answer.json()
        yield from page["data"]
        most -= len(page["data"])
        if not page["has_more"]:
            return
        params["starting_after"] = page["data"][-1]["id"]


def thin_events() -> list[dict[str, Any]]:
    """Return the latest events about accounts, the oldest first."""
    answer = requests.get(
        f"{settings.STRIPE_API_BASE}/v2/core/events",
        params={"limit": _PAGE},
        headers=_key(),
        timeout=TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows[::-1]


def post(path: str, **given: str) -> dict[str, Any]:
    """Post to Stripe without the product, like a person in its dashboard."""
    check_is_simulator()
    answer = requests.post(
        f"{settings.STRIPE_API_BASE}{path}", data=given, headers=_key(), timeout=TIMEOUT_SECONDS
    )
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


def _key() -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}"}
