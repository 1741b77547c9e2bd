"""Actions on the tokens of accountants' programs."""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import AccountantToken
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens

PREFIX = "trv_acc_"
DAYS = (30, 90, 365)
USED_AGAIN = dt.timedelta(minutes=5)


class CreatedToken(NamedTuple):
    """A new token and its secret, shown only this single time."""

    token: AccountantToken
    secret: str


@transaction.atomic
def make_token(*, name: str, reason: str, days: int, by: User, at: dt.datetime) -> CreatedToken:
    """Create a token that reads the books, for a reason that is kept. Raises Refused."""
    if days not in DAYS:
        raise Refused(_("Choisissez une durée de la liste."), field="days")
    secret = PREFIX + tokens.fresh()[0]
    token = AccountantToken(
        name=name.strip(),
        reason=reason.strip(),
        token_hash=tokens.hashed(secret),
        ending=secret[-4:],
        made_by=by,
        made_at=at,
        expires_at=at + dt.timedelta(days=days),
    )
    token.full_clean()
    token.save()
    return CreatedToken(token, secret)


@transaction.atomic
def revoke_token(*, token_id: int, reason: str, by: User, at: dt.datetime) -> AccountantToken:
    """End a token at once, for a reason that is kept. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Dites pourquoi ce jeton est révoqué."), field="revoke_reason")
    token = AccountantToken.objects.select_for_update(no_key=True).get(pk=token_id)
    if token.revoked_at is not None:
        raise Refused(_("Ce jeton est déjà révoqué."))
    token.revoked_at, token.revoked_by, token.revoke_reason = at, by, reason.strip()
    token.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    return token


@transaction.atomic
def record_use(*, token: AccountantToken, at: dt.datetime) -> None:
    """Record when a token was last used, to within some minutes.

    Called by the token itself.
    """
    if token.last_used_at is None or at - token.last_used_at >= USED_AGAIN:
        AccountantToken.objects.filter(pk=token.pk).update(last_used_at=at)
