"""Ceremonies of WebAuthn by the fido2 library, and refusals.

A ceremony begins with options for the browser and ends with its answer. The challenge travels in
the page, signed for this schema, so that a page of signing in stores nothing.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.signing import BadSignature
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens

MOST_PASSKEYS = 10
CHALLENGE_SECONDS = 30 * 60
TRIES_OF_A_NETWORK = 600
TRY_SECONDS = 15 * 60
LONGEST_ANSWER = 20_000
LONGEST_NAME = 60
_PURPOSE = "passkey"
_CREATE, _GET = "create", "get"
# The library raises several kinds for an answer that is no WebAuthn: each is a wrong answer.
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)
_VERIFIED = UserVerificationRequirement.REQUIRED


class Ceremony(NamedTuple):
    """Options for a browser, and the signed challenge that its answer is checked against."""

    options: str
    challenge: str


class Assertion(NamedTuple):
    """An answer of a device, before its signature is checked."""

    credential_id: str
    user_reference: str
    parsed: AuthenticationResponse


def creation(
    origin: str, *, reference: str, email: str, name: str, known: Iterable[Any]
) -> Ceremony:
    """Return the options to create a passkey of this host; known devices are left out."""
    user = PublicKeyCredentialUserEntity(id=reference.encode(), name=email, display_name=name)
    options, state = _server(origin).register_begin(
        user,
        [_credential(entry) for entry in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
    )
    return _ceremony(options.public_key, [_CREATE, state["challenge"], reference])


def request(origin: str, *, reference: str = "", known: Iterable[Any] = ()) -> Ceremony:
    """Return the options to ask for a passkey of this host: a person's, or any."""
    host = host_of(origin)
    credentials = [_credential(entry) for entry in known if entry["host"] == host]
    options, state = _server(origin).authenticate_begin(
        credentials or None, user_verification=_VERIFIED
    )
    return _ceremony(options.public_key, [_GET, state["challenge"], reference])


def created(origin: str, *, answer: str, challenge: str, reference: str) -> dict[str, Any]:
    """Return the passkey that a device has made. Raises Refused for another or a wrong answer."""
    state = _state(challenge, _CREATE, reference)
    try:
        made = _server(origin).register_complete(state, _parsed(answer))
        data = made.credential_data
        if data is None:
            raise ValueError("no credential")
        return {
            "id": websafe_encode(data.credential_id),
            "key": websafe_encode(bytes(data)),
            "host": host_of(origin),
            "count": made.counter,
        }
    except _MALFORMED as error:
        raise Refused(
            _("Cet appareil n’a pas donné de clé d’accès pour cette adresse. Réessayez.")
        ) from error


def assertion(answer: str) -> Assertion:
    """Return an answer of a device, read but not yet checked. Raises Refused."""
    try:
        parsed = AuthenticationResponse.from_dict(_parsed(answer))
        handle = parsed.response.user_handle or b""
        return Assertion(websafe_encode(parsed.raw_id), handle.decode(), parsed)
    except _MALFORMED as error:
        raise _unknown() from error


def check_signed(
    origin: str, found: Assertion, *, entry: dict[str, Any], challenge: str, reference: str
) -> int:
    """Return the counter of a device that signed the challenge for this host. Raises Refused.

    A counter that goes back shows a copied device; passkeys that are synchronised count nothing.
    """
    state = _state(challenge, _GET, reference)
    try:
        if entry["host"] != host_of(origin):
            raise ValueError("another host")
        _server(origin).authenticate_complete(state, [_credential(entry)], found.parsed)
        data: AuthenticatorData = found.parsed.response.authenticator_data
    except _MALFORMED as error:
        raise _unknown() from error
    if (data.counter or entry["count"]) and data.counter <= entry["count"]:
        raise _unknown()
    return int(data.counter)


def check_entry(entry: dict[str, Any] | None) -> dict[str, Any]:
    """Return a passkey of the account. Raises Refused if there is no such passkey."""
    if entry is None:
        raise _unknown()
    return entry


def check_room(entries: list[Any]) -> None:
    """Raise Refused if the person has as many passkeys as an account may have."""
    if len(entries) >= MOST_PASSKEYS:
        raise Refused(
            _("Un compte a au plus %(most)s clés d’accès. Retirez-en une d’abord.")
            % {"most": MOST_PASSKEYS}
        )


def check_unspent(*, is_first: bool) -> None:
    """Raise Refused if a challenge was answered before."""
    if not is_first:
        raise _outdated()


def host_of(origin: str) -> str:
    """Return the host of an origin: a passkey belongs to it, and to no other."""
    return urlsplit(origin).hostname or ""


def made_entry(
    made: dict[str, Any], *, name: str, at: dt.datetime, otherwise: str
) -> dict[str, Any]:
    """Return a new passkey as it is stored, under the name of its device."""
    short = " ".join(name.split())[:LONGEST_NAME] or otherwise[:LONGEST_NAME]
    return {**made, "name": short, "made_at": at.isoformat(), "used_at": None}


def _server(origin: str) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=host_of(origin), name="Troovon")
    return Fido2Server(entity, verify_origin=lambda given: given == origin)


def _ceremony(options: Any, state: list[str]) -> Ceremony:
    signed = tokens.sign(_PURPOSE, state)
    return Ceremony(json.dumps(dict(options)), signed)


def _state(challenge: str, kind: str, reference: str) -> dict[str, Any]:
    """Return the state of a ceremony of ours. Raises Refused if it is another's, or too old."""
    try:
        begun, text, of = tokens.unsign(_PURPOSE, challenge, max_age_seconds=CHALLENGE_SECONDS)
    except (BadSignature, ValueError, TypeError) as error:
        raise _outdated() from error
    if (begun, of) != (kind, reference):
        raise _outdated()
    return {"challenge": text, "user_verification": _VERIFIED}


def _credential(entry: dict[str, Any]) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(entry["key"]))


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found


def _unknown() -> Refused:
    return Refused(
        _("Cette clé d’accès n’ouvre rien ici. Entrez autrement, ou prenez-en une autre.")
    )


def _outdated() -> Refused:
    return Refused(_("Cette page a attendu trop longtemps. Réessayez."))
