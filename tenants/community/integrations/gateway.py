"""The one way in which a space speaks to an address outside: once, briefly, to the open internet.

The name is resolved here and the connection is made to the address that was found good, so that
no second answer of a name server leads elsewhere. No redirect is followed, and the whole of it
ends within some seconds, however slowly the receiver speaks.
"""

import http.client
import re
import time
from urllib.parse import urlsplit

import certifi
from django.conf import settings
from urllib3 import exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from saas.kernel.web import outgoing
from tenants.community.integrations import rules
from tenants.community.integrations.queries import WebhookRequest

CONNECT_SECONDS = 3  # for each step of connecting
WHOLE_SECONDS = 8
MOST_HEAD = 4096
_REDIRECTS = range(300, 400)


def send(webhook_request: WebhookRequest) -> rules.Outcome:
    """Post a webhook request once, and say what came of it. Raises nothing."""
    began = time.monotonic()
    status, failure = None, ""
    try:
        status = _post(webhook_request)
        failure = "redirect" if status in _REDIRECTS else ""
    except outgoing.UnknownHostError:
        failure = "unknown"
    except outgoing.AddressRefusedError:
        failure = "internal"
    except (exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        slow = time.monotonic() - began >= CONNECT_SECONDS
        failure = "slow" if slow else _kind_of(error)
    return rules.Outcome(status, failure, round((time.monotonic() - began) * 1000))


def _post(webhook_request: WebhookRequest) -> int:
    until = time.monotonic() + WHOLE_SECONDS
    parts = urlsplit(webhook_request.url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        path = parts._replace(scheme="", netloc="").geturl() or "/"
        headers = webhook_request.headers | {"Host": parts.netloc}
        connection.request("POST", path, body=webhook_request.body, headers=headers)
        return _status_from(connection, until)
    finally:
        connection.close()


def _status_from(connection: HTTPConnection, until: float) -> int:
    """Read the status and nothing more: a receiver that drips holds nobody beyond its time."""
    head = b""
    while len(head) < MOST_HEAD and (left := until - time.monotonic()) > 0:
        connection.sock.settimeout(left)
        part = connection.sock.recv(MOST_HEAD)
        head += part
        # A status of the hundreds only says that another comes.
        if found := re.search(rb"^HTTP/1\.[01] ([2-5]\d\d)[ \r]", head, re.MULTILINE):
            return int(found[1])
        if not part:
            raise ValueError("no answer of HTTP")
    raise TimeoutError


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    """Return a connection to the one address that a name was found to have."""
    if f"{host}:{port}" in settings.WEBHOOK_LOCAL_RECEIVERS:
        return HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    if scheme != "https":
        raise outgoing.AddressRefusedError(host)
    name = host.encode("idna").decode()
    return HTTPSConnection(
        outgoing.public_address(name, port or 443),
        port or 443,
        timeout=CONNECT_SECONDS,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        server_hostname=name,
        assert_hostname=name,
    )


def _kind_of(error: Exception) -> str:
    if isinstance(error, exceptions.SSLError):
        return "tls"
    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return "slow"
    return "connection"
