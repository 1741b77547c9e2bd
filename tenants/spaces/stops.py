"""Links for a recipient to opt out of all invitations for good."""

from django.conf import settings
from django.core.signing import BadSignature
from django.urls import reverse

from saas.kernel import schema
from saas.kernel.secrets import tokens
from tenants.spaces import hosts
from tenants.spaces.queries.standing import address_hash

PURPOSE = "invitation-stop"
LASTS_SECONDS = 10 * 366 * 24 * 3600


def stop_url(email: str) -> str:
    """Return the address of the page that stops invitations; the e-mail is not in it."""
    with schema.in_public():
        token = tokens.sign(PURPOSE, address_hash(email))
    path = reverse(
        "founding:stop_invitations", args=[token], urlconf=settings.PUBLIC_SCHEMA_URLCONF
    )
    return hosts.public_url(path)


def hash_in(token: str) -> str | None:
    """Return the hash of the address that a link is about; nothing where it was not made here."""
    try:
        return str(tokens.unsign(PURPOSE, token, max_age_seconds=LASTS_SECONDS))
    except BadSignature:
        return None
