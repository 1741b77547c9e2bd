"""Which endpoint answers at which address."""

from collections.abc import Callable

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.world import Call, World

Endpoint = Callable[[World, Call], JSON]

# By method and number of pieces: the pieces of the address, its name, and its function.
ROUTES: dict[tuple[str, int], list[tuple[list[str], str, Endpoint]]] = {}


def endpoint(name: str) -> Callable[[Endpoint], Endpoint]:
    """Let a function answer at a method and an address, written as in the description."""

    def remember(answers: Endpoint) -> Endpoint:
        method, path = name.split()
        pieces = path.split("/")
        ROUTES.setdefault((method, len(pieces)), []).append((pieces, name, answers))
        return answers

    return remember


def match(method: str, path: str) -> tuple[str, Endpoint, dict[str, str]] | None:
    """Return the endpoint at an address, and its path variables."""
    parts = path.split("/")
    for pieces, name, answers in ROUTES.get((method, len(parts)), ()):
        found = _variables(pieces, parts)
        if found is not None:
            return name, answers, found
    return None


def _variables(pieces: list[str], parts: list[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for piece, given in zip(pieces, parts, strict=True):
        if piece.startswith("{") and given:
            found[piece[1:-1]] = given
        elif piece != given:
            return None
    return found
