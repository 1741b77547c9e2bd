"""Tokens of programs: their secret, how long they last, and when they were last used."""

import datetime as dt
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens

DAYS = (30, 90, 365)
USED_AGAIN = dt.timedelta(minutes=5)


class CreatedToken[T](NamedTuple):
    """A new token and its secret, shown only this single time."""

    token: T
    secret: str


def fresh(prefix: str, *, days: int, at: dt.datetime) -> tuple[str, dict[str, Any]]:
    """Return a new secret and the columns of its token. Raises Refused for another lifetime."""
    if days not in DAYS:
        raise Refused(_("Choisissez une durée de la liste."), field="days")
    secret = prefix + tokens.fresh()[0]
    return secret, {
        "token_hash": tokens.hashed(secret),
        "ending": secret[-4:],
        "made_at": at,
        "expires_at": at + dt.timedelta(days=days),
    }


@transaction.atomic
def record_use(token: Any, *, at: dt.datetime) -> None:
    """Record when a token was last used, to within some minutes."""
    if token.last_used_at is None or at - token.last_used_at >= USED_AGAIN:
        type(token).objects.filter(pk=token.pk).update(last_used_at=at)
