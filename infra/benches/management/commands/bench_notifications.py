"""`manage.py bench_notifications`: members, an event for all of them, and their digests."""

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import mail, schema
from saas.kernel.notifying import Event, Kind, Words, notify
from saas.kernel.tasks import SCHEMA_HEADER, TenantTask
from saas.kernel.values import legal
from tenants.community.members.models import Profile
from tenants.community.notifications import notifications, tasks
from tenants.community.notifications.models import Digest, Notification
from tenants.community.notifications.queries import digests, readers

SPACE = "north"
DIGESTS = "notifications_digest"


class Command(BaseCommand):
    """The inner half of the bench `notifications`."""

    help = "Answers `fill N`, `notify`, `digests` and `bare`: bench settings only."

    def handle(self, **_options: Any) -> None:
        """Run the command in each line until the input ends."""
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
        TenantTask.apply_async = lambda *_args, **_more: None  # type: ignore[method-assign,assignment]
        self.day = timezone.now().replace(hour=5, minute=0)
        self.turn = 0
        words: dict[str, Callable[..., object]] = {
            "fill": self._fill,
            "notify": self._notify,
            "digests": self._digests,
            "bare": self._write_only,
        }
        with schema.inside(SPACE):
            for line in sys.stdin:
                word, *given = line.split()
                self.stdout.write(json.dumps(words[word](*map(int, given))))
                self.stdout.flush()

    def _fill(self, many: int) -> int:
        at, first = self.day - dt.timedelta(days=30), User.objects.count()
        people = User.objects.bulk_create(
            User(
                email=f"bench{number}@{SPACE}.example",
                first_name="Camille",
                last_name="Essai",
                created_at=at,
            )
            for number in range(first, first + many)
        )
        Profile.objects.bulk_create(
            Profile(
                user=person, joined_by="domain", joined_at=at, **legal.accepted_at(legal.CGU, at)
            )
            for person in people
        )
        return len(people)

    def _notify(self) -> dict[str, Any]:
        """Notify every member of an event that goes into their digest."""
        self.turn += 1
        words = Words("On vous remercie", "Pour le coup de main de mardi.", "Voir")
        event = Event(f"bench:{self.turn}", Kind.THANKS, "/me/", lambda: words)
        ids = list(User.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            notify(event, to=ids, at=self.day)
            seconds = time.perf_counter() - began
        return {"seconds": seconds, "statements": _reads(queries)}

    def _digests(self) -> dict[str, Any]:
        """Send the digests of the next day."""
        self._notify()
        self.day += dt.timedelta(days=1)
        noon = self.day.replace(hour=11)
        timezone.now = lambda: noon
        with CaptureQueriesContext(connection) as queries:
            batch = digests.due_for_digest(at=noon, after=0, size=tasks.AT_ONCE)
        began = time.perf_counter()
        tasks.send_digests.apply(headers={SCHEMA_HEADER: SPACE}, throw=True)
        seconds = time.perf_counter() - began
        digest_count = Digest.objects.filter(day=noon.date(), sent_at__isnull=False).count()
        Digest.objects.update(sent_at=noon - dt.timedelta(days=400))  # a digest is always due
        return {
            "seconds": seconds,
            "letters": digest_count,
            "statements": _reads(queries),
            "statements_a_batch": _reads(queries),
            "batch": len(batch.digests) if batch else 0,
        }

    def _write_only(self) -> float:
        """Write and send as many mails of a single entry each, without queries."""
        space, people = notifications.sender(), list(User.objects.all())
        row = Notification.objects.order_by("-pk")[0]
        digest = Digest(person=people[0], day=self.day.date(), since=self.day, until=self.day)
        began = time.perf_counter()
        with mail.connected() as connected:
            for person in people:
                reader = readers.Reader(person, {}, None)
                digest_mail = digests.DigestMail(digest, reader, [row], [], [])
                notifications.mail_digest(digest_mail, space=space, through=connected)
        return time.perf_counter() - began


def _reads(queries: CaptureQueriesContext) -> int:
    """Return the number of statements, without those that begin and end transactions."""
    around = ("SET ", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(around) for query in queries.captured_queries)
