"""The drills' spaces, and the rows that identify each."""

import datetime as dt
import itertools

from django.db import connections, transaction

from infra.demo.test_spaces import register
from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces import provisioning
from tenants.spaces.database import birth
from tenants.spaces.database.cells import directory
from tenants.spaces.models import Tenant

MARK = "drill"
MARKED = 5
PREFIX = "t_drill"


def found(count: int, at: dt.datetime) -> list[str]:
    """Found spaces as founding does, under names that follow each other; return the names.

    They are founded in each cluster in turn, home first.
    """
    script = provisioning.current_script()
    names = [f"{PREFIX}{number:04}" for number in range(count)]
    known = set(Tenant.objects.using("owner").values_list("schema_name", flat=True))
    for name, cell in zip(names, itertools.cycle(directory.clusters()), strict=False):
        if name not in known:
            _found(name, script, at, cell=cell)
    return names


def _found(name: str, script: str, at: dt.datetime, *, cell: str) -> None:
    there = directory.alias_in(cell, provisioning.OWNER)
    with transaction.atomic(using=there), transaction.atomic(using=provisioning.OWNER):
        build(name, script, there)
        register(name, slug=name.replace("_", "-"), kind=Tenant.Kind.PARK, like="north", at=at)
        Tenant.objects.using(provisioning.OWNER).filter(schema_name=name).update(cell=cell)
    directory.forget(name)


def build(name: str, script: str, alias: str = provisioning.OWNER) -> None:
    """Make schema and role; a role may have outlived an earlier database of the same cluster."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        known = cursor.fetchone()
    if known is None:
        birth.make_role(name, alias)
    birth.make_schema(name, script, alias)


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
