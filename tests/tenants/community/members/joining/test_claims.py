"""A member's company follows from a proven domain or an invitation, or is confirmed."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members import clock, tasks
from tenants.community.members.actions import claims, leaving, membership
from tenants.community.members.models import CompanyClaim, Profile, Role
from tenants.community.members.queries import claims as reads
from tenants.community.members.queries import people as queries
from tenants.community.notifications.models import Notification
from tenants.spaces.models import EmailDomain
from tests.fixtures.people import AT, Browse, SameCost, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.members.test_actions import ask, company, token_of
from tests.tenants.community.notifications.making import deliver

SECRET = "Réunion des élus de North Deux"
# The proven mail domain of North Un alone.
DOMAIN_OF_ONE = "north-un.example"


@pytest.fixture
def secret(in_north: None) -> Any:
    """A classified that North Deux posts for itself."""
    author = make_user("Odile")
    Profile.objects.filter(user=author).update(company_id=company("North Deux"))
    found = make_classified(author, title=SECRET)
    found.audience, found.company_id = "company", company("North Deux")
    found.save()
    return found


def joined(at: dt.datetime, email: str = "", **answers: Any) -> User:
    return membership.join(token=token_of(ask(at, email=email, **answers)), password="", at=at)


def reads_secret(browse: Browse, user: User, secret: Any) -> list[int | bool]:
    client = browse(user)
    return [
        client.get(f"/classifieds/{secret.reference}/").status_code,
        client.get(f"/api/v1/classifieds/{secret.reference}/").status_code,
        SECRET in client.get("/api/v1/classifieds/").text,
        SECRET in client.get("/classifieds/").text,
        SECRET in client.get("/").text,
    ]


CLOSED, OPEN = [404, 404, False, False, False], [200, 200, True, True, True]


@pytest.fixture
def newcomer(in_north: None) -> User:
    """Return a member with the park's common mail domain and a claim to work at North Deux."""
    return joined(AT, company_id=company("North Deux"))


@pytest.mark.parametrize("chosen", [None, "North Deux"])
def test_address_of_one_company_is_of_no_other(
    browse: Browse, secret: Any, chosen: str | None
) -> None:
    company_id = company(chosen) if chosen else None
    user = joined(AT, f"lou@{DOMAIN_OF_ONE}", company_id=company_id)
    assert queries.company_of(user) == company("North Un")
    assert not CompanyClaim.objects.exists()
    assert reads_secret(browse, user, secret) == CLOSED


def test_address_of_the_space_claims_and_waits(
    browse: Browse, head: User, newcomer: User, secret: Any
) -> None:
    assert queries.company_of(newcomer) is None
    assert reads_secret(browse, newcomer, secret) == CLOSED
    assert "doit confirmer que vous y travaillez" in browse(newcomer).get("/me/").text
    claims.decide_company(of=newcomer.reference, confirms=True, by=head, at=AT)
    assert queries.company_of(newcomer) == company("North Deux")
    assert reads_secret(browse, newcomer, secret) == OPEN


@pytest.mark.parametrize("name", ["North Un", "North Deux"])
def test_invitation_of_a_company_proves_it_where_no_mailbox_does(
    administrator: User, name: str
) -> None:
    company_id = company(name)
    made = membership.invite(by=administrator, uses=2, days=1, company_id=company_id, at=AT)
    other = next(pk for pk in queries.company_ids() if pk != company_id)
    user = joined(AT, "lou@elsewhere.example", code=made.code, company_id=other)
    assert queries.company_of(user) == company_id
    passed_on = joined(AT, f"lou@{DOMAIN_OF_ONE}", code=made.code)
    assert queries.company_of(passed_on) == company("North Un")


def test_invitation_of_the_park_claims_and_waits(
    browse: Browse, administrator: User, secret: Any
) -> None:
    made = membership.invite(by=administrator, uses=1, days=1, company_id=None, at=AT)
    email, number = "lou@elsewhere.example", company("North Deux")
    with pytest.raises(Refused, match="Choisissez votre entreprise"):
        ask(AT, email, code=made.code, company_id=None)
    user = joined(AT, email, code=made.code, company_id=number)
    assert reads_secret(browse, user, secret) == CLOSED
    assert CompanyClaim.objects.get(user=user).state == "waiting"


def test_profile_without_a_company_claims_one(browse: Browse, owner: User, secret: Any) -> None:
    client = browse(owner)
    data = {
        "first_name": "Nadia",
        "last_name": "Berthier",
        "company_id": company("North Deux"),
        "language": "fr",
        "theme": "system",
    }
    assert client.post("/me/", data).status_code == 303
    assert queries.company_of(owner) is None
    assert reads_secret(browse, owner, secret) == CLOSED
    assert client.post("/me/", data | {"company_id": company("North Un")}).status_code == 303
    states = CompanyClaim.objects.filter(user=owner).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "waiting"]


