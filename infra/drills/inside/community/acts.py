"""Acts of a member in the drill `community`, each recorded in a journal before and after it."""

import os
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.utils import timezone

from infra.drills.inside.community.world import HOUR, SPOT, World
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.classifieds import actions as classifieds
from tenants.community.gatherings import actions as gatherings
from tenants.community.gatherings.models import Gathering
from tenants.community.lending.actions import loans as lending
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.rules.slots import LoanSlot
from tenants.community.rides import actions as rides
from tenants.community.rides.models import Booking, Departure

SLOTS = 6
REFUSALS = (Refused, NotAllowed, ValidationError, DatabaseError)


class Line(NamedTuple):
    """A line of a journal: a member, their act, and its outcome."""

    member: int
    act: str
    outcome: str


class Journal:
    """A file that outlives its process: each line is handed to the kernel at once."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, member: int, act: str, outcome: str) -> None:
        """Add a line."""
        os.write(self._file, f"{member} {act} {outcome}\n".encode())


def read(path: Path) -> list[Line]:
    """Return the lines of a journal, those of each member in their order."""
    lines = (line.split() for line in path.read_text().splitlines())
    return [Line(int(member), act, outcome) for member, act, outcome in lines]


def play(world: World, members: list[int], *, tries: int, seed: str, path: Path) -> None:
    """Run these members' acts in parallel, each in its own thread, with a shared journal."""
    journal, gate = Journal(path), threading.Barrier(len(members))

    def act(member: int) -> None:
        with schema.inside("north"):
            person = User.objects.get(pk=member)
            gate.wait()
            chance = random.Random(f"{seed}:{member}")  # noqa: S311 - a drill that can be repeated
            _try(world, person, tries=tries, chance=chance, journal=journal)
        connection.close()

    with ThreadPoolExecutor(len(members)) as pool:
        list(pool.map(act, members))  # raises any exception of a thread


def _try(
    world: World, person: User, *, tries: int, chance: random.Random, journal: Journal
) -> None:
    for _ in range(tries):
        name = chance.choice(list(ACTS))
        journal.write(person.pk, name, "begun")
        journal.write(person.pk, name, _outcome(partial(ACTS[name], world, person, chance)))


def _outcome(act: Callable[[], bool]) -> str:
    try:
        return "done" if act() else "nothing"
    except REFUSALS:
        return "refused"


def _borrow(world: World, person: User, chance: random.Random) -> bool:
    starts = world.first_slot + chance.randrange(SLOTS) * HOUR / 2
    slot = LoanSlot(starts, starts + HOUR)
    thing = Thing.objects.get(pk=world.thing)
    lending.request(
        thing=thing, slot=slot, zone=timezone.get_current_timezone(), by=person, at=timezone.now()
    )
    return True


def _bring(world: World, person: User, _chance: random.Random) -> bool:
    live = Loan.objects.filter(thing=world.thing, borrower=person, state="accepted")
    loans = list(live)
    for loan in loans:
        lending.cancel(loan=loan, by=person, at=timezone.now())
    return bool(loans)


def _join(world: World, person: User, _chance: random.Random) -> bool:
    gathering = Gathering.objects.get(pk=world.gathering)
    gatherings.join(gathering=gathering, by=person, at=timezone.now())
    return True


def _leave(world: World, person: User, _chance: random.Random) -> bool:
    gathering = Gathering.objects.get(pk=world.gathering)
    gatherings.leave(gathering=gathering, by=person, at=timezone.now())
    return True


def _ask(world: World, person: User, _chance: random.Random) -> bool:
    departure = Departure.objects.select_related("ride").get(pk=world.departure)
    (booking,) = rides.ask(departures=[departure], spot=SPOT, by=person, at=timezone.now())
    rides.accept(booking=booking, by=User.objects.get(pk=world.owner), at=timezone.now())
    return True


def _give_up(world: World, person: User, _chance: random.Random) -> bool:
    live = Booking.objects.filter(
        departure=world.departure, person=person, state__in=["asked", "accepted"]
    )
    bookings = list(live)
    for booking in bookings:
        rides.cancel_booking(booking=booking, by=person, at=timezone.now())
    return bool(bookings)


def _reserve(world: World, person: User, _chance: random.Random) -> bool:
    owner = User.objects.get(pk=world.owner)
    classifieds.reserve(reference=world.reference, person_id=person.pk, by=owner, at=timezone.now())
    return True


def _release(world: World, person: User, _chance: random.Random) -> bool:
    classifieds.release(
        reference=world.reference, person_id=person.pk, by=person, at=timezone.now()
    )
    return True


ACTS: dict[str, Callable[[World, User, random.Random], bool]] = {
    "borrow": _borrow,
    "bring": _bring,
    "join": _join,
    "leave": _leave,
    "ask": _ask,
    "give_up": _give_up,
    "reserve": _reserve,
    "release": _release,
}
