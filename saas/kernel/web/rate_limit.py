"""Rate limits, counted in the broker's store for all processes.

The behaviour while the store is down is declared with each limit: guessable secrets and mails to a
stranger's address are refused, reads and writes of signed-in people go on. Tokens of 256 bits
(passes, confirmations, links of a foundation) have no limit: they cannot be guessed.
"""

import enum

from django.utils.translation import gettext as _

from saas.kernel import cache
from saas.kernel.errors import Refused


class Silent(enum.Enum):
    """The answer of a limit that cannot count, because the store does not answer."""

    REFUSE = "refuse"
    LET_PASS = "let_pass"  # noqa: S105 - no password


def check(
    name: str,
    key: str,
    *,
    most: int,
    per_seconds: int,
    when_silent: Silent,
    field: str | None = None,
    sentence: str = "",
) -> None:
    """Count a try. Raises Refused after more than `most` tries in the period.

    `field` is the form field for the sentence; without a sentence, the message gives the time of
    the next try.
    """
    count = cache.counted(f"limit:{name}:{key}", seconds=per_seconds)
    if count is None:
        _answer_silence(when_silent, field)
    elif count > most:
        raise Refused(sentence or _too_many(per_seconds), field=field)


def is_within(name: str, key: str, *, most: int, per_seconds: int) -> bool:
    """Count an optional action; return True up to a limit, or if the store is down."""
    count = cache.counted(f"limit:{name}:{key}", seconds=per_seconds)
    return count is None or count <= most


def give_back(name: str, key: str) -> None:
    """Take back a try counted by `check` that should not count."""
    cache.uncount(f"limit:{name}:{key}")


def check_remaining(
    name: str,
    key: str,
    *,
    most: int,
    per_seconds: int,
    when_silent: Silent,
    field: str | None = None,
) -> None:
    """Raise Refused if the tries are used up, without counting; `check` counts the failures."""
    count = cache.count_of(f"limit:{name}:{key}")
    if count is None:
        _answer_silence(when_silent, field)
    elif count >= most:
        raise Refused(_too_many(per_seconds), field=field)


def _answer_silence(when_silent: Silent, field: str | None) -> None:
    if when_silent is Silent.REFUSE:
        raise Refused(
            _(
                "Nous ne pouvons pas vérifier cet essai en ce moment. Rien n’est "
                "perdu\u00a0: réessayez dans une minute."
            ),
            field=field,
        )


def _too_many(per_seconds: int) -> str:
    minutes = max(1, per_seconds // 60)
    return _("Trop d’essais. Réessayez dans %(minutes)d min.") % {"minutes": minutes}
