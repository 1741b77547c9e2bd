"""`manage.py bench_roster`: answer each line with the seconds of a list of staff, step by step."""

import itertools
import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.uploads import sheets
from tenants.community.members.actions import roster as actions
from tenants.community.members.models import Role, RosterUpload
from tenants.community.members.queries import roster as queries
from tenants.community.members.queries import roster_plan as plans
from tenants.community.members.rules import roster as rules
from tenants.community.members.tasks import read_roster
from tenants.spaces.models import OwnCompany

SPACE = "north"


class Command(BaseCommand):
    """The roster bench's inner half."""

    help = "Answers each line on standard input with the seconds of reading, preview and apply."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how many lines a list has."""
        parser.add_argument("--lines", type=int, required=True)

    def handle(self, *, lines: int, **_options: Any) -> None:
        """Do it until the input ends."""
        content = written(lines)
        with schema.inside(SPACE):
            administrator = _administrator()
            for _line in sys.stdin:
                self.stdout.write(json.dumps(round_of(content, administrator)))
                self.stdout.flush()


def written(lines: int) -> bytes:
    """Return a list of staff of so many lines, as CSV."""
    rows = (f"Awa;{_last_name(number)};a{number}@north.example;" for number in range(lines))
    return "\n".join(["Prénom;Nom;E-mail;Site", *rows]).encode()


def round_of(content: bytes, administrator: User) -> dict[str, float]:
    """Read, preview and apply a list once; return the seconds of each step."""
    at, company = timezone.now(), OwnCompany.objects.earliest("pk")
    upload = actions.upload(
        by=administrator, name="staff.csv", content=content, company_id=company.pk, at=at
    )
    times = [time.perf_counter()]
    if RosterUpload.objects.get(pk=upload.pk).state == RosterUpload.State.WAITING:
        read_roster.run(upload.pk)
    times.append(time.perf_counter())
    found = queries.upload_of(administrator, at=at)
    plans.plan(rules.check_upload(found), by=administrator, at=at)
    times.append(time.perf_counter())
    outcome = actions.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=at)
    times.append(time.perf_counter())
    if outcome.invited != content.count(b"@"):
        raise CommandError(f"not all were invited: {outcome}")
    read, preview, apply = (after - before for before, after in itertools.pairwise(times))
    return {"read in a child": read, "preview": preview, "apply": apply, "both": preview + apply}


def _administrator() -> User:
    user = User(
        email="hr@north.example",
        first_name="Nadia",
        last_name="Berthier",
        created_at=timezone.now(),
    )
    user.set_unusable_password()
    user.save()
    Role.objects.create(user=user, role=Role.Kind.ADMINISTRATOR, given_at=timezone.now())
    list(sheets.read(b"a;b\n1;2\n").lines)  # starts the process that children are forked from
    return user


def _last_name(number: int) -> str:
    return "Sis" + "".join("abcdefghij"[int(digit)] for digit in f"{number:06}")
