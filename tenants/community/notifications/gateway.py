"""The services that carry pushes to browsers: encrypted, signed with our key, public hosts only."""

import json
import time
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import http_ece  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.module_loading import import_string
from py_vapid import Vapid02, b64urlencode  # type: ignore[import-untyped]

from saas.kernel.web import outgoing
from tenants.community.notifications.models import Device
from tenants.community.notifications.rules import Push, key_bytes

A_DAY = 24 * 3600
SIGNED_FOR_SECONDS = 12 * 3600


class Answer(StrEnum):
    """The answer of a push service."""

    TAKEN = "taken"
    GONE = "gone"
    REFUSED = "refused"
    LATER = "later"


class Carrier(Protocol):
    """A sender of pushes."""

    def carry(self, device: Device, push: Push) -> Answer:
        """Hand a push over."""
        ...


def push(device: Device, words: Push) -> Answer:
    """Hand a push to the carrier of this installation."""
    return cast("Carrier", import_string(settings.PUSH_CARRIER)()).carry(device, words)


def public_key() -> str:
    """Return our public key for browsers; empty if this installation sends no pushes."""
    if settings.VAPID_PUBLIC_KEY or not settings.VAPID_PRIVATE_KEY:
        return str(settings.VAPID_PUBLIC_KEY)
    key = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).public_key
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return cast("str", b64urlencode(point))


class WebPush:
    """The push services of browsers (RFC 8030, 8188, 8291, 8292)."""

    def carry(self, device: Device, push: Push) -> Answer:
        """Encrypt for the device and post. Raises BusyError before any request is sent.

        Only a response of the push service itself (404, 410) ends a subscription, or invalid keys:
        a DNS failure, a network with a captive portal, a failing service or a "retry later" may all
        be over in a minute.
        """
        try:
            sealed = _sealed(device, push)
        except (ValueError, http_ece.ECEException):
            return Answer.GONE
        headers = {
            **_signature(device.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(A_DAY),
            "Urgency": "normal",
        }
        try:
            answer = outgoing.post(device.endpoint, sealed, headers)
        except (outgoing.AddressRefusedError, OSError):
            return Answer.LATER
        return _answer_of(answer.status)


def _answer_of(status: int) -> Answer:
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Answer.GONE
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer.LATER
    taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    return Answer.TAKEN if taken else Answer.REFUSED


def _signature(endpoint: str) -> dict[str, str]:
    parts = urlsplit(endpoint)
    claims: dict[str, Any] = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + SIGNED_FOR_SECONDS,
        "sub": settings.VAPID_CONTACT,
    }
    signer = Vapid02.from_string(settings.VAPID_PRIVATE_KEY)
    return cast("dict[str, str]", signer.sign(claims))


def _sealed(device: Device, push: Push) -> bytes:
    sealed: bytes = http_ece.encrypt(
        json.dumps(push._asdict()).encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=key_bytes(device.public_key),
        auth_secret=key_bytes(device.secret),
        version="aes128gcm",
    )
    return sealed
