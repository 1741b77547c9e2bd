"""E-mails: text and HTML in a single language, and the folder for the demo's mails."""

import contextlib
import datetime as dt
import json
import re
import smtplib
import textwrap
import uuid
from collections.abc import Iterator, Mapping, Sequence
from email.message import MIMEPart
from email.utils import make_msgid
from pathlib import Path
from typing import Any, NamedTuple

from anymail.exceptions import AnymailRecipientsRefused  # type: ignore[import-untyped]
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from saas.kernel import schema
from saas.kernel.watching import metrics

_LINK = re.compile(r"https?://[^\s<>\"')]+")
# Line ends and control characters, not allowed in a subject; printable spaces stay.
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_LONGEST_SUBJECT = 60
MOST_ERRORS = 5
_PERMANENT = 500


class Attachment(NamedTuple):
    """A file that goes with a message."""

    name: str
    content: bytes
    kind: str
    cid: str = ""  # of a picture that the HTML part shows

    def add_to(self, message: EmailMultiAlternatives) -> None:
        """Attach the file; a picture of the HTML part is addressed by its Content-ID."""
        if not self.cid:
            message.attach(self.name, self.content, self.kind)
            return
        part = MIMEPart()
        main, _slash, sub = self.kind.partition("/")
        part.set_content(
            self.content,
            maintype=main,
            subtype=sub,
            disposition="inline",
            filename=self.name,
            cid=f"<{self.cid}>",
        )
        message.attach(part)


class AddressRefusedError(smtplib.SMTPRecipientsRefused):
    """The server refused the recipient; neither its text nor a trace holds the address."""

    def __init__(self, code: int, *, is_permanent: bool) -> None:
        super().__init__({})
        self.code, self.is_permanent = code, is_permanent

    def __str__(self) -> str:
        return (
            f"an address was refused {'for good' if self.is_permanent else 'for now'}: {self.code}"
        )


@contextlib.contextmanager
def _counted() -> Iterator[None]:
    outcome = "failed"
    try:
        yield
        outcome = "sent"
    except AddressRefusedError:
        outcome = "refused"
        raise
    finally:
        metrics.count(metrics.MAILS, outcome)


@contextlib.contextmanager
def _without_address() -> Iterator[None]:
    """Raise AddressRefusedError in place of errors that carry the recipient's address."""
    try:
        yield
    except AnymailRecipientsRefused:
        refusal = AddressRefusedError(0, is_permanent=True)
    except smtplib.SMTPRecipientsRefused as error:
        answers = list(error.recipients.values())
        permanent = bool(answers) and all(_is_permanent(*answer) for answer in answers)
        code = answers[0][0] if answers else 0
        refusal = AddressRefusedError(code, is_permanent=permanent)
    else:
        return
    raise refusal from None


def _is_permanent(code: int, text: bytes) -> bool:
    """Return True if no later mail will be taken at the address.

    5.7 is a policy: it concerns us or the relay, and a change of settings ends it.
    """
    return code >= _PERMANENT and not re.match(rb"5\.7\.", text)


def send(
    *,
    to: str,
    template: str,
    language: str,
    context: dict[str, Any],
    attachments: Sequence[Attachment] = (),
    headers: Mapping[str, str] | None = None,
    reply_to: str = "",
    through: BaseEmailBackend | None = None,
) -> None:
    """Send `emails/<template>/{subject.txt,body.txt,body.html}` to a person in their language.

    Headers mark it as automatic, so that no auto-reply is sent. The mail provider gets the name of
    the space: a bounce returns it. Many mails share a single connection with `through`.
    """
    with translation.override(language):
        subject = _BREAKS.sub(" ", render_to_string(f"emails/{template}/subject.txt", context))
        subject = subject.strip(" ")
        message = EmailMultiAlternatives(
            subject=textwrap.fill(subject, _LONGEST_SUBJECT, max_lines=1, placeholder="…"),
            body=render_to_string(f"emails/{template}/body.txt", context),
            to=[to],
            reply_to=[reply_to] if reply_to else None,
            headers={
                "Auto-Submitted": "auto-generated",
                "Message-ID": make_msgid(domain=settings.MAIL_MESSAGE_HOST),
                **(headers or {}),
            },
        )
        message.metadata = {"space": schema.current()}  # type: ignore[attr-defined]
        message.attach_alternative(
            render_to_string(f"emails/{template}/body.html", {**context, "subject": subject}),
            "text/html",
        )
        for attachment in attachments:
            attachment.add_to(message)
        with _counted(), _without_address():
            if through is None:
                message.send()
            else:
                through.send_messages([message])


@contextlib.contextmanager
def connected() -> Iterator[BaseEmailBackend]:
    """Open a connection for many mails, and close it at the end."""
    backend: BaseEmailBackend = mailers.default
    backend.open()
    try:
        yield backend
    finally:
        backend.close()


class Failures:
    """Failures among many mails: a refused mail does not stop the others, a dead server does."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    @contextlib.contextmanager
    def one_by_one(self, connection: BaseEmailBackend | None = None) -> Iterator[None]:
        """Send a mail; its failure is kept for the end, until too many have failed."""
        try:
            yield
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            if connection is not None:
                connection.close()
            self.errors.append(error)
            if len(self.errors) >= MOST_ERRORS:
                raise

    def report(self) -> None:
        """Raise the first of the failures, now that all others have left."""
        if self.errors:
            raise self.errors[0]


class NoMailHereError(OSError):
    """Attempt to send a mail in a process without a mail password: the worker sends mails."""


class NoMailBackend(BaseEmailBackend):
    """The mailer of a process that sends no mails."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Refuse to send."""
        raise NoMailHereError(f"{len(email_messages)} mails: {NoMailHereError.__doc__}")


class OutboxBackend(BaseEmailBackend):
    """Keeps each message as a file in a folder; nothing leaves the machine."""

    def __init__(self, *, folder: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages, each complete before it can be seen."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            stored = _as_stored(message)
            path = self.folder / f"{stored['id']}.json"
            part = path.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_text(json.dumps(stored, ensure_ascii=False))
            part.rename(path)
        return len(email_messages)


def _as_stored(message: EmailMessage) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC)
    alternatives = getattr(message, "alternatives", [])
    text = str(message.body)
    return {
        "id": f"{now:%Y%m%d%H%M%S%f}-{uuid.uuid4().hex[:8]}",
        "to": list(message.to),
        "reply_to": list(message.reply_to),
        "subject": str(message.subject),
        "text": text,
        "html": str(alternatives[0][0]) if alternatives else "",
        "links": _LINK.findall(text),
        "headers": {name: str(value) for name, value in message.extra_headers.items()},
        "at": now.isoformat(),
    }
