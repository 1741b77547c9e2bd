"""Secrets that are handed to a person, and values that a person must not change."""

import base64
import hashlib
import secrets
from typing import Any

from django.core import signing
from django.utils.crypto import salted_hmac

from saas.kernel import schema


class SpaceSigner(signing.TimestampSigner):
    """Django's signer of cookies, with the space in its salt: worthless in any other."""

    def __init__(self, *, salt: str | None = None, **options: Any) -> None:
        super().__init__(salt=_salt(salt or ""), **options)


def fresh() -> tuple[str, str]:
    """Return a new token of 256 bits and its hash for storage."""
    token = secrets.token_urlsafe(32)
    return token, hashed(token)


def hashed(token: str) -> str:
    """Return the hash of a token, as stored in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(purpose: str, value: Any) -> str:
    """Return a value signed for a purpose in this space; it is worthless in any other."""
    return signing.dumps(value, salt=_salt(purpose))


def unsign(purpose: str, text: str, *, max_age_seconds: int) -> Any:
    """Return a signed value. Raises django.core.signing.BadSignature (SignatureExpired too)."""
    return signing.loads(text, salt=_salt(purpose), max_age=max_age_seconds)


def figures(purpose: str, value: str, *, count: int) -> str:
    """Return figures that follow from a value and the secret key, and are others in each space."""
    digest = salted_hmac(_salt(purpose), value, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**count:0{count}}"


def name(purpose: str, value: str) -> str:
    """Return sixteen letters derived from a value and the secret key, which cannot be guessed."""
    digest = salted_hmac(_salt(purpose), value, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


def _salt(purpose: str) -> str:
    return f"{schema.current()}:{purpose}"
