"""Papers sent as a proof: a PDF, which nothing here opens, or a picture, drawn again."""

from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.uploads import pictures

MOST_BYTES = 8 * 1024 * 1024
_HEAD, _TAIL = 1024, 2048
_WIDTH = pictures.WIDTHS[-1]


class Paper(NamedTuple):
    """A paper as it is stored: its content, and the end of its file's name."""

    content: bytes
    extension: str


def read_paper(upload: IO[bytes]) -> Paper:
    """Return a paper as it is to be stored. Raises Refused: too large, cut off, another format.

    A PDF stays as it came and is only handed out as a download. A picture keeps its pixels alone.
    """
    upload.seek(0)
    head = upload.read(_HEAD)
    if b"%PDF-" not in head:
        return Paper(pictures.read(upload).widths[_WIDTH], "webp")
    upload.seek(0)
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refused(_("Ce PDF dépasse 8 Mo."), field="paper")
    if b"%%EOF" not in content[-_TAIL:]:
        raise Refused(_("Ce PDF est incomplet : envoyez-le de nouveau."), field="paper")
    return Paper(content, "pdf")
