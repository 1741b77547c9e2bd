"""The interface of an approved platform, and the platform of the settings."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


class Deposit(NamedTuple):
    """A document to deposit; a repeated deposit with the same key is the same deposit."""

    key: str
    name: str
    syntax: str
    content: bytes
    sha256: str


class Update(NamedTuple):
    """A status that a platform reports about a document, with its reason if it has one."""

    platform_id: str
    code: str
    reason: str = ""


class Supplied(NamedTuple):
    """An invoice that a supplier sent us."""

    platform_id: str
    name: str
    siren: str
    number: str
    gross_cents: int
    content: bytes  # empty: its file is too large or damaged, and stays at the platform


class PlatformAwayError(Exception):
    """The platform gave no usable answer: the same request is repeated later."""


class PlatformRefusedError(Exception):
    """The platform answered that the document is wrong; the text is its reason."""


class Platform(Protocol):
    """An approved platform (plateforme agréée). Each method may raise PlatformAwayError."""

    def deposit(self, deposit: Deposit) -> str:
        """Deposit a document, once for its key, and return its id. Raises PlatformRefusedError."""

    def updates(self, since: dt.datetime, /) -> list[Update]:
        """Return the statuses reported since a moment, oldest first."""

    def supplied(self, since: dt.datetime, /) -> Iterable[Supplied]:
        """Return the invoices of suppliers that arrived since a moment."""

    def report(self, platform_id: str, code: str, *, reason: str, key: str) -> None:
        """Report our status of a document, once for its key. Raises PlatformRefusedError."""


def is_connected() -> bool:
    """Return True if the installation has a platform; a web process has no key of it."""
    is_stand_in = settings.EINVOICING_PLATFORM != settings.EINVOICING_API
    return bool(settings.EINVOICING_API_BASE) or is_stand_in


def platform() -> Platform:
    """Return the platform of the settings."""
    return cast("Platform", import_string(settings.EINVOICING_PLATFORM)())
