"""`manage.py drill_switching`: walk through many spaces by many threads, and count wrong rows."""

import json
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.utils import timezone

from infra.drills.inside import spaces, switching

PAGES = "infra.drills.inside.pages"
MIDDLEWARE = ("tenants.spaces.middleware.", "saas.kernel.http.StreamedAnswerMiddleware")
EVERY = 1000


class Command(BaseCommand):
    """Prints lines `done of` now and then, and a JSON object as the last line."""

    help = "Drills the switch between spaces: `infra.drills.settings.drill` settings only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the plan."""
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--spaces", type=int, default=50)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, **options: Any) -> None:
        """Create and mark missing spaces, switch, read all rows, print the findings."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        settings.ROOT_URLCONF = PAGES
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name.startswith(MIDDLEWARE)]
        at = timezone.now()
        names = spaces.found(options["spaces"], at)
        connections["owner"].close()
        for name in names:
            spaces.mark(name, at)
        plan = switching.Plan(
            spaces=names,
            rounds=options["rounds"],
            threads=options["threads"],
            seed=options["seed"],
            pooled=bool(connection.settings_dict["OPTIONS"].get("pool")),
        )
        tally = switching.walk(plan, self._showing(plan.rounds))
        switching.audit(names, tally)
        lost = switching.lost(plan, tally)
        self.stdout.write(
            json.dumps({
                "tried": tally.tried,
                "switches": tally.switches,
                "wrong": tally.wrong[:20],
                "wrong_rows": len(tally.wrong),
                "lost": lost,
                "written": tally.written.total(),
                "errors": tally.errors,
            })
        )  # fmt: skip
        getattr(connection, "close_pool", lambda: None)()

    def _showing(self, of: int) -> Any:
        lock = threading.Lock()
        done = 0

        def show(more: int) -> None:
            nonlocal done
            with lock:
                before, done = done, done + more
                if before // EVERY != done // EVERY:
                    self.stdout.write(f"{done} {of}")
                    self.stdout.flush()

        return show
