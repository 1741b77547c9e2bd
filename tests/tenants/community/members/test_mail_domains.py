"""The mail domains by which people join: asked for, proven by a mailbox, removed."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.http import Http404
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members import actions, clock, queries, tasks
from tenants.community.members.forms import mail_domains as forms
from tenants.community.members.models import Profile, Role
from tenants.spaces import hosts
from tenants.spaces import tasks as space_tasks
from tenants.spaces.actions import email_domains as shared
from tenants.spaces.actors import SpaceActor
from tenants.spaces.clock import check_domains
from tenants.spaces.models import Change, EmailDomain, EmailDomainClaim, OwnCompany, OwnEmailDomain
from tenants.spaces.queries import email_domains as reads
from tenants.spaces.rules import email_domains as rules
from tests.fixtures.people import SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.classifieds.making import Browse
from tests.tenants.community.members.test_actions import ask, token_of

PAGE = "/admin/mail-domains/"
BRISSON = "brisson.example"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


@pytest.fixture
def head(in_north: None, at: dt.datetime) -> User:
    """The administrator of North Deux, and of nothing else."""
    person = make_user("Ines", last_name="Dalmas")
    company = number_of("North Deux")
    Profile.objects.filter(user=person).update(company_id=company)
    Role.objects.create(user=person, role="administrator", company_id=company, given_at=at)
    return person


@pytest.fixture
def stranger() -> SpaceClient:
    """Somebody who reads a mailbox and has no account."""
    return SpaceClient(f"north.{settings.BASE_HOST}")


def number_of(name: str) -> int:
    return OwnCompany.objects.get(name=name).pk


def domains() -> dict[str, int | None]:
    return dict(OwnEmailDomain.objects.values_list("domain", "company_id"))


def claim_of(domain: str) -> EmailDomainClaim:
    with schema.in_public():
        return EmailDomainClaim.objects.get(domain=domain, tenant__schema_name="north")


def ask_for(by: User, email: str, at: dt.datetime, name: str = "North Deux") -> EmailDomainClaim:
    """Ask for a domain as the page does; a refusal is raised."""
    company_id = number_of(name) if name else None
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
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"[ \n\t]+", " ", text)


def test_administrator_of_park_adds_domain_that_mailbox_proves(
    browse: Browse, administrator: User, stranger: SpaceClient, at: dt.datetime
) -> None:
    said = {"company_id": number_of("North Deux"), "email": f"RH@{BRISSON}"}
    assert browse(administrator).post(PAGE, said).status_code == 303
    claim = claim_of(BRISSON)
    listed = words_of(browse(administrator).get(PAGE))
    assert f"@{BRISSON} en attente de preuve" in listed
    with pytest.raises(Refused):
        join(at, f"lou@{BRISSON}")

    run_in("public", space_tasks.mail_domain_link, claim.pk)
    (letter,) = mail.outbox
    assert letter.to == [f"rh@{BRISSON}"]
    link = re.search(r"https?://\S+", str(letter.body))
    assert link is not None
    path = stranger.on(link[0])
    shown = words_of(stranger.get(path))
    assert administrator.display_name in shown
    assert f"@{BRISSON}" in shown
    assert "North Deux" in shown
    assert BRISSON not in domains()

    assert "Le domaine est prouvé" in words_of(stranger.post(path))
    assert domains()[BRISSON] == number_of("North Deux")
    assert f"@{BRISSON} prouvé" in words_of(browse(administrator).get(PAGE))
    user = join(at, f"lou@{BRISSON}")
    assert queries.company_of(user) == number_of("North Deux")
    assert stranger.post(path).status_code == 422


def test_letter_of_a_claim_goes_out_once(administrator: User, at: dt.datetime) -> None:
    claim = ask_for(administrator, f"rh@{BRISSON}", at)
    for _twice in range(2):
        run_in("public", space_tasks.mail_domain_link, claim.pk)
    assert len(mail.outbox) == 1


def test_administrator_of_company_adds_domains_of_that_company_alone(
    browse: Browse, head: User, at: dt.datetime
) -> None:
    client = browse(head)
    page = words_of(client.get(PAGE))
    assert "North Deux" in page
    assert "North Un" not in page
    assert "Tout le parc" not in page
    mine = {"company_id": number_of("North Deux"), "email": f"rh@{BRISSON}"}
    assert client.post(PAGE, mine).status_code == 303
    for company_id in (number_of("North Un"), ""):
        theirs = {"company_id": company_id, "email": "rh@autre.example"}
        assert client.post(PAGE, theirs).status_code == 422
    with pytest.raises(NotAllowed):
        ask_for(head, "rh@autre.example", at, name="North Un")
    with pytest.raises(NotAllowed):
        ask_for(head, "rh@autre.example", at, name="")
    assert domains().keys() == {"north.example", "north-un.example"}


def test_administrator_of_company_does_not_touch_domains_of_others(
    browse: Browse, administrator: User, head: User, at: dt.datetime
) -> None:
    ask_for(administrator, "rh@autre.example", at, name="North Un")
    client = browse(head)
    for path in ("autre.example/link/", "autre.example/withdraw/", "north-un.example/remove/"):
        assert client.post(f"{PAGE}{path}", {"sure": "on"}).status_code == 404
    assert client.get(f"{PAGE}north-un.example/remove/").status_code == 404
    assert "autre.example" not in words_of(client.get(PAGE))
    assert "north-un.example" in domains()


def test_page_is_closed_to_members(browse: Browse, teammate: User) -> None:
    client = browse(teammate)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"email": f"rh@{BRISSON}"}).status_code == 403
    for path in (f"{BRISSON}/link/", f"{BRISSON}/withdraw/", "north-un.example/remove/"):
        assert client.post(f"{PAGE}{path}", {"sure": "on"}).status_code == 403


def test_administrator_of_park_says_of_which_company_a_domain_is(
    browse: Browse, administrator: User
) -> None:
    client = browse(administrator)
    said = {"email": f"rh@{BRISSON}", "company_id": ""}
    refused = client.post(PAGE, said)
    assert refused.status_code == 422
    assert "Dites de quelle entreprise est ce domaine" in words_of(refused)
    number = number_of("North Deux")
    chosen = client.get(f"{PAGE}?company={number}").content.decode()
    assert f'<option value="{number}" selected>North Deux' in chosen
    assert client.post(PAGE, said | {"company_id": "0"}).status_code == 303
    assert claim_of(BRISSON).company_id is None


def test_company_without_a_domain_reads_what_to_do(browse: Browse, administrator: User) -> None:
    page = words_of(browse(administrator).get(PAGE))
    assert "North Deux Aucun domaine\u00a0: ses personnes n’entrent que par invitation." in page
    assert "Tout le parc, sans entreprise @north.example" in page


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
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
    ],
)
def test_domain_that_lets_in_the_wrong_people_is_refused_and_what_was_typed_stays(
    browse: Browse, administrator: User, email: str, sentence: str
) -> None:
    said = {"company_id": number_of("North Deux"), "email": email}
    answer = browse(administrator).post(PAGE, said)
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert f'value="{email}"' in answer.content.decode() or not email
    with schema.in_public():
        assert not EmailDomainClaim.objects.exists()


def test_international_domain_is_kept_as_mail_writes_it(
    browse: Browse, administrator: User, at: dt.datetime
) -> None:
    claim = ask_for(administrator, "rh@ateliers-brissón.example", at)
    assert claim.domain == "xn--ateliers-brissn-8rb.example"
    assert claim.email == f"rh@{claim.domain}"
    assert "@ateliers-brissón.example" in words_of(browse(administrator).get(PAGE))


def test_domain_that_waits_is_not_asked_for_twice_and_may_be_withdrawn(
    browse: Browse, administrator: User, at: dt.datetime
) -> None:
    claim = ask_for(administrator, f"rh@{BRISSON}", at)
    path = path_of(claim)
    with pytest.raises(Refused, match="attend déjà sa preuve"):
        ask_for(administrator, f"dg@{BRISSON}", at, name="North Un")
    assert browse(administrator).post(f"{PAGE}{BRISSON}/withdraw/").status_code == 303
    stranger = SpaceClient(f"north.{settings.BASE_HOST}")
    assert stranger.post(path).status_code == 422
    assert BRISSON not in domains()
    assert ask_for(administrator, f"dg@{BRISSON}", at).email == f"dg@{BRISSON}"


def test_new_link_replaces_the_one_before(
    browse: Browse, administrator: User, stranger: SpaceClient, at: dt.datetime
) -> None:
    first = path_of(ask_for(administrator, f"rh@{BRISSON}", at))
    assert browse(administrator).post(f"{PAGE}{BRISSON}/link/").status_code == 303
    assert stranger.post(first).status_code == 422
    assert stranger.post(path_of(claim_of(BRISSON))).status_code == 200
    assert BRISSON in domains()


def test_lapsed_link_proves_nothing_and_says_whom_to_ask(
    browse: Browse,
    administrator: User,
    stranger: SpaceClient,
    at: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = path_of(ask_for(administrator, f"rh@{BRISSON}", at))
    monkeypatch.setattr(timezone, "now", lambda: at + 8 * DAY)
    answer = stranger.post(path)
    assert answer.status_code == 422
    assert f"Demandez à {administrator.display_name}" in words_of(answer)
    assert BRISSON not in domains()
    assert "lien expiré" in words_of(browse(administrator).get(PAGE))


def test_unconfirmed_claim_is_forgotten_a_month_after_its_link_lapsed(
    administrator: User, at: dt.datetime
) -> None:
    ask_for(administrator, f"rh@{BRISSON}", at)
    prove(ask_for(administrator, "rh@autre.example", at), at)
    with schema.in_public():
        assert shared.forget_lapsed(at=at + 36 * DAY) == 0
        assert shared.forget_lapsed(at=at + 38 * DAY) == 1
        assert EmailDomainClaim.objects.get().domain == "autre.example"


def test_link_of_one_space_proves_nothing_in_another(administrator: User, at: dt.datetime) -> None:
    path = path_of(ask_for(administrator, f"rh@{BRISSON}", at))
    elsewhere = SpaceClient(f"south.{settings.BASE_HOST}")
    assert elsewhere.get(path).status_code == 422
    assert elsewhere.post(path).status_code == 422
    assert BRISSON not in domains()


def test_domain_that_another_space_proved_meanwhile_is_refused(
    administrator: User, stranger: SpaceClient
) -> None:
    at = timezone.now()
    claim = ask_for(administrator, f"rh@{BRISSON}", at)
    south = SpaceActor("south", "PE-2K3Q9M", "Solène Maurin", "administrator")
    with schema.in_public():
        other = shared.claim(email=f"rh@{BRISSON}", company_id=None, language="fr", by=south, at=at)
        shared.prove(token=rules.link_token(other.nonce), schema_name="south", at=at)
    answer = stranger.post(path_of(claim))
    assert answer.status_code == 422
    assert "ouvre déjà un autre espace" in words_of(answer)
    assert BRISSON not in domains()


@pytest.mark.parametrize("verb", ["claim", "remove"])
def test_administrator_of_one_space_does_not_reach_domains_of_another(
    administrator: User, at: dt.datetime, verb: str
) -> None:
    with schema.inside("south"):
        foreign = OwnCompany.objects.get().pk
    actor = forms.administering(administrator, None)
    with schema.in_public():
        if verb == "claim":
            with pytest.raises(NotAllowed, match="pas de votre espace"):
                shared.claim(
                    email=f"rh@{BRISSON}", company_id=foreign, language="fr", by=actor, at=at
                )
        else:
            with pytest.raises(Http404):
                shared.remove(domain="south.example", company_id=None, by=actor, at=at)
        assert EmailDomain.objects.filter(domain="south.example").exists()


def test_domain_of_the_park_becomes_that_of_a_company(
    administrator: User, head: User, at: dt.datetime
) -> None:
    assert domains()["north.example"] is None
    prove(ask_for(administrator, "rh@north.example", at), at)
    assert domains()["north.example"] == number_of("North Deux")
    with pytest.raises(Refused, match="déjà prouvé"):
        ask_for(head, "rh@north.example", at)
    with pytest.raises(Refused, match="d’une autre entreprise"):
        ask_for(administrator, "rh@north.example", at, name="North Un")


def test_removed_domain_keeps_its_people_and_opens_nothing(
    browse: Browse, administrator: User, at: dt.datetime
) -> None:
    prove(ask_for(administrator, f"rh@{BRISSON}", at), at)
    member = join(at, f"lou@{BRISSON}")
    waiting = token_of(ask(at, email=f"ana@{BRISSON}", company_id=None))
    path = f"{PAGE}{BRISSON}/remove/"
    client = browse(administrator)
    page = words_of(client.get(path))
    assert f"1 personne a une adresse en @{BRISSON}\u00a0: elle reste" in page
    assert "C’est le dernier domaine de North Deux" in page
    assert client.post(path).status_code == 422
    assert BRISSON in domains()
    assert client.post(path, {"sure": "on"}).status_code == 303

    assert BRISSON not in domains()
    member.refresh_from_db()
    assert member.is_active
    assert queries.company_of(member) == number_of("North Deux")
    with pytest.raises(Refused, match="n’ouvre pas cet espace"):
        ask(at, email=f"eva@{BRISSON}")
    with pytest.raises(Refused, match="n’ouvre pas cet espace"):
        actions.join(token=waiting, password="", at=at)
    assert client.get(path).status_code == 404
    prove(ask_for(administrator, f"rh@{BRISSON}", at), at)
    assert BRISSON in domains()


def test_last_domain_of_a_space_says_how_people_still_join(
    browse: Browse, administrator: User, at: dt.datetime, going_on_from_at: None
) -> None:
    client = browse(administrator)
    client.post(f"{PAGE}north-un.example/remove/", {"sure": "on"})
    path = f"{PAGE}north.example/remove/"
    assert "plus personne n’entre. Créez d’abord un lien" in words_of(client.get(path))
    actions.invite(by=administrator, uses=1, days=1, company_id=None, at=at)
    page = words_of(client.get(path))
    assert "on n’entre plus que par invitation. 1 lien est encore ouvert." in page
    assert client.post(path, {"sure": "on"}).status_code == 303
    assert domains() == {}
    with pytest.raises(Refused, match="Ici, on entre par invitation"):
        ask(at, email="lou@north.example")


def test_administrators_are_told_of_what_was_proven_and_removed(
    browse: Browse, administrator: User, head: User, teammate: User, at: dt.datetime
) -> None:
    Role.objects.create(
        user=teammate, role="administrator", company_id=number_of("North Un"), given_at=at
    )
    prove(ask_for(head, f"rh@{BRISSON}", at), at)
    browse(administrator).post(f"{PAGE}{BRISSON}/remove/", {"sure": "on"})
    with schema.in_public():
        proven = Change.objects.get(what="mail_proven")
        removed = Change.objects.get(what="mail_removed")
    for change in (proven, proven, removed):
        run_in("north", tasks.mail_domain_change, change.pk)
    told = sorted((letter.to[0], BRISSON in str(letter.body)) for letter in mail.outbox)
    assert told == sorted([(administrator.email, True), (head.email, True)] * 2)
    assert proven.by == f"rh@{BRISSON}"
    assert administrator.reference in removed.by
    changes = words_of(browse(administrator).get("/admin/space/"))
    assert f"Domaine e-mail demandé · {BRISSON}" in changes
    assert f"Domaine e-mail retiré · {BRISSON}" in changes


def test_lost_letters_about_domains_are_queued_again(
    administrator: User, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = ask_for(administrator, f"rh@{BRISSON}", at)
    prove(ask_for(administrator, "rh@autre.example", at), at)
    late = at + dt.timedelta(minutes=10)
    with schema.in_public():
        assert reads.untold_links(at) == []
        assert reads.untold_links(late) == [waiting.pk]
        proven = Change.objects.get(what="mail_proven")
    queued: list[Any] = []
    monkeypatch.setattr(timezone, "now", lambda: late)
    for module in ("tenants.community.members.clock", "tenants.spaces.clock"):
        monkeypatch.setattr(f"{module}.send", lambda task, *ids, **_: queued.append((task, *ids)))
    run_in("north", clock.tell_again_in_a_space)
    run_in("public", check_domains)
    assert (tasks.mail_domain_change, proven.pk) in queued
    assert (space_tasks.mail_domain_link, waiting.pk) in queued


def test_links_to_one_mailbox_are_counted(
    browse: Browse, administrator: User, at: dt.datetime
) -> None:
    ask_for(administrator, f"rh@{BRISSON}", at)
    client = browse(administrator)
    for _ in range(rules.LINKS_OF_A_MAILBOX):
        answer = client.post(f"{PAGE}{BRISSON}/link/", follow=True)
    assert "Trop d’essais" in words_of(answer)


def test_company_holds_twenty_domains_at_the_most(administrator: User, at: dt.datetime) -> None:
    for number in range(rules.MOST_OF_A_COMPANY):
        ask_for(administrator, f"rh@brisson-{number}.example", at)
    with pytest.raises(Refused, match="Vingt domaines au plus"):
        ask_for(administrator, f"rh@{BRISSON}", at)


def test_page_costs_the_same_with_one_domain_and_with_five(
    browse: Browse, administrator: User, at: dt.datetime, count_queries: Any
) -> None:
    client = browse(administrator)
    ask_for(administrator, f"rh@{BRISSON}", at)
    with_one = count_queries(client, PAGE)
    for number in range(4):
        prove(ask_for(administrator, f"rh@brisson-{number}.example", at), at)
    assert len(count_queries(client, PAGE)) == len(with_one)


def test_space_of_one_company_asks_for_no_company(
    browse: Browse, stranger: SpaceClient, at: dt.datetime
) -> None:
    with schema.inside("south"):
        person = make_user("Claire")
        Role.objects.create(user=person, role="administrator", given_at=at)
        client = SpaceClient(f"south.{settings.BASE_HOST}")
        client.force_login(person)
        page = client.get(PAGE)
        assert 'name="company_id"' not in page.content.decode()
        assert client.post(PAGE, {"email": f"rh@{BRISSON}"}).status_code == 303
        with schema.in_public():
            claim = EmailDomainClaim.objects.get(tenant__schema_name="south")
        assert client.post(path_of(claim)).status_code == 200
        assert domains() == {"south.example": None, BRISSON: None}


def test_new_park_is_told_to_add_domains(browse: Browse, administrator: User) -> None:
    page = browse(administrator).get("/welcome/")
    assert "Ajouter les domaines e-mail des entreprises" in words_of(page)
