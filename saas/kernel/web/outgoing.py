"""Calls to an address that a person gave us: only to public hosts, and never led elsewhere.

Names are looked up here and the call goes to the very address that was looked at, so that no
second answer of a name server leads inside. Redirects are answers, not followed. Each call ends
within its time, however slowly the other side speaks.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

PORTS = (443, 8443)
PATIENCE_SECONDS = 10
MOST_READ = 64 * 1024
_PIECE = 64 * 1024
_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_INNER = frozenset(
    ("local", "localhost", "internal", "lan", "home", "corp", "intranet", "onion", "arpa", "test")
)
_AS_WRITTEN = "%/?:@!$&'()*+,;=~[]"  # what an address may hold, an escaped sign among them


# Addresses of IPv6 that lead to one of IPv4, which may be anybody's.
TUNNELS = tuple(
    ipaddress.IPv6Network(net)
    for net in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class AddressRefusedError(Exception):
    """The address is not a public host's over TLS."""


class UnknownHostError(AddressRefusedError):
    """The host of an address has no address of its own."""


class TooLargeError(Exception):
    """The file is larger than what was to be fetched."""


class Answer(NamedTuple):
    """The answer of a call."""

    status: int
    body: bytes


class PinnedConnection(http.client.HTTPSConnection):
    """A connection to one address, which must show the certificate of its host."""

    def __init__(self, host: str, port: int, *, address: str, seconds: float) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=seconds, context=self.tls)
        self.address = address
        self._line: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        self._line = socket.create_connection((self.address, self.port), self.timeout)
        self._line = self.sock = self.tls.wrap_socket(
            self._line, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()

    def cut(self) -> None:
        """Let whoever waits on the line wait no longer."""
        if self._line is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)


class LocalConnection(http.client.HTTPConnection):
    """A connection without TLS to a program of this machine, which a developer has named."""

    def cut(self) -> None:
        """Let whoever waits on the line wait no longer."""
        if self.sock is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                self.sock.shutdown(socket.SHUT_RDWR)


def check_url(
    url: str, *, local: Collection[str] = (), ports: Collection[int] = PORTS, field: str = "url"
) -> str:
    """Return an address that may be called. Raises Refused for any that nobody outside owns.

    Names are resolved when it is called; `local` are host and port of this machine that an
    installation of developers lets in.
    """
    try:
        parts = urlsplit(url.strip())._replace(fragment="")
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
        # The name may be written with accents; of the rest, HTTP takes these signs alone.
        signs = host.encode("idna") + f"{parts.path}{parts.query}".encode("ascii")
    except ValueError:
        signs = b" "
    if not all(ord("!") <= sign <= ord("~") for sign in signs):
        raise Refused(_("Cette adresse ne se lit pas."), field=field)
    if f"{host}:{port}" not in local:
        _check_parts(parts, host, is_port=port is None or port in ports, field=field)
    return parts.geturl()


def _check_parts(parts: SplitResult, host: str, *, is_port: bool, field: str) -> None:
    if parts.scheme != "https" or not host:
        raise Refused(_("L’adresse commence par https://."), field=field)
    if parts.username or parts.password:
        raise Refused(_("L’adresse ne contient ni nom ni mot de passe."), field=field)
    if not is_port:
        raise Refused(_("Le port est 443 ou 8443."), field=field)
    if not _is_outside(host):
        raise Refused(_("Cette adresse est interne : on ne l’appelle pas d’ici."), field=field)


def _is_outside(host: str) -> bool:
    """Say whether a host, by its name alone, may be somebody's outside this network."""
    try:
        return is_public(host)
    except ValueError:
        pass
    last = host.rpartition(".")[2]
    return "." in host and last not in _INNER and not last.isdecimal()


def public_address(host: str, port: int) -> str:
    """Return an address of a host, of which all are public.

    Raises UnknownHostError where it has none, AddressRefusedError where one leads inside.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # the latter: it is no name of a host
        raise UnknownHostError(f"{host} has no address") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefusedError(f"{host} is no public host")
    return addresses[0]


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the open internet. Raises ValueError for no address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and any(found in net for net in TUNNELS):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = PATIENCE_SECONDS,
    local: Collection[str] = (),
) -> Answer:
    """Post to an address over TLS. Raises AddressRefusedError, or OSError where nobody answers."""
    until = time.monotonic() + seconds
    connection, target = _connection_to(url, until, local)
    with _ending(connection, until):
        connection.request("POST", target, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.read(MOST_READ))


def fetch(
    url: str,
    *,
    most_bytes: int,
    seconds: float,
    bearer: str = "",
    local: Collection[str] = (),
) -> bytes:
    """Fetch a file of an address over TLS, within a time and a size.

    A few redirects are followed, each judged like the first address; none that would carry a
    `bearer` elsewhere. Raises AddressRefusedError,
    TooLargeError, or OSError where nobody answers well.
    """
    until = time.monotonic() + seconds
    headers = {"User-Agent": "Troovon", "Accept": "*/*"}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    for _turn in range(_MOST_REDIRECTS + 1):
        connection, target = _connection_to(url, until, local)
        with _ending(connection, until):
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            if response.status in _REDIRECTS and not bearer:
                url = urljoin(url, response.headers.get("Location") or "")
                continue
            if response.status != HTTPStatus.OK:
                raise ConnectionError(f"HTTP {response.status}")
            return _read(response, most_bytes, until)
    raise ConnectionError("led on and on")


@contextlib.contextmanager
def _ending(connection: PinnedConnection | LocalConnection, until: float) -> Iterator[None]:
    """Close a connection at the end, and cut it once its time is over.

    A line has a time for each byte only: who sends one now and then would hold it for days.
    """
    timer = threading.Timer(max(0.0, until - time.monotonic()), connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except http.client.HTTPException as error:
        raise ConnectionError(f"no proper answer: {type(error).__name__}") from error
    finally:
        timer.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse, most_bytes: int, until: float) -> bytes:
    """Read a body to its end, however slowly it comes, but not for longer than agreed."""
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > most_bytes:
            raise TooLargeError
        if time.monotonic() > until:
            raise TimeoutError
        pieces.append(piece)
    if response.length or time.monotonic() > until:  # half a file ends as a whole one does
        raise ConnectionError("broken off")
    return b"".join(pieces)


def _connection_to(
    url: str, until: float, local: Collection[str]
) -> tuple[PinnedConnection | LocalConnection, str]:
    """Return a connection to the host of an address, and the path that is asked for there."""
    seconds = min(PATIENCE_SECONDS, until - time.monotonic())
    if seconds <= 0:
        raise TimeoutError
    try:
        parts = urlsplit(url)
        port = parts.port or http.client.HTTPS_PORT
    except ValueError as error:
        raise AddressRefusedError("not an address") from error
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    target = quote(target, safe=_AS_WRITTEN)
    if parts.netloc in local and parts.hostname:
        return LocalConnection(parts.hostname, port, timeout=seconds), target
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise AddressRefusedError("not an address over TLS")
    address = public_address(parts.hostname, port)
    return PinnedConnection(parts.hostname, port, address=address, seconds=seconds), target
