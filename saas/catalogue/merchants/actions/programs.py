"""Actions on the tokens of a merchant's programs."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant, ProgramToken
from saas.catalogue.merchants.queries import programs as queries
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import joining
from saas.catalogue.merchants.rules import programs as rules
from saas.kernel.errors import Refused
from saas.kernel.secrets import program_tokens
from saas.kernel.secrets.program_tokens import CreatedToken

PREFIX = "trv_shop_"


@transaction.atomic
def make_token(
    *,
    merchant: Merchant,
    name: str,
    scopes: Collection[str],
    days: int,
    by: User,
    at: dt.datetime,
) -> CreatedToken[ProgramToken]:
    """Create a token of a shop; only its owners may. Raises Refused."""
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    joining.check_may_decide(decides=team.decides_for(merchant.pk, by))
    secret, columns = program_tokens.fresh(PREFIX, days=days, at=at)
    rules.check_room(queries.tokens_of(merchant).filter(revoked_at=None, expires_at__gt=at).count())
    token = ProgramToken(
        merchant=merchant,
        name=name.strip(),
        scopes=rules.check_scopes(scopes),
        made_by=by,
        **columns,
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
