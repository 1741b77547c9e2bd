"""`manage.py bench_kiosk`: answer each line with the cost of a request from every screen.

First nothing has changed since each screen's last request; then a message was written, and every
screen receives it.
"""

import datetime as dt
import io
import json
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import cache, schema
from saas.kernel.secrets import tokens
from saas.kernel.values import legal
from tenants.community.kiosk.actions import loop as actions
from tenants.community.kiosk.models import Screen
from tenants.community.kiosk.rules import screens as rules
from tenants.community.members.models import Profile, Role
from tenants.spaces import hosts

SPACE = "north"
UNCHANGED, CHANGED = "304 Not Modified", "200 OK"
AN_HOUR = dt.timedelta(hours=1)


class Command(BaseCommand):
    """The screens' inner half."""

    help = "Answers each line with seconds and CPU seconds of a question of every screen."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how many screens there are."""
        parser.add_argument("--screens", type=int, required=True)

    def handle(self, *, screens: int, **_options: Any) -> None:
        """Do it until the input ends."""
        hall = Hall(screens)
        hall.ask_all("")
        for _line in sys.stdin:
            self.stdout.write(json.dumps(hall.round()))
            self.stdout.flush()


class Hall:
    """All screens and the member that writes on them."""

    def __init__(self, screens: int) -> None:
        self.handler = WSGIHandler()
        self.host = f"{SPACE}.{hosts.base_name()}"
        self.tokens = [secrets.token_urlsafe(32) for _number in range(screens)]
        self.etags: dict[str, str] = {}
        self.slide_bytes = 0
        with schema.inside(SPACE):
            self.manager = _manager()
            Screen.objects.bulk_create(
                Screen(
                    name=f"Hall {number}",
                    play_secret=secrets.token_hex(32),
                    token_hash=tokens.hashed(token),
                    paired_at=timezone.now(),
                )
                for number, token in enumerate(self.tokens)
            )

    def round(self) -> dict[str, Any]:
        """Measure once when nothing has changed, and once when a message has come."""
        unchanged, unchanged_cpu, unlike = _measured(lambda: self.ask_all(UNCHANGED))
        bare, _cpu, _none = _measured(self.read_all)
        self.write()
        changed, changed_cpu, more_unlike = _measured(lambda: self.ask_all(CHANGED))
        return {
            "unchanged": unchanged,
            "unchanged_cpu": unchanged_cpu,
            "bare": bare,
            "changed": changed,
            "changed_cpu": changed_cpu,
            "unlike": unlike + more_unlike,
            "slide_bytes": self.slide_bytes,
        }

    def ask_all(self, status: str) -> int:
        """Let each screen ask for its playlist; count the answers that are not as expected."""
        return sum(self._ask(token) != status for token in self.tokens)

    def read_all(self) -> int:
        """Read a key of the store for each screen: the least possible cost of a request."""
        return sum(cache.stored_value("bench", "") != "" for _token in self.tokens)

    def write(self) -> None:
        """Put a message on all screens."""
        at = timezone.now()
        words = rules.Words(f"Exercice {at:%H:%M:%S}", "", "", False, at, at + AN_HOUR)  # noqa: FBT003
        with schema.inside(SPACE):
            actions.write_message(words=words, by=self.manager, at=at)

    def _ask(self, token: str) -> str:
        answered: list[Any] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": rules.PLAYLIST_PATH,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": self.host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_COOKIE": f"{rules.SCREEN_COOKIE}={token}",
            "HTTP_IF_NONE_MATCH": self.etags.get(token, ""),
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        begin: Any = lambda *arguments: answered.extend(arguments)  # noqa: E731 - WSGI's form
        response = self.handler(environ, begin)
        body = b"".join(response)
        response.close()
        status, headers = answered
        if status not in {UNCHANGED, CHANGED}:
            raise RuntimeError(f"{status}: {body[:500]!r}")
        self.etags[token] = dict(headers).get("ETag", "")
        if body and not self.slide_bytes:
            slides = json.loads(body)["slides"]
            self.slide_bytes = max(len(slide["html"].encode()) for slide in slides)
        return str(status)


def _measured(act: Callable[[], int]) -> tuple[float, float, int]:
    began, computed = time.perf_counter(), time.process_time()
    unlike = act()
    return time.perf_counter() - began, time.process_time() - computed, unlike


def _manager() -> User:
    at = timezone.now()
    person = User(email="ecrans@north.example", first_name="Odile", created_at=at)
    person.set_unusable_password()
    person.save()
    Profile.objects.create(
        user=person, joined_by="domain", joined_at=at, **legal.accepted_at(legal.CGU, at)
    )
    Role.objects.create(user=person, role=Role.Kind.KIOSK_MANAGER, given_at=at)
    return person
