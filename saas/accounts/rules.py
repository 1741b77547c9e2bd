"""Lifetimes of passes, limits of tries, and allowed targets of redirects."""

import base64
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from saas.accounts import guessing
from saas.accounts.models import ERASED, Pass, User
from saas.kernel import schema
from saas.kernel.errors import Refused

CROSSING = dt.timedelta(minutes=2)
MAILED = dt.timedelta(minutes=30)
FRESH = dt.timedelta(minutes=30)
MAILED_WITHIN = dt.timedelta(minutes=2)
MOST_UNMAILED = 200
RETENTION_AFTER_EXPIRY = dt.timedelta(days=7)

TRY_SECONDS = 15 * 60
# For an address from a single network, or from a device that signed in to its account before.
TRIES_OF_AN_ACCOUNT = 10
TRIES_OF_A_NETWORK = 600
# For an address from all networks together, from devices that never signed in to its account: a
# mailed link lets its owner in meanwhile.
TRIES_OF_AN_ADDRESS = 100
LINKS_OF_AN_ADDRESS = 6
LINKS_OF_A_NETWORK = 1_000

_LONGEST_PATH = 300


class SignInHost(NamedTuple):
    """A host, as a person sees it before signing in."""

    kind: str
    place: str
    origin: str
    landing: str


class Limit(NamedTuple):
    """The largest number of tries for a key in a quarter of an hour."""

    name: str
    key: str
    most: int
    is_of_strangers: bool = False
    """Whether a mailed link lets the person in although the limit is reached."""


def password_limits(address: str, *, network: str, device: str) -> list[Limit]:
    """Return the limits that a try of a password counts in.

    A known device has a count of its own: no stranger uses it up, from no network.
    """
    if device:
        return [Limit("signin_device", f"{address}:{device}", TRIES_OF_AN_ACCOUNT)]
    return [
        Limit("signin", f"{address}:{network}", TRIES_OF_AN_ACCOUNT),
        Limit("signin_network", network, TRIES_OF_A_NETWORK),
        Limit("signin_address", address, TRIES_OF_AN_ADDRESS, is_of_strangers=True),
    ]


def link_limits(address: str, *, network: str, device: str) -> list[Limit]:
    """Return the limits for requests of a sign-in link."""
    if device:
        return [Limit("link_device", f"{address}:{device}", LINKS_OF_AN_ADDRESS)]
    return [
        Limit("link", f"{address}:{network}", LINKS_OF_AN_ADDRESS),
        Limit("link_network", network, LINKS_OF_A_NETWORK),
    ]


def token_for(purpose: str, nonce: uuid.UUID) -> str:
    """Return the 256-bit token of a row's nonce, for this schema and for a single purpose.

    A job derives it from the row again, so no queue and no log ever contains it.
    """
    [token] = tokens_for(purpose, [nonce])
    return token


def tokens_for(purpose: str, nonces: Iterable[uuid.UUID]) -> list[str]:
    """Return the tokens of many rows, with the key of the purpose derived once."""
    keyed = salted_hmac(f"{schema.current()}:{purpose}", b"", algorithm="sha256")
    found = []
    for nonce in nonces:
        digest = keyed.copy()
        digest.update(nonce.hex.encode())
        found.append(base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode())
    return found


def check_usable(entry: Pass | None, at: dt.datetime) -> Pass:
    """Return the pass when it still lets its person in. Raises Refused."""
    if entry is None or entry.user is None or not entry.user.is_active:
        raise Refused(
            _("Ce lien n’ouvre rien ici. Demandez-en un nouveau sur la page de connexion.")
        )
    if entry.used_at is not None:
        raise Refused(_("Ce lien a déjà servi. Demandez-en un nouveau : il arrive en une minute."))
    if entry.expires_at <= at:
        raise Refused(_("Ce lien a expiré. Demandez-en un nouveau : il arrive en une minute."))
    return entry


def is_held_by(entry: Pass, origin: str) -> bool:
    """Return True if the button of a crossing is on the pages of an origin.

    A browser sends the origin of a form's page by itself, and no page can forge it.
    """
    is_crossing = entry.purpose == Pass.Purpose.CROSSING
    return is_crossing and bool(entry.origin) and origin == entry.origin


def check_recognised[P](person: P | None) -> P:
    """Raise Refused with the same sentence for a known and an unknown address."""
    if person is None:
        raise Refused(
            _(
                "Cette adresse et ce mot de passe ne vont pas ensemble ici. "
                "Vérifiez-les, ou recevez un lien."
            )
        )
    return person


def address_of_nobody(person_id: int) -> str:
    """Return the address of an erased person."""
    return f"erased-{person_id}{ERASED}"


def check_is_proven(*, proven: bool) -> None:
    """Raise Refused if the person has not proved that the account is theirs."""
    if not proven:
        raise Refused(
            _(
                "Ce n’est pas le mot de passe actuel. Si vous l’avez oublié, "
                "déconnectez-vous, puis entrez autrement."
            ),
            field="current",
        )


def check_password_is_strong(
    password: str, person: User | None = None, *, names: Iterable[str] = ()
) -> None:
    """Raise Refused for a password too short, leaked, or made of its owner's names.

    `names` are those of the space, which all its members have seen.
    """
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error
    own = (person.display_name, *person.email.split("@")) if person else ()
    if guessing.is_guessable(password, (*own, *names)):
        raise Refused(
            _(
                "Ce mot de passe se devine : il vient d’une liste volée, ou d’un nom et de "
                "quelques chiffres. Trois ou quatre mots sans rapport font bien mieux."
            ),
            field="password",
        )


def local_path(text: str) -> str:
    """Return a path of this host as it is, and nothing for any other address."""
    plain = text.startswith("/") and len(text) <= _LONGEST_PATH and text.isprintable()
    return text if plain and url_has_allowed_host_and_scheme(text, allowed_hosts=None) else ""
