"""Pushes as sent: encrypted for a single device, signed with our key, readable only there."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs

import http_ece  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02  # type: ignore[import-untyped]

from saas.kernel.errors import Refused
from saas.kernel.web import outgoing
from saas.kernel.web.hosts import SilentHostError
from tenants.community.notifications import gateway, rules
from tenants.community.notifications.gateway import Answer
from tenants.community.notifications.models import Device
from tenants.community.notifications.rules import Push

SECRET = bytes(range(16))
PUSH = Push("Trajets partagés", "Une nouvelle", "/rides/RI-1/", "ride:1", "fr")


def written(content: bytes) -> str:
    """Write bytes as browsers hand out their keys."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    formats = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(*formats)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[tuple[str, bytes, dict[str, str]]]:
    """Set a key for this installation, and record its posts."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    settings.VAPID_PRIVATE_KEY = written(number.to_bytes(32, "big"))
    posted: list[tuple[str, bytes, dict[str, str]]] = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> outgoing.Answer:
        posted.append((url, body, headers))
        return outgoing.Answer(201, b"")

    monkeypatch.setattr(outgoing, "post", post)
    return posted


def device(key: ec.EllipticCurvePrivateKey) -> Device:
    keys = {"public_key": written(point_of(key)), "secret": written(SECRET)}
    return Device(endpoint="https://push.example.org/device", **keys)


def test_two_devices_each_read_their_own_push_and_know_who_sent_it(
    sent: list[tuple[str, bytes, dict[str, str]]],
) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    assert [gateway.push(device(key), PUSH) for key in keys] == [Answer.TAKEN, Answer.TAKEN]
    for key, (url, body, headers) in zip(keys, sent, strict=True):
        opened = http_ece.decrypt(body, private_key=key, auth_secret=SECRET, version="aes128gcm")
        assert json.loads(opened) == PUSH._asdict()
        assert url == "https://push.example.org/device"
        assert Vapid02.verify(headers["Authorization"])
        parts = parse_qs(headers["Authorization"].removeprefix("vapid ").replace(",", "&"))
        assert parts["k"] == [gateway.public_key()]
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(sent[0][1], private_key=keys[1], auth_secret=SECRET, version="aes128gcm")


def test_device_whose_keys_are_none_is_gone_and_is_not_taken(
    sent: list[tuple[str, bytes, dict[str, str]]],
) -> None:
    broken = Device(endpoint="https://push.example.org/x", public_key="B" * 87, secret="A" * 22)
    assert gateway.push(broken, PUSH) == Answer.GONE
    assert sent == []
    good = device(ec.generate_private_key(ec.SECP256R1()))
    rules.check_keys(good.public_key, good.secret)
    for keys in (("B" * 87, good.secret), (good.public_key, "A" * 30), ("é", good.secret)):
        with pytest.raises(Refused):
            rules.check_keys(*keys)


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        (404, Answer.GONE),
        (410, Answer.GONE),
        (400, Answer.REFUSED),
        (413, Answer.REFUSED),
        (429, Answer.LATER),
        (500, Answer.LATER),
        (503, Answer.LATER),
        (outgoing.UnknownHostError("no name server"), Answer.LATER),
        (outgoing.AddressRefusedError("a network that answers for everybody"), Answer.LATER),
        (SilentHostError("silent a moment ago"), Answer.LATER),
        (TimeoutError(), Answer.LATER),
        (ConnectionResetError(), Answer.LATER),
    ],
)
def test_only_the_push_service_itself_ends_a_subscription(
    sent: list[tuple[str, bytes, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    outcome: int | Exception,
    answer: Answer,
) -> None:
    def post(*_args: Any) -> outgoing.Answer:
        if isinstance(outcome, Exception):
            raise outcome
        return outgoing.Answer(outcome, b"")

    monkeypatch.setattr(outgoing, "post", post)
    assert gateway.push(device(ec.generate_private_key(ec.SECP256R1())), PUSH) == answer
