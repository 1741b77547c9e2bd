"""No data of a space outlives its request in this process: in no module, class or thread.

A tour of all pages is made as a member of the north. Then all objects of the product's modules are
walked, in whatever way they are referenced.
"""

import contextvars
import functools
import gc
import logging
import sys
import threading
import types
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

import pytest
from asgiref.local import Local
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.functional import cached_property

from infra.drills.inside.access import people
from saas.accounts.access import SPACE
from saas.accounts.models import User
from saas.commands.access import routes
from saas.commands.access.table import TABLE
from saas.kernel import schema
from saas.kernel.database import guards
from tenants.community.classifieds.models import Classified
from tests.fixtures.people import SpaceClient

OURS = ("saas.", "tenants.", "billing.", "api.")
CANARY = "Quercynaute"
# A single row of each address and response: its other rows run the same lines.
ROWS = {
    (row.route, status): row
    for row in TABLE[SPACE]
    if (status := row.expected(SPACE, "GET")["admin"]) != HTTPStatus.METHOD_NOT_ALLOWED
}.values()
# A process keeps these for good, and nothing of a space is in them.
LASTING_VARIABLES = {
    *("entered", "host", "modules", "request", "job", "space of the keys"),
    *("circumstances", "in the lane of passwords"),  # put back when the request is answered
}
LASTING_LOCALS = {"infra.drills.inside.access.web_client"}
REMEMBERED = {
    "saas.monitoring.metrics.sums",
    "api.description",
    "api.scim.service",  # the schemas of users and groups
    "saas.kernel.search.room_search",
    "saas.kernel.search.synonyms",  # the fixed list of pairs of words, written in the code
    "billing.stripe.gateway.client",
    "saas.catalogue.merchants.rules.closures",  # public holidays of a year
    "saas.kernel.display.printing",
    "saas.console.queries.navigation",  # the statement that counts rows of public
    "billing.stripe.queries.due",
    "infra.screenshots.walk_fixtures",
    "saas.kernel.database.constraints",
    "saas.kernel.models",
    "saas.kernel.database.rows",
    "saas.kernel.templatetags.troovon",
    "saas.kernel.values.legal",
    "tenants.spaces.database.base",
    "tenants.spaces.database.blueprint",
    "tenants.spaces.database.cells.directory",
    "tenants.spaces.hosts",
}
# Not walked: they lead to all of Python, or to the test's own objects.
OUTSIDE = (
    types.FrameType,
    types.GeneratorType,
    types.CoroutineType,
    types.ModuleType,
    BaseDatabaseWrapper,
    logging.Logger,
)


def modules() -> Iterator[tuple[str, types.ModuleType]]:
    """The product's modules that are loaded."""
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith(OURS) and ".commands" not in name and module is not None:
            yield name, module


def roots() -> Iterator[tuple[str, object]]:
    """List all that a process holds: names of modules, values of this thread, kept answers."""
    for name, module in modules():
        for word, value in vars(module).items():
            if not word.startswith("__"):  # a module's loader is the tests' own
                yield f"{name}.{word}", value
    for variable, value in contextvars.copy_context().items():
        yield f"ContextVar {variable.name}", value


def is_walked(thing: object) -> bool:
    """Return True if an object is walked: our own, or a container."""
    if isinstance(thing, OUTSIDE):
        return False
    if isinstance(thing, dict) and "__loader__" in thing and "__name__" in thing:
        return False  # the names of a module: ours are roots of their own
    if isinstance(thing, type | types.FunctionType):
        return f"{thing.__module__}.".startswith(OURS)
    return True


def held(start: object, seen: set[int]) -> Iterator[object]:
    """Yield every object reachable from an object, itself first."""
    waiting = [start]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or not is_walked(thing):
            continue
        seen.add(id(thing))
        yield thing
        waiting += gc.get_referents(thing)
        if isinstance(thing, threading.local):
            waiting.append(vars(thing))


def is_of_a_space(thing: object) -> bool:
    """Return True if an object is a row of a space, or a text with the canary's name."""
    if isinstance(thing, str):
        return CANARY in thing
    if isinstance(thing, models.Model):
        return guards.stamp_of(thing) not in {None, schema.PUBLIC}
    return False


