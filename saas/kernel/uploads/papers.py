"""Papers sent as a proof: a PDF, which nothing opens, or a picture, which a job draws again."""

from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.uploads import pictures

MOST_BYTES = 8 * 1024 * 1024
ORIGINAL = "original"
_HEAD, _TAIL = 1024, 2048
_WIDTH = pictures.WIDTHS[-1]


class Paper(NamedTuple):
    """A paper as it is stored: its content, and the end of its file's name."""

    content: bytes
    extension: str


def read_paper(upload: IO[bytes]) -> Paper:
    """Return a paper as it is to be stored. Raises Refused: too large, cut off, another format.

    A PDF stays as it came and is only handed out as a download. A picture is an original until a
    job has drawn it (`drawn`): it keeps its pixels alone.
    """
    upload.seek(0)
    head = upload.read(_HEAD)
    if b"%PDF-" not in head:
        return Paper(pictures.content_of(upload), ORIGINAL)
    upload.seek(0)
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(_("Ce PDF dépasse 8 Mo."), field="paper")
    if b"%%EOF" not in content[-_TAIL:]:
        raise Refused(_("Ce PDF est incomplet : envoyez-le de nouveau."), field="paper")
    return Paper(content, "pdf")


def drawn(content: bytes) -> Paper:
    """Return a picture of a paper as it is handed out. Raises UnfitError or TooHeavyError."""
    return Paper(pictures.draw(content).widths[_WIDTH], "webp")
