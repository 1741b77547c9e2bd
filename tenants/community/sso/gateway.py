"""The one way in which a space speaks to its company's provider: briefly, few at a time.

A sign-in has to wait for the provider. So all calls of one together end within seconds, no
transaction is open meanwhile, and some threads of the process are always left to make pages.
"""

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from saas.kernel import cache, sealed, tokens
from saas.kernel.web import outgoing
from tenants.community.sso import queries, rules
from tenants.community.sso.models import Provider

WHOLE_SECONDS = 6.0
WAITING_SECONDS = 0.5
MOST_BYTES = 64 * 1024
# What a provider says of itself, and its keys; unknown keys are asked for again, but not at each
# forged token.
CACHED_SECONDS, REFETCH_SECONDS = 3600, 20
_places = threading.BoundedSemaphore(2)
_FORM = "application/x-www-form-urlencoded"


def page_url(provider: Provider, attempt: rules.Attempt, state: str) -> str:
    """Return the provider's page for one attempt. Raises rules.BrokenError."""
    with _speaking() as until:
        description = _description(provider, until, fresh=attempt.is_test)
    return rules.page_url(description, attempt, client_id=provider.client_id, state=state)


def vouched_for(provider: Provider, attempt: rules.Attempt, code: str) -> rules.Vouched:
    """Ask the provider whom it vouches for, and prove all of it. Raises rules.BrokenError."""
    domains = queries.covered(provider)
    with _speaking() as until:
        description = _description(provider, until)
        answer = _exchange(provider, description, attempt=attempt, code=code, until=until)
        token = answer.get("id_token")
        claims = _claims(provider, description, nonce=attempt.nonce, id_token=token, until=until)
        if "email" not in claims and description.userinfo:
            bearer = rules.bearer_of(answer)
            found = rules.read(_fetch(description.userinfo, until, bearer=bearer), "email")
            claims = {**found, **claims} if found.get("sub") == claims["sub"] else claims
    return rules.vouched_for(claims, provider=provider, domains=domains)


@contextmanager
def _speaking() -> Iterator[float]:
    """Take one of the few places, and turn whatever goes wrong with a call into one sentence."""
    if not _places.acquire(timeout=WAITING_SECONDS):
        rules.broken("silent")
    try:
        yield time.monotonic() + WHOLE_SECONDS
    except outgoing.UnknownHostError:
        rules.broken("silent")
    except outgoing.AddressRefusedError:
        rules.broken("inside")
    except outgoing.TooLargeError:
        rules.broken("answer")
    except OSError:
        rules.broken("silent")
    finally:
        _places.release()


def _description(provider: Provider, until: float, *, fresh: bool = False) -> rules.Description:
    name = f"sso:description:{tokens.hashed(provider.issuer)}"
    found = None if fresh else cache.stored_value(name, None)
    if found is None:
        body = _fetch(provider.issuer + rules.WELL_KNOWN, until, kind="description")
        found = rules.read(body, "description")
        rules.described(found, provider.issuer, local=settings.OIDC_LOCAL_PROVIDERS)
        cache.store_value(name, found, seconds=CACHED_SECONDS)
    return rules.described(found, provider.issuer, local=settings.OIDC_LOCAL_PROVIDERS)


def _exchange(
    provider: Provider,
    description: rules.Description,
    *,
    attempt: rules.Attempt,
    code: str,
    until: float,
) -> dict[str, Any]:
    """Turn the code of one attempt into the provider's word."""
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
    claims = rules.claims_of(id_token, cache.stored_value(name, ()), **given)
    if claims is None and cache.claimed(f"{name}:asked", seconds=REFETCH_SECONDS):
        keys = rules.read(_fetch(description.keys, until), "answer").get("keys")
        keys = keys if isinstance(keys, list) else []
        cache.store_value(name, keys, seconds=CACHED_SECONDS)
        claims = rules.claims_of(id_token, keys, **given)
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
        # It answers, but not with what was asked for.
        if str(error).startswith("HTTP ") and time.monotonic() - began < WHOLE_SECONDS:
            rules.broken(kind)
        raise


def _left(until: float) -> float:
    return max(0.1, until - time.monotonic())
