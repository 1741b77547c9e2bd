"""Views of a space in `public` show its own: each view by its rows, its filter and its barrier."""

from django.apps import apps
from django.db import connection

from billing.models import OwnCouncil, OwnTerms
from saas.kernel import schema
from saas.kernel.models import SpaceModel
from tenants.spaces.models import (
    Company,
    EmailDomain,
    OwnCompany,
    OwnEmailDomain,
    OwnSite,
    OwnTenant,
    Site,
    Tenant,
)
from tests.factories.billing import make_council

OF_ALL = {"merchants_published", "merchants_published_hours", "offers_published"}


def rows_of(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_a_space_reads_of_spaces_its_own_alone(db: None) -> None:
    for name in ("north", "south"):
        own = Tenant.objects.get(schema_name=name)
        companies = set(Company.objects.filter(tenant=own).values_list("pk", flat=True))
        sites = set(Site.objects.filter(tenant=own).values_list("pk", flat=True))
        domains = set(EmailDomain.objects.filter(tenant=own).values_list("domain", flat=True))
        with schema.inside(name):
            assert [row.schema_name for row in OwnTenant.objects.all()] == [name]
            assert set(OwnCompany.objects.values_list("pk", flat=True)) == companies
            assert set(OwnSite.objects.values_list("pk", flat=True)) == sites
            assert set(OwnEmailDomain.objects.values_list("domain", flat=True)) == domains


def test_a_space_reads_of_councils_its_own_alone(db: None) -> None:
    councils = {name: make_council(name) for name in ("north", "south")}
    for name, council in councils.items():
        with schema.inside(name):
            assert [row.reference for row in OwnCouncil.objects.all()] == [council.reference]
            assert {row.council_reference for row in OwnTerms.objects.all()} == {council.reference}


def test_every_view_of_public_has_a_barrier_and_asks_who_reads(db: None) -> None:
    """A cheap function in a WHERE would else see rows before the filter does."""
    views = rows_of(
        "SELECT relname, coalesce('security_barrier=true' = ANY(reloptions), false),"
        " pg_get_viewdef(oid) ILIKE '%current_user%'"
        " FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
    )
    assert {str(name) for name, _, _ in views} >= {
        model._meta.db_table
        for model in apps.get_models()
        if not model._meta.managed and issubclass(model, SpaceModel)
    }
    assert [name for name, barrier, _ in views if not barrier] == []
    assert {name for name, _, asks in views if not asks} == OF_ALL
