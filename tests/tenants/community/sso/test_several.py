"""Several providers in a park: each company's own, and none speaks for another company."""

import re
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.models import Profile, Role
from tenants.community.sso import actions, queries
from tenants.community.sso.gateway import saml
from tenants.community.sso.models import Identity, Provider
from tenants.community.sso.rules.setting_up import MOST_PROVIDERS
from tenants.community.sso.rules.signing_in import Vouched
from tests.fixtures.people import Browse, SpaceClient, make_user
from tests.tenants.community.members.roster.rosters import company as company_called
from tests.tenants.community.sso.conftest import (
    Company,
    come,
    come_back,
    describe,
    is_in,
    leave,
    refused,
    wait,
)
from tests.tenants.community.sso.saml_provider import asked, metadata, posted, response, signed

LIST = "/admin/sign-in/"


@pytest.fixture
def un() -> int:
    return company_called("North Un")


@pytest.fixture
def local(un: int) -> User:
    """The administrator of a company of the park."""
    person = make_user("Ines")
    Role.objects.create(user=person, role="administrator", company_id=un, given_at=timezone.now())
    return person


def opened_saml(by: User, company_id: int | None, *domains: str, **other: Any) -> Provider:
    found = actions.describe_saml(
        company_id=company_id,
        name="Annuaire Un",
        metadata=saml.read_metadata(metadata(**other)),
        attributes={},
        domains=domains,
        by=by,
        at=timezone.now(),
    )
    Provider.objects.filter(pk=found.pk).update(tested_at=timezone.now())
    return actions.switch(number=found.pk, mode="offered", by=by, at=timezone.now())


def by_saml(client: SpaceClient, found: Provider, email: str) -> Any:
    page = client.get(f"/signin/company/with/{found.pk}/")
    question = asked(page["Location"])
    return wait(
        client, client.post(saml.CONSUMER, posted(question, signed(response(question, email))))
    )


def test_two_providers_of_two_kinds_let_their_own_people_in(
    browse: Browse, opened: Provider, company: Company, local: User, un: int
) -> None:
    found = opened_saml(local, un, "north-un.example")
    shown = browse().get("/signin/").text
    assert "Se connecter avec Annuaire Un" in shown
    assert "Se connecter avec Compte Nord" in shown
    assert browse().get("/signin/company/").status_code == 404

    first, second, third = browse(), browse(), browse()
    assert by_saml(first, found, "ada@north-un.example").status_code == 303
    start = f"/signin/company/with/{opened.pk}/"
    assert come(second, company, "eve@north.example", start).status_code == 303
    assert is_in(first)
    assert is_in(second)
    ada = User.objects.get(email="ada@north-un.example")
    assert Profile.objects.get(user=ada).company_id == un
    assert Identity.objects.get(user=ada).company_id == un
    answer = by_saml(third, found, "eve@north.example")
    assert "n’ouvre pas cet espace" in refused(third, answer)


def test_company_cannot_speak_with_the_name_of_another_s_provider(
    browse: Browse, opened: Provider, company: Company, local: User, un: int, teammate: User
) -> None:
    client = browse()
    assert come(client, company, teammate.email).status_code == 303
    subject = Identity.objects.get().subject
    found = opened_saml(local, un, "north-un.example", issuer=opened.issuer)
    own = "ada@north-un.example"
    vouched = Vouched(found.issuer, subject, own, "Ada", "Un")
    person = actions.recognise(number=found.pk, vouched=vouched, language="fr", at=timezone.now())
    assert person.email == own
    assert Identity.objects.count() == 2


def test_answer_at_another_owner_s_address_is_refused(
    browse: Browse, opened: Provider, company: Company, un: int, teammate: User
) -> None:
    client = browse()
    back = company.lead_back(leave(client), teammate.email)
    query = back.partition("?")[2]
    answer = come_back(client, f"/signin/company/callback/{un}/?{query}")
    assert "n’a pas commencé ici" in refused(client, answer)


def test_provider_that_announces_its_name_must_send_it(
    browse: Browse, opened: Provider, company: Company, teammate: User
) -> None:
    company.describes = {"authorization_response_iss_parameter_supported": True}
    client = browse()
    back = company.lead_back(leave(client), teammate.email)
    unnamed = re.sub(r"[?&]iss=[^&]*", "", back)
    assert "n’a pas abouti" in refused(client, client.get(client.on(unnamed)))
    opened.refresh_from_db()
    assert opened.failure == "issuer"


def test_each_administration_sets_up_its_own_providers_alone(
    browse: Browse, opened: Provider, company: Company, admin: User, local: User, un: int
) -> None:
    found = opened_saml(local, un, "north-un.example")
    mine, all_s = browse(local), browse(admin)
    shown = mine.get(LIST).text
    assert "Annuaire Un" in shown
    assert "Compte Nord" not in shown
    assert "Annuaire Un" not in all_s.get(LIST).text
    assert mine.get(f"{LIST}{opened.pk}/").status_code == 404
    assert all_s.get(f"{LIST}{found.pk}/").status_code == 404
    assert mine.get(f"{LIST}{found.pk}/").status_code == 200
    assert f"/signin/company/callback/{un}/" in mine.get(f"{LIST}openid/?company={un}").text
    for by, number in ((admin, found.pk), (local, opened.pk)):
        with pytest.raises(NotAllowed):
            actions.switch(number=number, mode="off", by=by, at=timezone.now())
    with pytest.raises(NotAllowed):
        describe(company, admin, company_id=un)
    with pytest.raises(Refused, match="domaine prouvé"):
        opened_saml(local, un, "north.example", issuer="https://two.example")


def test_required_provider_of_a_company_shuts_out_its_people_alone(
    browse: Browse, opened: Provider, local: User, un: int
) -> None:
    found = opened_saml(local, un, "north-un.example")
    actions.switch(number=found.pk, mode="required", by=local, at=timezone.now())
    User.objects.filter(pk=local.pk).update(email="ines@north-un.example")
    local.refresh_from_db()
    assert "Annuaire Un" in queries.why_shut("ada@north-un.example", None)
    assert queries.why_shut("eve@north.example", None) == ""
    assert queries.why_shut(local.email, local) == ""  # repairs it


def test_owner_has_a_limit_of_providers(admin: User, opened: Provider) -> None:
    for number in range(1, MOST_PROVIDERS):
        opened_saml(admin, None, "north.example", issuer=f"https://id{number}.north.example")
    with pytest.raises(Refused, match="Cinq fournisseurs"):
        opened_saml(admin, None, "north.example", issuer="https://last.north.example")
