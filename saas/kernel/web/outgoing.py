"""Calls to an address given by a person: only to public hosts, also after redirects.

Names are resolved here and the call goes to the very address that was checked, so that a second DNS
response cannot lead inside. Redirects are checked like first addresses. Each call ends within its
time limit, however slow the other side, and only the fetcher makes calls: no page, mail or payment
waits for an external server.
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

from django.conf import settings
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.watching import log_context
from saas.kernel.web.hosts import hosts

PORTS = (443,)
PATIENCE_SECONDS = 10
LOOKUP_SECONDS = 5.0
MOST_READ = 64 * 1024
_PIECE = 64 * 1024
_MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_INNER = frozenset(
    ("local", "localhost", "internal", "lan", "home", "corp", "intranet", "onion", "arpa", "test")
)
_AS_WRITTEN = "%/?:@!$&'()*+,;=~[]"  # characters allowed in an address, escape sign included


# The processes that others wait for, or that have a server of their own to call.
_NEVER_CALL = frozenset(("web", "worker", "caller", "founder", "beat"))
# Public unicast of IPv6 (RFC 4291); ranges reserved for a purpose are listed below.
_UNICAST = ipaddress.IPv6Network("2000::/3")
# Special ranges of the IANA's registries that Python counts as global, wholly or in part: tunnels
# to IPv4 (Teredo, 6to4), anycast relays, protocol assignments, benchmarks, documentation.
_SPECIAL = tuple(
    ipaddress.ip_network(net)
    for net in (
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.175.48.0/24", "198.18.0.0/15", "2001::/23", "2001:db8::/32", "2002::/16"),
        *("2620:4f:8000::/48", "3fff::/20"),
    )
)


class CalledHereError(RuntimeError):
    """Attempt to call an external server during a request, or from a process not meant for it."""


class AddressRefusedError(Exception):
    """The address is not a public host's over TLS, on its usual port."""


class UnknownHostError(ConnectionError):
    """The host of an address has no address just now: names may be answered again in a moment."""


class TooLargeError(Exception):
    """File larger than the limit of the request."""


class Answer(NamedTuple):
    """The answer of a call."""

    status: int
    body: bytes


class PinnedConnection(http.client.HTTPSConnection):
    """Connection to a fixed address, which must present the certificate of its host."""

    def __init__(self, host: str, port: int, *, address: str, seconds: float) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=seconds, context=self.tls)
        self.address = address
        self._line: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address that was judged."""
        self._line = socket.create_connection((self.address, self.port), self.timeout)
        self._line = self.sock = self.tls.wrap_socket(
            self._line, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()

    def cut(self) -> None:
        """Shut the socket down, so that a blocked reader or writer returns."""
        if self._line is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)


class LocalConnection(http.client.HTTPConnection):
    """A connection without TLS to a program of this machine, which a developer has named."""

    def cut(self) -> None:
        """Shut the socket down, so that a blocked reader or writer returns."""
        if self.sock is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                self.sock.shutdown(socket.SHUT_RDWR)


def check_url(
    url: str, *, local: Collection[str] = (), ports: Collection[int] = PORTS, field: str = "url"
) -> str:
    """Return a callable address. Raises Refused unless it may belong to an external host.

    Names are resolved at the time of the call; `local` contains host and port of services on this
    machine, allowed on a developer's installation.
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
        raise Refused(_("Le port est 443."), field=field)
    if not _is_outside(host):
        raise Refused(_("Cette adresse est interne : on ne l’appelle pas d’ici."), field=field)


def _is_outside(host: str) -> bool:
    """Return True if a host, by its name alone, may be outside this network."""
    try:
        return is_public(host)
    except ValueError:
        pass
    last = host.rpartition(".")[2]
    return "." in host and last not in _INNER and not last.isdecimal()


def public_address(host: str, port: int, *, seconds: float = LOOKUP_SECONDS) -> str:
    """Return an address of a host with public addresses only.

    Raises UnknownHostError if it has no address, TimeoutError if no name server answers in time,
    AddressRefusedError if any address is internal.
    """
    addresses = _looked_up(host, port, seconds)
    if not all(is_public(address) for address in addresses):
        raise AddressRefusedError(f"{host} is no public host")
    return addresses[0]


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """Return a host's addresses, resolved in a thread: the system's resolver has no timeout."""
    found: list[str] = []
    errors: list[Exception] = []

    def look_up() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(entry[4][0]) for entry in entries)
        except (OSError, UnicodeError) as error:
            errors.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"nobody said where {host} is")
    error = next(iter(errors), None)
    if isinstance(error, UnicodeError):
        raise AddressRefusedError(f"{host!r} is no name of a host") from error
    if not found:
        raise UnknownHostError(f"{host} has no address") from error
    return found


