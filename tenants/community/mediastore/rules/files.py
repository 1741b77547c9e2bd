"""Rules of files: accepted contents and sizes, and the reasons for a rejection."""

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

MEGABYTE = 1024 * 1024
MOST_UPLOAD = 80 * MEGABYTE
MOST_RECORDING = 80 * MEGABYTE
MOST_ATTEMPTS = 2  # to open a file
TOO_HEAVY = "too_heavy"
PDF, EPUB = "application/pdf", "application/epub+zip"
_MP4_SOUND = (b"M4A ", b"M4B ")
_LARGE = {
    "press": (PDF, EPUB),
    "guide": (PDF, EPUB),
    "book": (EPUB, PDF),
    "video": ("video/mp4", "video/webm"),
}


class Unfit(Exception):  # noqa: N818 - a verdict over a file, told in words
    """A file or a feed that the shelf does not accept; `reason` is a key of `wording`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_CONTAINER = b"META-INF/container.xml"


def type_of(content: bytes) -> str:
    """Return a file's type from its bytes, not its name; empty if not supported."""
    head = content[:1024]
    if head.lstrip().startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):  # readers open those too whose first entry is another
        is_book = b"mimetypeapplication/epub+zip" in head or _CONTAINER in content
        return EPUB if is_book else ""
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:12] in _MP4_SOUND else "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return "video/webm"
    return _sound_type_of(head)


def _sound_type_of(head: bytes) -> str:
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    return ""


def check_may_be_opened_again(failure: str) -> None:
    """Refuse to open a file again that used up the memory or the time of two tries."""
    if failure == TOO_HEAVY:
        raise Refused(
            _("Ce fichier a été essayé deux fois\u00a0: retirez-le, puis ajoutez-en un plus léger.")
        )


def check_upload(kind: str, head: bytes, size: int) -> None:
    """Raise Refused if a file is too large, or of the wrong type for this kind of medium."""
    if size > MOST_UPLOAD:
        raise Refused(
            _("Ce fichier dépasse %(limit)d Mo.") % {"limit": MOST_UPLOAD // MEGABYTE},
            field="file",
        )
    if type_of(head) in _LARGE.get(kind, ()):
        return
    if kind == "video":
        sentence = _("Un film est un fichier MP4 ou WebM : les autres ne se lisent pas partout.")
    else:
        sentence = _("Ce fichier n’est ni un PDF ni un EPUB, quel que soit son nom.")
    raise Refused(sentence, field="file")
