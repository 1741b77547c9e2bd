"""`manage.py bench_migrations HOW`: migrate all spaces for each line read; answer the seconds."""

import sys
import time
from typing import Any

from django.core.management import call_command, load_command_class
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from tenants.spaces.models import Tenant


class Command(BaseCommand):
    """The benches' inner half for migrations: the peer, and the least that can be done."""

    help = "Brings every space up for each line on standard input: stock, or by a bare ALTER TABLE."

    def add_arguments(self, parser: CommandParser) -> None:
        """Choose how."""
        parser.add_argument("how", choices=sorted(WAYS))

    def handle(self, *, how: str, **_options: Any) -> None:
        """Do it until the input ends."""
        for line in sys.stdin:
            names = list(Tenant.objects.order_by("pk").values_list("schema_name", flat=True))
            start = time.perf_counter()
            WAYS[how](names, line.strip())
            self.stdout.write(f"{time.perf_counter() - start:.6f}")
            self.stdout.flush()


def _raw(names: list[str], column: str) -> None:
    """Send only the SQL of Django's schema editor, space by space."""
    with connections["default"].cursor() as cursor:
        for name in names:
            cursor.execute(
                f'ALTER TABLE "{name}"."classifieds_classified"'
                f' ADD COLUMN "{column}" varchar(9) NULL'
            )


def _stock(_names: list[str], _column: str) -> None:
    """Let django-tenants do it: a pass of Django's migrate for each schema."""
    stock = load_command_class("django_tenants", "migrate_schemas")  # ours of that name refuses
    call_command(stock, tenant=True, interactive=False, verbosity=0)


WAYS = {"raw": _raw, "stock": _stock}
