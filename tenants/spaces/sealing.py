"""Archives readable only by this installation: sealed with its secret key, chunk by chunk.

Or sealed for another installation with the public key that it shows (`own_key`).

A sealed file begins with a line that names the format, the key and a salt. Chunks of AES-256-GCM
follow. The nonce of a chunk contains its number and a flag for the last chunk. Each chunk also
authenticates the first line, so that no chunk can be changed, moved, left out or taken from another
file (the construction STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

import base64
import hashlib
import secrets
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

FORM = b"troovon-sealed-1\n"
# Sealed with a key agreed between a key pair of the file and the recipient's (X25519): the header
# holds the file's public key in place of the salt.
SENT_FORM = b"troovon-sentto-1\n"
KEY_PREFIX, _CHECK_BYTES = "troovon-key-", 3
NAME_BYTES, SALT_BYTES, TAG_BYTES = 8, 32, 16
HEADER_BYTES = len(FORM) + NAME_BYTES + SALT_BYTES
CHUNK_BYTES = 1 << 20
_NUMBER_BYTES, _KEY_BYTES = 11, 32


def is_sealed(path: Path) -> bool:
    """Return True if a file has the format of a sealed archive."""
    with path.open("rb") as file:
        return file.read(len(FORM)) in {FORM, SENT_FORM}


def is_sent(path: Path) -> bool:
    """Return True if a file was sealed by an installation for another one."""
    with path.open("rb") as file:
        return file.read(len(SENT_FORM)) == SENT_FORM


def own_key() -> str:
    """Return the public key of this installation, as its operator hands it to another one."""
    return key_text(_public(_private(settings.SECRET_KEY)))


def key_text(public: bytes) -> str:
    """Return a public key as text, with three bytes that show a typing error."""
    check = hashlib.sha256(public).digest()[:_CHECK_BYTES]
    return KEY_PREFIX + base64.urlsafe_b64encode(public + check).decode().rstrip("=")


def recipient_of(key: str) -> bytes:
    """Return the public key of another installation. Raises Refused for any other text."""
    text = key.strip().removeprefix(KEY_PREFIX)
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        found = b""
    public = found[:-_CHECK_BYTES]
    if len(public) != SALT_BYTES or key_text(public) != key.strip():
        raise Refused(
            _(
                "Cette clé n’est pas celle d’une installation de Troovon, ou il y manque un"
                " caractère. Là-bas, troovon space key l’affiche."
            )
        )
    return public


def seal_for(source: Path, goal: Path, recipient: bytes) -> None:
    """Write a file that only the installation with this public key opens."""
    pair = X25519PrivateKey.generate()
    header = SENT_FORM + _name_of_key(recipient) + _public(pair)
    shared = pair.exchange(X25519PublicKey.from_public_bytes(recipient))
    _write_sealed(source, goal, header=header, key=_derived(shared, header))


def seal(source: Path, goal: Path) -> None:
    """Write a file sealed with the present secret key."""
    secret, salt = settings.SECRET_KEY, secrets.token_bytes(SALT_BYTES)
    header = FORM + _name_of(secret) + salt
    _write_sealed(source, goal, header=header, key=_key_of(secret, salt))


def _write_sealed(source: Path, goal: Path, *, header: bytes, key: bytes) -> None:
    box, number = AESGCM(key), 0
    with source.open("rb") as plain, goal.open("wb") as sealed:
        goal.chmod(0o600)
        sealed.write(header)
        chunk, is_last = plain.read(CHUNK_BYTES), False
        while not is_last:
            following = plain.read(CHUNK_BYTES)
            is_last = not following
            sealed.write(box.encrypt(_nonce(number, is_last=is_last), chunk, header))
            chunk, number = following, number + 1


def unseal(source: Path, goal: Path) -> None:
    """Write the content of a sealed file. If the file is damaged, raise Refused and write no file.

    It may be sealed with the present secret key or with any of SECRET_KEY_FALLBACKS.
    """
    try:
        _unseal(source, goal)
    except BaseException:
        goal.unlink(missing_ok=True)
        raise


def _unseal(source: Path, goal: Path) -> None:
    with source.open("rb") as sealed, goal.open("wb") as plain:
        header = sealed.read(HEADER_BYTES)
        box, number = AESGCM(_key_for(header)), 0
        chunk, is_last = sealed.read(CHUNK_BYTES + TAG_BYTES), False
        while not is_last:
            following = sealed.read(CHUNK_BYTES + TAG_BYTES)
            is_last = not following
            try:
                opened = box.decrypt(_nonce(number, is_last=is_last), chunk, header)
            except InvalidTag:
                _refuse(box, chunk, number=number, header=header)
            plain.write(opened)
            chunk, number = following, number + 1


def _refuse(box: AESGCM, chunk: bytes, *, number: int, header: bytes) -> NoReturn:
    """Raise Refused, with different texts for a truncated file and a changed file."""
    try:
        box.decrypt(_nonce(number, is_last=False), chunk, header)
    except InvalidTag:
        raise Refused(
            _(
                "Cette archive est abîmée, incomplète, ou elle a été changée depuis qu’elle a été"
                " scellée. Rien n’a été restauré."
            )
        ) from None
    raise Refused(_("Il manque la fin de cette archive. Rien n’a été restauré."))


def _key_for(header: bytes) -> bytes:
    """Return the key that a file was sealed with, as its header names it."""
    name, salt = header[len(FORM) : -SALT_BYTES], header[-SALT_BYTES:]
    if len(header) < HEADER_BYTES:
        raise Refused(_("Il manque la fin de cette archive. Rien n’a été restauré."))
    if header.startswith(SENT_FORM):
        return _key_sent_with(header)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if _name_of(secret) == name:
            return _key_of(secret, salt)
    raise Refused(
        _(
            "Cette archive est scellée avec la clé d’une autre installation, ou avec une clé qui"
            " n’est plus la nôtre. Pour l’ouvrir ici, ajoutez cette clé à SECRET_KEY_FALLBACKS."
        )
    )


def _key_sent_with(header: bytes) -> bytes:
    """Return the key of a file that was sealed for this installation. Raises Refused for others."""
    name, public = header[len(FORM) : -SALT_BYTES], header[-SALT_BYTES:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        own = _private(secret)
        if _name_of_key(_public(own)) == name:
            shared = own.exchange(X25519PublicKey.from_public_bytes(public))
            return _derived(shared, header)
    raise Refused(
        _(
            "Cette copie est préparée pour une autre installation : elle ne s’ouvre que là-bas."
            " Pour celle-ci, faites-la préparer avec la clé que troovon space key affiche ici."
        )
    )


def _private(secret: str) -> X25519PrivateKey:
    kdf = HKDF(SHA256(), length=SALT_BYTES, salt=None, info=b"troovon installation's key")
    return X25519PrivateKey.from_private_bytes(kdf.derive(secret.encode()))


def _public(pair: X25519PrivateKey) -> bytes:
    return pair.public_key().public_bytes_raw()


def _name_of_key(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:NAME_BYTES]


def _derived(shared: bytes, header: bytes) -> bytes:
    kdf = HKDF(SHA256(), length=_KEY_BYTES, salt=header, info=b"troovon copy")
    return kdf.derive(shared)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big") + bytes([is_last])


def _key_of(secret: str, salt: bytes) -> bytes:
    """Return the key of a single file; no other file has the same key."""
    kdf = HKDF(SHA256(), length=_KEY_BYTES, salt=salt, info=b"troovon archive")
    return kdf.derive(secret.encode())


def _name_of(secret: str) -> bytes:
    """Return the identifier of a secret key in a header; it does not reveal the key."""
    kdf = HKDF(SHA256(), length=NAME_BYTES, salt=None, info=b"troovon archive's key")
    return kdf.derive(secret.encode())
