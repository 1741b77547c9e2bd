"""How a room lets moderation judge and hide what it has."""

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
    """Let moderation judge and hide what a room has of one kind."""

    def conceal_own(hiding: Hiding, at: dt.datetime) -> None:
        if hiding.kind == kind:
            hide(reference=hiding.reference, hidden=hiding.hidden, at=at)

    hooks.judged.offer(room, judge)
    hooks.conceal.offer(room, conceal_own)
