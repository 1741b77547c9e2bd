"""Actions on the tokens of a merchant's programs."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant, ProgramToken
from saas.catalogue.merchants.queries import programs as queries
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import joining
from saas.catalogue.merchants.rules import programs as rules
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens

PREFIX = "trv_shop_"
DAYS = (30, 90, 365)
USED_AGAIN = dt.timedelta(minutes=5)


class CreatedToken(NamedTuple):
    """A new token and its secret, shown only this single time."""

    token: ProgramToken
    secret: str


@transaction.atomic
def make_token(
    *,
    merchant: Merchant,
    name: str,
    scopes: Collection[str],
    days: int,
    by: User,
    at: dt.datetime,
) -> CreatedToken:
    """Create a token of a shop; only its owners may. Raises Refused."""
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    joining.check_may_decide(decides=team.decides_for(merchant.pk, by))
    if days not in DAYS:
        raise Refused(_("Choisissez une durée de la liste."), field="days")
    rules.check_room(queries.tokens_of(merchant).filter(revoked_at=None, expires_at__gt=at).count())
    secret = PREFIX + tokens.fresh()[0]
    token = ProgramToken(
        merchant=merchant,
        name=name.strip(),
        scopes=rules.check_scopes(scopes),
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
def revoke_token(*, merchant: Merchant, reference: str, by: User, at: dt.datetime) -> None:
    """End a token of a shop at once; only the shop's owners may. Raises Refused."""
    joining.check_may_decide(decides=team.decides_for(merchant.pk, by))
    found = queries.tokens_of(merchant).filter(reference=reference, revoked_at=None)
    if not found.update(revoked_at=at):
        raise Refused(_("Ce jeton est déjà révoqué."))


@transaction.atomic
def record_use(*, token: ProgramToken, at: dt.datetime) -> None:
    """Record when a token was last used, to within some minutes.

    Called by the token itself.
    """
    if token.last_used_at is None or at - token.last_used_at >= USED_AGAIN:
        ProgramToken.objects.filter(pk=token.pk).update(last_used_at=at)
