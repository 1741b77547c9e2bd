"""`manage.py bench_founding HOW`: create a space for each line read, and answer the seconds."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections, transaction
from django.utils import timezone

from infra.demo.test_spaces import description_of
from tenants.spaces import provisioning
from tenants.spaces.database import birth
from tenants.spaces.models import Founding, Tenant


class Command(BaseCommand):
    """The benches' inner half for founding."""

    help = "Founds a space for each line on standard input: ours, raw or stock."

    def add_arguments(self, parser: CommandParser) -> None:
        """Choose how."""
        parser.add_argument("how", choices=sorted(WAYS))

    def handle(self, *, how: str, **_options: Any) -> None:
        """Do it until the input ends."""
        way = WAYS[how]
        for _line in sys.stdin:
            name = provisioning.new_schema_name()
            founding = _founding(name) if how == "ours" else None
            start = time.perf_counter()
            way(name, founding)
            self.stdout.write(f"{time.perf_counter() - start:.6f}")
            self.stdout.flush()


def _founding(name: str) -> Founding:
    now = timezone.now()
    return Founding.objects.create(
        email="bench@troovon.example",
        first_name="B",
        last_name="B",
        token_hash=name,
        token_expires_at=now,
        created_at=now,
        slug=name.replace("_", "-"),
        description=description_of("north", Tenant.Kind.PARK),
    )


def _ours(_name: str, founding: Founding | None) -> None:
    if founding is not None:
        provisioning.found(founding=founding, report=lambda _step: None, at=timezone.now())


def _raw(name: str, _founding: Founding | None) -> None:
    script = provisioning.current_script()
    with transaction.atomic(using="owner"):
        birth.make_role(name)
        birth.make_schema(name, script)


def _stock(name: str, _founding: Founding | None) -> None:
    tenant = Tenant(schema_name=name, slug=name.replace("_", "-"), name=name)
    tenant.created_at = timezone.now()
    tenant.save()  # type: ignore[no-untyped-call]
    tenant.create_schema(  # type: ignore[no-untyped-call]
        check_if_exists=True, verbosity=0
    )
    connections["default"].close()


WAYS = {"ours": _ours, "raw": _raw, "stock": _stock}
