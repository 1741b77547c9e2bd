"""How the opening of a file ends when it does not succeed."""


class UnfitError(Exception):
    """A file that is not what it should be; `reason` is a word of the opener."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooHeavyError(Exception):
    """A file whose child used up its memory or its time, or died of it."""
