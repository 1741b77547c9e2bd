"""Mails as a mail provider hands them in, behind anymail's interface."""

import importlib
import logging
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from typing import Any

from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailConfigurationError,
    AnymailError,
)
from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from anymail.webhooks.base import AnymailBasicAuthMixin  # type: ignore[import-untyped]
from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from saas.environment import InboundMail
from saas.kernel.private_pictures import Upload
from tenants.community.conversations.rules import replies

log = logging.getLogger(__name__)
# All exceptions that parsers raise for a mail with broken headers or charsets, or nested too deep.
_UNREADABLE = (
    *(AnymailError, MessageError, ValueError, LookupError, TypeError, AttributeError),
    RecursionError,
)
# Python's parser compares each line with the boundary of each enclosing part, and reads a list of
# addresses in the square of its length: a megabyte of either held a thread for a minute.
MOST_BOUNDARIES, MOST_LINES, MOST_COMPARED = 500, 600_000, 20_000_000
LONGEST_HEADER, MOST_HEADERS = 32 * 1024, 500


class BoundedMessage(AnymailInboundMessage):  # type: ignore[misc]
    """A mail whose parsing costs little, whatever a stranger wrote. Raises ValueError otherwise."""

    @classmethod
    def parse_raw_mime_bytes(cls, b: bytes) -> Any:
        """Parse a mail with a limited number of lines and boundaries."""
        lines = max(b.count(b"\n"), b.count(b"\r"))
        boundaries = max(b.count(b"\n--"), b.count(b"\r--"))
        is_usual = boundaries <= MOST_BOUNDARIES and lines <= MOST_LINES
        if not is_usual or lines * boundaries > MOST_COMPARED:
            raise ValueError("a mail with too many lines or boundaries")
        return super().parse_raw_mime_bytes(b)

    @classmethod
    def parse_raw_mime_chunks(cls, chunks: Iterable[bytes]) -> Any:
        """Parse a mail that comes in pieces."""
        return cls.parse_raw_mime_bytes(b"".join(chunks))

    def set_raw(self, name: str, value: Any) -> None:
        """Store a parsed header of limited length."""
        self._check_header(value)
        super().set_raw(name, value)

    def __setitem__(self, name: str, value: Any) -> None:
        self._check_header(value)
        super().__setitem__(name, value)

    def _check_header(self, value: Any) -> None:
        if len(str(value)) > LONGEST_HEADER or len(self) >= MOST_HEADERS:
            raise ValueError("a mail with too many or too long headers")


def answer(request: HttpRequest, provider: InboundMail) -> HttpResponseBase:
    """Let anymail check and parse the provider's request; each mail is then sent as a signal.

    JSON is read here, because Django would refuse bodies larger than a form, and this address has
    its own limit. The body is read only after the provider's secret is checked. A mail that cannot
    be read is answered with 200 and dropped: after an error the provider retries for days.
    """
    view = _tolerant(_webhook(provider.provider))(**provider.options)
    view.setup(request)
    AnymailBasicAuthMixin.validate_request(view, request)
    if request.content_type == "application/json":
        request._body = request.read()  # noqa: SLF001 - as `body` does
    return view.dispatch(request)


def _tolerant(view: type[Any]) -> type[View]:
    class TolerantView(view):  # type: ignore[misc]
        """A provider's view that drops a body without a valid mail."""

        def parse_events(self, request: HttpRequest) -> list[Any]:
            """Return the mails that a body holds."""
            try:
                events: list[Any] = super().parse_events(request)
            except AnymailConfigurationError:
                raise
            except _UNREADABLE as error:
                log.warning("a mail cannot be read: %s", type(error).__name__)
                return []
            return events

    return TolerantView


def read_mail(message: AnymailInboundMessage) -> replies.InboundMail | None:
    """Return a mail as plain values if it can be read."""
    try:
        return _inbound_mail_of(message)
    except _UNREADABLE as error:
        log.warning("a mail cannot be read: %s", type(error).__name__)
        return None


def _inbound_mail_of(message: AnymailInboundMessage) -> replies.InboundMail:
    senders = list(_addresses(message, "from"))
    recipients = [message.envelope_recipient or "", *_addresses(message, "to", "cc")]
    return replies.InboundMail(
        message_id=str(message["Message-ID"] or "").strip(),
        sender=senders[0] if len(senders) == 1 else "",  # several: sender is unknown
        recipients=recipients,
        text=replies.text_of(message.text, message.html),
        files=list(_files(message)),
        is_automatic=replies.is_automatic(message, message.envelope_sender),
    )


def _webhook(provider: str) -> type[View]:
    """Return anymail's view for a provider's mails. Raises ImportError for an unknown provider."""
    module = importlib.import_module(f"anymail.webhooks.{provider}")
    vars(module)["AnymailInboundMessage"] = BoundedMessage  # by which each of them parses
    for name, view in vars(module).items():
        if name.endswith("InboundWebhookView") and view.__module__ == module.__name__:
            found: type[View] = view
            return found
    raise ImportError(f"anymail takes no letters from {provider}")


def _addresses(message: AnymailInboundMessage, *headers: str) -> Iterator[str]:
    for header in headers:
        try:
            yield from (address.addr_spec for address in message.get_address_header(header))
        except AnymailError:  # an invalid address leads nowhere
            continue


def _files(message: AnymailInboundMessage) -> Iterator[Upload]:
    for part in [*message.attachments, *message.inlines]:
        if part.is_multipart():
            continue
        content = part.get_content_bytes() or b""
        # Some providers give each file an empty Content-ID, which anymail takes for inline.
        between_lines = part.is_inline() and str(part["Content-ID"] or "").strip("<> ")
        if not between_lines or len(content) >= replies.SMALLEST_INLINE:
            yield ContentFile(content, name=part.get_filename() or part.get_content_type())
