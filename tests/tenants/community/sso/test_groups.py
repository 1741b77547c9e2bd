"""Roles by groups at the company's provider: given and taken back at each sign-in."""

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.members import tasks
from tenants.community.members.models import Profile, Role
from tenants.community.personal_data.models import LogEntry
from tenants.community.sso import actions
from tenants.community.sso.models import Provider
from tenants.community.sso.rules.signing_in import Vouched
from tests.fixtures.people import Browse, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.members.roster.rosters import company as company_called
from tests.tenants.community.sso.conftest import Company, come, page_of
from tests.tenants.community.sso.saml_provider import response, signed
from tests.tenants.community.sso.test_saml import ask, provider
from tests.tenants.community.sso.test_saml import come as come_by_saml
from tests.tenants.community.sso.test_several import opened_saml

__all__ = ["provider"]

TYPED = {
    "claim": "groups",
    "administrator": "Troovon-Admins\n\n  CN=RH,OU=Siège,DC=north\n",
    "moderator": "Modérateurs",
    "kiosk_manager": "",
}
SAML_GROUPS = (
    '<saml:Attribute Name="memberOf"><saml:AttributeValue>Autres</saml:AttributeValue>'
    "<saml:AttributeValue>Modérateurs</saml:AttributeValue></saml:Attribute>"
    "</saml:AttributeStatement>"
)


@pytest.fixture
def mapped(browse: Browse, admin: User, opened: Provider) -> Provider:
    """The provider, with groups that give roles, as its page saves them."""
    client = browse(admin)
    assert client.post(page_of("groups/"), TYPED).status_code == 303
    assert "CN=RH,OU=Siège,DC=north" in client.get(page_of()).text
    opened.refresh_from_db()
    return opened


def roles(person: User) -> list[tuple[str, int | None]]:
    return sorted(Role.objects.filter(user=person).values_list("role", "company_id"))


def enter(found: Provider, person: User, named: list[str] | None) -> None:
    """Sign a person in with roles that a provider derives from groups."""
    subject = f"subject of {person.pk}"
    who = (found.issuer, subject, person.email, person.first_name, person.last_name)
    actions.recognise(
        number=found.pk, vouched=Vouched(*who, roles=named), language="fr", at=timezone.now()
    )


def test_group_gives_a_role_at_sign_in_and_its_loss_takes_it_back(
    browse: Browse, mapped: Provider, company: Company, admin: User, teammate: User
) -> None:
    company.says = {"groups": ["Modérateurs", "CN=RH,OU=Siège,DC=north", "Troovon", 7]}
    assert come(browse(), company, teammate.email).status_code == 303
    assert roles(teammate) == [("administrator", None), ("moderator", None)]
    line = LogEntry.objects.filter(person=teammate, what__startswith="Un rôle donné").first()
    assert line is not None
    assert (line.by, line.by_name) == (None, "127.0.0.1")
    shown = browse(admin).get(f"/admin/people/{teammate.reference}/").text
    assert "par le fournisseur d’identité" in shown

    company.says = {"groups": "Modérateurs"}
    assert come(browse(), company, teammate.email).status_code == 303
    assert roles(teammate) == [("moderator", None)]
    company.says = {}
    assert come(browse(), company, teammate.email).status_code == 303
    assert roles(teammate) == []
    assert LogEntry.objects.filter(person=teammate, what__startswith="Un rôle repris").count() == 2


def test_role_of_a_group_is_mailed_to_its_holder(mapped: Provider, teammate: User) -> None:
    enter(mapped, teammate, ["moderator"])
    run_in("north", tasks.mail_role, Role.objects.get(user=teammate).pk)
    [sent] = mail.outbox
    assert sent.to == [teammate.email]
    assert "vous veillez à ce que les annonces" in sent.body
    assert "Votre groupe dans l’entreprise donne ce rôle, tant que vous en êtes." in sent.body


def test_groups_beside_the_token_count(
    browse: Browse, mapped: Provider, company: Company, teammate: User
) -> None:
    company.says_beside = {"groups": ["Modérateurs"]}
    assert come(browse(), company, teammate.email).status_code == 303
    assert roles(teammate) == [("moderator", None)]


