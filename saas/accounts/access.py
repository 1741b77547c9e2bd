"""Row of the access table: an address, and the status that each kind of person gets there."""

from collections.abc import Sequence
from typing import NamedTuple

SPACE, PUBLIC, OPS = "space", "public", "ops"
# Includes people with a cookie of another host: a browser does not send it, an attacker may.
OUT = {
    SPACE: ("nobody", "gone", "foreigner", "merchant", "operator"),
    PUBLIC: ("nobody", "member", "gone"),
    OPS: ("nobody", "member", "gone"),
}
IN = {
    SPACE: ("member", "other", "moderator", "council", "treasurer", "kiosk", "local", "admin"),
    PUBLIC: ("merchant", "rival", "operator"),
    OPS: ("merchant", "rival", "operator"),
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
TO_SIGN_IN, UNAUTHENTICATED, NO_SUCH_METHOD = 302, 401, 405


class Row(NamedTuple):
    """An address and the expected status of each person and method.

    `answers` maps each method to statuses, as in "in:403 admin,local:200": all people signed in on
    this host get 403, the two administrators 200. A later word overrides an earlier word.
    """

    route: str
    args: tuple[str, ...]
    answers: dict[str, str]
    opened: bool

    def expected(self, host: str, method: str) -> dict[str, int]:
        """Return the expected status of each person of a host."""
        groups = {"out": OUT[host], "in": IN[host], "all": (*OUT[host], *IN[host])}
        got: dict[str, int] = {}
        for word in self.answers["GET" if method == "HEAD" else method].split():
            people, _, status = word.partition(":")
            for name in people.split(","):
                got |= dict.fromkeys(groups.get(name, (name,)), int(status))
        return got


def closed(route: str, *args: str, get: str = "", post: str = "") -> Row:
    """Return the row of an address for signed-in people; others are redirected to sign in."""
    return _row(route, args, TO_SIGN_IN, statuses={"GET": get, "POST": post})


def program(route: str, *args: str, get: str = "", post: str = "") -> Row:
    """Return the row of an API address for signed-in people; others get 401."""
    statuses = {"GET": get, "POST": post, "OPTIONS": "in:200"}
    return _row(route, args, UNAUTHENTICATED, statuses=statuses)


def by_token(route: str, *args: str) -> Row:
    """Return the row of an address for programs with a token: a browser's session opens nothing."""
    answers = dict.fromkeys(METHODS, f"all:{UNAUTHENTICATED}")
    return Row(route, tuple(args), answers, opened=True)


def opened(route: str, *args: str, get: str = "", post: str = "", options: str = "") -> Row:
    """Return the row of a public address."""
    statuses = {"GET": get, "POST": post, "OPTIONS": options}
    return _row(route, args, NO_SUCH_METHOD, statuses=statuses, opened=True)


def _row(
    route: str,
    args: Sequence[str],
    others: int,
    *,
    statuses: dict[str, str],
    opened: bool = False,
) -> Row:
    nothing = f"in:{NO_SUCH_METHOD}"
    answers = {method: f"out:{others} {statuses.get(method) or nothing}" for method in METHODS}
    return Row(route, tuple(args), answers, opened)
