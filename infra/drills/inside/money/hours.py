"""The drill's time: the simulator's clock leads, and the product's clock follows it."""

import datetime as dt

from django.utils import timezone

from infra.demo import levers

_machine = timezone.now
_ahead = dt.timedelta(0)


def follow() -> None:
    """Let this process, and all that it forks, live by the simulator's clock."""
    _note(levers.pull("clock/advance", seconds="1"))
    timezone.now = lambda: _machine() + _ahead


def advance(**step: str) -> dt.datetime:
    """Let days, hours or seconds pass at Stripe and here; returns the new moment."""
    _note(levers.pull("clock/advance", **step))
    return timezone.now()


def _note(answer: dict[str, object]) -> None:
    global _ahead  # noqa: PLW0603 - one process has one time
    _ahead = dt.timedelta(seconds=int(str(answer["offset_seconds"])))
