"""Progress for people, on standard error: standard output is for programs."""

import contextlib
import sys
import time
from collections.abc import Iterator

from infra.local.processes import Child, finish
from infra.local.words import Sentence

WIDTH = 46


class Progress:
    """Steps with a tick and their seconds, in the language of the person."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._live = sys.stderr.isatty()

    def say(self, sentence: Sentence) -> None:
        """Print a line."""
        self.write(f"{sentence.in_(self.lang)}\n")

    def write(self, text: str) -> None:
        """Show text as it is."""
        sys.stderr.write(text)
        sys.stderr.flush()

    @contextlib.contextmanager
    def step(self, fr: str, en: str) -> Iterator[None]:
        """Show that something takes time, and then how long it took."""
        label = Sentence(fr, en).in_(self.lang)
        began = time.monotonic()
        if self._live:
            self.write(f"  · {label} …")
        try:
            yield
        except BaseException:
            self._end("✗", label, began)
            raise
        self._end("✓", label, began)

    @contextlib.contextmanager
    def long_step(self, fr: str, en: str) -> Iterator[None]:
        """Show a long step that prints its own progress meanwhile."""
        label = Sentence(fr, en).in_(self.lang)
        began = time.monotonic()
        self.write(f"  · {label} …\n")
        yield
        self._end("✓", label, began, overwrite=False)

    def follow(self, child: Child, *, seconds: float) -> None:
        """Show the lines that a program writes to its log, until it has succeeded."""
        shown = 0
        deadline = time.monotonic() + seconds
        while not child.has_ended() and time.monotonic() < deadline:
            time.sleep(0.1)
            shown += self._show_lines(child, after=shown)
        finish(child, seconds=0.1)  # how it failed is told by the end of its log
        self._show_lines(child, after=shown)

    def _show_lines(self, child: Child, *, after: int) -> int:
        """Show whole lines, but neither the product's own log, which is JSON, nor a trace."""
        lines = child.log.read_text(errors="replace").splitlines(keepends=True)[after:]
        whole = [line for line in lines if line.endswith("\n")]
        for line in whole:
            if not line.startswith(("{", "Traceback", " ")):
                self.write(f"      {line}")
        return len(whole)

    def _end(self, sign: str, label: str, began: float, *, overwrite: bool = True) -> None:
        home = "\r" if self._live and overwrite else ""
        self.write(f"{home}  {sign} {label:<{WIDTH}} {time.monotonic() - began:5.1f} s\n")
