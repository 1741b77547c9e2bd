"""`manage.py operator`: operators are added on the machine itself."""

import datetime as dt
import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import Pass, User, normal_email
from saas.console import actions
from saas.console.queries import operators as queries
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces import hosts

LINK_LASTS = dt.timedelta(hours=1)
OPERATOR_URLCONF = "saas.urls_operator"


class Command(BaseCommand):
    """Add, list and remove operators, and reset an operator's lost second factor."""

    help = (
        "Decides who uses the operator's console (as owner): operator add EMAIL, operator list, "
        "operator remove EMAIL, operator reset-factor EMAIL."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb, the address and the name."""
        parser.add_argument("verb", choices=["add", "list", "remove", "reset-factor"])
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument(
            "--password", action="store_true", help="ask for a password instead of giving a link"
        )

    def handle(self, **options: Any) -> None:
        """Run the verb; standard output contains nothing but the link."""
        if connections["default"].settings_dict["OPTIONS"].get("assume_space_role") is not False:
            raise CommandError("operators are added with DATABASE_OWNER_URL, as the owner")
        if options["verb"] != "list" and not options["email"]:
            raise CommandError(f"operator {options['verb']} needs an address")
        at = timezone.now()
        try:
            with schema.in_public():
                self._perform(options, at)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _perform(self, options: dict[str, Any], at: dt.datetime) -> None:
        if options["verb"] == "add":
            self._add(options, at)
        elif options["verb"] == "list":
            self._list()
        else:
            acts = {"remove": actions.remove_operator, "reset-factor": actions.reset_factor}
            acts[options["verb"]](of=_operator(options["email"]), by=None, at=at)
            self.stderr.write("done")

    def _add(self, options: dict[str, Any], at: dt.datetime) -> None:
        name = options["email"].partition("@")[0].capitalize()
        user = actions.add_operator(
            email=options["email"],
            first_name=options["first_name"] or name,
            last_name=options["last_name"] or "Troovon",
            password=getpass.getpass() if options["password"] else "",
            at=at,
        )
        if options["password"]:
            self.stderr.write(f"{user.email} may sign in at {hosts.operator_url()}")
            return
        token = accounts.issue_pass(
            user=user, purpose=Pass.Purpose.SIGN_IN, lifetime=LINK_LASTS, at=at
        )
        self.stderr.write(f"{user.email} may come in once, within an hour, by this link,")
        self.stderr.write("and then sets up a second factor:")
        path = reverse("accounts:enter", urlconf=OPERATOR_URLCONF, args=[token])
        self.stdout.write(hosts.operator_url(path))

    def _list(self) -> None:
        for line in queries.operators():
            factor = "second factor" if line.has_factor else "no second factor"
            self.stdout.write(f"{line.user.email}\t{line.since:%Y-%m-%d}\t{factor}")


def _operator(email: str) -> User:
    found = queries.operator_at(normal_email(email))
    if found is None:
        raise CommandError(f"{email} is no operator")
    return found
