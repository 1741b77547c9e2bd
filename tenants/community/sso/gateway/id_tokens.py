"""Tokens of a provider, proven by its public keys before a word of them is believed."""

from collections.abc import Iterable, Mapping
from typing import Any

import jwt

from tenants.community.sso.rules import signing_in as rules

# Algorithms based on a shared secret are left out, and so is the empty algorithm.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_FAULTS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "early",
    jwt.InvalidIssuedAtError: "early",
    jwt.InvalidAudienceError: "audience",
    jwt.InvalidIssuerError: "issuer",
}


def claims_of(
    id_token: Any, keys: Iterable[Any], *, issuer: str, client_id: str, nonce: str
) -> dict[str, Any] | None:
    """Return a token's verified claims; None if none of these keys proves it.

    A provider may replace a key under its old name, or have keys without names.
    """
    try:
        key = _key_for(jwt.get_unverified_header(id_token), keys)
        claims = _decoded(id_token, key, issuer=issuer, client_id=client_id) if key else None
    except jwt.InvalidSignatureError:
        return None
    except jwt.MissingRequiredClaimError as error:
        rules.broken("audience" if error.claim == "aud" else "answer")
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        rules.broken(
            next((kind for sort, kind in _FAULTS.items() if isinstance(error, sort)), "signature")
        )
    if claims is not None:
        _check_claims(claims, client_id=client_id, nonce=nonce)
    return claims


def _decoded(id_token: Any, key: jwt.PyJWK, *, issuer: str, client_id: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        id_token,
        key,
        algorithms=list(ALGORITHMS),
        audience=client_id,
        issuer=issuer,
        leeway=rules.LEEWAY_SECONDS,
        options={
            "require": ["exp", "iat", "aud", "iss", "sub"],
            "enforce_minimum_key_length": True,
        },
    )
    return claims


def _check_claims(claims: Mapping[str, Any], *, client_id: str, nonce: str) -> None:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        rules.broken("audience")
    if claims.get("nonce") != nonce:
        rules.broken("nonce")
    subject = claims["sub"]
    if not subject.isprintable() or not 0 < len(subject) <= rules.LONGEST_SUBJECT:
        rules.broken("answer")


def _key_for(header: Mapping[str, Any], keys: Iterable[Any]) -> jwt.PyJWK | None:
    """Return the public key named by a token; without a name, the only key of its type."""
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        rules.broken("signature")
    sort = "EC" if algorithm.startswith("ES") else "RSA"
    fit = [
        key
        for key in keys
        if isinstance(key, dict)
        and key.get("kty") == sort
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and header.get("kid") in {None, key.get("kid")}
    ]
    return jwt.PyJWK.from_dict(fit[0], algorithm) if len(fit) == 1 else None
