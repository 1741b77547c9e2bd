"""Sign-in by SAML 2.0: our request to a provider's page, and its response, opened in a child.

A response is accepted only for an attempt that began here, with its own identifier, and once: a
response without an attempt (IdP-initiated) is refused. The provider is never called.
"""

import base64
import time
import zlib
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.utils import timezone

from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError
from tenants.community.sso import queries
from tenants.community.sso.models import Provider
from tenants.community.sso.rules import groups
from tenants.community.sso.rules import signing_in as rules

LONGEST_RESPONSE, MOST_METADATA = 256 * 1024, 256 * 1024
LEEWAY_SECONDS = 120
ENTITY, CONSUMER = "/signin/company/saml/", "/signin/company/saml/consume/"
_LONGEST_ISSUER, _LONGEST_PAGE = 300, 500
_REQUEST = (
    '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
    ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0"'
    ' IssueInstant="{now:%Y-%m-%dT%H:%M:%SZ}" Destination="{page}"'
    ' ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
    ' AssertionConsumerServiceURL="{back}"><saml:Issuer>{entity}</saml:Issuer>'
    '<samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>'
)
_OURS = (
    '<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor'
    ' xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}"><md:SPSSODescriptor'
    ' AuthnRequestsSigned="false" WantAssertionsSigned="true"'
    ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:NameIDFormat>'
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>"
    '<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
    ' Location="{back}" index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>'
)


class Metadata(NamedTuple):
    """A provider as its metadata describes it: its entity, its page, its certificates."""

    issuer: str
    page: str
    certificates: list[str]


def our_metadata(origin: str) -> str:
    """Return the metadata of this service at one of its hosts."""
    return _OURS.format(entity=origin + ENTITY, back=origin + CONSUMER)


def read_metadata(text: str) -> Metadata:
    """Return the provider described by pasted metadata. Raises UnfitError or TooHeavyError."""
    [piece] = runner.opened("metadata", text.encode())
    found = Metadata(**piece.words)
    page = urlsplit(found.page)
    fits = page.scheme == "https" and page.hostname and not page.username
    if not fits or not found.page.isprintable() or len(found.page) > _LONGEST_PAGE:
        raise UnfitError("page")
    if not 0 < len(found.issuer) <= _LONGEST_ISSUER or not found.issuer.isprintable():
        raise UnfitError("metadata")
    return found


def page_url(provider: Provider, attempt: rules.Attempt, *, state: str) -> str:
    """Return the provider's page with our request for an attempt."""
    request = _REQUEST.format(
        id=_request_of(attempt),
        now=timezone.now(),
        page=provider.page.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;"),
        back=attempt.back,
        entity=_entity_of(attempt),
    )
    packed = zlib.compress(request.encode())[2:-4]
    query = {"SAMLRequest": base64.b64encode(packed).decode(), "RelayState": state}
    return f"{provider.page}{'&' if urlsplit(provider.page).query else '?'}{urlencode(query)}"


def vouched_for(provider: Provider, attempt: rules.Attempt, response: str) -> rules.Vouched:
    """Return the person in a response, fully verified. Raises rules.BrokenError."""
    now, claim = time.time(), groups.claim_of(provider)
    options: dict[str, Any] = {
        "issuer": provider.issuer,
        "audience": _entity_of(attempt),
        "recipient": attempt.back,
        "request": _request_of(attempt),
        "certificates": provider.certificates,
        "attributes": provider.attributes,
        "groups": claim,
        "leeway": LEEWAY_SECONDS,
        "now": now,
    }
    try:
        [piece] = runner.opened("assertion", response.encode(), **options)
    except UnfitError as unfit:
        rules.broken("answer" if unfit.reason == "unreadable" else unfit.reason)
    except TooHeavyError:
        rules.broken("answer")
    person = piece.words
    if (
        not 0 < len(person["subject"]) <= rules.LONGEST_SUBJECT
        or person["proved_at"] > now + LEEWAY_SECONDS
    ):
        rules.broken("answer")
    claims = {
        "sub": person["subject"],
        "email": person["email"],
        "given_name": person["first"],
        "family_name": person["last"],
        "amr": ["mfa"] if person["is_strong"] else [],
    }
    claims |= {claim: person["groups"]} if claim else {}
    domains = queries.covered(provider)
    vouched = rules.vouched_for(claims, provider=provider, domains=domains, now=now)
    return vouched._replace(auth_time=person["proved_at"])


def _entity_of(attempt: rules.Attempt) -> str:
    return attempt.back.removesuffix(CONSUMER) + ENTITY


def _request_of(attempt: rules.Attempt) -> str:
    return f"_{attempt.nonce}"
