"""Three exceptions for a refused request, and errors about an inconsistent space."""

from django.db.utils import DatabaseError, OperationalError


class Refused(Exception):  # noqa: N818 - a refusal is an answer to a person, not a fault
    """Action refused by the present state; the sentence gives the next step to the person (422)."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        """Keep the sentence, and the form field it belongs beside."""
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotAllowed(Exception):  # noqa: N818 - as above
    """Action that the person may not perform on a visible object (403)."""

    def __init__(self, sentence: str) -> None:
        """Set the sentence to display."""
        super().__init__(sentence)
        self.sentence = sentence


class WrongSpaceError(RuntimeError):
    """Row or queryset of a space used inside another space."""


class SpaceGone(DatabaseError):  # noqa: N818 - Django's errors of a database end so, too
    """The schema or the role of a space is not in the database."""


class HomeAway(OperationalError):  # noqa: N818 - as above
    """`public` is away; the space of the request is in another cluster and is not."""
