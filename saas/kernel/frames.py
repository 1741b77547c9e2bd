"""One piece of memory for the frames of deep calls.

Python keeps the frames of a thread in chunks of 16 KiB. The one that Debian ships, 3.13.5, gives a
chunk back to the system as soon as the call that began it returns, so a loop that stands at the
edge of one has memory mapped, cleared and unmapped with each call (python/cpython#142183). Pages
met such edges some hundred times each: up to a third of their CPU.
"""

from collections.abc import Callable

# A frame begins a chunk that holds it twice, rounded to a power of two; what it leaves is for the
# frames of its calls, and nobody touches the rest. A page takes some 60 KiB.
_WORDS = 33_000  # of 8 bytes: 258 of 512 KiB


def run_in_one_piece[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run some work, with room beside its frame for those of all that it calls."""
    return work(*args, **kwargs)


run_in_one_piece.__code__ = run_in_one_piece.__code__.replace(co_stacksize=_WORDS)
