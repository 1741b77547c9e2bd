"""Texts in the encodings that programs in France write."""

from saas.kernel.sandbox.verdicts import UnfitError

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PROBED = 200
_ASCII = 128
# Bytes of the letters that French names have, in both encodings.
_FRENCH = "éèêëàâçôîïùûÉÈÀÇ"
_MAC_BYTES = [letter.encode("mac_roman") for letter in _FRENCH]
_WINDOWS_BYTES = [letter.encode("cp1252") for letter in _FRENCH]


def decoded(content: bytes) -> str:
    """Return a text by the encoding that it names, else as programs in France write."""
    for kind in _encodings(content):
        try:
            return content.decode(kind)
        except UnicodeDecodeError:
            continue
    raise UnfitError("unreadable")


def _encodings(content: bytes) -> tuple[str, ...]:
    """Return the encodings to try: programs of a Macintosh write MacRoman, others Windows-1252."""
    if content.startswith(_UTF_16):
        return ("utf-16",)
    start = content[:_PROBED]
    if start.count(0) * 3 > len(start):  # every second byte of a text in Latin letters
        return ("utf-16-le",) if start[1:2] == b"\0" else ("utf-16-be",)
    is_mac = sum(map(content.count, _MAC_BYTES)) > sum(map(content.count, _WINDOWS_BYTES))
    is_mac = is_mac and sum(byte < _ASCII for byte in start) * 2 > len(start)
    return ("utf-8-sig", "mac_roman" if is_mac else "cp1252")


# Loads each codec, which a locked child cannot.
for _text in (b"\xff\xfea\0", b"\xef\xbb\xbfa", b"\xe9", b"Ren\x8e", b"a\0b\0", b"\0a\0b"):
    decoded(_text)
