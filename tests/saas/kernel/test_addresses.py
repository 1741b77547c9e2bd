import ipaddress

import pytest

from saas.kernel.web.addresses import client_address, network_of, shortened

PROXIES = tuple(map(ipaddress.ip_network, ("127.0.0.1", "10.1.0.0/16", "fd00::/8")))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        pytest.param("198.51.100.9", "203.0.113.7", "198.51.100.9", id="client names itself"),
        pytest.param("127.0.0.1", "203.0.113.7", "203.0.113.7", id="proxy names the client"),
        pytest.param("127.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7", id="client adds one"),
        pytest.param("127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7", id="two proxies"),
        pytest.param("127.0.0.1", "203.0.113.7, 10.2.0.1", "10.2.0.1", id="foreign proxy"),
        pytest.param("127.0.0.1", "203.0.113.7:4711", "203.0.113.7", id="with a port"),
        pytest.param("127.0.0.1", "[2001:db8::1]:443", "2001:db8::1", id="version 6 with a port"),
        pytest.param("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7", id="mapped proxy"),
        pytest.param("127.0.0.1", "203.0.113.7, made up", "127.0.0.1", id="no address"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="no header"),
        pytest.param("", "203.0.113.7", "", id="no socket"),
    ],
)
def test_only_our_proxies_name_the_client(peer: str, forwarded: str, client: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == client
    assert client_address(peer, forwarded, ()) == peer


@pytest.mark.parametrize(
    ("address", "network", "short"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff:aaaa::1", "2001:db8:1:200::/56", "2001:db8:1::/48"),
        ("2001:db8:1:201::9", "2001:db8:1:200::/56", "2001:db8:1::/48"),
        ("", "unknown", "unknown"),
        ("not an address", "unknown", "unknown"),
    ],
)
def test_network_is_counted_by_household_and_logged_by_neighbourhood(
    address: str, network: str, short: str
) -> None:
    assert network_of(address) == network
    assert shortened(network) == short
