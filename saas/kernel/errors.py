"""The three ways to say no, and what says that a space is not as it should be."""

from django.db.utils import DatabaseError


class Refused(Exception):  # noqa: N818 - a refusal is an answer to a person, not a fault
    """The state of things says no; the sentence tells the person what to do next (422)."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        """Keep the sentence, and the form field it belongs beside."""
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotAllowed(Exception):  # noqa: N818 - as above
    """The person may know of the thing but may not do this to it (403)."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence that is shown."""
        super().__init__(sentence)
        self.sentence = sentence


class WrongSpaceError(RuntimeError):
    """A row or a queryset of one space was used inside another."""


class SpaceGone(DatabaseError):  # noqa: N818 - Django's errors of a database end so, too
    """The schema or the role of a space is not in the database."""
