"""Pages that strangers may ask for in a crowd, and that cost more than others: they take turns.

`saas.serving` reads the mark of `takes_turn` before a thread takes the request.
"""

import functools
from collections.abc import Callable

from saas.kernel.web.view_marks import is_marked


def takes_turn[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view with few concurrent requests, networks by turns; other views do not wait."""

    @functools.wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    answer.takes_turn = True  # type: ignore[attr-defined]
    return answer


def is_turn_address(path: str, urlconf: str) -> bool:
    """Return True if the view of an address is marked as taking turns."""
    return is_marked(path, urlconf, "takes_turn")
