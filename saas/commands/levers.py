"""The simulator's levers, for the demo, `tick` and the check; never against Stripe itself."""

import datetime as dt
from typing import Any

import requests
from django.conf import settings

TIMEOUT_SECONDS = 30


def check_is_simulator() -> None:
    """Raise RuntimeError unless the key is a test's and the address this machine's."""
    at_home = settings.STRIPE_API_BASE.startswith("http://127.0.0.1:")
    if not at_home or not settings.STRIPE_SECRET_KEY.startswith("sk_test_"):
        raise RuntimeError("this works with the Stripe simulator only")


def pull(lever: str, **given: str) -> dict[str, Any]:
    """Pull a lever such as `clock/advance` and return what the simulator answers."""
    check_is_simulator()
    answer = requests.post(
        f"{settings.STRIPE_API_BASE}/_sim/{lever}",
        json=given,
        headers={"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}"},
        timeout=TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told


def advance(to: dt.datetime) -> None:
    """Let the simulator's time pass up to a moment; a moment in its past changes nothing."""
    pull("clock/advance", to=to.isoformat())
