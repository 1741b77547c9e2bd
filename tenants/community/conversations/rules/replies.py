"""Rules of replies by mail: the signed address, the mail and its text.

An address identifies a space, a conversation and a person, and is valid for some weeks. It contains
no secret of theirs, works only from that person's mailbox, and expires when they leave.
"""

import base64
import binascii
import datetime as dt
import hmac
import html
import uuid
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.private_pictures import Upload

ADDRESS_DAYS = 30
LONGEST_TEXT = 100_000
MOST_WRAPPED = 3
HEADER_LINES = 5
SMALLEST_INLINE = 30_000  # bytes: under it a picture between the lines is a logo of a signature
PREFIX = "r"
_SALT = "conversations.reply"
_SIZES = (4, 6, 5, 2)  # bytes of space, conversation, person, day: limited by the local part
_MAC_BYTES = 18
_EPOCH = dt.date(2020, 1, 1)
_MESSAGE_KEYS = uuid.UUID(
    "6f1c2c1e-7d0b-5c53-9d0c-3a3f0d5b7f11"
)  # namespace of the keys made from Message-IDs
_AUTOMATIC = {"bulk", "junk", "list", "auto_reply"}
_WROTE = ("a écrit", "wrote", "schrieb", "escribió", "ha scritto", "schreef", "escreveu")
_OPENINGS = ("le ", "on ", "am ", "el ", "il ", "op ", "em ")
_FROM = ("de :", "de\u00a0:", "from:", "von:", "da:", "van:")
_SENT = ("envoyé", "sent:", "date", "gesendet", "inviato", "enviado", "verzonden")
_DEVICES = (
    "envoyé de mon",
    "envoyé depuis",
    "sent from",
    "get outlook for",
    "obtenir outlook",
    "télécharger outlook",
    "von meinem",
)


class ReplyAddress(NamedTuple):
    """The content of a signed address: the person, the conversation and the last valid day."""

    tenant_id: int
    conversation_id: int
    person_id: int
    until: dt.date


class InboundMail(NamedTuple):
    """An inbound mail: its sender, recipients, text and attachments."""

    message_id: str
    sender: str
    recipients: list[str]
    text: str
    files: list[Upload]
    is_automatic: bool


def address_until(at: dt.datetime) -> dt.date:
    """Return the last valid day of an address issued now."""
    return at.date() + dt.timedelta(days=ADDRESS_DAYS)


def write_address(reply: ReplyAddress) -> str:
    """Return the address for a person's replies; empty if inbound mail is not configured."""
    if not settings.INBOUND_MAIL:
        return ""
    numbers = (*reply[:3], (reply.until - _EPOCH).days)
    payload = b"".join(number.to_bytes(size) for number, size in zip(numbers, _SIZES, strict=True))
    token = base64.b32encode(payload + _mac(payload, settings.SECRET_KEY)).decode()
    return f"{PREFIX}{token.rstrip('=').lower()}@{settings.INBOUND_MAIL.domain}"


def read_address(recipients: Iterable[str]) -> ReplyAddress | None:
    """Return the content of our signed address among a mail's recipients, unless it is forged."""
    for recipient in recipients:
        local, _at, domain = recipient.strip().lower().rpartition("@")
        if settings.INBOUND_MAIL and domain == settings.INBOUND_MAIL.domain:
            found = _read(local.removeprefix(PREFIX))
            if found is not None:
                return found
    return None


def _read(token: str) -> ReplyAddress | None:
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    payload, mac = content[: sum(_SIZES)], content[sum(_SIZES) :]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(mac, _mac(payload, key)) for key in keys):
        return None
    numbers, start = [], 0
    for size in _SIZES:
        numbers.append(int.from_bytes(payload[start : start + size]))
        start += size
    tenant, conversation, person, day = numbers
    return ReplyAddress(tenant, conversation, person, _EPOCH + dt.timedelta(days=day))


