"""Ports on 127.0.0.1: which are free, and which the demo takes."""

import random
import socket

from infra.local.words import Trouble

FIRST, LAST = 8000, 8019
HIGHEST = 65535
# Below the systems' ephemeral ports: an outgoing connection or a request for any port takes no port
# of this range.
NOT_EPHEMERAL = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Try to bind the port; a port that another program answers on is never ours."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_forbidden(port: int) -> bool:
    """Return True if the system lets this account bind no such port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return True
        except OSError:
            return False
    return False


def any_free() -> int:
    """Name a free port that stays free until it is bound, some time later."""
    drawing = random.SystemRandom()
    while not is_free(port := drawing.choice(NOT_EPHEMERAL)):
        pass
    return port


def for_the_site(wanted: int | None) -> int:
    """Return the requested port, or the first free port of the demo's range."""
    if wanted is None:
        return _first_of_range()
    if not 1 <= wanted <= HIGHEST:
        raise Trouble(
            f"Un port va de 1 à {HIGHEST} : choisissez-en un avec --port, "
            "ou laissez la démo choisir.",
            f"A port is a number from 1 to {HIGHEST}: choose one with --port, "
            "or let the demo choose.",
        )
    if is_forbidden(wanted):
        raise Trouble(
            f"Le port {wanted} est réservé à l’administrateur de cette machine : choisissez-en un "
            "au-dessus de 1023 avec --port.",
            f"Port {wanted} is reserved for this machine’s administrator: choose one above 1023 "
            "with --port.",
        )
    if not is_free(wanted):
        raise Trouble(
            f"Le port {wanted} est déjà pris : choisissez-en un autre avec --port, "
            "ou laissez la démo choisir.",
            f"Port {wanted} is already in use: choose another one with --port, "
            "or let the demo choose.",
        )
    return wanted


def _first_of_range() -> int:
    for port in range(FIRST, LAST + 1):
        if is_free(port):
            return port
    raise Trouble(
        f"Aucun port n’est libre entre {FIRST} et {LAST} : donnez-en un avec --port.",
        f"No port is free between {FIRST} and {LAST}: give one with --port.",
    )
