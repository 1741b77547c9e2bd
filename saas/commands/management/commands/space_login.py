"""`manage.py space_login SCHEMA`: create a database login for a single space."""

from typing import Any
from urllib.parse import quote

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction

from saas.kernel import schema
from tenants.spaces.database import logins
from tenants.spaces.models import Tenant


class Command(BaseCommand):
    """Give a space its own login, or take it back."""

    help = "Gives one space a login of its own (as owner): space_login SCHEMA [--withdraw]."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the schema of the space, and the way."""
        parser.add_argument("schema")
        parser.add_argument(
            "--withdraw", action="store_true", help="let the app enter the space again"
        )

    def handle(self, **options: Any) -> None:
        """Do it; the word for SPACE_LOGINS is the only thing on standard output, and only once."""
        if connections["default"].settings_dict["OPTIONS"].get("assume_space_role") is not False:
            raise CommandError("logins are given with DATABASE_OWNER_URL, as the owner")
        name = self._known(options["schema"])
        if options["withdraw"]:
            with transaction.atomic():
                logins.withdraw(name, "default")
            self.stderr.write(f"{name} is entered by the app again: take it out of SPACE_LOGINS")
            return
        with transaction.atomic():
            password = logins.give(name, "default")
        self.stderr.write(
            f"{name} has a login of its own. This is its word in SPACE_LOGINS, for web, worker and"
            " beat; the password is shown this once, and the app cannot enter the space without it:"
        )
        self.stdout.write(f"{name}={_url(name, password)}")

    def _known(self, name: str) -> str:
        with schema.in_public():
            found = Tenant.objects.filter(schema_name=name).exclude(state=Tenant.State.DELETED)
            if not found.exists():
                raise CommandError(f"there is no space {name}")
        return name


def _url(name: str, password: str) -> str:
    where = connections["default"].settings_dict
    host = f"{where['HOST']}:{where['PORT'] or 5432}"
    return f"postgresql://{name}:{quote(password)}@{host}/{quote(where['NAME'])}"
