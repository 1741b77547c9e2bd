"""The mail domains that admit new members: requested, proven by a mailbox, removed."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.actions import membership as actions
from tenants.community.members.forms import mail_domains as forms
from tenants.community.members.models import Role
from tenants.community.members.queries import people as queries
from tenants.spaces import hosts
from tenants.spaces.actions import email_domains as shared
from tenants.spaces.models import EmailDomainClaim, OwnEmailDomain
from tenants.spaces.rules import email_domains as rules
from tenants.spaces.tasks import email_domains as space_tasks
from tests.fixtures.people import AT, DAY, Browse, SameCost, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.members.test_actions import ask, company, token_of

PAGE = "/admin/mail-domains/"
BRISSON = "brisson.example"


def domains() -> dict[str, int | None]:
    return dict(OwnEmailDomain.objects.values_list("domain", "company_id"))


def claim_of(domain: str) -> EmailDomainClaim:
    with schema.in_public():
        return EmailDomainClaim.objects.get(domain=domain, tenant__schema_name="north")


def ask_for(by: User, email: str, at: dt.datetime, name: str = "North Deux") -> EmailDomainClaim:
    """Ask for a domain as the page does; a refusal is raised."""
    company_id = company(name) if name else None
    actor = forms.administering(by, company_id)
    with schema.in_public():
        return shared.claim(email=email, company_id=company_id, language="fr", by=actor, at=at)


def path_of(claim: EmailDomainClaim) -> str:
    with schema.in_public():
        return f"/mail-domains/{rules.link_token(claim.nonce)}/"


def prove(claim: EmailDomainClaim, at: dt.datetime) -> None:
    with schema.in_public():
        token = rules.link_token(claim.nonce)
    assert forms.ProveForm({}).submit(token=token, at=at) is not None


def join(at: dt.datetime, email: str) -> User:
    request = ask(at, email=email, company_id=None)
    return actions.join(token=token_of(request), password="", at=at)


def words_of(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.text)
    return re.sub(r"[ \n\t]+", " ", text)


def test_administrator_of_park_adds_domain_that_mailbox_proves(
    browse: Browse, administrator: User, reader: SpaceClient
) -> None:
    data = {"company_id": company("North Deux"), "email": f"RH@{BRISSON}"}
    assert browse(administrator).post(PAGE, data).status_code == 303
    claim = claim_of(BRISSON)
    listed = words_of(browse(administrator).get(PAGE))
    assert f"@{BRISSON} en attente de preuve" in listed
    with pytest.raises(Refused):
        join(AT, f"lou@{BRISSON}")

    for _twice in range(2):
        run_in("public", space_tasks.mail_domain_link, claim.pk)
    (message,) = mail.outbox
    assert message.to == [f"rh@{BRISSON}"]
    link = re.search(r"https?://\S+", str(message.body))
    assert link is not None
    path = reader.on(link[0])
    shown = words_of(reader.get(path))
    assert administrator.display_name in shown
    assert f"@{BRISSON}" in shown
    assert "North Deux" in shown
    assert BRISSON not in domains()

    assert "Le domaine est prouvé" in words_of(reader.post(path))
    assert domains()[BRISSON] == company("North Deux")
    assert f"@{BRISSON} prouvé" in words_of(browse(administrator).get(PAGE))
    user = join(AT, f"lou@{BRISSON}")
    assert queries.company_of(user) == company("North Deux")
    assert reader.post(path).status_code == 422


def test_administrator_of_company_adds_domains_of_it_alone(browse: Browse, head: User) -> None:
    client = browse(head)
    page = words_of(client.get(PAGE))
    assert "North Deux" in page
    assert "North Un" not in page
    assert "Tout le parc" not in page
    mine = {"company_id": company("North Deux"), "email": f"rh@{BRISSON}"}
    assert client.post(PAGE, mine).status_code == 303
    for company_id in (company("North Un"), ""):
        theirs = {"company_id": company_id, "email": "rh@autre.example"}
        assert client.post(PAGE, theirs).status_code == 422
    with pytest.raises(NotAllowed):
        ask_for(head, "rh@autre.example", AT, name="North Un")
    with pytest.raises(NotAllowed):
        ask_for(head, "rh@autre.example", AT, name="")
    assert domains().keys() == {"north.example", "north-un.example"}


def test_administrator_of_company_does_not_touch_domains_of_others(
    browse: Browse, administrator: User, head: User
) -> None:
    ask_for(administrator, "rh@autre.example", AT, name="North Un")
    client = browse(head)
    for path in ("autre.example/link/", "autre.example/withdraw/", "north-un.example/remove/"):
        assert client.post(f"{PAGE}{path}", {"sure": "on"}).status_code == 404
    assert client.get(f"{PAGE}north-un.example/remove/").status_code == 404
    assert "autre.example" not in words_of(client.get(PAGE))
    assert "north-un.example" in domains()


def test_administrator_of_park_says_of_which_company_a_domain_is(
    browse: Browse, administrator: User
) -> None:
    client = browse(administrator)
    page = words_of(client.get(PAGE))
    assert "North Deux Aucun domaine\u00a0: ses personnes n’entrent que par invitation." in page
    assert "Tout le parc, sans entreprise @north.example" in page
    data = {"email": f"rh@{BRISSON}", "company_id": ""}
    refused = client.post(PAGE, data)
    assert refused.status_code == 422
    assert "Dites de quelle entreprise est ce domaine" in words_of(refused)
    number = company("North Deux")
    chosen = client.get(f"{PAGE}?company={number}").text
    assert f'<option value="{number}" selected>North Deux' in chosen
    assert client.post(PAGE, data | {"company_id": "0"}).status_code == 303
    assert claim_of(BRISSON).company_id is None


LETS_IN_THE_WRONG_PEOPLE = [
    ("rh@gmail.com", "messagerie ouverte à tous"),
    ("rh@orange.fr", "messagerie ouverte à tous"),
    ("rh@free.fr", "messagerie ouverte à tous"),
    ("rh@mail.free.fr", "messagerie ouverte à tous"),
    ("rh@gma\u0131l.com", "messagerie ouverte à tous"),
    ("brisson.example", "adresse entière"),
    ("@brisson.example", "adresse entière"),
    ("rh@brisson", "adresse entière"),
    ("rh @brisson.example", "adresse entière"),
    ("rh@bris son.example", "adresse entière"),
    ("rh@brisson..example", "adresse entière"),
    ("rh@-brisson.example", "lettres, des chiffres et des tirets"),
    ("rh@192.168.1.1", "adresse IP"),
    ("rh@br\u0456sson.example", "plusieurs alphabets"),
    ("rh@\u0455\u0441\u043e\u0440\u0435.example", "autre alphabet"),
    ("rh@xn--e1ajhg9e.example", "autre alphabet"),
    ("rh@nörth-un.example", "ressemble à s’y tromper"),
    ("rh@brisson.local", "n’existe pas sur Internet"),
    ("rh@co.uk", "partagé par beaucoup d’entreprises"),
    ("rh@south.example", "ouvre déjà un autre espace"),
    ("rh@north-un.example", "déjà le domaine d’une autre entreprise"),
    (f"rh@espace.{hosts.base_name()}", "un domaine de Troovon"),
    ("", "Écrivez une adresse de ce domaine"),
]


def test_domain_that_lets_in_the_wrong_people_is_refused_and_what_was_typed_stays(
    browse: Browse, administrator: User, subtests: pytest.Subtests
) -> None:
    client = browse(administrator)
    for email, sentence in LETS_IN_THE_WRONG_PEOPLE:
        with subtests.test(email):
            answer = client.post(PAGE, {"company_id": company("North Deux"), "email": email})
            assert answer.status_code == 422
            assert sentence in words_of(answer)
            assert f'value="{email}"' in answer.text or not email
    with schema.in_public():
        assert not EmailDomainClaim.objects.exists()


def test_domain_with_accents_is_kept_as_mail_writes_it(browse: Browse, administrator: User) -> None:
    claim = ask_for(administrator, "rh@ateliers-brissón.example", AT)
    assert claim.domain == "xn--ateliers-brissn-8rb.example"
    assert claim.email == f"rh@{claim.domain}"
    assert "@ateliers-brissón.example" in words_of(browse(administrator).get(PAGE))


def test_domain_that_waits_is_not_asked_for_twice_and_may_be_withdrawn(
    browse: Browse, administrator: User, reader: SpaceClient
) -> None:
    claim = ask_for(administrator, f"rh@{BRISSON}", AT)
    path = path_of(claim)
    with pytest.raises(Refused, match="attend déjà sa preuve"):
        ask_for(administrator, f"dg@{BRISSON}", AT, name="North Un")
    assert browse(administrator).post(f"{PAGE}{BRISSON}/withdraw/").status_code == 303
    assert reader.post(path).status_code == 422
    assert BRISSON not in domains()
    assert ask_for(administrator, f"dg@{BRISSON}", AT).email == f"dg@{BRISSON}"


def test_new_link_replaces_the_old_and_few_are_sent(
    browse: Browse, administrator: User, reader: SpaceClient
) -> None:
    first = path_of(ask_for(administrator, f"rh@{BRISSON}", AT))
    assert browse(administrator).post(f"{PAGE}{BRISSON}/link/").status_code == 303
    assert reader.post(first).status_code == 422
    for _ in range(rules.LINKS_OF_A_MAILBOX):
        answer = browse(administrator).post(f"{PAGE}{BRISSON}/link/", follow=True)
    assert "Trop d’essais" in words_of(answer)
    assert reader.post(path_of(claim_of(BRISSON))).status_code == 200
    assert BRISSON in domains()


def test_lapsed_link_proves_nothing_and_says_whom_to_ask(
    browse: Browse, administrator: User, reader: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(ask_for(administrator, f"rh@{BRISSON}", AT))
    monkeypatch.setattr(timezone, "now", lambda: AT + 8 * DAY)
    answer = reader.post(path)
    assert answer.status_code == 422
    assert f"Demandez à {administrator.display_name}" in words_of(answer)
    assert BRISSON not in domains()
    assert "lien expiré" in words_of(browse(administrator).get(PAGE))


def test_company_holds_twenty_domains_at_the_most(administrator: User) -> None:
    for number in range(rules.MOST_OF_A_COMPANY):
        ask_for(administrator, f"rh@brisson-{number}.example", AT)
    with pytest.raises(Refused, match="Vingt domaines au plus"):
        ask_for(administrator, f"rh@{BRISSON}", AT)


def test_page_costs_the_same_with_one_domain_and_with_five(
    browse: Browse, administrator: User, same_cost: SameCost
) -> None:
    ask_for(administrator, f"rh@{BRISSON}", AT)
    with same_cost(browse(administrator), PAGE):
        for number in range(4):
            prove(ask_for(administrator, f"rh@brisson-{number}.example", AT), AT)


def test_space_of_one_company_asks_for_no_company(db: None) -> None:
    with schema.inside("south"):
        person = make_user("Claire")
        Role.objects.create(user=person, role="administrator", given_at=AT)
        client = SpaceClient(f"south.{settings.BASE_HOST}")
        client.force_login(person)
        page = client.get(PAGE)
        assert 'name="company_id"' not in page.text
        assert client.post(PAGE, {"email": f"rh@{BRISSON}"}).status_code == 303
        with schema.in_public():
            claim = EmailDomainClaim.objects.get(tenant__schema_name="south")
        assert client.post(path_of(claim)).status_code == 200
        assert domains() == {"south.example": None, BRISSON: None}


def test_new_park_is_asked_to_add_domains(browse: Browse, administrator: User) -> None:
    page = browse(administrator).get("/welcome/")
    assert "Ajouter les domaines e-mail des entreprises" in words_of(page)
