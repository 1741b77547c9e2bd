"""Mail domains after they were asked for: of another space, taken over, removed, told."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.http import Http404
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members import clock, tasks
from tenants.community.members.actions import membership as actions
from tenants.community.members.forms import mail_domains as forms
from tenants.community.members.models import Role
from tenants.community.members.queries import people as queries
from tenants.spaces.actions import email_domains as shared
from tenants.spaces.actors import SpaceActor
from tenants.spaces.clock import check_domains
from tenants.spaces.models import Change, EmailDomain, EmailDomainClaim, OwnCompany
from tenants.spaces.queries import email_domains as reads
from tenants.spaces.rules import email_domains as rules
from tenants.spaces.tasks import email_domains as space_tasks
from tests.fixtures.people import AT, DAY, Browse, SpaceClient
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.members.joining.test_mail_domains import (
    BRISSON,
    PAGE,
    ask_for,
    domains,
    join,
    path_of,
    prove,
    words_of,
)
from tests.tenants.community.members.test_actions import ask, company, token_of


def test_unconfirmed_claim_is_forgotten_a_month_after_its_link_lapsed(administrator: User) -> None:
    ask_for(administrator, f"rh@{BRISSON}", AT)
    prove(ask_for(administrator, "rh@autre.example", AT), AT)
    with schema.in_public():
        assert shared.forget_lapsed(at=AT + 36 * DAY) == 0
        assert shared.forget_lapsed(at=AT + 38 * DAY) == 1
        assert EmailDomainClaim.objects.get().domain == "autre.example"


def test_link_of_one_space_proves_nothing_in_another(administrator: User) -> None:
    path = path_of(ask_for(administrator, f"rh@{BRISSON}", AT))
    elsewhere = SpaceClient(f"south.{settings.BASE_HOST}")
    assert elsewhere.get(path).status_code == 422
    assert elsewhere.post(path).status_code == 422
    assert BRISSON not in domains()


def test_domain_that_another_space_proved_meanwhile_is_refused(
    administrator: User, reader: SpaceClient
) -> None:
    at = timezone.now()
    claim = ask_for(administrator, f"rh@{BRISSON}", at)
    south = SpaceActor("south", "PE-2K3Q9M", "Solène Maurin", "administrator")
    with schema.in_public():
        other = shared.claim(email=f"rh@{BRISSON}", company_id=None, language="fr", by=south, at=at)
        shared.prove(token=rules.link_token(other.nonce), schema_name="south", at=at)
    answer = reader.post(path_of(claim))
    assert answer.status_code == 422
    assert "ouvre déjà un autre espace" in words_of(answer)
    assert BRISSON not in domains()


def test_administrator_of_one_space_does_not_reach_domains_of_another(administrator: User) -> None:
    with schema.inside("south"):
        foreign = OwnCompany.objects.get().pk
    actor = forms.administering(administrator, None)
    with schema.in_public():
        with pytest.raises(NotAllowed, match="pas de votre espace"):
            shared.claim(email="rh@x.example", company_id=foreign, language="fr", by=actor, at=AT)
        with pytest.raises(Http404):
            shared.remove(domain="south.example", company_id=None, by=actor, at=AT)
        assert EmailDomain.objects.filter(domain="south.example").exists()


def test_domain_of_the_park_becomes_that_of_a_company(administrator: User, head: User) -> None:
    assert domains()["north.example"] is None
    prove(ask_for(administrator, "rh@north.example", AT), AT)
    assert domains()["north.example"] == company("North Deux")
    with pytest.raises(Refused, match="déjà prouvé"):
        ask_for(head, "rh@north.example", AT)
    with pytest.raises(Refused, match="d’une autre entreprise"):
        ask_for(administrator, "rh@north.example", AT, name="North Un")


def test_removed_domain_keeps_people_and_opens_nothing(browse: Browse, administrator: User) -> None:
    prove(ask_for(administrator, f"rh@{BRISSON}", AT), AT)
    member = join(AT, f"lou@{BRISSON}")
    waiting = token_of(ask(AT, email=f"ana@{BRISSON}", company_id=None))
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
    assert queries.company_of(member) == company("North Deux")
    with pytest.raises(Refused, match="n’ouvre pas cet espace"):
        ask(AT, email=f"eva@{BRISSON}")
    with pytest.raises(Refused, match="n’ouvre pas cet espace"):
        actions.join(token=waiting, password="", at=AT)
    assert client.get(path).status_code == 404
    prove(ask_for(administrator, f"rh@{BRISSON}", AT), AT)
    assert BRISSON in domains()


def test_last_domain_of_a_space_says_how_people_still_join(
    browse: Browse, administrator: User, going_on_from_at: None
) -> None:
    client = browse(administrator)
    client.post(f"{PAGE}north-un.example/remove/", {"sure": "on"})
    path = f"{PAGE}north.example/remove/"
    assert "plus personne n’entre. Créez d’abord un lien" in words_of(client.get(path))
    actions.invite(by=administrator, uses=1, days=1, company_id=None, at=AT)
    page = words_of(client.get(path))
    assert "on n’entre plus que par invitation. 1 lien est encore ouvert." in page
    assert client.post(path, {"sure": "on"}).status_code == 303
    assert domains() == {}
    with pytest.raises(Refused, match="Ici, on entre par invitation"):
        ask(AT, email="lou@north.example")


def test_administrators_get_a_mail_on_domains_proven_and_removed(
    browse: Browse, administrator: User, head: User, teammate: User
) -> None:
    Role.objects.create(
        user=teammate, role="administrator", company_id=company("North Un"), given_at=AT
    )
    prove(ask_for(head, f"rh@{BRISSON}", AT), AT)
    browse(administrator).post(f"{PAGE}{BRISSON}/remove/", {"sure": "on"})
    with schema.in_public():
        proven = Change.objects.get(what="mail_proven")
        removed = Change.objects.get(what="mail_removed")
    for change in (proven, proven, removed):
        run_in("north", tasks.mail_domain_change, change.pk)
    notified = sorted((message.to[0], BRISSON in str(message.body)) for message in mail.outbox)
    assert notified == sorted([(administrator.email, True), (head.email, True)] * 2)
    assert proven.by == f"rh@{BRISSON}"
    assert administrator.reference in removed.by
    changes = words_of(browse(administrator).get("/admin/space/"))
    assert f"Domaine e-mail demandé · {BRISSON}" in changes
    assert f"Domaine e-mail retiré · {BRISSON}" in changes


def test_lost_mails_about_domains_are_queued_again(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = ask_for(administrator, f"rh@{BRISSON}", AT)
    prove(ask_for(administrator, "rh@autre.example", AT), AT)
    late = AT + dt.timedelta(minutes=10)
    with schema.in_public():
        assert reads.unmailed_links(AT) == []
        assert reads.unmailed_links(late) == [waiting.pk]
        proven = Change.objects.get(what="mail_proven")
    queued: list[Any] = []
    monkeypatch.setattr(timezone, "now", lambda: late)
    for module in ("tenants.community.members.clock", "tenants.spaces.clock"):
        monkeypatch.setattr(f"{module}.send", lambda task, *ids, **_: queued.append((task, *ids)))
    run_in("north", clock.requeue_mails)
    run_in("public", check_domains)
    assert (tasks.mail_domain_change, proven.pk) in queued
    assert (space_tasks.mail_domain_link, waiting.pk) in queued
