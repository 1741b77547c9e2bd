"""Screens for tests: a manager, a browser with a pairing code, a paired browser."""

import datetime as dt
import json
from typing import Any, NamedTuple
from uuid import uuid4

from saas.accounts.models import User
from tenants.community.kiosk.actions import screens as actions
from tenants.community.kiosk.models import Screen
from tenants.community.kiosk.rules import screens as rules
from tenants.community.members.models import Role
from tests.fixtures.people import SpaceClient, make_user

HALL = {"name": "Hall", "site_id": "", "group": "", "turn": "none"}


def make_manager(at: dt.datetime) -> User:
    person = make_user("Odile")
    Role.objects.create(user=person, role="kiosk_manager", given_at=at)
    return person


class Device(NamedTuple):
    """A browser in a hall."""

    client: SpaceClient

    def say(self, path: str, body: Any = None) -> Any:
        text = json.dumps({} if body is None else body)
        return self.client.post(path, data=text, content_type="application/json")

    def code(self) -> str:
        return str(self.say("/screen/code/").json()["code"])

    def ids(self) -> list[str]:
        found = self.client.get("/screen/playlist/")
        assert found.status_code == 200, found.content
        return [slide["id"] for slide in found.json()["slides"]]


def paired(client: SpaceClient, by: User, at: dt.datetime, **changes: Any) -> tuple[Device, Screen]:
    """A device that was paired, and its screen."""
    device = Device(client)
    placing = rules.Placing(
        **{"name": "Hall", "site_id": None, "group": "", "turn": "none"} | changes
    )
    screen = actions.pair(code=device.code(), placing=placing, by=by, at=at)
    assert device.say("/screen/claim/").status_code == 200
    return device, Screen.objects.get(pk=screen.pk)


def play(
    screen: Screen, *, flight: str = "", shown_at: dt.datetime, **changes: Any
) -> dict[str, str]:
    """A play as a screen reports it, signed with its secret."""
    key = changes.get("key", uuid4())
    slide = changes.get("slide", "deal:BP-2345678")
    moment = int(shown_at.timestamp() * 1000)
    signed = f"{key}|{slide}|{flight}|{moment}|{changes.get('seconds', 10)}"
    return {"signed": signed, "signature": rules.signature_of(signed, screen.play_secret)}