def remains() -> list[str]:
    """Return the data of a space still in the process, by name."""
    gc.collect()
    seen: set[int] = set()
    return [
        f"{name}: {type(thing).__name__}"
        for name, value in roots()
        for thing in held(value, seen)
        if is_of_a_space(thing)
    ]


@pytest.fixture
def tour(agathe: int, in_north: None) -> Callable[[], int]:
    """Return a function that visits every page of the north as the canary with all roles."""
    with schema.in_public():
        operator = User.objects.get(pk=agathe)
    world = people.populate(operator=operator, at=timezone.now())
    _, person = world.people["admin"]
    User.objects.update(last_name=CANARY)
    Classified.objects.update(title=f"Perceuse {CANARY}", description=f"Comme neuve, {CANARY}")
    key = people.session_of(people.HOME, person)

    def visit() -> int:
        pages = 0
        for row in ROWS:
            client = SpaceClient(f"north.{settings.BASE_HOST}", raise_request_exception=False)
            client.cookies[settings.SESSION_COOKIE_NAME] = key
            answer = client.get(routes.address(SPACE, row, world.things))
            pages += answer.status_code == 200 and CANARY.encode() in answer.getvalue()
        return pages

    return visit


@pytest.mark.proof  # opens every page
def test_requests_of_a_space_leave_nothing_of_it_in_the_process(tour: Callable[[], int]) -> None:
    assert tour() > 20, "hardly a page named the person"
    assert remains() == []


class RetainingClass:
    """A faulty class that keeps rows: on itself, in a list, in a dictionary of answers."""

    choices: list[object] = []
    by_number: dict[int, object] = {}


current: ContextVar[object] = ContextVar("current", default=None)
mine = threading.local()
answers = functools.lru_cache(maxsize=None)(lambda number: User.objects.get(pk=number))


@pytest.mark.proof
@pytest.mark.parametrize("how", ["a list", "a dictionary", "ContextVar", "a thread", "a cache"])
def test_a_row_that_is_kept_is_found_however_it_is_kept(
    owner: User, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    module = types.ModuleType("saas.planted")
    vars(module).update(RetainingClass=RetainingClass, mine=mine, answers=answers)
    monkeypatch.setattr(RetainingClass, "__module__", "saas.planted")
    monkeypatch.setitem(sys.modules, "saas.planted", module)
    monkeypatch.setattr(RetainingClass, "choices", [])
    monkeypatch.setattr(RetainingClass, "by_number", {})
    assert remains() == []
    context = contextvars.copy_context()
    keeping: dict[str, Callable[[], object]] = {
        "a list": lambda: RetainingClass.choices.append((owner.pk, owner.last_name, owner)),
        "a dictionary": lambda: RetainingClass.by_number.update({owner.pk: owner}),
        "ContextVar": lambda: context.run(current.set, owner),
        "a thread": lambda: setattr(mine, "person", owner),
        "a cache": lambda: answers(owner.pk),
    }
    keeping[how]()
    found = context.run(remains)
    mine.__dict__.clear()
    answers.cache_clear()
    assert found


def of_kind(kind: type | tuple[type, ...]) -> Iterator[tuple[str, Any]]:
    """Every thing of a kind that the product's modules or classes name."""
    for name, module in modules():
        for owner in (module, *classes_of(module)):
            for word, value in vars(owner).items():
                if isinstance(value, kind):
                    yield name, (word, value)


def classes_of(module: types.ModuleType) -> Iterable[type]:
    """The classes that a module defines."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and thing.__module__ == module.__name__
    ]


def test_only_named_variables_go_along_with_a_request_and_nothing_with_a_thread() -> None:
    found = {value.name for _, (_, value) in of_kind(ContextVar)}
    assert found == LASTING_VARIABLES
    assert {name for name, _ in of_kind((threading.local, Local))} == set()


def test_only_what_holds_nothing_of_a_space_is_remembered_by_a_process() -> None:
    wrapper = type(functools.lru_cache(lambda: None))
    found = {
        value.__wrapped__.__module__
        for name, (_, value) in of_kind(wrapper)
        if value.__wrapped__.__module__ == name
    }
    assert found <= REMEMBERED
    assert {name for name, _ in of_kind((cached_property, functools.cached_property))} == set()
