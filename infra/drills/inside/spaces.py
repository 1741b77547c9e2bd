"""The drills' spaces, and the rows that identify each."""

import datetime as dt

from django.db import connections, transaction

from infra.demo.test_spaces import register
from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces import provisioning
from tenants.spaces.database import birth
from tenants.spaces.models import Tenant

MARK = "drill"
MARKED = 5
PREFIX = "t_drill"


def found(count: int, at: dt.datetime) -> list[str]:
    """Found spaces as founding does, under names that follow each other; return the names."""
    script = provisioning.current_script()
    names = [f"{PREFIX}{number:04}" for number in range(count)]
    known = set(Tenant.objects.using("owner").values_list("schema_name", flat=True))
    for name in names:
        if name not in known:
            _found(name, script, at)
    return names


def _found(name: str, script: str, at: dt.datetime) -> None:
    with transaction.atomic(using=provisioning.OWNER):
        build(name, script)
        register(name, slug=name.replace("_", "-"), kind=Tenant.Kind.PARK, like="north", at=at)


def build(name: str, script: str) -> None:
    """Make schema and role; a role may have outlived an earlier database of the same cluster."""
    with connections[provisioning.OWNER].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        known = cursor.fetchone()
    if known is None:
        birth.make_role(name)
    birth.make_schema(name, script)


def mark(name: str, at: dt.datetime) -> None:
    """Create rows with their space's name; their primary keys are the same in every space."""
    with schema.inside(name):
        if not User.objects.filter(last_name=MARK).exists():
            User.objects.bulk_create(
                User(
                    email=f"{MARK}{number}@{name}.example",
                    first_name=name,
                    last_name=MARK,
                    created_at=at,
                )
                for number in range(MARKED)
            )
