"""`manage.py bench_settlement`: settle paid orders by our code and by a bare peer.

Both run in the same process.
"""

import json
import sys
import time
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand

from infra.drills.inside.money.baseline_settlement import BaselineSettlement
from infra.drills.inside.money.settling import SettlementBench
from saas.kernel import schema

WARM = 5


class Command(BaseCommand):
    """The inner half of the bench `settlement`."""

    help = "Answers `ours N`, `bare N` and `calls N` with seconds: a simulator and drill settings."

    def handle(self, **_options: Any) -> None:
        """Run the command in each line until the input ends."""
        schema.enter(schema.PUBLIC)
        bench = SettlementBench()
        warm = bench.sell(WARM)
        bench.settle(warm)
        bare = BaselineSettlement(warm[0], bench)
        bare.settle(bench.sell(WARM))
        words = {
            "ours": lambda count: bench.settle(bench.sell(count)),
            "bare": lambda count: bare.settle(bench.sell(count)),
            "calls": lambda count: _calls([one.session for one in bench.sell(count)]),
        }
        for line in sys.stdin:
            word, count = line.split()
            self.stdout.write(json.dumps(words[word](int(count))))
            self.stdout.flush()


def _calls(sessions: list[str]) -> float:
    """Send the path's reads to the simulator over a single connection; return the seconds."""
    with requests.Session() as line:
        line.headers["Authorization"] = f"Bearer {settings.STRIPE_SECRET_KEY}"
        began = time.perf_counter()
        for session in sessions:
            line.get(f"{settings.STRIPE_API_BASE}/v1/checkout/sessions/{session}", timeout=30)
        return time.perf_counter() - began
