"""Companies, modules and usage for the programs of administrators, without persons' content."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.integrations.rules import scopes_of
from tenants.community.members.models import Profile, Role
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import AT, Browse

COMPANIES, MODULES, USAGE, COUNCIL = (
    f"/api/v1/{name}/" for name in ("companies", "modules", "usage", "council")
)


@pytest.mark.parametrize("url", [COMPANIES, MODULES, USAGE, COUNCIL])
def test_figures_of_space_are_its_administrators_alone(
    browse: Browse, owner: User, teammate: User, url: str
) -> None:
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    assert browse(teammate).get(url).status_code == 403
    assert browse(owner).get(url).status_code == 200


def test_company_administrator_reads_their_company_alone(browse: Browse, owner: User) -> None:
    company = OwnCompany.objects.get(name="North Deux")
    Profile.objects.filter(user=owner).update(company_id=company.pk)
    Role.objects.create(user=owner, role="administrator", company_id=company.pk, given_at=AT)
    client = browse(owner)
    assert [row["name"] for row in client.get(COMPANIES).json()["results"]] == ["North Deux"]
    usage = client.get(USAGE).json()
    assert [row["name"] for row in usage["companies"]] in ([], ["North Deux"])
    assert usage["head_count"] == company.head_count
    days = [dt.date.fromisoformat(week["starts_on"]) for week in usage["weeks"]]
    assert days
    assert max(days) <= timezone.localdate()
    assert owner.email not in client.get(USAGE).text


def test_only_personal_tokens_open_the_administration() -> None:
    assert "admin:read" in scopes_of("personal")
    assert "admin:write" not in scopes_of("personal")
    assert "admin:read" not in scopes_of("webhook")
