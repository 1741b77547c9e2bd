"""A real screen always gets a code, whatever strangers ask for."""

import pytest

from saas.accounts.models import User
from tenants.community.kiosk.models import Pairing
from tenants.community.kiosk.rules import screens as rules
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.community.kiosk.making import HALL, Device


def from_network(browse: Browse, network: str) -> Device:
    client: SpaceClient = browse()
    client.defaults["REMOTE_ADDR"] = network
    return Device(client)


def fill(browse: Browse, count: int, *, network: str) -> None:
    for _number in range(count):
        assert len(from_network(browse, network).code()) == rules.CODE_FIGURES


def test_strangers_do_not_keep_a_screen_from_being_paired(
    browse: Browse, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN_CODES", 12)
    monkeypatch.setattr(rules, "MOST_CODES_OF_A_NETWORK", 8)
    fill(browse, 12, network="198.51.100.7")
    real = from_network(browse, "203.0.113.4")
    code = real.code()
    fill(browse, 20, network="198.51.100.7")
    fill(browse, 20, network="192.0.2.9")
    assert Pairing.objects.count() <= rules.MOST_OPEN_CODES
    assert browse(manager).post("/kiosk/pair/", {**HALL, "code": code}).status_code == 303
    assert real.say("/screen/claim/").status_code == 200


def test_network_evicts_its_own_oldest_code(
    browse: Browse, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_CODES_OF_A_NETWORK", 3)
    first = from_network(browse, "198.51.100.7")
    first.code()
    fill(browse, 3, network="198.51.100.7")
    assert Pairing.objects.count() == 3
    assert first.say("/screen/claim/").status_code == 410  # its screen asks for another at once
    assert first.code()


def test_browser_that_asks_again_replaces_its_own_code(browse: Browse, manager: User) -> None:
    device = Device(browse())
    codes = {device.code() for _time in range(4)}
    assert len(codes) == 4
    assert Pairing.objects.get().code in codes


def test_network_of_a_code_is_a_keyed_hash(browse: Browse, manager: User) -> None:
    from_network(browse, "198.51.100.7").code()
    stored = Pairing.objects.get().network
    assert len(stored) == 16
    assert "198" not in stored
