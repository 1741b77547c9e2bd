"""Zip archives of strangers: their own metadata is not trusted.

Members are stored or deflated, and no other way: the output of bzip2 and LZMA has no bound. Each
byte is counted during unpacking. Source of the format: PKWARE APPNOTE 6.3.10, 4.3.7.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from saas.kernel.sandbox.verdicts import UnfitError

_LOCAL_HEAD = struct.Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"
_CHUNK = 256 * 1024
_ENCRYPTED = 1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """Archive that unpacks members until their total size exceeds the limit."""

    def __init__(self, content: bytes, *, most_files: int, most_bytes: int) -> None:
        """Read the list of members. Raises UnfitError."""
        self._content, self._left = content, most_bytes
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._all = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnfitError("unreadable") from error
        if len(self._all) > most_files:
            raise UnfitError("too_long")
        if any(member.flag_bits & _ENCRYPTED for member in self._all):
            raise UnfitError("locked")
        if any(member.compress_type not in _METHODS for member in self._all):
            raise UnfitError("unreadable")
        self._members = {member.filename: member for member in self._all}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def check_unpacks(self, forbidden: bytes) -> None:
        """Unpack each member once. Raises UnfitError if they are too much, or hold these words."""
        for member in self._all:
            end = b""
            for chunk in self._chunks(member):
                if forbidden in end + chunk:
                    raise UnfitError("unreadable")
                end = chunk[-len(forbidden) :]

    def read(self, name: str, most_bytes: int) -> bytes:
        """Unpack a member. Raises UnfitError, or KeyError if there is no such member."""
        found = bytearray()
        for chunk in self._chunks(self._members[name]):
            found += chunk
            if len(found) > most_bytes:
                raise UnfitError("too_long")
        return bytes(found)

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._packed(member)
        whole = iter((packed,)) if member.compress_type == zipfile.ZIP_STORED else _inflated(packed)
        checksum = 0
        for chunk in whole:
            self._left -= len(chunk)
            if self._left < 0:
                raise UnfitError("too_long")
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if checksum != member.CRC:
            raise UnfitError("unreadable")

    def _packed(self, member: zipfile.ZipInfo) -> bytes:
        start = member.header_offset
        head = self._content[start : start + _LOCAL_HEAD.size]
        if len(head) < _LOCAL_HEAD.size or not head.startswith(_SIGNATURE):
            raise UnfitError("unreadable")
        _signature, name, extra = _LOCAL_HEAD.unpack(head)
        start += _LOCAL_HEAD.size + name + extra
        return self._content[start : start + member.compress_size]


def _inflated(packed: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not unpacker.eof:
        try:
            yield unpacker.decompress(packed, _CHUNK)
        except zlib.error as error:
            raise UnfitError("unreadable") from error
        packed = unpacker.unconsumed_tail
