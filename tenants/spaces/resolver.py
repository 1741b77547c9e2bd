"""Resolvers of DNS: the DNS itself, or a local file in its place."""

import json
from typing import Protocol, cast

import dns.exception
import dns.resolver
from django.conf import settings
from django.utils.module_loading import import_string

SECONDS = 5.0


class CannotAskError(Exception):
    """DNS did not respond: the presence of a text is unknown."""


class Resolver(Protocol):
    """A source of the TXT records of a name."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, possibly empty. Raises CannotAskError."""


class DnsResolver:
    """The resolver of this machine."""

    def texts(self, name: str) -> list[str]:
        """Ask the DNS, for some seconds at most."""
        try:
            answer = dns.resolver.Resolver().resolve(name, "TXT", lifetime=SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise CannotAskError(str(error)) from error
        return [b"".join(record.strings).decode(errors="replace") for record in answer]


class FileResolver:
    """A DNS for trying things out: `dns.json` in the data directory, names with their texts."""

    def texts(self, name: str) -> list[str]:
        """Return the texts in the file, read each time. Raises CannotAskError without a file."""
        try:
            written = json.loads((settings.DATA_DIR / "dns.json").read_text())
        except (OSError, ValueError) as error:
            raise CannotAskError(str(error)) from error
        return [str(text) for text in written.get(name, [])]


def resolver() -> Resolver:
    """Return the resolver of the settings."""
    return cast("Resolver", import_string(settings.DNS_RESOLVER)())
