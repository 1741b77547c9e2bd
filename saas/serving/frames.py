"""A single chunk of memory for the frames of deep calls.

Python keeps the frames of a thread in chunks of 16 KiB. Debian's version, 3.13.5, returns a chunk
to the system as soon as the call that allocated it returns, so a loop at the edge of a chunk has
memory mapped, cleared and unmapped with each call (python/cpython#142183). Pages met such edges
some hundred times each: up to a third of their CPU.
"""

from collections.abc import Callable

# A frame allocates a chunk of twice its size, rounded to a power of two; the rest of the chunk
# serves the frames of its calls, and unused memory is never touched. A page takes some 60 KiB.
_WORDS = 33_000  # of 8 bytes: 258 of 512 KiB


def run_in_one_piece[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run some work, with room beside its frame for those of all that it calls."""
    return work(*args, **kwargs)


run_in_one_piece.__code__ = run_in_one_piece.__code__.replace(co_stacksize=_WORDS)
