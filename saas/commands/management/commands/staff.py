"""`troovon staff …`: the list of staff and the figures of a space, as an administrator of it."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from api.v1 import administration, roster
from saas.accounts.models import User, normal_email
from saas.commands.management.commands.space import existing, found, in_lines
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.actions import roster as actions

type Options = dict[str, Any]


class Command(BaseCommand):
    """A subcommand for each figure and each step of a list, with the answers of the API."""

    help = "Sends, previews, confirms and undoes a list of staff, and shows a space's figures."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the verb and its arguments."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, (_way, words) in WAYS.items():
            one = verbs.add_parser(verb, help=words)
            one.add_argument("--json", action="store_true", help="answer in JSON")
            one.add_argument("--by", required=True, metavar="EMAIL", help="an administrator of it")
            one.add_argument("space", help="subdomain or schema")
        verbs.choices["send"].add_argument("file", type=Path, help="a list, CSV or XLSX")
        verbs.choices["send"].add_argument("--company", type=int, metavar="ID")
        verbs.choices["columns"].add_argument("columns", nargs="+", metavar="FIELD=NUMBER")
        verbs.choices["confirm"].add_argument("--day", type=dt.date.fromisoformat)
        verbs.choices["confirm"].add_argument(
            "--leaving",
            choices=roster.LEAVING,
            default="departed",
            help="accounts to close: none, those that the list dates as left, all that it misses",
        )

    def handle(self, *, verb: str, **options: Any) -> None:
        """Run the subcommand in the space; a refusal prints a sentence without a traceback."""
        with schema.in_public():
            tenant = found(options["space"])
        options["language"] = tenant.language
        try:
            with schema.inside(tenant.schema_name):
                answer = WAYS[verb][0](_person(options["by"]), options)
        except (Refused, NotAllowed) as refusal:
            raise CommandError(refusal.sentence) from refusal
        except ValidationError as error:
            raise CommandError(json.dumps(error.detail, ensure_ascii=False)) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1, default=str))
        else:
            self.stdout.write(in_lines(answer.get("results", answer)))


def _person(email: str) -> User:
    person = User.objects.filter(email=normal_email(email), is_active=True).first()
    if person is None:
        raise CommandError(f"nobody here has the address {email}")
    return person


def _send(person: User, options: Options) -> dict[str, Any]:
    file, now = existing(options["file"]), timezone.now()
    content, company_id = file.read_bytes(), options["company"]
    actions.upload(by=person, name=file.name, content=content, company_id=company_id, at=now)
    return roster.state_of(person, at=now)


def _columns(person: User, options: Options) -> dict[str, Any]:
    pairs = dict(words.partition("=")[::2] for words in options["columns"])
    wished, now = roster.RosterColumns(data={"columns": pairs}), timezone.now()
    wished.is_valid(raise_exception=True)
    actions.choose_columns(by=person, columns=wished.validated_data["columns"], at=now)
    return roster.preview_of(person, at=now)


def _confirm(person: User, options: Options) -> dict[str, Any]:
    wished = {name: options[name] for name in ("day", "leaving", "language")}
    return roster.confirm(person, **wished, at=timezone.now())


WAYS: dict[str, tuple[Callable[[User, Options], dict[str, Any]], str]] = {
    "companies": (
        lambda person, _options: administration.companies_of(person),
        "the companies that the person administers",
    ),
    "modules": (
        lambda person, _options: administration.modules_of(person),
        "the optional rooms, and whether the space uses them",
    ),
    "adoption": (
        lambda person, _options: administration.usage_of(person, at=timezone.now()),
        "members and active members by week, room and company",
    ),
    "council": (
        lambda person, _options: administration.council_of(person, at=timezone.now()),
        "sums of the space's councils by month",
    ),
    "state": (
        lambda person, _options: roster.state_of(person, at=timezone.now()),
        "the person's list, and the progress of the invitations",
    ),
    "send": (_send, "send a list, which a job reads"),
    "columns": (_columns, "map its columns: email=0 first_name=1 last_name=2"),
    "preview": (
        lambda person, _options: roster.preview_of(person, at=timezone.now()),
        "count what a confirmation would change",
    ),
    "confirm": (_confirm, "invite, update, close accounts"),
    "undo": (
        lambda person, _options: roster.undo(person, at=timezone.now()),
        "undo the list confirmed last, within a day",
    ),
}
