"""An EPUB becomes chapters of plain HTML, in a child process with limits."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import UnfitError
from tenants.community.mediastore.rules.files import Unfit

NUMBER = "NUMBER"  # placeholder for a picture's number in its address

type StorePicture = Callable[[bytes], None]


class Chapter(NamedTuple):
    """A chapter: its title, or nothing, and its cleaned HTML."""

    title: str
    html: str


def chapters_of(content: bytes, store: StorePicture, *, address: str) -> Iterator[Chapter]:
    """Yield the chapters of a book, in reading order; `store` keeps each picture, a WebP.

    `address` is where our pages show a picture, with `NUMBER` in it. Raises Unfit or TooHeavyError.
    """
    try:
        for piece in runner.opened("book", content, address=address):
            if piece.content:
                store(piece.content)
            else:
                yield Chapter(str(piece.words["title"]), str(piece.words["html"]))
    except UnfitError as unfit:
        raise Unfit(unfit.reason) from unfit
