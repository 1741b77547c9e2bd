"""`manage.py drill_uploads`: send invalid, too large or false files to a running site."""

import json
import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from infra.drills.inside.access import switch
from infra.drills.inside.access.people import populate, sessions_of
from infra.drills.inside.access.uploads import bodies, books, samples, throwing
from infra.drills.inside.access.uploads.places import Place, all_places
from infra.drills.inside.access.uploads.samples import Sample
from infra.drills.inside.access.uploads.sending import Sender
from infra.drills.inside.access.web_client import WebClient
from saas.console.models import Operator

BY_TURNS = 4


class Command(BaseCommand):
    """Prints lines of "done of" on standard output, then a JSON object."""

    help = "Sends files to each place that takes some; tells what broke, or told too much."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the site's port, and the number of broken copies of each valid file."""
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--rounds", type=int, default=1)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--only", default="", help="places whose names begin with this")
        parser.add_argument("--by-turns", action="store_true", help="not every file everywhere")
        parser.add_argument("--minutes", type=float, default=0, help="of bombs and nothing else")
        parser.add_argument("--faults", nargs="*", default=[], help="built in in turn")

    def handle(self, *, port: int, rounds: int, seed: int, only: str, **options: Any) -> None:
        """Send the files, then print the findings."""
        client = WebClient(port)
        operator = Operator.objects.select_related("user").earliest("pk").user
        world = populate(operator=operator, at=timezone.now(), serial=seed)
        places = [one for one in all_places(world) if one.what.startswith(only)]
        sender = Sender(client, world, sessions_of(world))
        if options["minutes"]:
            return self._throw_long(sender, 60 * options["minutes"])
        sent = list(_pairs(places, seed, rounds=rounds, by_turns=options["by_turns"]))
        found: list[str] = []
        for plant in options["faults"] or [""]:
            if plant:
                switch.build_in_instead(client, plant)
                sender.found = []
            for done, (place, sample) in enumerate(sent):
                sender.send(place, sample)
                self.stdout.write(f"{done + 1} {len(sent) + 1}")
            _send_the_rest(sender, places, by_turns=options["by_turns"])
            if plant or "bombs".startswith(only):
                shelf = next(one for one in all_places(world) if one.takes_books)
                throwing.throw(sender, shelf, at_once=not plant)
            found += [f"{plant}: {what}" if plant else what for what in sender.found]
        return self._write_result(sender, found)

    def _throw_long(self, sender: Sender, seconds: float) -> None:
        """Throw bombs, ten of them at once, until so many seconds have passed."""
        shelf = next(one for one in all_places(sender.world) if one.takes_books)
        sender.is_long, began, passed = True, time.monotonic(), 0.0
        while not sender.tried["bombs"] or passed < seconds:
            throwing.throw(sender, shelf, at_once=True)
            throwing.clear()
            passed = time.monotonic() - began
            self.stdout.write(f"{min(int(passed), int(seconds))} {int(seconds) + 1}")
        self._write_result(sender, sender.found)

    def _write_result(self, sender: Sender, found: list[str]) -> None:
        result = {
            "tried": dict(sender.tried),
            "peak_megabytes": dict(sender.peaks),
            "most_tries_of_a_file": sender.most_tries,
            "slowest_seconds": round(sender.slowest, 1),
            "slowest_page_beside_ten_bombs_seconds": round(sender.slowest_page, 2),
            "found": found,
        }
        self.stdout.write(json.dumps(result, ensure_ascii=False))


def _pairs(
    places: list[Place], seed: int, *, rounds: int, by_turns: bool
) -> Iterator[tuple[Place, Sample]]:
    """Yield each picture with every place, or with a place in turn; books for the shelf."""
    for_pictures = [place for place in places if not place.takes_books]
    made = samples.all_samples(seed, rounds=rounds)
    for number, sample in enumerate(made if for_pictures else []):
        if by_turns:
            yield for_pictures[(number + seed) % len(for_pictures)], sample
        else:
            yield from ((place, sample) for place in for_pictures)
    for place in places:
        if place.takes_books:
            every = [*books.all_books(), made[0]._replace(taken=False)]
            shown = every[seed % BY_TURNS :: BY_TURNS] if by_turns else every
            yield from ((place, sample) for sample in shown)


def _send_the_rest(sender: Sender, places: list[Place], *, by_turns: bool) -> None:
    good = samples.all_samples(0, rounds=0)[0]
    for number, place in enumerate(places):
        every = list(bodies.odd(place, good))
        for body in every[number :: len(places)] if by_turns else every:
            sender.send_odd(place, body)
        if place.what == "shop":
            sender.show_shop(place, good)
            if not by_turns:
                sender.send_at_once(place)
