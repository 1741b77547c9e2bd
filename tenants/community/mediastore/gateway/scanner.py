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
# The harmless file by which scanners are tried: EICAR, Anti-Malware Testfile (2003).
_TRIAL = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(Protocol):
    """Somebody who judges a file."""

    def is_clean(self, content: bytes) -> bool:
        """Say whether nothing bad was found. Raises OSError where nobody could look."""
        ...


def check(content: bytes) -> None:
    """Refuse what the scanner of this installation finds. Raises Unfit, or OSError."""
    scanner = cast("Scanner", import_string(settings.VIRUS_SCANNER)())
    if not scanner.is_clean(content):
        raise Unfit("virus")


class TrialScanner:
    """Knows the one file by which scanners are tried: for installations without a scanner."""

    def is_clean(self, content: bytes) -> bool:
        """Look for the trial file, and for nothing else."""
        return _TRIAL not in content


class ClamScanner:
    """The daemon of ClamAV, asked by its command INSTREAM (man clamd) at VIRUS_SCANNER_URL."""

    def is_clean(self, content: bytes) -> bool:
        """Send the file in pieces, and read one line."""
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
