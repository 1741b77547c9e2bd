"""`manage.py drill_community`: fifty members want the same things at once, beside a model."""

import json
import os
import random
import signal
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from infra.drills.inside.community import acts, model, world
from saas.kernel import schema, tasks
from tenants.community.lending.models import Loan

MEMBERS, PROCESSES = 50, 5
# The first tries in a fresh world are those that want the same things; soon nothing is left.
TRIES = 12
KILL_EVERY = 3
SHOWN_OF_A_ROOM = 10
KILLED_WITHIN = (0.1, 1.0)
SETTLES_SECONDS = 0.3  # a killed process's last statement ends


class Command(BaseCommand):
    """Prints lines `done of` as progress, and a JSON object as the last line."""

    help = "Drills the rooms of a space: `infra.drills.settings.drill` settings only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how many tries, and the seed."""
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--until",
            nargs="*",
            default=[],
            help="end when each of these rooms has shown something",
        )

    def handle(self, *, rounds: int, seed: int, until: list[str], **_options: Any) -> None:
        """Let members try, kill some of their processes, and compare after each round."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        tasks.send = lambda *_args, **_more: None  # mails have tests of their own
        schema.enter("north")
        import_module(settings.ROOT_URLCONF)  # once, not in each fork
        self.chance = random.Random(seed)  # noqa: S311 - a drill that can be repeated
        self.tried, self.found, self.kills = Counter[str](), Counter[str](), 0
        at, began = timezone.now(), time.monotonic()
        members = [world.join(f"m{seed}-{number}", at).pk for number in range(MEMBERS)]
        number = 0
        while sum(self.tried.values()) < rounds and not self._all_have_shown(until):
            self._round(members, number, f"{seed}:{number}")
            number += 1
            self.stdout.write(f"{min(sum(self.tried.values()), rounds)} {rounds}")
            self.stdout.flush()
        self.stdout.write(json.dumps({
            "tried": {**self.tried, "processes killed": self.kills},
            "found": self._first_of_each_room(),
            "found_in_all": sum(self.found.values()),
            "tries_a_second": round(sum(self.tried.values()) / (time.monotonic() - began)),
        }))  # fmt: skip

    def _first_of_each_room(self) -> list[str]:
        by_room = defaultdict[str, list[str]](list)
        for what in self.found:
            by_room[what.partition(":")[0]].append(what)
        return [what for found in by_room.values() for what in found[:SHOWN_OF_A_ROOM]]

    def _all_have_shown(self, rooms: list[str]) -> bool:
        shown = {what.partition(":")[0] for what in self.found}
        return bool(rooms) and shown.issuperset(rooms)

    def _round(self, members: list[int], number: int, seed: str) -> None:
        wanted = world.build(members, number, timezone.now())
        connections.close_all()  # a fork must not share a connection
        with tempfile.TemporaryDirectory(prefix="troovon-drill-") as folder:
            paths = [Path(folder) / str(one) for one in range(PROCESSES)]
            workers = [
                self._begin(wanted, members[one::PROCESSES], seed=seed, path=path)
                for one, path in enumerate(paths)
            ]
            if number % KILL_EVERY == 0:
                self._kill(workers)
            self._wait(workers)
            lines = [line for path in paths if path.exists() for line in acts.read(path)]
        schema.enter("north")
        self.tried.update(line.act for line in lines if line.outcome == "begun")
        self.found.update(model.differences(wanted, lines))
        Loan.objects.filter(thing=wanted.thing).delete()  # a member has a limit of loans

    def _begin(self, wanted: world.World, members: list[int], *, seed: str, path: Path) -> int:
        child = os.fork()
        if child:
            return child
        code = 1
        try:
            acts.play(wanted, members, tries=TRIES, seed=seed, path=path)
            code = 0
        finally:
            os._exit(code)

    def _kill(self, workers: list[int]) -> None:
        time.sleep(self.chance.uniform(*KILLED_WITHIN))
        os.kill(self.chance.choice(workers), signal.SIGKILL)  # until it is waited for, it is ours
        self.kills += 1

    def _wait(self, workers: list[int]) -> None:
        for code in _codes(workers):
            if code > 0:
                self.found[f"a process ended with {code}"] += 1
        if self.kills:
            time.sleep(SETTLES_SECONDS)


def _codes(workers: list[int]) -> Iterator[int]:
    for worker in workers:
        _worker, status = os.waitpid(worker, 0)
        yield os.waitstatus_to_exitcode(status)
