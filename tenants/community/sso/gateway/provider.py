"""All calls from a space to its company's provider: short, in the fetcher's jobs.

A person waits for them on a page of ours. Therefore all calls of a job end within seconds, and no
transaction is open meanwhile.
"""

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from saas.kernel import cache
from saas.kernel.secrets import sealed, tokens
from saas.kernel.web import outgoing
from tenants.community.sso import queries
from tenants.community.sso.gateway import id_tokens
from tenants.community.sso.models import Provider
from tenants.community.sso.rules import groups
from tenants.community.sso.rules import signing_in as rules

WHOLE_SECONDS = 6.0
MOST_BYTES = 64 * 1024
# Unknown keys are asked for again, but not at each forged token.
KEYS_SECONDS, REFETCH_SECONDS = 3600, 20
_FORM = "application/x-www-form-urlencoded"


def describe(provider: Provider) -> rules.Description:
    """Fetch a provider's discovery document, and cache it for a while. Raises rules.BrokenError."""
    with _speaking() as until:
        return _described_now(provider, until)


def vouched_for(provider: Provider, attempt: rules.Attempt, code: str) -> rules.Vouched:
    """Return the person identified by the provider, fully verified. Raises rules.BrokenError."""
    domains = queries.covered(provider)
    with _speaking() as until:
        description = queries.known_description(provider) or _described_now(provider, until)
        answer = _exchange(provider, description, attempt=attempt, code=code, until=until)
        token = answer.get("id_token")
        claims = _claims(provider, description, nonce=attempt.nonce, id_token=token, until=until)
        wanted = {"email", groups.claim_of(provider) or "email"}
        if not wanted <= claims.keys() and description.userinfo:
            bearer = rules.bearer_of(answer)
            found = rules.read(_fetch(description.userinfo, until, bearer=bearer), "email")
            claims = {**found, **claims} if found.get("sub") == claims["sub"] else claims
    return rules.vouched_for(claims, provider=provider, domains=domains, now=time.time())


@contextmanager
def _speaking() -> Iterator[float]:
    """Convert any failure of a call to a BrokenError; BusyError passes."""
    try:
        yield time.monotonic() + WHOLE_SECONDS
    except outgoing.AddressRefusedError:
        rules.broken("inside")
    except outgoing.TooLargeError:
        rules.broken("answer")
    except OSError:
        rules.broken("silent")


def _described_now(provider: Provider, until: float) -> rules.Description:
    body = _fetch(provider.issuer + rules.WELL_KNOWN, until, kind="description")
    found = rules.read(body, "description")
    description = rules.described(found, provider.issuer, local=settings.OIDC_LOCAL_PROVIDERS)
    queries.store_description(provider, found)
    return description


def _exchange(
    provider: Provider,
    description: rules.Description,
    *,
    attempt: rules.Attempt,
    code: str,
    until: float,
) -> dict[str, Any]:
    """Exchange an attempt's code for the provider's token response."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": attempt.back,
        "code_verifier": attempt.verifier,
    }
    headers = {"Content-Type": _FORM, "Accept": "application/json", "User-Agent": "Troovon"}
    secret = _secret_of(provider)
    if description.by_basic:
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    answer = outgoing.post(
        description.token,
        urlencode(form).encode(),
        headers,
        seconds=_left(until),
        local=settings.OIDC_LOCAL_PROVIDERS,
    )
    found = rules.read(answer.body, "answer")
    if found.get("error") in ("invalid_client", "unauthorized_client"):
        rules.broken("client")
    if found.get("error") == "invalid_grant":
        rules.begin_again()
    return found if answer.status == 200 else rules.broken("answer")  # noqa: PLR2004 - HTTP's own


def _claims(
    provider: Provider,
    description: rules.Description,
    *,
    nonce: str,
    id_token: Any,
    until: float,
) -> dict[str, Any]:
    """Prove a token by the provider's keys; those that were kept may have been replaced since."""
    name = f"sso:keys:{tokens.hashed(description.keys)}"
    given = {
        "issuer": description.issuer,
        "client_id": provider.client_id,
        "nonce": nonce,
    }
    claims = id_tokens.claims_of(id_token, cache.stored_value(name, ()), **given)
    if claims is None and cache.claimed(f"{name}:asked", seconds=REFETCH_SECONDS):
        keys = rules.read(_fetch(description.keys, until), "answer").get("keys")
        keys = keys if isinstance(keys, list) else []
        cache.store_value(name, keys, seconds=KEYS_SECONDS)
        claims = id_tokens.claims_of(id_token, keys, **given)
    return rules.broken("signature") if claims is None else claims


def _secret_of(provider: Provider) -> str:
    try:
        return sealed.unseal(rules.PURPOSE, provider.secret)
    except sealed.UnopenedError:
        rules.broken("unsealed")


def _fetch(url: str, until: float, *, kind: str = "silent", bearer: str = "") -> bytes:
    began = time.monotonic()
    try:
        return outgoing.fetch(
            url,
            most_bytes=MOST_BYTES,
            seconds=_left(until),
            bearer=bearer,
            local=settings.OIDC_LOCAL_PROVIDERS,
        )
    except ConnectionError as error:
        # It responds, but not as requested.
        if str(error).startswith("HTTP ") and time.monotonic() - began < WHOLE_SECONDS:
            rules.broken(kind)
        raise


def _left(until: float) -> float:
    return max(0.1, until - time.monotonic())
