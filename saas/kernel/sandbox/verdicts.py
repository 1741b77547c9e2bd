"""How the opening of a file ends when it does not succeed, and how often it is tried."""

from collections.abc import Callable

MOST_ATTEMPTS = 2  # to open a file
HEAVY = "heavy"  # so many children died of it


class UnfitError(Exception):
    """File with invalid content; `reason` is a word of the opener."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooHeavyError(Exception):
    """File with a child that used up its memory or its time, or died of it."""


def tried_twice(
    attempts: int, count: Callable[[], object], open_file: Callable[[], object]
) -> str | None:
    """Return why a file cannot be opened, "" once opened, or None if it is to be retried.

    Each try is counted before it begins: a job with a dying child may be redelivered for ever.
    """
    if attempts >= MOST_ATTEMPTS:
        return HEAVY
    count()
    try:
        open_file()
    except UnfitError as unfit:
        return unfit.reason
    except TooHeavyError:
        return HEAVY if attempts + 1 >= MOST_ATTEMPTS else None
    return ""