def test_groups_left_out_by_the_provider_change_nothing(
    browse: Browse, mapped: Provider, company: Company, teammate: User
) -> None:
    company.says = {"groups": ["Modérateurs"]}
    come(browse(), company, teammate.email)
    company.says = {"_claim_names": {"groups": "src1"}}
    assert come(browse(), company, teammate.email).status_code == 303
    assert roles(teammate) == [("moderator", None)]


def test_role_given_by_a_person_stays_without_a_group(
    mapped: Provider, teammate: User, admin: User
) -> None:
    Role.objects.create(user=teammate, role="moderator", given_by=admin, given_at=timezone.now())
    enter(mapped, teammate, ["moderator"])
    enter(mapped, teammate, [])
    assert roles(teammate) == [("moderator", None)]


def test_last_administrator_keeps_the_role(mapped: Provider, teammate: User, admin: User) -> None:
    enter(mapped, teammate, ["administrator"])
    Role.objects.filter(user=admin).delete()
    enter(mapped, teammate, [])
    assert roles(teammate) == [("administrator", None)]
    Role.objects.create(user=admin, role="administrator", given_at=timezone.now())
    enter(mapped, teammate, [])
    assert roles(teammate) == []


def test_council_s_roles_are_never_given_by_a_group(
    browse: Browse, mapped: Provider, company: Company, admin: User, teammate: User
) -> None:
    browse(admin).post(page_of("groups/"), {**TYPED, "treasurer": "CSE", "council": "CSE"})
    mapped.refresh_from_db()
    assert mapped.groups.keys() == {"claim", "administrator", "moderator"}
    Provider.objects.update(groups={"claim": "groups", "treasurer": ["CSE"]})
    company.says = {"groups": ["CSE"]}
    assert come(browse(), company, teammate.email).status_code == 303
    assert roles(teammate) == []


def test_company_s_groups_give_roles_of_that_company_to_its_own_people_alone(
    mapped: Provider,
) -> None:
    un, local = company_called("North Un"), make_user("Ines")
    Role.objects.create(user=local, role="administrator", company_id=un, given_at=timezone.now())
    found = opened_saml(local, un, "north-un.example")
    ada, bea = (make_user(name, email=f"{name}@north-un.example") for name in ("ada", "bea"))
    Profile.objects.filter(user=ada).update(company_id=un)
    Profile.objects.filter(user=bea).update(company_id=None)
    for person in (ada, bea):
        enter(found, person, ["administrator", "kiosk_manager"])
    assert roles(ada) == [("administrator", un), ("kiosk_manager", un)]
    assert roles(bea) == []


def test_saml_attribute_gives_a_role(
    browse: Browse, admin: User, provider: Provider, teammate: User
) -> None:
    browse(admin).post(page_of("groups/"), {**TYPED, "claim": "memberof"})
    for end, wanted in ((SAML_GROUPS, [("moderator", None)]), ("</saml:AttributeStatement>", [])):
        client = browse()
        question = ask(client)
        xml = response(question, teammate.email).replace("</saml:AttributeStatement>", end)
        assert come_by_saml(client, question, signed(xml)).status_code == 303
        assert roles(teammate) == wanted


def test_unbinding_takes_the_provider_s_roles_back(
    browse: Browse, mapped: Provider, teammate: User, admin: User
) -> None:
    enter(mapped, teammate, ["moderator"])
    browse(admin).post(page_of("unbind/"), {"email": teammate.email})
    assert roles(teammate) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"claim": " "}, "Écrivez le nom de ce qui contient les groupes."),
        ({"moderator": "x" * 201}, "de deux cents signes au plus"),
        ({"moderator": "\n".join(map(str, range(21)))}, "Vingt groupes au plus"),
        ({"moderator": "Modé\u200bration"}, "un signe invisible"),
    ],
)
def test_bad_groups_get_a_sentence_and_lose_nothing(
    browse: Browse, mapped: Provider, admin: User, typed: dict[str, Any], sentence: str
) -> None:
    before = mapped.groups
    answer = browse(admin).post(page_of("groups/"), {**TYPED, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Troovon-Admins" in answer.text
    mapped.refresh_from_db()
    assert mapped.groups == before
