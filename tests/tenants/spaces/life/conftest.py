"""A space with people, classifieds and files, and operations run as the founder runs them.

The space is built once in each worker, and each test has a copy of its database. The role belongs
to the whole cluster: a test that drops the role uses `doomed`, a space built for that test.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from saas.accounts.models import User
from saas.kernel import schema
from tenants.spaces.database import birth
from tenants.spaces.models import SpaceOperation, Tenant
from tenants.spaces.tasks import life as tasks
from tests.fixtures.parks import Park, built, lent
from tests.fixtures.people import AT, SpaceClient

BY = "Agathe Troovon"
type Do = Callable[[SpaceOperation], SpaceOperation]
type ActValues = dict[str, Any]


@pytest.fixture
def space(
    stored_park: Park, going_on_from_at: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Tenant]:
    """The park's space in a database of the test's own."""
    with django_db_blocker.unblock(), lent(stored_park) as tenant:
        yield tenant


@pytest.fixture
def doomed(own_database: None, going_on_from_at: None) -> Iterator[Tenant]:
    """Such a space with a role of its own, which may go."""
    tenant = built(AT)
    yield tenant
    birth.drop(tenant.schema_name)


@pytest.fixture(name="do")
def carrying_out() -> Do:
    """Return a function that runs an operation as the founder does, and returns the updated row."""

    def carry_out(operation: SpaceOperation) -> SpaceOperation:
        tasks.carry_out(operation.pk)
        return SpaceOperation.objects.select_related("tenant").get(pk=operation.pk)

    return carry_out


@pytest.fixture
def act_values() -> ActValues:
    """Return the reason, the acting person and the time."""
    return {"reason": "Fin du contrat", "by": BY, "at": AT}


def on(tenant: Tenant) -> SpaceClient:
    """A browser on its host."""
    return SpaceClient(f"{tenant.slug}.{settings.BASE_HOST}")


def again(tenant: Tenant) -> Tenant:
    """Return the current row of a space."""
    return Tenant.objects.get(pk=tenant.pk)


def enter(tenant: Tenant) -> int:
    """Ask something of the database in its place."""
    with schema.inside(tenant.schema_name):
        return User.objects.count()
