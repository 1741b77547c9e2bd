"""`manage.py bench_community`: answer each address with the cost of its page in both spaces."""

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from infra.benches.community_sizes import LARGE_SPACE, SMALL_SPACE
from infra.benches.management.commands.bench_request import Browser
from tenants.spaces import hosts

TIMES = 3


class Command(BaseCommand):
    """The benches' inner half for the rooms of a space."""

    help = "Answers each address on standard input with the cost of its page in both spaces."

    def handle(self, **_options: Any) -> None:
        """Do it until the input ends."""
        browsers = {
            space: Browser(space, f"{space}.{hosts.base_name()}")
            for space in (SMALL_SPACE, LARGE_SPACE)
        }
        for line in sys.stdin:
            costs = {space: _cost(browser, line.strip()) for space, browser in browsers.items()}
            self.stdout.write(json.dumps(costs))
            self.stdout.flush()


def _cost(browser: Browser, address: str) -> dict[str, Any]:
    """Return the best seconds of some tries, those of the database in it, and the statements."""
    best: dict[str, Any] = {"seconds": float("inf")}
    for _ in range(TIMES):
        seconds_of_each: list[float] = []

        def record_seconds(
            execute: Any, *rest: Any, seconds_of_each: list[float] = seconds_of_each
        ) -> Any:
            began = time.perf_counter()
            try:
                return execute(*rest)
            finally:
                seconds_of_each.append(time.perf_counter() - began)

        began = time.perf_counter()
        with connection.execute_wrapper(record_seconds):
            browser.page(address)
        seconds = time.perf_counter() - began
        if seconds < best["seconds"]:
            best = {
                "seconds": seconds,
                "database": sum(seconds_of_each),
                "statements": len(seconds_of_each),
            }
    return best
