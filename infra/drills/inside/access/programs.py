"""Tokens and receivers of other programs, in place of those of earlier worlds."""

import datetime as dt

from saas.accounts.models import User
from tenants.community.integrations import actions as integrations
from tenants.community.integrations import queries as webhook_queries
from tenants.community.integrations.models import ApiToken


def token(by: User, kind: str, at: dt.datetime) -> str:
    """Make a token in place of those of earlier worlds, since a space may have twenty."""
    if kind == ApiToken.Kind.INTEGRATION:
        for earlier in ApiToken.objects.filter(kind=kind, revoked_at=None):
            integrations.revoke_token(token=earlier, by=by, at=at)
    made = integrations.make_token(
        kind=kind, name=f"Tableau {at:%H%M%S%f}", scopes=["deals:read"], days=30, by=by, at=at
    )
    return made.token.reference


def webhook(by: User, at: dt.datetime) -> str:
    """Register a receiver in place of those of earlier worlds, since a space may have ten."""
    for earlier in webhook_queries.endpoints():
        integrations.remove_endpoint(endpoint=earlier, by=by, at=at)
    url = f"https://intranet.example/{at:%H%M%S%f}"
    made = integrations.add_endpoint(url=url, name="Intranet", kinds=["deal.posted"], by=by, at=at)
    return made.reference
