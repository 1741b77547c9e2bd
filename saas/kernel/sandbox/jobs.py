"""Jobs of a child, each with its opener and its limits."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple, cast

from saas.kernel.sandbox.wire import Piece

DRAWING = 440

type Opener = Callable[[bytes, dict[str, Any]], Iterator[Piece]]


class Job(NamedTuple):
    """A way to open a file: its function, and limits of address space, CPU, time and response.

    A child that draws has `DRAWING` megabytes, 400 of them real memory at most; any other has 256.
    """

    opener: str
    megabytes: int
    cpu_seconds: int
    seconds: float
    most_out: int  # megabytes

    def load(self) -> Opener:
        """Import the function that opens."""
        module, _dot, name = self.opener.rpartition(".")
        return cast("Opener", getattr(import_module(f"{__package__}.openers.{module}"), name))


JOBS = {
    "sheet": Job("sheets.lines_of", 256, 30, 60.0, 64),
    "statement": Job("statements.statement_of", 256, 10, 20.0, 8),
    "services": Job("services.rows_of", 256, 10, 20.0, 32),
    "feed": Job("feeds.episodes_of", 256, 10, 20.0, 1),
    "assertion": Job("assertions.person_of", 256, 5, 10.0, 1),
    "metadata": Job("assertions.provider_of", 256, 5, 10.0, 1),
    "picture": Job("images.widths_of", DRAWING, 20, 30.0, 16),
    "mail_picture": Job("images.for_mail", DRAWING, 5, 10.0, 1),
    "book": Job("books.chapters_of", DRAWING, 90, 180.0, 200),
    "paper": Job("papers.pages_of", DRAWING, 120, 200.0, 400),
}
