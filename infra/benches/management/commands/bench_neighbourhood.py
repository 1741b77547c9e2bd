"""`manage.py bench_neighbourhood`: answer each line with the seconds of a page and a choice."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from infra.benches.management.commands.bench_request import Browser
from saas.accounts.models import User
from saas.catalogue.placements.models import Slot
from saas.kernel import schema
from tenants.community.neighbourhood.queries import live
from tenants.spaces import hosts

SPACE = "north"
PAGES, CHOICES = 5, 200


class Command(BaseCommand):
    """The inner half of the benches of the neighbourhood and of delivery."""

    help = "Answers each line on standard input with seconds."

    def handle(self, **_options: Any) -> None:
        """Measure until the input ends."""
        browser = Browser(SPACE, f"{SPACE}.{hosts.base_name()}")
        for _line in sys.stdin:
            self.stdout.write(json.dumps(round_of(browser)))
            self.stdout.flush()


def round_of(browser: Browser) -> dict[str, float]:
    """Return the seconds of a page, of its map, and of choosing the placements of a slot."""
    with schema.inside(SPACE):
        member, at = User.objects.order_by("pk")[0], timezone.now()
        chosen = live.in_slot(Slot.NEIGHBOURHOOD, member, at)
        if not chosen:
            raise RuntimeError("no placement runs in the bench's space")
        choice = _each(lambda: live.in_slot(Slot.NEIGHBOURHOOD, member, at), CHOICES)
    return {
        "page": _each(lambda: browser.page("/neighbourhood/"), PAGES),
        "map": _each(lambda: browser.page("/neighbourhood/?view=map"), PAGES),
        "choice": choice,
    }


def _each(act: Callable[[], object], times: int) -> float:
    """Return the seconds of an act, as the mean of many."""
    began = time.perf_counter()
    for _number in range(times):
        act()
    return (time.perf_counter() - began) / times
