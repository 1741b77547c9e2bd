"""Addresses of PostgreSQL and Valkey: a server, several hosts, a pooler, Sentinels."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

HOME = "home"
POOLER = "pooler=session"
_CELL = re.compile(r"[a-z][a-z0-9]{0,19}\Z")
_SPACE = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


@dataclass(frozen=True)
class SpaceLogin:
    """Database login of a single space, with a PostgreSQL role of its own."""

    user: str
    password: str = field(repr=False)
    host: str
    port: str
    database: str
    tls: tuple[tuple[str, str], ...] = ()

    def address(self) -> dict[str, str]:
        """Return the connection parameters that replace those of the app's login."""
        return {
            "user": self.user,
            "password": self.password,
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            **dict(self.tls),
        }


def address_of(url: str) -> dict[str, str]:
    """Return the parts of a database URL as libpq reads it; {} if libpq cannot.

    Several hosts are written side by side, each with its port: `host1:5432,host2:5433`.
    """
    if not url.startswith(("postgresql://", "postgres://")):
        return {}
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError:
        return {}
    hosts, ports = parts.get("host", "").split(","), parts.get("port", "5432").split(",")
    is_number = all(not port or port.isdecimal() for port in ports)
    return parts if is_number and len(ports) in {1, len(hosts)} else {}


def without_pooler(url: str) -> tuple[str, bool]:
    """Return a database's URL without `pooler=session`, and whether it said so.

    A pooler takes no limits with a connection's start: they are set once it is there.
    """
    parts = urlsplit(url)
    words = [word for word in parts.query.split("&") if word]
    others = [word for word in words if word != POOLER]
    return parts._replace(query="&".join(others)).geturl(), others != words


def space_logins(text: str) -> dict[str, SpaceLogin]:
    """Parse `SCHEMA=postgresql://SCHEMA:password@host:port/database`, a word for each space."""
    found: dict[str, SpaceLogin] = {}
    for number, word in enumerate(text.split(), start=1):
        name, _, url = word.partition("=")
        parts = address_of(url)
        login = SpaceLogin(
            user=parts.get("user", ""),
            password=parts.get("password", ""),
            host=parts.get("host", ""),
            port=parts.get("port", "5432"),
            database=parts.get("dbname", ""),
        )
        if not _SPACE.match(name) or login.user != name or not (login.host and login.database):
            # The word itself holds a password, so it is named by its number.
            raise ValueError(
                f"SPACE_LOGINS, word {number}: a space's schema, =, and the URL of its own login"
            )
        found[name] = login
    return found


def cells(text: str, variable: str) -> dict[str, str]:
    """Parse `NAME=postgresql://…`, a word for each cluster beside home; return the URLs by name.

    Raises ValueError, which counts the word instead of quoting it: it holds a password.
    """
    found: dict[str, str] = {}
    for number, word in enumerate(text.split(), start=1):
        name, _, url = word.partition("=")
        parts = address_of(without_pooler(url)[0])
        is_whole = all(parts.get(part) for part in ("user", "host", "dbname"))
        if not _CELL.match(name) or name == HOME or name in found or not is_whole:
            raise ValueError(
                f"{variable}, word {number}: a cell's name (lower-case letters and digits, once,"
                " not home), =, and the URL of its database"
            )
        found[name] = url
    return found


def founding_cells(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Parse the cells in which spaces are founded; home if empty. Raises ValueError."""
    names = text.split()
    unknown = [name for name in names if name != HOME and name not in known]
    if unknown:
        raise ValueError(f"FOUNDING_CELLS names {unknown[0]}, which is not in CELLS")
    return tuple("" if name == HOME else name for name in names) or ("",)


def beside(url: str) -> str:
    """Return the URL of the next database of the same Valkey: 1 beside 0, which is the default."""
    parts = urlsplit(url)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}").geturl()


@dataclass(frozen=True)
class SentinelAddress:
    """Sentinels, the name of their monitored master, and the credentials of its server."""

    hosts: list[tuple[str, int]]
    master: str
    number: int
    password: str = field(repr=False)
    sentinel_password: str = field(repr=False)


def sentinels(url: str) -> SentinelAddress | None:
    """Parse `sentinel://:password@host1:26379,host2:26379/0?master=NAME`; None for other URLs.

    Raises ValueError if a port or the database is no number, or the name is missing.
    """
    parts = urlsplit(url)
    if parts.scheme != "sentinel":
        return None
    options = dict(parse_qsl(parts.query))
    credentials, _, hosts = parts.netloc.rpartition("@")
    pairs = [word.rpartition(":") for word in hosts.split(",")]
    found = [(host, int(port)) for host, _, port in pairs]
    if not options.get("master") or not all(host for host, _ in found):
        raise ValueError("a URL of Sentinels names its hosts and ?master=")
    return SentinelAddress(
        hosts=found,
        master=options["master"],
        number=int(parts.path.strip("/") or 0),
        password=unquote(credentials.partition(":")[2]),
        sentinel_password=options.get("sentinel_password", ""),
    )


def broker(url: str) -> tuple[str, dict[str, Any]]:
    """Return the broker's URL as Celery wants it, and the options of its transport."""
    address = sentinels(url)
    if address is None:
        return url, {}
    secret = f":{quote(address.password, safe='')}@" if address.password else ""
    urls = [f"sentinel://{secret}{host}:{port}/{address.number}" for host, port in address.hosts]
    own = {"password": address.sentinel_password} if address.sentinel_password else {}
    return ";".join(urls), {"master_name": address.master, "sentinel_kwargs": own}


def cache_backend(url: str) -> str:
    """Return the backend of Django's cache for a URL."""
    if sentinels(url) is not None:
        return "saas.kernel.valkey.SentinelCache"
    return "django.core.cache.backends.redis.RedisCache"
