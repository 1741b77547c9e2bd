"""Ways through spaces: each a step of a walk, with its number of switches."""

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from django.db import DatabaseError, IntegrityError, connection, transaction

from infra.drills.inside.browsing import ASYNC, NAMED, SYNC, Browser
from infra.drills.inside.pages import Broken
from infra.drills.inside.spaces import MARK, MARKED
from saas.accounts.models import Pass, User
from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError

if TYPE_CHECKING:
    from infra.drills.inside.switching import Walk

MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HANDED_BACK = 0.4
MISSING = "t_missing"


class Way(NamedTuple):
    """A way through spaces: its weight in the draw, and its number of switches."""

    name: str
    act: "Callable[[Walk], None]"
    weight: int
    switches: int


def read(walk: "Walk") -> None:
    """Read in a space, then in another."""
    for space in walk.spaces(2):
        with schema.inside(space):
            walk.marked(space, "read")


def nested(walk: "Walk") -> None:
    """Enter a space inside a space inside a space, and read on each way back."""
    first, second, third = walk.spaces(3)
    with schema.inside(first):
        walk.marked(first, "nested")
        with schema.inside(second):
            walk.marked(second, "nested")
            with schema.inside(third):
                walk.marked(third, "nested")
            walk.marked(second, "nested")
        walk.marked(first, "nested")


def write(walk: "Walk") -> None:
    """Write and change rows, and read them back."""
    (space,) = walk.spaces(1)
    with schema.inside(space):
        with transaction.atomic():
            made = walk.write(space, "write")
        walk.tally.written[space] += 1
        made.language = "en"
        made.save()
        rows = User.objects.filter(email=made.email).values_list("first_name", flat=True)
        walk.check(list(rows), space, "write")


def deleted(walk: "Walk") -> None:
    """Create a row and delete it: another space may have a row with the same primary key."""
    first, second = walk.spaces(2)
    with schema.inside(first):
        with transaction.atomic():
            made = Pass.objects.create(
                token_hash=secrets_of(walk),
                purpose=Pass.Purpose.SIGN_IN,
                place=first,
                created_at=MOMENT,
                expires_at=MOMENT,
            )
            with schema.inside(second):
                walk.marked(second, "delete")
            rows = Pass.objects.filter(pk=made.pk).values_list("place", flat=True)
            walk.check(list(rows), first, "delete")
            made.delete()
        walk.marked(first, "delete")


def secrets_of(walk: "Walk") -> str:
    """Return a hash that no other step writes."""
    return f"{walk.name}x{next(walk.serial)}"


def rolled_back(walk: "Walk") -> None:
    """Roll back a transaction that began in another space than it ended in."""
    first, second = walk.spaces(2)
    with schema.inside(first), transaction.atomic():
        walk.write(first, "rollback")
        with schema.inside(second):
            walk.marked(second, "rollback")
        transaction.set_rollback(True)
    with schema.inside(second):
        walk.marked(second, "rollback")
    with schema.inside(first):
        walk.marked(first, "rollback")


def switched_then_rolled_back(walk: "Walk") -> None:
    """Enter a space only inside a transaction, roll it back, and stay in the space."""
    first, second = walk.spaces(2)
    with schema.inside(first):
        walk.marked(first, "rollback")
        with schema.inside(second):
            with transaction.atomic():
                walk.marked(second, "rollback")
                transaction.set_rollback(True)
            walk.marked(second, "rollback")


def savepoint(walk: "Walk") -> None:
    """Enter a space after a savepoint, roll back to it, and stay in the space."""
    first, second = walk.spaces(2)
    with transaction.atomic():
        with schema.inside(first):
            walk.marked(first, "savepoint")
        before = transaction.savepoint_create()
        with schema.inside(second):
            walk.write(second, "savepoint")
            transaction.savepoint_rollback(before)
            walk.marked(second, "savepoint")
        with schema.inside(first):
            walk.marked(first, "savepoint")


def failed(walk: "Walk") -> None:
    """Break a transaction by an error of the database, with a switch while it is broken."""
    first, second = walk.spaces(2)
    with schema.inside(first):
        known = User.objects.filter(last_name=MARK).values_list("email", flat=True)[0]
        with contextlib.suppress(IntegrityError), transaction.atomic():
            with schema.inside(second):
                walk.marked(second, "error")
            User.objects.create(email=known, first_name=first, last_name="twice", created_at=MOMENT)
        walk.marked(first, "error")
    with schema.inside(second):
        walk.marked(second, "error")


def raised(walk: "Walk") -> None:
    """Leave a space by an exception."""
    first, second = walk.spaces(2)
    with contextlib.suppress(Broken), schema.inside(first), transaction.atomic():
        walk.write(first, "exception")
        raise Broken
    with schema.inside(second):
        walk.marked(second, "exception")


def server_cursor(walk: "Walk") -> None:
    """Open a cursor on the server, leave it half read, look elsewhere, go on."""
    first, second = walk.spaces(2)
    with schema.inside(first):
        rows = User.objects.order_by("pk").values_list("first_name", flat=True)
        stream = rows[:4].iterator(chunk_size=2)
        walk.check([next(stream)], first, "cursor")
        with schema.inside(second):
            walk.marked(second, "cursor")
        walk.check(list(stream), first, "cursor")
        walk.marked(first, "cursor")


def missing(walk: "Walk") -> None:
    """Enter a missing space: no row may be read or written."""
    (space,) = walk.spaces(1)
    with schema.inside(space):
        walk.marked(space, "missing")
        with contextlib.suppress(DatabaseError), schema.inside(MISSING):
            walk.marked(MISSING, "missing")
        walk.marked(space, "missing")


def outlived(walk: "Walk") -> None:
    """Save a row, and read a query, in another space than theirs: both must be refused."""
    first, second = walk.spaces(2)
    with schema.inside(first):
        row = User.objects.filter(last_name=MARK).order_by("pk")[0]
        later = User.objects.filter(last_name=MARK)
    with schema.inside(second):
        with contextlib.suppress(WrongSpaceError):
            row.save()
            walk.tally.wrong.append(f"a row of {first} was saved in {second}")
        with contextlib.suppress(WrongSpaceError):
            later.exists()
            walk.tally.wrong.append(f"a query of {first} was run in {second}")
        walk.marked(second, "outlived")


def page(walk: "Walk") -> None:
    """Ask a page, by WSGI or ASGI, streamed or not, that succeeds or fails."""
    (space,) = walk.spaces(1)
    name = walk.chance.choice([*SYNC, *ASYNC])
    if walk.plan.pooled:
        connection.close()  # a thread holds no connection while another answers for it
    body = Browser().ask(name, space)
    shown = NAMED.findall(body)
    walk.check(shown, space, f"page {name}")
    if name != "raising" and len(shown) < MARKED:
        walk.tally.errors[f"page {name}: {body[:60]!r}"] += 1


WAYS = (
    Way("read", read, 30, 2),
    Way("nested", nested, 30, 5),
    Way("write", write, 10, 1),
    Way("write and delete", deleted, 8, 3),
    Way("rollback", rolled_back, 10, 5),
    Way("switch inside a rollback", switched_then_rolled_back, 10, 3),
    Way("savepoint", savepoint, 10, 5),
    Way("error in a transaction", failed, 8, 4),
    Way("exception", raised, 8, 2),
    Way("server-side cursor", server_cursor, 8, 3),
    Way("missing space", missing, 6, 3),
    Way("outlived row and query", outlived, 10, 2),
    Way("page", page, 8, 1),
)
