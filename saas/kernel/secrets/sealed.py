"""Secrets needed in plain text later, encrypted so that the database alone does not reveal them.

The key is derived from the secret key, the space and the purpose: a row moved to another space, or
into a database with another secret key, cannot be decrypted.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from saas.kernel import schema


class UnopenedError(Exception):
    """Secret sealed in another space, or with a key no longer in use."""


def seal(purpose: str, text: str) -> str:
    """Return a secret as the database keeps it."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return a secret sealed here with a current key. Raises UnopenedError."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UnopenedError(purpose) from None


def _box(purpose: str) -> MultiFernet:
    info = f"troovon secret:{schema.current()}:{purpose}".encode()
    keys = (
        HKDF(SHA256(), length=32, salt=None, info=info).derive(secret.encode())
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
