"""A space is created whole; a repeat returns the same space, and a failure leaves nothing."""

import datetime as dt

import pytest
from django.db import connections

from infra.demo.test_spaces import description_of
from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces import provisioning
from tenants.spaces.database import birth, blueprint
from tenants.spaces.models import Blueprint, Founding, Tenant
from tests.fixtures.people import AT


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


def founded(at: dt.datetime) -> Tenant:
    """Found a park, up to its finished space."""
    return provisioning.found(founding=make_founding(at), report=lambda _step: None, at=at)


def schemas() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        return {row[0] for row in cursor.fetchall()}


def test_a_founded_space_can_be_lived_in_and_founding_twice_gives_one(own_database: None) -> None:
    founding, steps = make_founding(AT), list[str]()
    tenant = provisioning.found(founding=founding, report=steps.append, at=AT)
    assert steps == ["role", "schema", "tables", "rights", "address"]
    assert tenant.schema_hash == blueprint.migrations_hash()
    with schema.inside(tenant.schema_name):
        User.objects.create(email="a@b.example", first_name="A", last_name="B", created_at=AT)
        assert User.objects.count() == 1
    assert provisioning.found(founding=founding, report=steps.append, at=AT) == tenant
    assert schemas() == {tenant.schema_name}


def test_a_failure_in_the_middle_leaves_neither_schema_nor_role_nor_row(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make_role = birth.make_role

    def record_role(name: str, alias: str = "owner") -> None:
        made.append(name)
        make_role(name, alias)

    monkeypatch.setattr(birth, "make_role", record_role)
    monkeypatch.setattr(
        provisioning, "current_script", lambda: "CREATE SCHEMA zz_template_zz; SELECT 1/0"
    )
    with pytest.raises(provisioning.ProvisioningFailed):
        founded(AT)
    assert not schemas()
    assert not Tenant.objects.filter(slug="moulins").exists()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", made)
        assert cursor.fetchone() == (0,)


def test_nothing_is_founded_from_a_blueprint_that_a_release_replaced(own_database: None) -> None:
    newer = AT + dt.timedelta(days=3650)
    Blueprint.objects.using("owner").create(migrations_hash="another", script="", made_at=newer)
    with pytest.raises(provisioning.ProvisioningFailed, match="mise à jour"):
        founded(AT)
    assert not schemas()
