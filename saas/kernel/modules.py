"""Modules: the rooms that a space may do without, and the one rule for those that it does.

A room offers itself as a module when it is made ready. Where a space has switched it off, its
addresses say so, and hooks that show things ask it nothing. What had begun there is finished at
the addresses that stay, by the people who are in it.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from saas.kernel import schema
from saas.kernel.errors import NotAllowed

type Switches = frozenset[str]
NOTHING: Switches = frozenset()


def _nothing(_at: dt.datetime) -> list[str]:
    return []


class Module(NamedTuple):
    """A room that a space may do without.

    `addresses` are how the names of its addresses begin, `stays` those at which what has begun is
    finished; `ending` is the page of one's own among them. `underway` says in sentences, with
    counts, what goes on in it.
    """

    label: str
    name: str | Promise
    text: str | Promise
    symbol: str
    addresses: tuple[str, ...]
    underway: Callable[[dt.datetime], list[str]] = _nothing
    stays: tuple[str, ...] = ()
    ending: str = ""


class SwitchedOff(NotAllowed):
    """The space does not use a module; who asked may not do anything in it (403)."""

    def __init__(self, module: Module) -> None:
        """Keep the module, and say who decides."""
        words = _(
            "%(module)s\u00a0: cet espace n’utilise pas cette rubrique. Son administration en "
            "décide."
        )
        super().__init__(words % {"module": module.name})
        self.module = module


_modules: dict[str, Module] = {}
_readers: list[Callable[[], Switches]] = []
# The switches that a request or a job has read, by schema.
_read: ContextVar[dict[str, Switches] | None] = ContextVar("modules", default=None)


def offer(module: Module) -> None:
    """Let spaces switch a room off."""
    _modules[module.label] = module


def read_with(reader: Callable[[], Switches]) -> None:
    """Say how the switches of the space that we are in are read, outside a request."""
    _readers[:] = [reader]


def offered() -> list[Module]:
    """List what a space may switch off, in the order of the labels."""
    return [_modules[label] for label in sorted(_modules)]


def labels() -> frozenset[str]:
    """Return the labels of all that a space may switch off."""
    return frozenset(_modules)


def module_of(label: str) -> Module | None:
    """Return the module of a label."""
    return _modules.get(label)


@contextlib.contextmanager
def reading(read: dict[str, Switches] | None = None) -> Iterator[None]:
    """Read the switches of a space once in a request or a job; a request brings them along."""
    token = _read.set({} if read is None else read)
    try:
        yield
    finally:
        _read.reset(token)


def switched_off() -> Switches:
    """Return the labels of the modules that the space which we are in has switched off."""
    here, read = schema.current(), _read.get()
    if here == schema.PUBLIC or not _readers:
        return NOTHING
    if read is None:
        return _readers[0]()
    if here not in read:
        read[here] = _readers[0]()
    return read[here]


def is_used(label: str) -> bool:
    """Say whether the space that we are in uses a room."""
    return label not in switched_off()


def check_used(label: str) -> None:
    """Refuse to go into a room that the space does not use. Raises SwitchedOff."""
    if not is_used(label):
        raise SwitchedOff(_modules[label])


def check_address(name: str) -> None:
    """Refuse an address, by its name, of a room that the space does not use; some stay."""
    for label in switched_off() & _modules.keys():
        module = _modules[label]
        if name.startswith(module.addresses) and not name.startswith(module.stays or ("\0",)):
            raise SwitchedOff(module)
