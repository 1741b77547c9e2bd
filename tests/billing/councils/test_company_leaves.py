"""The council of a company that leaves its park, and the park's own council after it."""

import pytest

from billing.councils.actions.departures import end_with_company
from billing.models import Council, ShareTerms
from saas.kernel.people import departing
from tenants.spaces.models import Company
from tests.factories.billing import make_council
from tests.fixtures.people import AT


@pytest.fixture
def company(db: None) -> Company:
    """Return a company of the north."""
    return Company.objects.get(tenant__slug="north", name="North Deux")


def left(company: Company) -> None:
    departing.company_left.ask(company.tenant_id, company.pk, AT)


def test_council_of_company_that_left_gets_no_further_share(company: Company) -> None:
    own = make_council("north", weight=10)
    council = make_council("north", company=company.name, weight=60)
    left(company)
    left(company)
    for row in (own, council):
        row.refresh_from_db()
    assert (council.ended_at, own.ended_at, own.weight) == (AT, None, 10)


def test_people_of_company_without_council_leave_the_parks_own(company: Company) -> None:
    own = make_council("north", weight=company.head_count + 5)
    left(company)
    own.refresh_from_db()
    assert own.weight == 5


def test_reopened_council_speaks_for_the_people_of_today(company: Company) -> None:
    own = make_council("north", weight=999)
    own.ended_at = AT
    own.save(update_fields=["ended_at"])
    make_council("north", company=company.name, weight=60)
    here = Company.objects.filter(tenant=company.tenant_id, left_at=None)
    left(company)
    own.refresh_from_db()
    assert own.ended_at is None
    assert own.weight == sum(here.values_list("head_count", flat=True))


def test_park_without_other_council_gets_its_own_with_first_terms(company: Company) -> None:
    make_council("north", company=company.name, weight=60)
    end_with_company(tenant_id=company.tenant_id, company_id=company.pk, at=AT)
    own = Council.objects.get(tenant=company.tenant_id, company=None)
    assert own.ended_at is None
    assert ShareTerms.objects.filter(council=own, accepted_at=None).count() == 1
