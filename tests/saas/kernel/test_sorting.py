"""Names stand where a reader looks for them, read from the database or already at hand."""

import pytest

from saas.kernel.sorting import sort_key
from tenants.spaces.models import Company, Tenant

NAMES = ["Zéphyr", "Élan", "eco", "Elsa", "Œuvre", "Atelier"]
AS_READ = ["Atelier", "eco", "Élan", "Elsa", "Zéphyr", "Œuvre"]


@pytest.mark.django_db
def test_companies_of_a_park_are_listed_as_a_reader_looks_for_them() -> None:
    tenant = Tenant.objects.get(schema_name="north")
    for name in NAMES:
        Company.objects.create(tenant=tenant, name=name, head_count=10)
    listed = [company.name for company in Company.objects.filter(name__in=NAMES)]
    assert listed == AS_READ
    assert sorted(NAMES, key=sort_key) == AS_READ
