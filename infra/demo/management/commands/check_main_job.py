"""`manage.py check_main_job --stack FILE`: do the main job by HTTP, and report the figures."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from django.core.management.base import BaseCommand, CommandParser

from infra.demo.check import figures, money, people
from infra.demo.check.browser import WentWrong
from infra.demo.check.journey import Journey

STEPS: tuple[tuple[str, Callable[[Journey], None]], ...] = (
    ("HR founds two spaces", people.found_spaces),
    ("HR proves them by DNS, members come", people.prove_spaces),
    ("employees join by domain and by link", people.join_spaces),
    ("a classified is posted, found, answered, closed", people.trade),
    ("treasurers accept terms of two rates", money.agree_on_terms),
    ("a merchant opens a shop, seen before both spaces see it", money.open_shop),
    ("a placement over both spaces is paid, and reviewed", money.buy_placement),
    ("the placement is shown", money.see_placement),
    ("councils open their accounts", money.open_accounts),
    ("shares are transferred after the hold", money.pay_councils),
)


class Command(BaseCommand):
    """Prints a line a step; the last line of standard output is a JSON object."""

    help = "Does the main job by HTTP on a running stack and reports figures read back from it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file that describes the stack, and the output of the steps."""
        parser.add_argument("--stack", type=Path, required=True)
        parser.add_argument("--json", action="store_true", help="tell the steps on standard error")

    def handle(self, *, stack: Path, json: bool, **_options: Any) -> None:
        """Go step by step; exit 1 at the first that fails, and name it."""
        journey = Journey.begin(stack)
        out = self.stderr if json else self.stdout
        done: list[dict[str, Any]] = []
        for name, step in STEPS:
            begun = time.perf_counter()
            failure = _tried(step, journey)
            seconds = round(time.perf_counter() - begun, 3)
            out.write(f"{'✗' if failure else '✓'} {name:<52} {seconds:7.2f} s")
            done.append({"name": name, "seconds": seconds})
            if failure:
                self._end({"ok": False, "steps": done, "failed": name, "why": failure}, code=1)
        try:
            found = figures.figures(journey)
        except WentWrong as wrong:
            self._end({"ok": False, "steps": done, "failed": "figures", "why": str(wrong)}, code=1)
        self._end({"ok": True, "steps": done, **found}, code=0)

    def _end(self, result: dict[str, Any], *, code: int) -> None:
        self.stdout.write(json.dumps(result, ensure_ascii=False))
        if code:
            raise SystemExit(code)


def _tried(step: Callable[[Journey], None], journey: Journey) -> str:
    """Return why a step failed, or nothing."""
    try:
        step(journey)
    except (WentWrong, requests.RequestException, LookupError, StopIteration) as wrong:
        return f"{type(wrong).__name__}: {wrong}"
    return ""
