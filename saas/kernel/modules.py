"""Modules: optional rooms of a space, and the rule for modules that are switched off.

A room registers itself as a module when it is ready. If a space has switched the module off, its
addresses show that, and hooks that show things skip it. Things in progress are finished at the
remaining addresses, by their participants.
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
    """An optional room of a space.

    `addresses` are prefixes of the names of its addresses, `stays` the addresses for finishing
    things in progress; `ending` is the page with the member's own. `underway` returns sentences,
    with counts, about its things in progress.
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
    """The space has switched a module off; no member may do anything in it (403)."""

    def __init__(self, module: Module) -> None:
        """Store the module; the message names the administration as the deciding party."""
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
    """Register the function that reads the current space's switches, outside a request."""
    _readers[:] = [reader]


def offered() -> list[Module]:
    """Return the optional modules, in the order of the labels."""
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
    """Return True if the current space uses a room."""
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
