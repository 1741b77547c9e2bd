"""How the opening of a file ends when it does not succeed."""


class UnfitError(Exception):
    """File with invalid content; `reason` is a word of the opener."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooHeavyError(Exception):
    """File with a child that used up its memory or its time, or died of it."""
