"""The kind of each host: the public site, the console, a space, or unknown.

A process caches hosts and spaces until they change: `forget()` raises a version in the store, and
each process checks that version once a second.
"""

import dataclasses
import datetime as dt
import functools
import logging
import secrets
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any, cast

from django.conf import settings
from django.db import OperationalError, connections
from django.db.models import Sum
from django.urls import URLResolver, get_resolver

from saas.kernel import cache, modules, schema
from saas.kernel.display.accent import theme_hash
from saas.kernel.tasks import call_after_commit
from saas.kernel.watching.log_context import Vouched
from tenants.spaces.database import catalogue
from tenants.spaces.database.cells import directory
from tenants.spaces.models import Domain, PlannedDeletion, SpaceStanding, Tenant
from tenants.spaces.rules.standing import rounded_reach

OPERATOR_LABEL = "ops"
REMEMBERED_SECONDS = 30.0
# Cache time while the store is down, since entries cannot be invalidated.
UNCALLED_SECONDS = 10.0
VERSION_READ_SECONDS = 0.9
MOST_REMEMBERED = 5_000
LONGEST_NAME = 253  # RFC 1035, without the last dot
_VERSION = "hosts"
_VERSION_SECONDS = 7 * 86_400
logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class SpaceCard:
    """Facts of a space that each of its pages needs, without a query."""

    id: int
    schema_name: str
    slug: str
    name: str
    kind: str
    state: str
    accent: str
    language: str
    time_zone: str
    head_count: int
    members: int
    theme_url: str
    modules_off: modules.Switches = modules.NOTHING
    standing: bool = True
    ends_at: dt.datetime | None = None
    factor_from: dt.datetime | None = None
    launches_on: dt.date | None = None

    @property
    def is_park(self) -> bool:
        """Whether several companies live here."""
        return self.kind == Tenant.Kind.PARK


@dataclasses.dataclass(frozen=True, slots=True)
class Host:
    """A host that leads to a space: it answers there, or led there once and leads on."""

    card: SpaceCard
    kind: str

    @property
    def leads_on(self) -> bool:
        """Whether the space has left this address."""
        return self.kind == Domain.Kind.FORMER

    @property
    def is_custom(self) -> bool:
        """Whether the host is a name of the company's own."""
        return self.kind == Domain.Kind.CUSTOM


@dataclasses.dataclass(frozen=True, slots=True)
class _Memory:
    """A cached value of a host or a space, with its version and time."""

    version: str
    read_at: float
    value: Any


class Memories:
    """Memories of hosts and spaces in this process, never more than a number of them."""

    def __init__(self) -> None:
        self._stored: dict[Hashable, _Memory] = {}
        self._lock = threading.Lock()
        self._version = ""
        self._checked_at = float("-inf")
        self._answers = False

    def __len__(self) -> int:
        return len(self._stored)

    def recall(self, name: Hashable, now: float) -> _Memory | None:
        """Return the cached value of a name, unless it is expired or invalidated."""
        self._read_version(now)
        known = self._stored.get(name)
        if known is None or known.version != self._version:
            return None
        lasts = REMEMBERED_SECONDS if self._answers else UNCALLED_SECONDS
        return known if now < known.read_at + lasts else None

    def last(self, name: Hashable) -> _Memory | None:
        """Return the last value of a name, however old."""
        return self._stored.get(name)

    def version(self) -> str:
        """Return the version for a value about to be read."""
        return self._version

    def store_memory(self, name: Hashable, memory: _Memory) -> None:
        """Cache a value; the oldest is removed if the cache is full."""
        with self._lock:
            self._stored.pop(name, None)
            if len(self._stored) >= MOST_REMEMBERED:
                del self._stored[next(iter(self._stored))]
            self._stored[name] = memory

    def clear(self, version: str) -> None:
        """Set the version and clear the cached values of other versions."""
        with self._lock:
            self._version = version
            self._stored.clear()
        directory.forget()

    def _read_version(self, now: float) -> None:
        """Look at the store's version, once a second at most, and without a database."""
        lasts = VERSION_READ_SECONDS if self._answers else UNCALLED_SECONDS
        if now < self._checked_at + lasts:
            return
        self._checked_at = now
        with schema.in_public():
            seen = cache.stored_value(_VERSION, "") or _begin()
        self._answers = bool(seen)
        if seen and seen != self._version:
            self.clear(seen)

    def recheck_soon(self) -> None:
        """Look at the store again with the next question."""
        self._checked_at = float("-inf")


def _begin() -> str:
    """Write a first version if the store has no version; return an empty text if it is down."""
    cache.store_value(_VERSION, secrets.token_hex(8), seconds=_VERSION_SECONDS)
    return str(cache.stored_value(_VERSION, ""))


memories = Memories()


def public_url(path: str = "/") -> str:
    """Return an address on the public site."""
    return f"{settings.BASE_SCHEME}://{settings.BASE_HOST}{path}"


