"""The ways of delivery of a history: in order, shuffled, tripled, in part, forged."""

import copy
import hashlib
import hmac
import io
import json
import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from billing.dispatch import events

type Event = dict[str, Any]

KINDS = {
    "snapshot": events.SNAPSHOT_KINDS,
    "connected": events.CONNECTED_KINDS,
    "thin": events.THIN_KINDS,
}
TAKEN, REFUSED = 200, 400
FALSE = "evt_false_"


class Delivery(NamedTuple):
    """A body posted to an endpoint, and the expected response."""

    endpoint: str
    body: bytes
    signature: str
    answer: int = TAKEN


def endpoint_of(event: Event) -> str:
    """Return the endpoint of an event, or an empty text without a subscription."""
    if event["object"] == "v2.core.event":
        endpoint = "thin"
    else:
        endpoint = "connected" if event.get("account") else "snapshot"
    return endpoint if event["type"] in KINDS[endpoint] else ""


def signed(body: bytes, endpoint: str, *, seconds_ago: int = 0, key: str = "") -> str:
    """Sign a body as Stripe does, now or at another time, perhaps with a wrong secret."""
    stamp = int(time.time()) - seconds_ago
    known = settings.STRIPE_WEBHOOK_SECRETS[endpoint][0]
    mac = hmac.new((key or known).encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


def signed_anew(delivery: Delivery) -> Delivery:
    """Sign a delivery now, as Stripe does each time it tries again."""
    return delivery._replace(signature=signed(delivery.body, delivery.endpoint))


def genuine(event: Event) -> list[Delivery]:
    """Write the delivery of an event, where an endpoint takes it."""
    endpoint = endpoint_of(event)
    if not endpoint:
        return []
    shown = {key: value for key, value in event.items() if endpoint != "thin" or key != "data"}
    body = json.dumps(shown).encode()
    return [Delivery(endpoint, body, signed(body, endpoint))]


def in_order(history: list[Event], _chance: random.Random) -> list[Delivery]:
    """Each once, as it happened."""
    return [delivery for event in history for delivery in genuine(event)]


def tripled(history: list[Event], chance: random.Random) -> list[Delivery]:
    """Each three times, the copies anywhere."""
    return shuffled(history * 3, chance)


def shuffled(history: list[Event], chance: random.Random) -> list[Delivery]:
    """Each once, in any order."""
    deliveries = in_order(history, chance)
    chance.shuffle(deliveries)
    return deliveries


def backwards(history: list[Event], chance: random.Random) -> list[Delivery]:
    """Return each event once, the last first."""
    return in_order(history, chance)[::-1]


def in_part(history: list[Event], chance: random.Random) -> list[Delivery]:
    """Three of ten are lost."""
    return in_order([event for event in history if chance.random() > LOST], chance)


def none(_history: list[Event], _chance: random.Random) -> list[Delivery]:
    """All are lost: whatever is known was asked for."""
    return []


def forged(history: list[Event], chance: random.Random) -> list[Delivery]:
    """Return all events, mixed with forged events."""
    deliveries = in_order(history, chance)
    lies = [lie for event in history if endpoint_of(event) == "snapshot" for lie in _lies(event)]
    for lie in lies:  # half of them before anything true is known
        at = chance.choice((0, chance.randrange(len(deliveries) + 1)))
        deliveries.insert(at, lie)
    return deliveries


def _lies(event: Event) -> list[Delivery]:
    """Forge an event in every way that must change nothing; each lies about money, too."""
    body = json.dumps(_false(event, "forged")).encode()
    garbage = hashlib.sha512(event["id"].encode()).digest()
    refused = [
        Delivery("snapshot", body, ""),
        Delivery("snapshot", body, signed(body, "snapshot", key="whsec_other")),
        Delivery("snapshot", body, signed(body, "snapshot", seconds_ago=301)),
        Delivery("snapshot", body, signed(body, "snapshot", seconds_ago=-400)),
        Delivery("snapshot", body + b" ", signed(body, "snapshot")),
        Delivery("thin", body, signed(body, "thin")),
        Delivery("snapshot", garbage, signed(garbage, "snapshot")),
    ]
    others: dict[str, Event] = {
        "ignored_mode": {"livemode": True},
        "ignored_account": {"account": "acct_1Another"},
        "version": {"api_version": "2020-08-27"},
    }
    taken = [json.dumps(_false(event, what) | lie).encode() for what, lie in others.items()]
    return [
        *(delivery._replace(answer=REFUSED) for delivery in refused),
        *(Delivery("snapshot", lie, signed(lie, "snapshot")) for lie in taken),
    ]


def _false(event: Event, what: str) -> Event:
    """Return a copy of an event under another id, with false amounts and states."""
    lie = copy.deepcopy(event)
    lie["id"] = f"{FALSE}{what}_{hashlib.sha256(event['id'].encode()).hexdigest()[:16]}"
    subject = lie["data"]["object"]
    subject |= {
        "amount": 1,
        "amount_total": 1,
        "amount_refunded": 999_999,
        "payment_status": "paid",
    }
    subject |= {"status": "succeeded", "paid": True, "refunded": True}
    return lie


LOST = 0.3
WAYS: dict[str, Callable[[list[Event], random.Random], list[Delivery]]] = {
    "in order": in_order,
    "tripled": tripled,
    "shuffled": shuffled,
    "backwards": backwards,
    "three of ten lost": in_part,
    "all lost": none,
    "a day late": in_order,
    "forged mixed in": forged,
}


class Endpoints:
    """The webhook endpoints, called as the server calls them."""

    def __init__(self) -> None:
        self.wsgi = WSGIHandler()

    def post(self, delivery: Delivery) -> int:
        """Post a delivery; returns the status of the answer."""
        answers: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/stripe/{delivery.endpoint}/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": settings.BASE_HOST,
            "HTTP_STRIPE_SIGNATURE": delivery.signature,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(delivery.body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(delivery.body),
            "wsgi.errors": io.StringIO(),
        }

        def start(status: str, _headers: object, _info: object = None) -> Callable[[bytes], object]:
            answers.append(status)
            return bytes

        self.wsgi(environ, start)
        return int(answers[0].split()[0])
