"""Sixty days of notifications, played by a clock of their own, with kills between any two steps.

The seed alone determines the play, so a killed player resumes at its last place: the same events
under the same keys, the same visits, the same changes of settings. Mails and pushes go to a file,
each with the moment by the played clock; `audit` compares it with the members' settings then.
"""

import datetime as dt
import json
import random
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from celery import Task
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.notifying import Event, Kind, Words, notify, settle
from saas.kernel.tasks import SCHEMA_HEADER, TenantTask
from saas.kernel.values import legal
from tenants.community.members.models import Profile
from tenants.community.notifications import actions, rules, tasks
from tenants.community.notifications.models import Device, Habits

SPACE = "north"
ZONE = zoneinfo.ZoneInfo("Europe/Paris")
BEGIN = dt.date(2026, 3, 2)  # a Monday; summer time begins in the fourth week
HOURS = ("07:20", "08:05", "12:10", "17:40", "22:30")
MEMBERS = 12
SELDOM = 0.12
KINDS = (Kind.MESSAGES, Kind.LOANS, Kind.RIDES, Kind.SEARCHES, Kind.THANKS)
RHYTHMS = ("now", "daily", "off")


BESIDE_A_MAIL = 60

type Step = Callable[[int], None]


class Dead(BaseException):
    """A killed player, if the drill is played in a single process."""


class SentMessage(NamedTuple):
    """A mail or a push that left."""

    at: dt.datetime
    name: str
    to: str
    kind: str
    lines: int


class Tape:
    """The file for all outgoing mails and pushes, and the moment of the played clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
        self.step: Step = lambda _weight: None

    def write(self, **line: Any) -> None:
        """Write a line; a kill may come before it, and more often just after it."""
        self.step(1)
        with self.path.open("a") as file:
            file.write(json.dumps({"at": self.now.isoformat(), **line}) + "\n")
        self.step(BESIDE_A_MAIL)

    def read(self) -> list[SentMessage]:
        """Read all that left."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        rows = [json.loads(line) for line in lines]
        return [SentMessage(dt.datetime.fromisoformat(one.pop("at")), **one) for one in rows]


tape = Tape(Path("tape.jsonl"))


class TapeBackend(BaseEmailBackend):
    """A mail server that keeps each mail as a line."""

    def send_messages(self, email_messages: Any) -> int:
        """Take the mails."""
        for message in email_messages:
            _take(message)
        return len(email_messages)


def _take(message: EmailMessage) -> None:
    name = str(message.extra_headers["Message-ID"])
    what = "digest" if name.startswith("<digest-") else _kind_of(str(message.body))
    lines = sum(line.startswith("- ") for line in str(message.body).splitlines())
    tape.write(name=name, to=message.to[0], kind=what, lines=lines)


def _kind_of(body: str) -> str:
    """Return the kind in the text of an event of this drill."""
    return next((word[1:-1] for word in body.split() if word.startswith("[")), "")


class TapeCarrier:
    """A push service that keeps each push as a line."""

    def carry(self, device: Device, push: rules.Push) -> str:
        """Take a push."""
        tape.write(name=f"push {push.url}", to=str(device.person_id), kind="push", lines=0)
        return "taken"


