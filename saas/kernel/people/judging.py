"""Hooks for moderation to judge and hide an app's objects."""

import datetime as dt
from collections.abc import Callable

from saas.kernel import hooks
from saas.kernel.hooks import Hiding, Judged


def let_judge(
    room: str,
    kind: str,
    *,
    judge: Callable[[str, str], Judged | None],
    hide: Callable[..., None],
) -> None:
    """Register the functions for moderation to judge and hide an app's objects of a kind."""

    def conceal_own(hiding: Hiding, at: dt.datetime) -> None:
        if hiding.kind == kind:
            hide(reference=hiding.reference, hidden=hiding.hidden, at=at)

    hooks.judged.offer(room, judge)
    hooks.conceal.offer(room, conceal_own)
