"""The virus scanner of an installation, named by the setting VIRUS_SCANNER."""

import io
import socket
import struct
from typing import Protocol, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from tenants.community.mediastore.rules.files import Unfit

_PIECE = 64 * 1024
_PATIENCE_SECONDS = 60.0
# The harmless file for testing virus scanners: EICAR, Anti-Malware Testfile (2003).
_TRIAL = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(Protocol):
    """A virus scanner."""

    def is_clean(self, content: bytes) -> bool:
        """Return True if no virus was found. Raises OSError if the file could not be scanned."""
        ...


def check(content: bytes) -> None:
    """Raise Unfit if this installation's scanner finds a virus, OSError if it cannot scan."""
    scanner = cast("Scanner", import_string(settings.VIRUS_SCANNER)())
    if not scanner.is_clean(content):
        raise Unfit("virus")


class TrialScanner:
    """A scanner that only recognises the test file: for installations without a real scanner."""

    def is_clean(self, content: bytes) -> bool:
        """Look for the trial file, and for nothing else."""
        return _TRIAL not in content


class ClamScanner:
    """The daemon of ClamAV, asked by its command INSTREAM (man clamd) at VIRUS_SCANNER_URL."""

    def is_clean(self, content: bytes) -> bool:
        """Send the file to the scanner in pieces, and read its reply of a single line."""
        parts = urlsplit(settings.VIRUS_SCANNER_URL)
        address = (parts.hostname or "127.0.0.1", parts.port or 3310)
        with socket.create_connection(address, _PATIENCE_SECONDS) as connection:
            connection.sendall(b"zINSTREAM\0")
            source = io.BytesIO(content)
            while piece := source.read(_PIECE):
                connection.sendall(struct.pack("!I", len(piece)) + piece)
            connection.sendall(struct.pack("!I", 0))
            connection.shutdown(socket.SHUT_WR)
            with connection.makefile("rb") as answered:
                answer = answered.read(_PIECE).rstrip(b"\0\n")
        if answer.endswith(b" FOUND"):
            return False
        if answer != b"stream: OK":
            raise OSError("the scanner could not look")
        return True