def _mac(payload: bytes, key: str) -> bytes:
    return salted_hmac(_SALT, payload, secret=key, algorithm="sha256").digest()[:_MAC_BYTES]


def is_automatic(headers: Mapping[str, str | None], envelope_sender: str | None) -> bool:
    """Return True if a machine wrote the mail: it is neither forwarded nor answered."""
    submitted = (headers.get("Auto-Submitted") or "no").split(";")[0].strip().lower()
    precedence = (headers.get("Precedence") or "").strip().lower()
    kind = (headers.get("Content-Type") or "").lower()
    returned = (headers.get("Return-Path") or "").strip()
    return (
        submitted != "no"
        or precedence in _AUTOMATIC
        or "multipart/report" in kind
        or returned == "<>"
        or envelope_sender in {"", "<>"}
        or any(name in headers for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
    )


def key_of(inbound: InboundMail, reply: ReplyAddress) -> uuid.UUID:
    """Return the idempotency key of a mail, the same for each delivery of it."""
    parts = [inbound.message_id or inbound.text, *map(str, reply[:3])]
    return uuid.uuid5(_MESSAGE_KEYS, "\n".join(parts))


def check_inbound_mail(
    inbound: InboundMail, reply: ReplyAddress, *, email: str, at: dt.datetime
) -> None:
    """Refuse a mail from another mailbox than the person's, or to an address that has ended."""
    if inbound.sender.lower() != email.lower():
        raise Refused(
            _(
                "Votre réponse est venue d’une autre adresse que celle de votre compte. "
                "Répondez depuis %(email)s, ou dans votre espace."
            )
            % {"email": email}
        )
    if reply.until < at.date():
        raise Refused(_("Cette adresse de réponse a expiré. Répondez dans votre espace."))


def text_of(plain: str | None, markup: str | None) -> str:
    """Return the plain text of a mail, or its HTML as text if it has no plain text.

    NUL characters are removed: the database refuses them, and the provider would retry for days.
    """
    if plain and plain.strip():
        return plain.replace("\x00", "")
    broken = (markup or "")[:LONGEST_TEXT].replace("<br", "\n<br").replace("</p>", "</p>\n")
    return html.unescape(strip_tags(broken)).replace("\x00", "")


def own_words(text: str) -> str:
    """Return the sender's own text, without the quoted mail and signatures.

    It runs line by line and in linear time, because strangers write mails.
    """
    lines = [line.strip() for line in text[:LONGEST_TEXT].splitlines()]
    own_lines: list[str] = []
    for number, line in enumerate(lines):
        if _begins_the_rest(lines, number):
            break
        if not line.startswith(">") and not line.lower().startswith(_DEVICES):
            own_lines.append(line)
    return "\n".join(own_lines).strip("\n_ ")


def _begins_the_rest(lines: list[str], number: int) -> bool:
    line = lines[number]
    return (
        line == "--"
        or _is_rule_with_words(line)
        or _is_who_wrote(lines, number)
        or (
            line.lower().startswith(_FROM)
            and any(
                other.lower().startswith(_SENT)
                for other in lines[number + 1 : number + HEADER_LINES]
            )
        )
    )


def _is_rule_with_words(line: str) -> bool:
    words = line.strip("-_ ")
    return bool(words) and line.startswith("---") and line.endswith("---")


def _is_who_wrote(lines: list[str], number: int) -> bool:
    """Return True if « Le 3 mars 2026 à 10:12, Troovon <…> a écrit : » begins on this line."""
    if not lines[number].lower().startswith(_OPENINGS):
        return False
    sentence = ""
    for line in lines[number : number + MOST_WRAPPED]:
        sentence = f"{sentence} {line}".lower()
        if not line or line.endswith(":"):
            break
    has_a_date = any(letter.isdigit() for letter in sentence)
    return has_a_date and sentence.endswith(":") and any(verb in sentence for verb in _WROTE)
