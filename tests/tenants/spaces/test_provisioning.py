"""A space is born whole, twice gives the same one, and a failure leaves nothing."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections

from saas.accounts.models import User
from saas.commands.test_spaces import description_of
from saas.kernel import schema
from tenants.spaces import provisioning
from tenants.spaces.database import birth, blueprint
from tenants.spaces.models import Founding, Tenant


def make_founding(at: dt.datetime, slug: str = "moulins") -> Founding:
    return Founding.objects.create(
        email="hr@helvane.example",
        first_name="Camille",
        last_name="Aubry",
        token_hash=slug,
        token_expires_at=at,
        created_at=at,
        slug=slug,
        description=description_of(slug, Tenant.Kind.PARK),
    )


def schemas() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        return {row[0] for row in cursor.fetchall()}


def test_a_founded_space_can_be_lived_in(own_database: None, at: dt.datetime) -> None:
    steps: list[str] = []
    tenant = provisioning.found(founding=make_founding(at), report=steps.append, at=at)
    assert steps == ["role", "schema", "tables", "rights", "address"]
    assert tenant.schema_name in schemas()
    with schema.inside(tenant.schema_name):
        User.objects.create(email="a@b.example", first_name="A", last_name="B", created_at=at)
        assert User.objects.count() == 1


def test_founding_twice_gives_one_space(own_database: None, at: dt.datetime) -> None:
    founding = make_founding(at)
    first = provisioning.found(founding=founding, report=lambda _: None, at=at)
    second = provisioning.found(founding=founding, report=lambda _: None, at=at)
    assert first == second
    assert len(schemas()) == 1


def test_a_failure_in_the_middle_leaves_neither_schema_nor_role_nor_row(
    own_database: None, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make_role = birth.make_role

    def note(name: str, alias: str = "owner") -> None:
        made.append(name)
        make_role(name, alias)

    monkeypatch.setattr(birth, "make_role", note)
    monkeypatch.setattr(
        provisioning, "current_script", lambda: "CREATE SCHEMA zz_template_zz; SELECT 1/0"
    )
    with pytest.raises(provisioning.ProvisioningFailed):
        provisioning.found(founding=make_founding(at), report=lambda _: None, at=at)
    assert not schemas()
    assert not Tenant.objects.filter(slug="moulins").exists()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", made)
        assert cursor.fetchone() == (0,)


def facts(name: str) -> set[Any]:
    """What the catalogue says of a schema, with its name left out."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """
            SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                   a.attnotnull::text || a.attidentity::text
                   || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = %(name)s::regnamespace
            UNION ALL
            SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid), k.contype::text
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            WHERE k.connamespace = %(name)s::regnamespace
            UNION ALL
            SELECT 'index', tablename, indexname, indexdef, ''
            FROM pg_indexes WHERE schemaname = %(name)s
            UNION ALL
            SELECT 'rights', relname, relkind::text, coalesce(relacl::text, ''), ''
            FROM pg_class WHERE relnamespace = %(name)s::regnamespace
            """,
            {"name": name},
        )
        return {tuple(str(part).replace(name, "@") for part in row) for row in cursor.fetchall()}


def test_a_born_schema_equals_a_migrated_one(own_database: None, at: dt.datetime) -> None:
    born = provisioning.found(founding=make_founding(at), report=lambda _: None, at=at)
    migrated = "t_migratedmigrated"
    birth.make_role(migrated)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{migrated}"')
    blueprint.migrate(migrated, "owner")
    blueprint.grant_rights(migrated, "owner")
    try:
        assert facts(born.schema_name) == facts(migrated)
        assert len(facts(migrated)) > 100
    finally:
        birth.drop(migrated)