def operator_url(path: str = "/") -> str:
    """Return an address on the operator's console."""
    return f"{settings.BASE_SCHEME}://{OPERATOR_LABEL}.{settings.BASE_HOST}{path}"


def space_url(slug: str, path: str = "/") -> str:
    """Return an address on a space's subdomain."""
    return f"{settings.BASE_SCHEME}://{slug}.{settings.BASE_HOST}{path}"


def base_name() -> str:
    """Return the name of the public site."""
    return settings.BASE_HOST.partition(":")[0].lower()


def operator_name() -> str:
    """Return the name of the operator's console."""
    return f"{OPERATOR_LABEL}.{base_name()}"


def subdomain(slug: str) -> str:
    """Return the name of a space's own host with us."""
    return f"{slug}.{base_name()}"


def find(name: str) -> Host | None:
    """Return the host of a name, or None; cached for some seconds, also None."""
    return remembered(name, lambda: _read(name))


def remembered[T](name: Hashable, read: Callable[[], T]) -> T:
    """Return the cached value of a name, else read it now."""
    now = time.monotonic()
    known = memories.recall(name, now)
    if known is not None:
        return cast("T", known.value)
    version, last = memories.version(), memories.last(name)
    try:
        value = read()
    except OperationalError:
        if not settings.CELLS or last is None:
            raise
        value = last.value  # home is away: the spaces of other cells are there
    memories.store_memory(name, _Memory(version, now, value))
    return value


def has_certificate(name: str) -> bool:
    """Return True if the proxy may obtain a certificate for a name: ours, or an existing space's.

    A space's former name counts: it redirects to the new name.
    """
    if name in {base_name(), operator_name()}:
        return True
    host = find(name) if len(name) <= LONGEST_NAME else None
    return host is not None and host.card.state != Tenant.State.DELETED


def find_space(name: str) -> SpaceCard | None:
    """Return the space that answers on a host."""
    host = find(name)
    return None if host is None or host.leads_on else host.card


def forget() -> None:
    """Invalidate the cached spaces of all processes: here at once, elsewhere within a second.

    Inside a transaction, also the owner's, the others are invalidated after the commit.
    """
    memories.clear(secrets.token_hex(8))
    held = [alias for alias in connections if connections[alias].in_atomic_block]
    for alias in held:
        call_after_commit(_call_back, using=alias)
    if not held:
        _call_back()


def _call_back() -> None:
    version = secrets.token_hex(8)
    with schema.in_public():
        cache.store_value(_VERSION, version, seconds=_VERSION_SECONDS)
    memories.clear(version)
    memories.recheck_soon()


def _read(name: str) -> Host | None:
    with schema.in_public():
        domain = Domain.objects.filter(domain=name).select_related("tenant").first()
        if domain is None:
            return None
        card = card_of(domain.tenant)
        return Host(dataclasses.replace(card, standing=stands(card)), domain.kind)


def stands(card: SpaceCard) -> bool:
    """Return True if a space exists in the database; log an open space without it as critical."""
    with schema.in_public():
        try:
            lacks = catalogue.missing(card.schema_name)
        except OperationalError:
            if not directory.cell_of(card.schema_name):
                raise
            return True  # its cell is away, as each of its pages says
    if lacks and card.state == Tenant.State.ACTIVE:
        names = Vouched(", ".join(lacks))
        logger.critical("space %s (%s) lacks %s", card.schema_name, card.slug, names)
    return not lacks


def card_of(tenant: Tenant) -> SpaceCard:
    """Return the card of a space, with its head-count over all companies and active members."""
    directory.remember(tenant.schema_name, tenant.cell, tenant.moves_to)
    heads = tenant.companies.filter(left_at=None).aggregate(heads=Sum("head_count"))["heads"]
    counted = SpaceStanding.objects.filter(tenant=tenant)
    active = counted.values_list("active_members", flat=True).first()
    return SpaceCard(
        id=tenant.pk,
        schema_name=tenant.schema_name,
        slug=tenant.slug,
        name=tenant.name,
        kind=tenant.kind,
        state=tenant.state,
        accent=tenant.accent,
        language=tenant.language,
        time_zone=tenant.time_zone,
        head_count=heads or 0,
        members=rounded_reach(active or 0),
        theme_url=f"/theme.{theme_hash(tenant.accent)}.css",
        modules_off=frozenset(tenant.modules_off.split()),
        ends_at=PlannedDeletion.objects.filter(tenant=tenant, confirmed_at__isnull=False)
        .values_list("due_at", flat=True)
        .first(),
        factor_from=tenant.factor_from,
        launches_on=tenant.launches_on,
    )


@functools.cache
def path_words() -> frozenset[str]:
    """Return the first segments of our paths on all hosts: they are reserved names for spaces."""
    confs = (settings.PUBLIC_SCHEMA_URLCONF, settings.ROOT_URLCONF, settings.OPERATOR_URLCONF)
    found = (path.split("/")[0] for conf in confs for path in _paths(get_resolver(conf), ""))
    return frozenset(word for word in found if word and "<" not in word)


def _paths(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _paths(pattern, path)
        else:
            yield path
