"""Address of the client: the socket's, or the address given by a proxy of ours."""

import ipaddress
from collections.abc import Sequence

from saas.environment import Network

_HOME_NETWORK = 56
_SHORT = {4: 24, 6: 48}


def client_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return the client's address; `forwarded` is the value of `X-Forwarded-For`.

    Each proxy appends the address that it sees. The list is read from its end, and the first
    address outside our proxies is the client's: the addresses before it were sent by the client.
    """
    address = peer
    named = [word.strip() for word in forwarded.split(",") if word.strip()]
    while named and is_in(address, proxies):
        following = _plain(named.pop())
        if not following:
            return address
        address = following
    return address


def is_in(address: str, networks: Sequence[Network]) -> bool:
    """Return True if an address belongs to any of these networks."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in networks)


def _plain(word: str) -> str:
    """Return an address without the port that some proxies add; empty if it is invalid."""
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """Return the network that an IP address is counted with; a home has many of version 6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 - the version's own number
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _HOME_NETWORK), strict=False))


def shortened(network: str) -> str:
    """Return the part of a network that a log keeps: a neighbourhood, not a household."""
    try:
        parsed = ipaddress.ip_network(network, strict=False)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed.network_address, _SHORT[parsed.version]), strict=False))
