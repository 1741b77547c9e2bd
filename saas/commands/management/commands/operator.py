"""`manage.py operator add EMAIL`: let somebody in to run Troovon."""

import datetime as dt
import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import Pass, User
from saas.console import actions
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces import hosts

LINK_LASTS = dt.timedelta(hours=1)
OPERATOR_URLCONF = "saas.urls_operator"


class Command(BaseCommand):
    """Add an operator, then ask for a password or hand out a link that lets them in once."""

    help = "Lets somebody use the operator's console (as owner): operator add EMAIL."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb, the address and the name."""
        parser.add_argument("verb", choices=["add"])
        parser.add_argument("email")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument(
            "--password", action="store_true", help="ask for a password instead of giving a link"
        )

    def handle(self, **options: Any) -> None:
        """Add the operator; the link is the only thing on standard output."""
        if connections["default"].settings_dict["OPTIONS"].get("assume_space_role") is not False:
            raise CommandError("operators are added with DATABASE_OWNER_URL, as the owner")
        at = timezone.now()
        user = self._added(options, at)
        if options["password"]:
            self.stderr.write(f"{user.email} may sign in at {hosts.operator_url()}")
            return
        with schema.in_public():
            token = accounts.issue_pass(
                user=user, purpose=Pass.Purpose.SIGN_IN, lifetime=LINK_LASTS, at=at
            )
        self.stderr.write(f"{user.email} may come in once, within an hour, by this link:")
        path = reverse("accounts:enter", urlconf=OPERATOR_URLCONF, args=[token])
        self.stdout.write(hosts.operator_url(path))

    def _added(self, options: dict[str, Any], at: dt.datetime) -> User:
        name = options["email"].partition("@")[0].capitalize()
        try:
            return actions.add_operator(
                email=options["email"],
                first_name=options["first_name"] or name,
                last_name=options["last_name"] or "Troovon",
                password=getpass.getpass() if options["password"] else "",
                at=at,
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
