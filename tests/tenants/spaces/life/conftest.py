"""A space with people, classifieds and files in it, and works done as the founder does them.

It is founded once in each worker, and a test has a copy of the database that holds it. Only the
role is the cluster's: what takes a role away asks for `doomed`, a space that was founded for it.
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
    """Carry out a work as the founder would, and return it as it then stands."""

    def carry_out(operation: SpaceOperation) -> SpaceOperation:
        tasks.carry_out(operation.pk)
        return SpaceOperation.objects.select_related("tenant").get(pk=operation.pk)

    return carry_out


@pytest.fixture
def act_values() -> ActValues:
    """The person who asks, the reason and the time."""
    return {"reason": "Fin du contrat", "by": BY, "at": AT}


def on(tenant: Tenant) -> SpaceClient:
    """A browser on its host."""
    return SpaceClient(f"{tenant.slug}.{settings.BASE_HOST}")


def again(tenant: Tenant) -> Tenant:
    """Its row as it stands now."""
    return Tenant.objects.get(pk=tenant.pk)


def enter(tenant: Tenant) -> int:
    """Ask something of the database in its place."""
    with schema.inside(tenant.schema_name):
        return User.objects.count()
