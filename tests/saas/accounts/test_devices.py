"""A device that an account was opened on is known again, on its host, for that account alone."""

import logging
from typing import Any

import pytest
from django.conf import settings

from saas.accounts import devices
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.watching.security_log import LOGGER
from tests.fixtures.people import PASSWORD, Browse, SpaceClient, make_user

WRONG = "wrong password"


def sign_in(client: SpaceClient, email: str, password: str, **extra: Any) -> int:
    answer = client.post("/signin/", {"email": email, "password": password}, **extra)
    status: int = answer.status_code
    return status


def known_device(browse: Browse, owner: User) -> SpaceClient:
    client = browse()
    assert sign_in(client, owner.email, PASSWORD) == 303
    client.post("/signout/")
    return client


def test_device_that_came_in_is_not_locked_by_strangers_of_its_own_network(
    browse: Browse, owner: User
) -> None:
    known, stranger = known_device(browse, owner), browse()
    for _ in range(12):
        sign_in(stranger, owner.email, WRONG)
    assert sign_in(browse(), owner.email, PASSWORD) == 422, "an unknown device of that network"
    assert sign_in(known, owner.email, PASSWORD) == 303


def test_operator_is_not_locked_by_strangers(browse: Browse) -> None:
    with schema.inside(schema.PUBLIC):
        operator = make_user("Agathe")
    stranger = browse(space="ops")
    for _ in range(12):
        sign_in(stranger, operator.email, WRONG, REMOTE_ADDR="198.51.100.7")
    assert sign_in(browse(space="ops"), operator.email, PASSWORD) == 303


def test_cookie_is_of_its_host_and_contains_no_address(browse: Browse, owner: User) -> None:
    client = browse()
    answer = client.post("/signin/", {"email": owner.email, "password": PASSWORD})
    cookie = answer.cookies[devices.COOKIE]
    assert cookie.key.startswith("__Host-")
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert cookie["domain"] == ""
    assert owner.email.partition("@")[0] not in cookie.value


@pytest.mark.parametrize("space", ["south", "", "ops"])
def test_cookie_of_one_space_is_worthless_in_another(
    browse: Browse, owner: User, space: str
) -> None:
    value = known_device(browse, owner).cookies[devices.COOKIE].value
    with schema.inside(space if space == "south" else schema.PUBLIC):
        make_user("Paul", email=owner.email)
    elsewhere = browse(space=space)
    for _ in range(12):
        sign_in(browse(space=space), owner.email, WRONG)
    elsewhere.cookies[devices.COOKIE] = value
    assert sign_in(elsewhere, owner.email, PASSWORD) == 422


def test_changed_cookie_and_that_of_another_account_are_not_known(
    browse: Browse, owner: User, teammate: User
) -> None:
    known = known_device(browse, teammate)
    changed = browse()
    value = known_device(browse, owner).cookies[devices.COOKIE].value
    changed.cookies[devices.COOKIE] = f"{value[:-2]}xx"
    for _ in range(12):
        sign_in(browse(), owner.email, WRONG)
    for client in (known, changed):
        assert sign_in(client, owner.email, PASSWORD) == 422


def test_shared_device_remembers_several_accounts(
    browse: Browse, owner: User, teammate: User
) -> None:
    client = known_device(browse, owner)
    sign_in(client, teammate.email, PASSWORD)
    client.post("/signout/")
    for email in (owner.email, teammate.email):
        for _ in range(12):
            sign_in(browse(), email, WRONG)
        assert sign_in(client, email, PASSWORD) == 303
        client.post("/signout/")


def test_sign_out_clears_what_the_browser_keeps_and_no_cookie_of_other_hosts(
    browse: Browse, owner: User
) -> None:
    answer = browse(owner).post("/signout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in browse().get("/signin/").headers


def test_security_log_names_sign_ins_without_a_secret(
    browse: Browse, owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    client, address = browse(), "203.0.113.77"
    with caplog.at_level(logging.INFO, logger=LOGGER):
        sign_in(client, owner.email, WRONG, REMOTE_ADDR=address)
        sign_in(client, owner.email, PASSWORD, REMOTE_ADDR=address)
        client.post("/signout/", REMOTE_ADDR=address)
        sign_in(client, owner.email, PASSWORD, REMOTE_ADDR=address)
        for _ in range(11):
            sign_in(browse(), "nobody@north.example", WRONG, REMOTE_ADDR=address)
        client.post("/signin/link/", {"email": owner.email}, REMOTE_ADDR=address)
    events = [record.event for record in caplog.records if record.name == LOGGER]  # type: ignore[attr-defined]
    names = [event["name"] for event in events]
    assert names == [
        *("sign_in_failed", "signed_in", "signed_out", "signed_in"),
        *["sign_in_failed"] * 10,
        *("sign_in_refused", "link_requested"),
    ]
    assert [event.get("device") for event in events if event["name"] == "signed_in"] == [
        "new",
        "known",
    ]
    assert events[1]["person"] == owner.reference
    assert events[0]["person"] == events[1]["address"] != events[4]["person"]
    assert {event["network"] for event in events} == {"203.0.113.0/24"}
    for hidden in (address, owner.email, WRONG, PASSWORD, "nobody@"):
        assert hidden not in str(events)
    written: dict[str, Any] = settings.LOGGING
    assert written["loggers"][LOGGER]["level"] == "INFO"
