"""Check that PostgreSQL and Valkey on other machines are spoken to by proven TLS."""

import ipaddress
from collections.abc import Iterator, Mapping

from saas.addresses import address_of, without_pooler
from saas.variables.servers import parts_of

PROVEN = "verify-full"
TRUSTED = "PRIVATE_NETWORK"
_LISTS = ("CELLS", "CELL_OWNERS", "SPACE_LOGINS")
_DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SIDE_URL", *_LISTS)
_STORES = ("VALKEY_URL", "CACHE_URL")
_OTHERWISE = f"or {TRUSTED}=yes if nobody else is on the network between."
_OF_DATABASE = (
    f"leads to another machine without proven TLS: ?sslmode=verify-full&sslrootcert=…, {_OTHERWISE}"
)
_OF_STORE = f"leads to another machine without TLS: rediss://…, {_OTHERWISE}"


def is_elsewhere(hosts: str) -> bool:
    """Return True if any of several hosts, written with commas, is not on this machine."""
    return any(map(_is_elsewhere, hosts.split(",")))


def unencrypted(held: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return each variable that leads to another machine without proven TLS, and the remedy."""
    if held.get(TRUSTED) == "yes":
        return []
    return [(name, _OF_DATABASE) for name in _databases(held)] + [
        (name, _OF_STORE) for name in _stores(held)
    ]


def _databases(held: Mapping[str, str]) -> Iterator[str]:
    # A space's login is a connection of DATABASE_URL with another name and host.
    common = {"SPACE_LOGINS": _mode(held.get("DATABASE_URL", ""))}
    for name in _DATABASES:
        words = held.get(name, "").split()
        urls = [word.partition("=")[2] for word in words] if name in _LISTS else words
        if any(_leads_away(url, common=common.get(name, "")) for url in urls):
            yield name


def _stores(held: Mapping[str, str]) -> Iterator[str]:
    for name in _STORES:
        parts = parts_of(held.get(name, ""))
        if parts and parts.scheme != "rediss" and is_elsewhere(_hosts_of(parts.netloc)):
            yield name


def _leads_away(url: str, *, common: str) -> bool:
    hosts = address_of(without_pooler(url)[0]).get("host", "") if parts_of(url) else ""
    return is_elsewhere(hosts) and PROVEN not in {_mode(url), common}


def _mode(url: str) -> str:
    return address_of(without_pooler(url)[0]).get("sslmode", "") if parts_of(url) else ""


def _hosts_of(netloc: str) -> str:
    """Return the hosts of a store's address, without its password and ports."""
    words = netloc.rpartition("@")[2].split(",")
    return ",".join(
        word.partition("]")[0].strip("[") if word.startswith("[") else word.partition(":")[0]
        for word in words
    )


def _is_elsewhere(host: str) -> bool:
    """Return True unless a host is this machine, a socket, or a container's short name."""
    if not host or host.startswith("/") or ("." not in host and ":" not in host):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return not host.endswith(".localhost")