class Player:
    """The clock, the members and the rooms of a space; jobs that wait die with it."""

    def __init__(self, seed: int, path: Path, step: Step) -> None:
        self.seed = seed
        tape.path, tape.step = path, step
        self.step = step
        self.jobs: list[tuple[Task[Any, None], tuple[Any, ...]]] = []
        self.people: list[User] = []

    def play(self, days: int, *, since: int = 0) -> Iterator[int]:
        """Play days hour by hour; yield each hour after it is done."""
        self._listen()
        with schema.inside(SPACE), connection.execute_wrapper(self._between):
            self.people = list(members())
            for number in range(since, days * len(HOURS)):
                self._hour(number)
                yield number

    def _listen(self) -> None:
        def queue(task: Task[Any, None], args: Any = (), **_: Any) -> None:
            self.jobs.append((task, tuple(args)))

        TenantTask.apply_async = queue  # type: ignore[method-assign,assignment]
        settings.MAILERS = {"default": {"BACKEND": f"{__name__}.TapeBackend"}}
        settings.PUSH_CARRIER = f"{__name__}.TapeCarrier"
        timezone.now = lambda: tape.now

    def _between(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001, PLR0917 - Django's form
        self.step(1)
        return execute(sql, params, many, context)

    def _hour(self, number: int) -> None:
        tape.now = moment_of(number)
        chance = random.Random(f"{self.seed}:{number}")  # noqa: S311 - a drill that can be repeated
        for index, person in enumerate(self.people):
            self._live(number, index, person)
        self._happen(number, chance)
        self._run()
        for task in (tasks.mail_waiting, tasks.push_waiting, tasks.send_digests):
            self.jobs.append((task, ()))
        self._run()
        if number % len(HOURS) == 0:
            actions.forget(at=tape.now)

    def _live(self, number: int, index: int, person: User) -> None:
        if comes(self.seed, number, index):
            _forget_what_came_along(person)
            actions.record_visit(path="/rides/", by=person, at=tape.now)
        for kind, rhythm in chosen_at(self.seed, number, index).items():
            actions.choose(
                switches={(kind, "mail"): rhythm},
                quiet=rules.Quiet(),
                digest_hour=8,
                by=person,
                at=tape.now,
            )

    def _happen(self, number: int, chance: random.Random) -> None:
        for turn in range(chance.randint(0, 3)):
            kind = chance.choice(KINDS)
            readers = chance.sample(self.people, chance.randint(1, 5))
            ends = tape.now + dt.timedelta(days=2) if chance.random() < SELDOM * 2 else None
            key = f"drill:{number}:{turn}"
            words = Words(f"Nouvelle {number}", f"Dite par [{kind}] ici.", "Voir")
            event = Event(key, kind, "/rides/", lambda words=words: words, key, ends)  # type: ignore[misc]
            for _twice in range(2):
                notify(event, to=[one.pk for one in readers], at=tape.now)
            if ends and chance.random() < SELDOM:
                settle(key, at=tape.now)

    def _run(self) -> None:
        while self.jobs:
            task, args = self.jobs.pop(0)
            task.apply(args=args, headers={SCHEMA_HEADER: SPACE}, throw=True)


def members() -> Iterator[User]:
    """Yield the members of the drill; the first hour creates them."""
    for number in range(MEMBERS):
        born = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
        person, made = User.objects.get_or_create(
            email=f"drill{number}@{SPACE}.example",
            defaults={"first_name": f"D{number}", "last_name": "Essai", "created_at": born},
        )
        if made:
            Profile.objects.create(
                user=person,
                joined_by="domain",
                joined_at=born,
                **legal.accepted_at(legal.CGU, born),
            )
        if number % 3 == 0:
            _device(person)
        yield person


def _device(person: User) -> None:
    Device.objects.get_or_create(
        endpoint=f"https://push.example/{person.reference}",
        defaults={
            "person": person,
            "reference": f"AP-{person.pk}",
            "public_key": "B" * 87,
            "secret": "A" * 22,
            "name": "Drill",
            "added_at": person.created_at,
        },
    )


def _forget_what_came_along(person: User) -> None:
    """Set a member's attributes as a request would: from their last settings."""
    habits = Habits.objects.filter(person=person).first()
    person.came_at = habits.came_at if habits else None  # type: ignore[attr-defined]
    person.unread_notifications = 1  # type: ignore[attr-defined]


def moment_of(number: int) -> dt.datetime:
    """Return the moment of an hour of the drill, by the clock on the wall of the space."""
    day, hour = divmod(number, len(HOURS))
    wall = dt.time.fromisoformat(HOURS[hour])
    local = dt.datetime.combine(BEGIN + dt.timedelta(days=day), wall, tzinfo=ZONE)
    return local.astimezone(dt.UTC)


def comes(seed: int, number: int, index: int) -> bool:
    """Return True if a member comes in an hour; the first two never do."""
    chance = random.Random(f"visit:{seed}:{number}:{index}")  # noqa: S311 - as above
    return index > 1 and chance.random() < SELDOM / 2 * (index % 4)


def chosen_at(seed: int, number: int, index: int) -> dict[str, str]:
    """Return a member's new settings in an hour; the first never has any."""
    chance = random.Random(f"choice:{seed}:{number}:{index}")  # noqa: S311 - as above
    if index == 0 or chance.random() > SELDOM / 3:
        return {}
    return {chance.choice(KINDS): chance.choice(RHYTHMS)}
