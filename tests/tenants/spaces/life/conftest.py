"""A space with people, classifieds and files in it, and works done as the founder does them."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds.models import Classified
from tenants.community.members.models import Profile, Role
from tenants.spaces import archives, provisioning
from tenants.spaces.database import birth
from tenants.spaces.models import Company, Founding, Site, SpaceOperation, Tenant
from tenants.spaces.tasks import life as tasks
from tests.fixtures.people import SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture
from tests.tenants.spaces.test_provisioning import make_founding

CANARY = "Kanari-7Q3X"
DESCRIPTION = f"{CANARY}\tet\\n\n« l’œuf »"
BY = "Agathe Troovon"
type Do = Callable[[SpaceOperation], SpaceOperation]
type Said = dict[str, Any]


@pytest.fixture
def space(own_database: None, at: dt.datetime, going_on_from_at: None) -> Iterator[Tenant]:
    """A park of its own, with an administrator, a classified of each company, and pictures.

    Roles belong to the cluster: none of the spaces that all tests share is shut or dropped.
    """
    for folder in default_storage.listdir("")[0]:
        archives.remove_under(folder)
    founding = make_founding(at)
    tenant = provisioning.found(founding=founding, report=lambda _step: None, at=at)
    Founding.objects.filter(pk=founding.pk).update(state=Founding.State.BUILT)
    first, second = Company.objects.filter(tenant=tenant).order_by("-head_count")
    site = Site.objects.get(tenant=tenant)
    with schema.inside(tenant.schema_name):
        head = make_user("Claire", last_name=CANARY)
        Role.objects.create(user=head, role="administrator", given_at=at)
        for person, company in ((make_user("Nadia"), first), (make_user("Karim"), second)):
            Profile.objects.filter(user=person).update(company_id=company.pk, site_id=site.pk)
            Role.objects.create(user=person, role="treasurer", company_id=company.pk, given_at=at)
            add_classified(person, at)
    yield tenant
    birth.drop(tenant.schema_name)


def add_classified(author: User, at: dt.datetime) -> Classified:
    """Put something on the board, with a picture whose file stands."""
    added = make_classified(author, at=at, description=DESCRIPTION)
    picture = make_picture(author, added)
    default_storage.save(f"{picture.name}-480.webp", ContentFile(f"{CANARY} {added.pk}".encode()))
    return added


@pytest.fixture(name="do")
def carrying_out() -> Do:
    """Carry out a work as the founder would, and return it as it then stands."""

    def carry_out(operation: SpaceOperation) -> SpaceOperation:
        tasks.carry_out(operation.pk)
        return SpaceOperation.objects.select_related("tenant").get(pk=operation.pk)

    return carry_out


@pytest.fixture
def said(at: dt.datetime) -> Said:
    """The person who asks, the reason and the time."""
    return {"reason": "Fin du contrat", "by": BY, "at": at}


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