def test_companys_own_administrators_are_asked_and_the_member_gets_a_mail(
    browse: Browse, administrator: User, head: User, newcomer: User
) -> None:
    claim = CompanyClaim.objects.get(user=newcomer)
    for _twice in range(2):
        run_in("north", tasks.mail_claim, claim.pk)
    deliver()
    assert [message.to for message in mail.outbox] == [[head.email]]
    assert newcomer.email in mail.outbox[0].body
    assert "/admin/claims/" in mail.outbox[0].body
    to_do = Notification.objects.filter(person=head, done_at=None).exclude(deadline=None)
    assert to_do.get().until_done
    assert "North Deux" in browse(head).get("/admin/claims/").text
    answer = browse(head).post(f"/admin/claims/{newcomer.reference}/", {"verb": "refuse"})
    assert answer.status_code == 303
    assert not to_do.exists()
    run_in("north", tasks.mail_answer, claim.pk)
    assert mail.outbox[-1].to == [newcomer.email]
    assert "n’y travaillez pas" in mail.outbox[-1].body
    assert "a répondu que vous n’y travaillez pas" in browse(newcomer).get("/me/").text


def test_company_without_administrators_is_answered_for_by_those_of_the_park(
    administrator: User, newcomer: User
) -> None:
    run_in("north", tasks.mail_claim, CompanyClaim.objects.get(user=newcomer).pk)
    deliver()
    assert [message.to for message in mail.outbox] == [[administrator.email]]


def test_claim_is_not_answered_by_another_company_nor_by_oneself(
    browse: Browse, teammate: User, newcomer: User
) -> None:
    one = company("North Un")
    Role.objects.create(user=teammate, role="administrator", company_id=one, given_at=AT)
    url = f"/admin/claims/{newcomer.reference}/"
    assert browse(teammate).post(url, {"verb": "confirm"}).status_code == 404
    assert newcomer.email not in browse(teammate).get("/admin/claims/").text
    assert browse(newcomer).post(url, {"verb": "confirm"}).status_code == 403
    Role.objects.create(user=newcomer, role="administrator", given_at=AT)
    with pytest.raises(NotAllowed):
        claims.decide_company(of=newcomer.reference, confirms=True, by=newcomer, at=AT)
    assert queries.company_of(newcomer) is None


def test_refused_claim_is_not_asked_again_and_can_be_confirmed_later(
    head: User, newcomer: User
) -> None:
    of, number = newcomer.reference, company("North Deux")
    claims.decide_company(of=of, confirms=False, by=head, at=AT)
    with pytest.raises(Refused, match="a répondu non"):
        claims.claim_company(by=newcomer, company_id=number, at=AT)
    claims.decide_company(of=of, confirms=True, by=head, at=AT)
    assert queries.company_of(newcomer) == number
    with pytest.raises(Refused, match="déjà reçu sa réponse"):
        claims.decide_company(of=of, confirms=False, by=head, at=AT)
    leaver = joined(AT, company_id=number)
    leaving.close_account(of=leaver, by=leaver, at=AT)
    assert reads.claims_for(None) == []


@pytest.mark.parametrize("answered", [True, False], ids=["after a no", "while they wait"])
def test_company_knows_nothing_of_somebody_who_became_anothers(
    browse: Browse, administrator: User, head: User, newcomer: User, *, answered: bool
) -> None:
    of, other = newcomer.reference, company("North Un")
    if answered:
        claims.decide_company(of=of, confirms=False, by=head, at=AT)
    membership.move(by=administrator, of=newcomer, company_id=other, at=AT)
    assert newcomer.email not in browse(head).get("/admin/claims/").text
    with pytest.raises(Refused):
        claims.decide_company(of=of, confirms=True, by=head, at=AT)
    assert queries.company_of(newcomer) == other


def test_lost_mails_about_claims_are_queued_again(
    head: User, newcomer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, claim = AT + dt.timedelta(minutes=10), CompanyClaim.objects.get(user=newcomer).pk
    assert reads.unmailed_claims(late) == [claim]
    claims.decide_company(of=newcomer.reference, confirms=True, by=head, at=AT)
    assert reads.unmailed_claims(late) == []
    assert reads.unmailed_answers(late) == [claim]
    queued: list[Any] = []
    monkeypatch.setattr(clock, "send", lambda task, number: queued.append((task.name, number)))
    monkeypatch.setattr(timezone, "now", lambda: late)
    run_in("north", clock.requeue_mails)
    assert (tasks.mail_answer.name, claim) in queued


def test_claims_page_costs_the_same_with_one_and_with_five(
    browse: Browse, head: User, newcomer: User, same_cost: SameCost
) -> None:
    with same_cost(browse(head), "/admin/claims/"):
        for _ in range(4):
            joined(AT, company_id=company("North Deux"))


def test_park_whose_domains_all_name_companies_asks_for_none(own_database: None) -> None:
    stranger = SpaceClient(f"north.{settings.BASE_HOST}")
    assert 'name="company_id"' in stranger.get("/join/").text
    EmailDomain.objects.using("owner").filter(domain="north.example").delete()
    assert 'name="company_id"' not in stranger.get("/join/").text


def test_administrator_of_no_company_changes_language(browse: Browse, administrator: User) -> None:
    client = browse(administrator)
    data = {"first_name": "Nadia", "last_name": "Berthier", "language": "en", "theme": "system"}

    assert client.post("/me/", data).status_code == 303
    administrator.refresh_from_db()
    assert administrator.language == "en"
    assert queries.company_of(administrator) is None
    assert not CompanyClaim.objects.filter(user=administrator).exists()
