"""A PDF becomes pictures of its pages with their text, in a child process with limits."""

from collections.abc import Iterator
from typing import NamedTuple

from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import UnfitError
from tenants.community.mediastore.rules.files import Unfit


class Page(NamedTuple):
    """A page as a WebP picture, and the words on it."""

    picture: bytes
    width: int
    height: int
    text: str


def pages_of(content: bytes) -> Iterator[Page]:
    """Yield the pages of a PDF in their order. Raises Unfit or TooHeavyError."""
    try:
        for words, picture in runner.opened("paper", content):
            yield Page(picture, int(words["width"]), int(words["height"]), str(words["text"]))
    except UnfitError as unfit:
        raise Unfit(unfit.reason) from unfit
