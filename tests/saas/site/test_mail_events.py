"""Events of our mail, as posted by a provider: bounces and complaints end mails to the address."""

import base64
import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.conf import settings as here

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.notifications.models import Habits
from tests.fixtures.people import SpaceClient

SECRET = "postmark:a-secret-that-both-know"
SHOWN = f"Basic {base64.b64encode(SECRET.encode()).decode()}"


@pytest.fixture(autouse=True)
def provider(settings: LazySettings) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def post(event: dict[str, Any], *, shown: str = SHOWN) -> int:
    client = SpaceClient(here.BASE_HOST)
    headers = {"authorization": shown}
    answer = client.post(
        "/mail/events/", json.dumps(event), content_type="application/json", headers=headers
    )
    return int(answer.status_code)


def event(person: User, kind: str, record: str = "Bounce", *, space: str = "") -> dict[str, Any]:
    return {
        "RecordType": record,
        "ID": 42,
        "Type": kind,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": person.email.upper(),
        "BouncedAt": "2026-11-25T09:00:00Z",
        "Metadata": {"space": space or schema.current()},
    }


@pytest.mark.parametrize(
    ("kind", "record", "stopped"),
    [
        ("HardBounce", "Bounce", "bounced"),
        ("SpamComplaint", "SpamComplaint", "complained"),
        ("SoftBounce", "Bounce", ""),
        ("BadEmailAddress", "Bounce", "bounced"),
    ],
)
def test_refused_mail_ends_mails_to_its_address_in_the_space_that_wrote(
    owner: User, kind: str, record: str, stopped: str
) -> None:
    for _ in range(2):
        assert post(event(owner, kind, record)) == 200
    reasons = Habits.objects.filter(person=owner).values_list("mail_stopped_for", flat=True)
    assert list(filter(None, reasons)) == ([stopped] if stopped else [])


def test_without_secret_or_a_space_nothing_is_stopped(owner: User, settings: LazySettings) -> None:
    assert post(event(owner, "HardBounce"), shown="Basic bm9ib2R5Om5vdGhpbmc=") == 400
    for space in ("nowhere", "public"):
        assert post(event(owner, "HardBounce", space=space)) == 200
    assert not Habits.objects.exclude(mail_stopped_for="").exists()
    settings.ANYMAIL = {}
    assert post(event(owner, "HardBounce")) == 404