def is_public(address: str) -> bool:
    """Return True if an IP address is on the public internet. Raises ValueError for no address.

    All special ranges are refused: private, shared, link-local, site-local (`fec0::/10`), loopback,
    multicast, reserved, documentation, and ranges that lead to an address of IPv4.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found not in _UNICAST:
        return False
    if any(found in net for net in _SPECIAL if net.version == found.version):
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
    """Post to an address over TLS.

    Raises AddressRefusedError, OSError if the host gives no answer, or BusyError.
    """
    with _conversation(url, time.monotonic() + seconds, local) as (connection, target):
        connection.request("POST", target, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.read(MOST_READ))


def post_for_status(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = PATIENCE_SECONDS,
    local: Collection[str] = (),
) -> int:
    """Post to an address over TLS and return the status; nothing behind the headers is read.

    Raises as `post` does.
    """
    with _conversation(url, time.monotonic() + seconds, local) as (connection, target):
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse().status


def fetch(
    url: str,
    *,
    most_bytes: int,
    seconds: float,
    bearer: str = "",
    local: Collection[str] = (),
) -> bytes:
    """Return a file fetched over TLS, within a time and a size limit.

    A few redirects are followed, each checked like the first address; a redirect that would carry a
    `bearer` elsewhere is refused. Raises AddressRefusedError, TooLargeError, BusyError, or OSError
    if the host gives no good response.
    """
    until = time.monotonic() + seconds
    headers = {"User-Agent": "Troovon", "Accept": "*/*"}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    for _turn in range(_MOST_REDIRECTS + 1):
        with _conversation(url, until, local) as (connection, target):
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
def _conversation(
    url: str, until: float, local: Collection[str]
) -> Iterator[tuple[PinnedConnection | LocalConnection, str]]:
    """Open a connection to an address's host, within the time and place limits, and close it.

    A socket's timeout applies to each byte only: a slow sender would hold the connection for days.
    """
    _check_may_call()
    host, port, target, is_local = _parts_of(url, local)
    with hosts.calling(f"{host}:{port}"):
        connection = _connection_to(host, port, until, is_local=is_local)
        timer = threading.Timer(max(0.0, until - time.monotonic()), connection.cut)
        timer.daemon = True
        timer.start()
        try:
            yield connection, target
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() >= until:
                raise TimeoutError from error
            if isinstance(error, http.client.HTTPException):
                raise ConnectionError(f"no proper answer: {type(error).__name__}") from error
            raise
        finally:
            timer.cancel()
            connection.close()


def _check_may_call() -> None:
    """Let no page wait for strangers, nor a process that others wait for."""
    if log_context.is_in_request():
        raise CalledHereError("a request called a server of others: a job of the fetcher does")
    if settings.TROOVON_PROCESS in _NEVER_CALL:
        raise CalledHereError(
            f"{settings.TROOVON_PROCESS} called a server of others: its job belongs to the queue"
            " `fetches`"
        )


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
    if time.monotonic() > until:
        raise TimeoutError
    if response.length:  # a truncated file ends like a complete file
        raise ConnectionError("broken off")
    return b"".join(pieces)


def _parts_of(url: str, local: Collection[str]) -> tuple[str, int, str, bool]:
    """Return host, port and request target of an address, and True if it is a `local` host."""
    try:
        parts = urlsplit(url)
        port = parts.port or http.client.HTTPS_PORT
    except ValueError as error:
        raise AddressRefusedError("not an address") from error
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    target = quote(target, safe=_AS_WRITTEN)
    if parts.netloc in local and parts.hostname:
        return parts.hostname, port, target, True
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise AddressRefusedError("not an address over TLS")
    if port not in PORTS:
        raise AddressRefusedError("not the usual port")
    return parts.hostname, port, target, False


def _connection_to(
    host: str, port: int, until: float, *, is_local: bool
) -> PinnedConnection | LocalConnection:
    """Return a connection to a host, not yet made, to the address of its that was judged."""
    if until <= time.monotonic():
        raise TimeoutError
    if is_local:
        return LocalConnection(host, port, timeout=_step(until))
    address = public_address(host, port, seconds=min(LOOKUP_SECONDS, _step(until)))
    return PinnedConnection(host, port, address=address, seconds=_step(until))


def _step(until: float) -> float:
    return max(0.01, min(PATIENCE_SECONDS, until - time.monotonic()))
