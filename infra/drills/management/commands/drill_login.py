"""`manage.py drill_login`: knock at every way into a running site, with and without an account."""

import json
import random
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.drills.inside.access import entrances, limits, switch, tries
from infra.drills.inside.access.asking import BETWEEN_RESETS, Asker
from infra.drills.inside.access.web_client import WebClient


class Command(BaseCommand):
    """Prints lines of "done of" on standard output, then a JSON object."""

    help = "Tries addresses with and without an account at each entrance; tells what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the site's port and the number of pairs per entrance."""
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--rounds", type=int, default=1)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--only", default="", help="entrances whose names end with this")
        parser.add_argument("--faults", nargs="*", default=[], help="built in in turn")

    def handle(self, *, port: int, rounds: int, seed: int, only: str, **options: Any) -> None:
        """Try the entrances, then print the findings."""
        client, accounts = WebClient(port), entrances.settle(timezone.now())
        result: dict[str, Any] = {"tried": {}, "found": []}
        for plant in options["faults"] or [""]:
            if plant:
                switch.build_in_instead(client, plant)
            asker = Asker(client, accounts, random.Random(seed))  # noqa: S311 - can be repeated
            every = [entrance for entrance in accounts.entrances() if entrance.name.endswith(only)]
            self._try_in_turn(asker, every, rounds)
            notes = asker.judge(every)
            sign_in = next(entrance for entrance in every if entrance.name == "sign-in of a space")
            limits = [
                *tries.of_accounts(asker, every),
                *tries.of_processes(asker, sign_in),
                *tries.after_a_success(asker, sign_in),
                *tries.of_strangers(asker, sign_in),
                *tries.of_an_office(asker, sign_in, rounds=rounds),
                *tries.of_a_launch(asker, every, rounds=rounds),
                *tries.of_a_network(asker, sign_in, rounds=rounds),
            ]
            found = [f"{plant}: {what}" if plant else what for what in [*asker.found, *limits]]
            result = {
                **notes,
                "tried": {"entrances": len(every), "tries": asker.tries},
                "found": [*result["found"], *found],
            }
        self.stdout.write(json.dumps(result, ensure_ascii=False))

    def _try_in_turn(self, asker: Asker, every: list[entrances.Entrance], rounds: int) -> None:
        asker.warm_up(every)
        for number in range(rounds):
            if number % BETWEEN_RESETS == 0:
                limits.forget()
            for entrance in asker.chance.sample(every, len(every)):
                asker.pair(entrance, number)
            self.stdout.write(f"{number + 1} {rounds}")
