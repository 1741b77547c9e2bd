"""The ways in which one history reaches us: in order, shuffled, tripled, in part, forged."""

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


class Letter(NamedTuple):
    """Something that is posted at a door, and what the door has to answer."""

    door: str
    body: bytes
    sign: str
    answer: int = TAKEN


def door_of(event: Event) -> str:
    """Return the door that Stripe posts an event at, or nothing where nobody asked for it."""
    if event["object"] == "v2.core.event":
        door = "thin"
    else:
        door = "connected" if event.get("account") else "snapshot"
    return door if event["type"] in KINDS[door] else ""


def signed(body: bytes, door: str, *, seconds_ago: int = 0, key: str = "") -> str:
    """Sign a body as Stripe does, now or at another time, perhaps with a wrong secret."""
    stamp = int(time.time()) - seconds_ago
    known = settings.STRIPE_WEBHOOK_SECRETS[door][0]
    mac = hmac.new((key or known).encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


def signed_anew(letter: Letter) -> Letter:
    """Sign a letter now, as Stripe does each time it tries again."""
    return letter._replace(sign=signed(letter.body, letter.door))


def genuine(event: Event) -> list[Letter]:
    """Write the letter of an event, where there is a door for it."""
    door = door_of(event)
    if not door:
        return []
    shown = {key: value for key, value in event.items() if door != "thin" or key != "data"}
    body = json.dumps(shown).encode()
    return [Letter(door, body, signed(body, door))]


def in_order(told: list[Event], _chance: random.Random) -> list[Letter]:
    """Each once, as it happened."""
    return [letter for event in told for letter in genuine(event)]


def tripled(told: list[Event], chance: random.Random) -> list[Letter]:
    """Each three times, the copies anywhere."""
    return shuffled(told * 3, chance)


def shuffled(told: list[Event], chance: random.Random) -> list[Letter]:
    """Each once, in any order."""
    letters = in_order(told, chance)
    chance.shuffle(letters)
    return letters


def backwards(told: list[Event], chance: random.Random) -> list[Letter]:
    """Each once, the last one first."""
    return in_order(told, chance)[::-1]


def in_part(told: list[Event], chance: random.Random) -> list[Letter]:
    """Three of ten are lost."""
    return in_order([event for event in told if chance.random() > LOST], chance)


def none(_told: list[Event], _chance: random.Random) -> list[Letter]:
    """All are lost: whatever is known was asked for."""
    return []


def forged(told: list[Event], chance: random.Random) -> list[Letter]:
    """All of them, and among them what nobody at Stripe has written."""
    letters = in_order(told, chance)
    lies = [lie for event in told if door_of(event) == "snapshot" for lie in _lies(event)]
    for lie in lies:  # half of them before anything true is known
        at = chance.choice((0, chance.randrange(len(letters) + 1)))
        letters.insert(at, lie)
    return letters


def _lies(event: Event) -> list[Letter]:
    """Forge an event in every way that must change nothing; each lies about money, too."""
    body = json.dumps(_false(event, "forged")).encode()
    garbage = hashlib.sha512(event["id"].encode()).digest()
    refused = [
        Letter("snapshot", body, ""),
        Letter("snapshot", body, signed(body, "snapshot", key="whsec_other")),
        Letter("snapshot", body, signed(body, "snapshot", seconds_ago=301)),
        Letter("snapshot", body, signed(body, "snapshot", seconds_ago=-400)),
        Letter("snapshot", body + b" ", signed(body, "snapshot")),
        Letter("thin", body, signed(body, "thin")),
        Letter("snapshot", garbage, signed(garbage, "snapshot")),
    ]
    others: dict[str, Event] = {
        "ignored_mode": {"livemode": True},
        "ignored_account": {"account": "acct_1Another"},
        "version": {"api_version": "2020-08-27"},
    }
    taken = [json.dumps(_false(event, what) | lie).encode() for what, lie in others.items()]
    return [
        *(letter._replace(answer=REFUSED) for letter in refused),
        *(Letter("snapshot", lie, signed(lie, "snapshot")) for lie in taken),
    ]


def _false(event: Event, what: str) -> Event:
    """Write an event anew under another number, with every amount and state a lie."""
    lie = copy.deepcopy(event)
    lie["id"] = f"{FALSE}{what}_{hashlib.sha256(event['id'].encode()).hexdigest()[:16]}"
    told = lie["data"]["object"]
    told |= {"amount": 1, "amount_total": 1, "amount_refunded": 999_999, "payment_status": "paid"}
    told |= {"status": "succeeded", "paid": True, "refunded": True}
    return lie


LOST = 0.3
WAYS: dict[str, Callable[[list[Event], random.Random], list[Letter]]] = {
    "in order": in_order,
    "tripled": tripled,
    "shuffled": shuffled,
    "backwards": backwards,
    "three of ten lost": in_part,
    "all lost": none,
    "a day late": in_order,
    "forged mixed in": forged,
}


class Door:
    """The web's doors, asked as its server asks them."""

    def __init__(self) -> None:
        self.wsgi = WSGIHandler()

    def take(self, letter: Letter) -> int:
        """Post a letter; returns the status of the answer."""
        answers: list[str] = []
        asked = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/stripe/{letter.door}/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": settings.BASE_HOST,
            "HTTP_STRIPE_SIGNATURE": letter.sign,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(letter.body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(letter.body),
            "wsgi.errors": io.StringIO(),
        }

        def start(status: str, _headers: object, _info: object = None) -> Callable[[bytes], object]:
            answers.append(status)
            return bytes

        self.wsgi(asked, start)
        return int(answers[0].split()[0])
