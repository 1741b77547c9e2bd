"""Which host is what: the public site, the console, a space, or nothing of ours."""

import dataclasses
import time

from django.conf import settings
from django.db.models import Sum

from saas.kernel import schema
from saas.kernel.looks.accent import theme_hash
from tenants.spaces.models import Domain, Tenant

_KNOWN_SECONDS = 10.0
_UNKNOWN_SECONDS = 1.0
_MOST_CACHED = 5_000


@dataclasses.dataclass(frozen=True, slots=True)
class SpaceCard:
    """What every page of a space needs to know of it, without asking the database."""

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
    theme_url: str

    @property
    def is_park(self) -> bool:
        """Whether several companies live here."""
        return self.kind == Tenant.Kind.PARK


_cache: dict[str, tuple[float, SpaceCard | None]] = {}


def public_url(path: str = "/") -> str:
    """Return an address on the public site."""
    return f"{settings.BASE_SCHEME}://{settings.BASE_HOST}{path}"


def operator_url(path: str = "/") -> str:
    """Return an address on the operator's console."""
    return f"{settings.BASE_SCHEME}://ops.{settings.BASE_HOST}{path}"


def space_url(slug: str, path: str = "/") -> str:
    """Return an address on a space's subdomain."""
    return f"{settings.BASE_SCHEME}://{slug}.{settings.BASE_HOST}{path}"


def name_of(host: str) -> str:
    """Return a host without its port, in lower case."""
    return host.partition(":")[0].lower()


def base_name() -> str:
    """Return the name of the public site."""
    return name_of(settings.BASE_HOST)


def look_up(name: str) -> SpaceCard | None:
    """Return the space that answers on a host; remembered for some seconds, also when none does."""
    now = time.monotonic()
    known = _cache.get(name)
    if known is not None and known[0] > now:
        return known[1]
    if len(_cache) >= _MOST_CACHED:
        _cache.clear()
    card = _read(name)
    _cache[name] = (now + (_KNOWN_SECONDS if card else _UNKNOWN_SECONDS), card)
    return card


def forget() -> None:
    """Ask the database again; other processes do so within seconds."""
    _cache.clear()


def _read(name: str) -> SpaceCard | None:
    with schema.in_public():
        domain = Domain.objects.filter(domain=name).select_related("tenant").first()
        return card_of(domain.tenant) if domain else None


def card_of(tenant: Tenant) -> SpaceCard:
    """Return the card of a space, with its head-count over all companies."""
    heads = tenant.companies.aggregate(heads=Sum("head_count"))["heads"]
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
        theme_url=f"/theme.{theme_hash(tenant.accent)}.css",
    )
