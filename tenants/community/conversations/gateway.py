"""Mails as a mail provider hands them in, behind anymail's interface."""

import importlib
from collections.abc import Iterator

from anymail.exceptions import AnymailError  # type: ignore[import-untyped]
from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from anymail.webhooks.base import AnymailBasicAuthMixin  # type: ignore[import-untyped]
from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from saas.environment import InboundMail
from saas.kernel.private_pictures import Upload
from tenants.community.conversations.rules import replies


def answer(request: HttpRequest, provider: InboundMail) -> HttpResponseBase:
    """Let anymail check and read what our provider posts; each mail is then a signal.

    JSON is read here: Django would refuse more than a form's fields, and its address has a limit.
    From whoever does not show the provider's secret nothing is taken into memory.
    """
    view = _webhook(provider.provider)(**provider.options)
    view.setup(request)
    AnymailBasicAuthMixin.validate_request(view, request)
    if request.content_type == "application/json":
        request._body = request.read()  # noqa: SLF001 - as `body` does
    return view.dispatch(request)


def inbound_mail_of(message: AnymailInboundMessage) -> replies.InboundMail:
    """Return a mail as plain values."""
    recipients = [message.envelope_recipient or "", *_addresses(message, "to", "cc")]
    return replies.InboundMail(
        message_id=str(message["Message-ID"] or "").strip(),
        sender=next(iter(_addresses(message, "from")), ""),
        recipients=recipients,
        text=replies.text_of(message.text, message.html),
        files=list(_files(message)),
        is_automatic=replies.is_automatic(message, message.envelope_sender),
    )


def _webhook(provider: str) -> type[View]:
    """Return anymail's view for a provider's mails. Raises ImportError for an unknown one."""
    module = importlib.import_module(f"anymail.webhooks.{provider}")
    for name, view in vars(module).items():
        if name.endswith("InboundWebhookView") and view.__module__ == module.__name__:
            found: type[View] = view
            return found
    raise ImportError(f"anymail takes no letters from {provider}")


def _addresses(message: AnymailInboundMessage, *headers: str) -> Iterator[str]:
    for header in headers:
        try:
            yield from (address.addr_spec for address in message.get_address_header(header))
        except AnymailError:  # what is no address leads nowhere
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
