"""Calls to an address that a person gave us: only to public hosts, and never led elsewhere.

Names are looked up here and the call goes to the very address that was looked at, so that no
second answer of a name server leads inside. Redirects are answers, not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10
MOST_READ = 64 * 1024


class AddressRefusedError(Exception):
    """The address is not a public host's over TLS."""


class Answer(NamedTuple):
    """The answer of a call."""

    status: int
    body: bytes


class _PinnedConnection(http.client.HTTPSConnection):
    """A connection to one address, which must show the certificate of its host."""

    def __init__(self, host: str, port: int, *, address: str, seconds: float) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=seconds, context=self.tls)
        self.address = address

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        raw = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.tls.wrap_socket(raw, server_hostname=self.host)


def public_address(host: str, port: int) -> str:
    """Return an address of a host, of which all are public. Raises AddressRefusedError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AddressRefusedError(f"{host} has no address") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefusedError(f"{host} is no public host")
    return addresses[0]


def is_public(address: str) -> bool:
    """Say whether an address belongs to the internet; one of IPv4 inside IPv6 counts as itself."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if parsed in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
    return parsed.is_global and not parsed.is_multicast


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = PATIENCE_SECONDS
) -> Answer:
    """Post to an address over TLS. Raises AddressRefusedError, or OSError where nobody answers."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise AddressRefusedError("not an address over TLS")
    port = parts.port or http.client.HTTPS_PORT
    address = public_address(parts.hostname, port)
    connection = _PinnedConnection(parts.hostname, port, address=address, seconds=seconds)
    target = parts.path or "/"
    try:
        connection.request(
            "POST", f"{target}?{parts.query}" if parts.query else target, body, dict(headers)
        )
        response = connection.getresponse()
        return Answer(response.status, response.read(MOST_READ))
    except http.client.HTTPException as error:
        raise ConnectionError(f"no proper answer: {type(error).__name__}") from error
    finally:
        connection.close()
