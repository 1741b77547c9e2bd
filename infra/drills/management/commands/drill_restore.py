"""`manage.py drill_restore`: create spaces and write in all of them during a space's restore."""

import datetime as dt
import itertools
import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, connection, transaction
from django.utils import timezone

from infra.drills.inside import spaces
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds.models import Classified

WRITERS = 2
# The pause of a writer after a post in each of its spaces: it limits the rate if there are few.
BETWEEN_SECONDS = 0.05
LASTS = dt.timedelta(days=30)


class Command(BaseCommand):
    """The inner half of the drill and the bench `restore`."""

    help = "Reads a word a line and answers one JSON line: found, fill, write, spare, stop, …"

    def handle(self, **_options: Any) -> None:
        """Run the command in each line until the input ends."""
        people = People()
        words: dict[str, Callable[..., object]] = {
            "found": lambda count: spaces.found(int(count), timezone.now()),
            "fill": people.fill,
            "write": people.write,
            "destroy": people.destroy,
            "add": people.add,
            "stop": people.stop,
        }
        for line in sys.stdin:
            word, *given = line.split()
            self.stdout.write(json.dumps(words[word](*given)))
            self.stdout.flush()


class People:
    """Members of many spaces that keep posting, and remember the accepted posts."""

    def __init__(self) -> None:
        self._days = itertools.count(1)
        self._begin()

    def _begin(self) -> None:
        self._day = next(self._days)
        self._accepted: dict[str, list[str]] = defaultdict(list)
        self._failed: list[str] = []
        self._longest = 0.0
        self._left_alone: set[str] = set()
        self._stopped = threading.Event()
        self._writers: list[threading.Thread] = []

    def fill(self, count: str, rows: str) -> int:
        """Let each of the first `count` spaces have this many classifieds."""
        now = timezone.now()
        for name in spaces.found(int(count), now):
            with schema.inside(name), transaction.atomic():
                author = _author(name, now)
                Classified.objects.bulk_create(
                    _classified(author, f"{name} filled {number}", now)
                    for number in range(int(rows))
                )
        return int(count) * int(rows)

    def write(self, count: str) -> int:
        """Begin to post in all spaces, in turn, from several threads; forget earlier posts."""
        self._begin()
        names = spaces.found(int(count), timezone.now())
        for name in names:
            with schema.inside(name):
                _author(name, timezone.now())
        for number in range(WRITERS):
            share = names[number::WRITERS]
            writer = threading.Thread(target=self._post_on, args=(share,), daemon=True)
            writer.start()
            self._writers.append(writer)
        return len(names)

    def _post_on(self, names: list[str]) -> None:
        for number in itertools.count():
            for name in names:
                if self._stopped.is_set():
                    connection.close()
                    return
                if name not in self._left_alone:
                    self._post(name, f"{name} day {self._day} written {number}")
            self._stopped.wait(BETWEEN_SECONDS)

    def _post(self, name: str, title: str) -> None:
        began = time.monotonic()
        try:
            with schema.inside(name), transaction.atomic():
                now = timezone.now()
                _classified(_author(name, now), title, now).save()
            self._accepted[name].append(title)
        except Error as error:
            self._failed.append(f"{name}: {type(error).__name__}")
        self._longest = max(self._longest, time.monotonic() - began)

    def destroy(self, name: str) -> int:
        """Delete all posts of a space, as a mistake would, and stop posting there."""
        self._left_alone.add(name)
        time.sleep(0.2)  # posts already begun are finished
        with schema.inside(name):
            return Classified.objects.all().delete()[0]

    def add(self, name: str) -> str:
        """Post again in a restored space; return the error's name, if any."""
        try:
            with schema.inside(name), transaction.atomic():
                now = timezone.now()
                _classified(_author(name, now), f"{name} day {self._day} after", now).save()
        except Error as error:
            return type(error).__name__
        return ""

    def stop(self) -> dict[str, Any]:
        """Stop posting, and return the accepted posts by space."""
        self._stopped.set()
        for writer in self._writers:
            writer.join()
        return {
            "day": self._day,
            "accepted": self._accepted,
            "failed": self._failed[:20],
            "longest_seconds": round(self._longest, 3),
        }


def _author(name: str, now: dt.datetime) -> User:
    author, _made = User.objects.get_or_create(
        email=f"author@{name}.example",
        defaults={"first_name": "Ada", "last_name": "Author", "created_at": now},
    )
    return author


def _classified(author: User, title: str, now: dt.datetime) -> Classified:
    return Classified(
        kind=Classified.Kind.GIVE,
        title=title,
        place="Hall",
        author=author,
        created_at=now,
        expires_at=now + LASTS,
    )
