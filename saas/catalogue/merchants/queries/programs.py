"""Tokens of merchants' programs."""

import datetime as dt

from django.db.models import QuerySet

from saas.catalogue.merchants.models import Merchant, ProgramToken
from saas.catalogue.merchants.rules.programs import SCOPES
from saas.kernel.secrets import tokens


def token_with(secret: str, *, at: dt.datetime) -> ProgramToken | None:
    """Return the token in use with a secret, unless its shop is blocked."""
    found = ProgramToken.objects.filter(
        token_hash=tokens.hashed(secret), revoked_at=None, expires_at__gt=at
    ).exclude(merchant__state=Merchant.State.BLOCKED)
    return found.select_related("merchant").first()


def tokens_of(merchant: Merchant) -> QuerySet[ProgramToken]:
    """Return the tokens of a shop, the newest first, with the people who made them."""
    return ProgramToken.objects.filter(merchant=merchant).select_related("made_by")


def rows_of(
    merchant: Merchant | None, *, at: dt.datetime
) -> list[tuple[ProgramToken, list[str], bool]]:
    """Return a shop's tokens with their scopes in words, and True if in use."""
    if merchant is None:
        return []
    return [
        (
            token,
            [str(SCOPES[scope]) for scope in token.scopes.split()],
            token.revoked_at is None and token.expires_at > at,
        )
        for token in tokens_of(merchant)
    ]
