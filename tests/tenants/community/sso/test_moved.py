"""After a move of the space, providers lead back to the former host for 90 days."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from saas.accounts import auth
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Provider
from tenants.spaces import hosts
from tenants.spaces.models import Domain, Tenant
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.community.sso.conftest import BACK, Company, come, is_in, leave, page_of

OLD = "old-north"


@pytest.fixture
def _moved(opened: Provider) -> None:
    with schema.in_public():
        tenant = Tenant.objects.get(schema_name="north")
        name, former = hosts.subdomain(OLD), Domain.Kind.FORMER
        Domain.objects.create(tenant=tenant, domain=name, kind=former, since=timezone.now())
    hosts.forget()
    Provider.objects.update(origin=auth.origin_at(name))


def redirect_uri(page: str) -> str:
    return parse_qs(urlsplit(page).query)["redirect_uri"][0]


@pytest.mark.usefixtures("_moved")
def test_provider_leads_back_by_the_former_host_which_redirects(
    browse: Browse, company: Company, teammate: User
) -> None:
    client = browse()
    back = redirect_uri(leave(client))
    assert back == auth.origin_at(hosts.subdomain(OLD)) + BACK
    port = settings.BASE_HOST.partition(":")[2]
    former = SpaceClient(f"{hosts.subdomain(OLD)}:{port}" if port else hosts.subdomain(OLD))
    answer = former.get(f"{BACK}?code=a&state=b")
    assert answer.status_code == 301
    assert answer["Location"].endswith(f"{BACK}?code=a&state=b")
    posted = former.post(saml.CONSUMER, {"RelayState": "x"})
    assert posted.status_code == 307
    assert posted["Location"].endswith(saml.CONSUMER)
    assert former.post("/signin/", {}).status_code == 410
    assert come(client, company, teammate.email).status_code == 303
    assert is_in(client)


@pytest.mark.usefixtures("_moved")
def test_test_at_the_new_host_and_ninety_days_end_the_former_address(
    browse: Browse, company: Company, admin: User
) -> None:
    client = browse(admin)
    assert OLD in client.get(page_of()).text
    assert come(client, company, admin.email, page_of("test/")).status_code == 303
    assert OLD not in client.get(page_of()).text
    assert OLD not in redirect_uri(leave(browse()))

    Provider.objects.update(origin=auth.origin_at(hosts.subdomain(OLD)))
    assert OLD in redirect_uri(leave(browse()))
    with schema.in_public():
        then = timezone.now() - dt.timedelta(days=91)
        Domain.objects.filter(domain=hosts.subdomain(OLD)).update(since=then)
    assert OLD not in redirect_uri(leave(browse()))
