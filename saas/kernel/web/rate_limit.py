"""How often something may be tried, counted in the broker's store for all processes.

What happens while the store is silent is decided where a limit is named: what can be guessed and
what mails a stranger's address is refused, what people who are known read and write goes on.
Tokens of 256 bits (passes, confirmations, links of a founding) have no limit: nobody guesses one.
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
    """Count a try. Raises Refused once there were more than `most` in the period.

    `field` is the form field that the sentence belongs beside; without a sentence, one says when
    to try again.
    """
    count = cache.counted(f"limit:{name}:{key}", seconds=per_seconds)
    if count is None:
        _answer_silence(when_silent, field)
    elif count > most:
        raise Refused(sentence or _too_many(per_seconds), field=field)


def is_within(name: str, key: str, *, most: int, per_seconds: int) -> bool:
    """Count something that is left out beyond a number; True while it is not, or nobody counts."""
    count = cache.counted(f"limit:{name}:{key}", seconds=per_seconds)
    return count is None or count <= most


def give_back(name: str, key: str) -> None:
    """Take back a try that `check` has counted, where it turned out to be none."""
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
    """Refuse whoever has used up their tries, without counting one; `check` counts what failed."""
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
