"""Actions on the tokens of accountants' programs."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import AccountantToken
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.secrets import program_tokens
from saas.kernel.secrets.program_tokens import CreatedToken

PREFIX = "trv_acc_"


@transaction.atomic
def make_token(
    *, name: str, reason: str, days: int, by: User, at: dt.datetime
) -> CreatedToken[AccountantToken]:
    """Create a token that reads the books, for a reason that is kept. Raises Refused."""
    secret, columns = program_tokens.fresh(PREFIX, days=days, at=at)
    token = AccountantToken(
        name=name.strip(),
        reason=reason.strip(),
        made_by=by,
        **columns,
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
