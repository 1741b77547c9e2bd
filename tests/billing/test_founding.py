"""A new space has its council, and the first terms are offered to it."""

import datetime as dt

import pytest

from billing.models import Council, ShareTerms
from saas.kernel import hooks
from tenants.spaces.models import Company, Tenant
from tests.fixtures.people import AT


def found(space: str, at: dt.datetime) -> Council:
    tenant = Tenant.objects.get(schema_name=space)
    hooks.founded._answers["billing"](  # noqa: SLF001 - members' answer needs a whole founding
        hooks.Founded(
            tenant_id=tenant.pk,
            schema_name=space,
            is_park=tenant.kind == "park",
            email="claire@north.example",
            first_name="Claire",
            last_name="Aubry",
            language="fr",
            password="",
            company_id=None,
        ),
        at,
    )
    return Council.objects.get(tenant=tenant)


@pytest.mark.parametrize(("space", "people"), [("north", 430), ("south", 300)])
def test_space_is_born_with_a_council_and_40_per_cent(db: None, space: str, people: int) -> None:
    council = found(space, AT)
    terms = ShareTerms.objects.get()
    assert (council.weight, council.account_state) == (people, "none")
    assert (terms.version, terms.rate_bp, terms.accepted_at) == (1, 4_000, None)


def test_being_founded_twice_changes_nothing(db: None) -> None:
    assert found("north", AT) == found("north", AT)
    assert ShareTerms.objects.count() == 1


def test_a_council_of_few_people_is_no_legal_person(own_database: None) -> None:
    Company.objects.using("owner").filter(tenant__schema_name="south").update(head_count=49)
    council = found("south", AT)
    assert (council.legal_personality, council.account_state) == (False, "no_legal_personality")
