import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from saas.accounts import auth
from saas.accounts.factors import queries
from saas.accounts.models import SecondFactor, User
from saas.kernel import schema
from tests.fixtures.people import PASSWORD, Browse, SpaceClient
from tests.saas.accounts.passkeys.device import PRESENT, Device


def origin_of(client: SpaceClient) -> str:
    return auth.origin_at(client.host.partition(":")[0])


def ceremony(page: str) -> tuple[dict[str, Any], str]:
    """Return the options and the signed challenge of a page."""
    options = re.search(r'data-options="([^"]+)"', page)
    challenge = re.search(r'challenge"\s+value="([^"]+)"', page)
    assert options
    assert challenge
    return json.loads(html.unescape(options[1])), html.unescape(challenge[1])


def enrolled(client: SpaceClient) -> Device:
    """Add a passkey to the account of a signed-in client."""
    device = Device(origin_of(client))
    options, challenge = ceremony(client.get("/passkeys/").text)
    fields = {"passkey": device.create(options), "challenge": challenge, "name": "Mon téléphone"}
    answer = client.post("/passkeys/", fields)
    assert answer.status_code == 303, answer.text
    return device


def signing_in(client: SpaceClient, device: Device) -> dict[str, str]:
    options, challenge = ceremony(client.get("/signin/").text)
    return {"passkey": device.get(options), "challenge": challenge}


def test_passkey_signs_in_with_both_factors(browse: Browse, owner: User) -> None:
    client = browse(owner)
    device = enrolled(client)
    codes = client.get("/factor/codes/").text
    assert len(re.findall(r"<code>[a-z2-7-]+</code>", codes)) == 10
    assert "Mon téléphone" in client.get("/passkeys/").text
    fresh = browse()
    answer = fresh.post("/signin/passkey/", signing_in(fresh, device))
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert fresh.get("/me/").status_code == 200
    assert "par clé d’accès" in fresh.get("/sessions/").text


def test_password_alone_no_longer_opens_account_with_passkey(browse: Browse, owner: User) -> None:
    device = enrolled(browse(owner))
    client = browse()
    client.post("/signin/", {"email": owner.email, "password": PASSWORD})
    assert client.get("/me/")["Location"].startswith("/factor/code/")
    options, challenge = ceremony(client.get("/factor/code/").text)
    assert len(options["allowCredentials"]) == 1
    fields = {"passkey": device.get(options), "challenge": challenge, "next": "/me/"}
    assert client.post("/factor/code/", fields)["Location"] == "/me/"
    assert client.get("/me/").status_code == 200


def test_challenge_is_answered_once(browse: Browse, owner: User) -> None:
    device, client = enrolled(browse(owner)), browse()
    fields = signing_in(client, device)
    assert client.post("/signin/passkey/", fields).status_code == 303
    assert "trop longtemps" in browse().refused("/signin/passkey/", fields)


def from_elsewhere(device: Device) -> None:
    device.origin = "https://south.example.org"


def of_other_host(device: Device) -> None:
    device.host = "south.example.org"


def unverified(device: Device) -> None:
    device.flags = PRESENT


def copied(device: Device) -> None:
    device.handle = b"MUNKNOWN"


@pytest.mark.parametrize("change", [from_elsewhere, of_other_host, unverified, copied])
def test_wrong_answer_of_a_device_opens_nothing(
    browse: Browse, owner: User, change: Callable[[Device], None]
) -> None:
    device, client = enrolled(browse(owner)), browse()
    change(device)
    page = client.refused("/signin/passkey/", signing_in(client, device))
    assert "n’ouvre rien ici" in page
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "answer", ["", "{", "[]", "{}", '{"id":1,"rawId":1}', "\x00", "x" * 30_000]
)
def test_answer_that_is_no_webauthn_is_refused(browse: Browse, owner: User, answer: str) -> None:
    client = browse(owner)
    _options, challenge = ceremony(client.get("/passkeys/").text)
    client.refused("/passkeys/", {"passkey": answer, "challenge": challenge})
    assert not queries.has_factor(owner)
    stranger = browse()
    _options, challenge = ceremony(stranger.get("/signin/").text)
    stranger.refused("/signin/passkey/", {"passkey": answer, "challenge": challenge})


def test_passkey_of_another_space_is_refused(browse: Browse, owner: User) -> None:
    device = enrolled(browse(owner))
    row = SecondFactor.objects.get(user=owner)
    with schema.inside("south"):
        twin = User.objects.create(
            email=owner.email,
            first_name="A",
            last_name="B",
            created_at=row.made_at,
            reference=owner.reference,
        )
        SecondFactor.objects.create(
            user=twin, last_step=0, passkeys=row.passkeys, made_at=row.made_at, used_at=row.used_at
        )
    client = browse(space="south")
    assert "n’ouvre rien ici" in client.refused("/signin/passkey/", signing_in(client, device))


def test_counter_that_goes_back_is_refused(browse: Browse, owner: User) -> None:
    device, client = enrolled(browse(owner)), browse()
    device.count = 5
    assert client.post("/signin/passkey/", signing_in(client, device)).status_code == 303
    client = browse()
    assert "n’ouvre rien" in client.refused("/signin/passkey/", signing_in(client, device))


def test_passkey_is_removed_with_its_codes(browse: Browse, owner: User) -> None:
    client = browse(owner)
    enrolled(client)
    found = re.search(r'name="credential" value="([^"]+)"', client.get("/passkeys/").text)
    assert found
    assert client.post("/passkeys/remove/", {"credential": found[1]}).status_code == 303
    assert not queries.has_factor(owner)


def test_closed_account_is_opened_by_no_passkey(browse: Browse, owner: User) -> None:
    device, client = enrolled(browse(owner)), browse()
    User.objects.filter(pk=owner.pk).update(is_active=False)
    client.refused("/signin/passkey/", signing_in(client, device))
