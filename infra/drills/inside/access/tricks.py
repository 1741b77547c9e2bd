"""Attacks by a person with knowledge of the product: forged forms, old sessions, used passes."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from django.conf import settings
from django.utils import timezone

from infra.drills.inside.access.people import World, session_of
from infra.drills.inside.access.touring import REFUSALS, Try, changed, state
from infra.drills.inside.access.web_client import WebClient
from saas.accounts import actions as accounts
from saas.accounts.access import OPS, PUBLIC, SPACE, Row
from saas.accounts.models import Pass, Session
from saas.commands.access.routes import address
from saas.kernel import schema

SELF = {SPACE: "admin", PUBLIC: "merchant", OPS: "operator"}
FORGERIES: dict[str, dict[str, str | None]] = {
    "no token": {"X_CSRFToken": None},
    "a wrong token": {"X_CSRFToken": "b" * 32},
    "another site's origin": {"Origin": "http://evil.example"},
    "another space's origin": {"Origin": "http://south.localhost"},
    "no origin": {"Origin": "null"},
}
# Stripe signs its requests; they have no session and no token.
SIGNED = ("billing:snapshot", "billing:connected", "billing:thin")


class Tricks:
    """All attacks on a site; `found` yields the successful attacks."""

    def __init__(
        self,
        client: WebClient,
        world: World,
        keys: dict[str, str],
        *,
        rows: Sequence[tuple[str, Row]],
    ) -> None:
        self.client = client
        self.world = world
        self.keys = keys
        self.rows = rows
        self.tried: Counter[str] = Counter()

    def found(self) -> Iterator[str]:
        """Try every attack; yield each that worked."""
        before = state()
        yield from self._forged()
        if tables := changed(before, state()):
            yield f"a forged form has changed something in {tables}"
        yield from self._lapsed()
        yield from self._replayed()
        yield from self._crossed()

    def _forged(self) -> Iterator[str]:
        for attempt in self._forms():
            for name, headers in FORGERIES.items():
                answer = self.client.call(attempt, key=self.keys[attempt.who], **headers)
                self.tried["forged forms"] += 1
                if answer.status != HTTPStatus.FORBIDDEN:
                    yield f"{attempt} with {name}: {answer.status}"

    def _forms(self) -> Iterator[Try]:
        for host, row in self.rows:
            who = SELF[host]
            refused = row.expected(host, "POST")[who] in REFUSALS
            if not refused and row.route not in SIGNED:
                yield Try(host, who, "POST", address(host, row, self.world.things))

    def _lapsed(self) -> Iterator[str]:
        keys = {host: self._old_keys(who) for host, who in SELF.items()}
        for host, row in self.rows:
            wanted = row.expected(host, "GET")["nobody"]
            attempt = Try(host, SELF[host], "GET", address(host, row, self.world.things))
            for name, key in keys[host].items():
                answer = self.client.call(attempt, key=key)
                self.tried["old sessions"] += 1
                if answer.status != wanted:
                    yield f"{attempt} with a {name} session: {answer.status}, not {wanted}"

    def _old_keys(self, who: str) -> dict[str, str]:
        where, person = self.world.people[who]
        old, gone = session_of(where, person), session_of(where, person)
        with schema.inside(where):
            past = timezone.now() - dt.timedelta(seconds=1)
            Session.objects.filter(session_key=old).update(expire_date=past)
            Session.objects.filter(session_key=gone).delete()
        return {"lapsed": old, "deleted": gone, "invented": "z" * 32}

    def _replayed(self) -> Iterator[str]:
        for host, name in ((SPACE, "member"), (PUBLIC, "merchant"), (OPS, "operator")):
            where, person = self.world.people[name]
            with schema.inside(where):
                token = accounts.issue_pass(
                    user=person,
                    purpose=Pass.Purpose.SIGN_IN,
                    lifetime=dt.timedelta(minutes=2),
                    at=timezone.now(),
                )
            attempt = Try(host, name, "POST", f"/enter/{token}/")
            got = [self.client.call(attempt).status for _ in range(3)]
            self.tried["passes used again"] += 1
            if got != [HTTPStatus.SEE_OTHER, *[HTTPStatus.UNPROCESSABLE_ENTITY] * 2]:
                yield f"a pass of {name} used three times: {got}"
            elsewhere = SPACE if host != SPACE else PUBLIC
            foreign = self.client.call(Try(elsewhere, name, "GET", f"/enter/{token}/")).status
            if foreign != HTTPStatus.UNPROCESSABLE_ENTITY:
                yield f"a pass of {name} on another host: {foreign}"

    def _crossed(self) -> Iterator[str]:
        """Post a crossing from pages without its button, then from the page with it."""
        where, person = self.world.people["member"]
        public = f"{settings.BASE_SCHEME}://{settings.BASE_HOST}"
        with schema.inside(where):
            token = accounts.issue_pass(
                user=person,
                purpose=Pass.Purpose.CROSSING,
                lifetime=dt.timedelta(minutes=2),
                at=timezone.now(),
                origin=public,
            )
        attempt = Try(SPACE, "member", "POST", f"/enter/{token}/")
        for origin in ("http://evil.example", "http://south.localhost", "null", None):
            got = self.client.call(attempt, X_CSRFToken=None, Origin=origin).status
            self.tried["crossings pressed elsewhere"] += 1
            if got != HTTPStatus.FORBIDDEN:
                yield f"a crossing pressed on a page of {origin}: {got}"
        entered = self.client.call(attempt, X_CSRFToken=None, Origin=public).status
        if entered != HTTPStatus.SEE_OTHER:
            yield f"a crossing pressed on its own page: {entered}"
