"""Somebody's company follows from a proven domain or an invitation, or is confirmed."""

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
from tenants.spaces.models import EmailDomain, OwnCompany
from tests.fixtures.people import AT, Browse, Count, SpaceClient, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.members.test_actions import ask, token_of
from tests.tenants.community.notifications.making import deliver

SECRET = "Réunion des élus de North Deux"


def number_of(name: str) -> int:
    return OwnCompany.objects.get(name=name).pk


@pytest.fixture
def domain_of_one(in_north: None) -> str:
    """The proven mail domain that is North Un's alone."""
    return "north-un.example"


@pytest.fixture
def secret(in_north: None) -> Any:
    """A classified that North Deux posts for itself."""
    author = make_user("Odile")
    Profile.objects.filter(user=author).update(company_id=number_of("North Deux"))
    found = make_classified(author, title=SECRET)
    found.audience, found.company_id = "company", number_of("North Deux")
    found.save()
    return found


def joined(at: dt.datetime, email: str = "", **answers: Any) -> User:
    return membership.join(token=token_of(ask(at, email=email, **answers)), password="", at=at)


def reads_secret(browse: Browse, user: User, secret: Any) -> list[int | bool]:
    client = browse(user)
    return [
        client.get(f"/classifieds/{secret.reference}/").status_code,
        client.get(f"/api/v1/classifieds/{secret.reference}/").status_code,
        SECRET in client.get("/api/v1/classifieds/").content.decode(),
        SECRET in client.get("/classifieds/").content.decode(),
        SECRET in client.get("/").content.decode(),
    ]


CLOSED, OPEN = [404, 404, False, False, False], [200, 200, True, True, True]


def test_address_of_one_company_does_not_choose_another(
    browse: Browse, domain_of_one: str, secret: Any
) -> None:
    user = joined(AT, f"lou@{domain_of_one}", company_id=number_of("North Deux"))
    assert queries.company_of(user) == number_of("North Un")
    assert reads_secret(browse, user, secret) == CLOSED


def test_address_of_a_company_needs_no_choice(domain_of_one: str) -> None:
    user = joined(AT, f"lou@{domain_of_one}", company_id=None)
    assert queries.company_of(user) == number_of("North Un")
    assert not CompanyClaim.objects.exists()


def test_address_of_the_space_claims_and_waits(browse: Browse, head: User, secret: Any) -> None:
    user = joined(AT, company_id=number_of("North Deux"))
    assert queries.company_of(user) is None
    assert reads_secret(browse, user, secret) == CLOSED
    assert "doit confirmer que vous y travaillez" in browse(user).get("/me/").content.decode()
    claims.decide_company(of=user.reference, confirms=True, by=head, at=AT)
    assert queries.company_of(user) == number_of("North Deux")
    assert reads_secret(browse, user, secret) == OPEN


@pytest.mark.parametrize("name", ["North Un", "North Deux"])
def test_invitation_of_a_company_proves_it(administrator: User, name: str) -> None:
    company_id = number_of(name)
    made = membership.invite(by=administrator, uses=1, days=1, company_id=company_id, at=AT)
    other = next(pk for pk in queries.company_ids() if pk != company_id)
    user = joined(AT, "lou@elsewhere.example", code=made.code, company_id=other)
    assert queries.company_of(user) == company_id


def test_invitation_that_was_passed_on_does_not_beat_the_mailbox(
    administrator: User, domain_of_one: str
) -> None:
    made = membership.invite(
        by=administrator, uses=1, days=1, company_id=number_of("North Deux"), at=AT
    )
    user = joined(AT, f"lou@{domain_of_one}", code=made.code)
    assert queries.company_of(user) == number_of("North Un")


def test_invitation_of_the_park_claims_and_waits(
    browse: Browse, administrator: User, secret: Any
) -> None:
    made = membership.invite(by=administrator, uses=1, days=1, company_id=None, at=AT)
    number = number_of("North Deux")
    user = joined(AT, "lou@elsewhere.example", code=made.code, company_id=number)
    assert reads_secret(browse, user, secret) == CLOSED
    assert CompanyClaim.objects.get(user=user).state == "waiting"


def test_invitation_of_the_park_without_a_choice_is_refused(administrator: User) -> None:
    made = membership.invite(by=administrator, uses=1, days=1, company_id=None, at=AT)
    with pytest.raises(Refused, match="Choisissez votre entreprise"):
        ask(AT, "lou@elsewhere.example", code=made.code, company_id=None)


def test_profile_without_a_company_claims_one(browse: Browse, owner: User, secret: Any) -> None:
    client = browse(owner)
    data = {
        "first_name": "Nadia",
        "last_name": "Berthier",
        "company_id": number_of("North Deux"),
        "language": "fr",
        "theme": "system",
    }
    assert client.post("/me/", data).status_code == 303
    assert queries.company_of(owner) is None
    assert reads_secret(browse, owner, secret) == CLOSED
    assert client.post("/me/", data | {"company_id": number_of("North Un")}).status_code == 303
    states = CompanyClaim.objects.filter(user=owner).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "waiting"]


def test_companys_own_administrators_are_asked_and_the_member_gets_a_mail(
    browse: Browse, administrator: User, head: User
) -> None:
    user = joined(AT, company_id=number_of("North Deux"))
    claim = CompanyClaim.objects.get(user=user)
    for _twice in range(2):
        run_in("north", tasks.mail_claim, claim.pk)
    deliver()
    assert [message.to for message in mail.outbox] == [[head.email]]
    assert user.email in mail.outbox[0].body
    assert "/admin/claims/" in mail.outbox[0].body
    to_do = Notification.objects.filter(person=head, done_at=None).exclude(deadline=None)
    assert to_do.get().until_done
    assert "North Deux" in browse(head).get("/admin/claims/").content.decode()
    answer = browse(head).post(f"/admin/claims/{user.reference}/", {"verb": "refuse"})
    assert answer.status_code == 303
    assert not to_do.exists()
    run_in("north", tasks.mail_answer, claim.pk)
    assert mail.outbox[-1].to == [user.email]
    assert "n’y travaillez pas" in mail.outbox[-1].body
    assert "a répondu que vous n’y travaillez pas" in browse(user).get("/me/").content.decode()


def test_company_without_administrators_is_answered_for_by_those_of_the_park(
    administrator: User,
) -> None:
    joined(AT, company_id=number_of("North Deux"))
    run_in("north", tasks.mail_claim, CompanyClaim.objects.get().pk)
    deliver()
    assert [message.to for message in mail.outbox] == [[administrator.email]]


def test_claim_is_not_answered_by_another_company_nor_by_oneself(
    browse: Browse, teammate: User, head: User
) -> None:
    Role.objects.create(
        user=teammate, role="administrator", company_id=number_of("North Un"), given_at=AT
    )
    user = joined(AT, company_id=number_of("North Deux"))
    url = f"/admin/claims/{user.reference}/"
    assert browse(teammate).post(url, {"verb": "confirm"}).status_code == 404
    assert user.email not in browse(teammate).get("/admin/claims/").content.decode()
    assert browse(user).post(url, {"verb": "confirm"}).status_code == 403
    Role.objects.create(user=user, role="administrator", given_at=AT)
    with pytest.raises(NotAllowed):
        claims.decide_company(of=user.reference, confirms=True, by=user, at=AT)
    assert queries.company_of(user) is None


def test_refused_claim_is_not_asked_again_and_can_be_confirmed_later(head: User) -> None:
    number = number_of("North Deux")
    user = joined(AT, company_id=number)
    claims.decide_company(of=user.reference, confirms=False, by=head, at=AT)
    with pytest.raises(Refused, match="a répondu non"):
        claims.claim_company(by=user, company_id=number, at=AT)
    claims.decide_company(of=user.reference, confirms=True, by=head, at=AT)
    assert queries.company_of(user) == number
    with pytest.raises(Refused, match="déjà reçu sa réponse"):
        claims.decide_company(of=user.reference, confirms=False, by=head, at=AT)


def test_company_that_refused_somebody_knows_nothing_of_them_once_they_are_another_s(
    browse: Browse, administrator: User, head: User
) -> None:
    user = joined(AT, company_id=number_of("North Deux"))
    claims.decide_company(of=user.reference, confirms=False, by=head, at=AT)
    membership.move(by=administrator, of=user, company_id=number_of("North Un"), at=AT)
    assert user.email not in browse(head).get("/admin/claims/").content.decode()
    with pytest.raises(Refused):
        claims.decide_company(of=user.reference, confirms=True, by=head, at=AT)
    assert queries.company_of(user) == number_of("North Un")


def test_member_who_leaves_or_is_moved_waits_for_nothing(administrator: User) -> None:
    first, second = (joined(AT, company_id=number_of("North Deux")) for _ in range(2))
    leaving.close_account(of=first, by=first, at=AT)
    membership.move(by=administrator, of=second, company_id=number_of("North Un"), at=AT)
    assert reads.claims_for(None) == []
    assert queries.company_of(second) == number_of("North Un")


def test_lost_mails_about_claims_are_queued_again(
    head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = joined(AT, company_id=number_of("North Deux"))
    late = AT + dt.timedelta(minutes=10)
    assert reads.unmailed_claims(late) == [CompanyClaim.objects.get(user=user).pk]
    claims.decide_company(of=user.reference, confirms=True, by=head, at=AT)
    assert reads.unmailed_claims(late) == []
    assert reads.unmailed_answers(late) == [CompanyClaim.objects.get(user=user).pk]
    queued: list[Any] = []
    monkeypatch.setattr(clock, "send", lambda task, number: queued.append((task.name, number)))
    monkeypatch.setattr(timezone, "now", lambda: late)
    run_in("north", clock.requeue_mails)
    assert (tasks.mail_answer.name, CompanyClaim.objects.get(user=user).pk) in queued


def test_claims_page_costs_the_same_with_one_and_with_five(
    browse: Browse, head: User, count_queries: Count
) -> None:
    client = browse(head)
    joined(AT, company_id=number_of("North Deux"))
    with_one = count_queries(client, "/admin/claims/")
    for _ in range(4):
        joined(AT, company_id=number_of("North Deux"))
    assert len(count_queries(client, "/admin/claims/")) == len(with_one)


def test_park_whose_domains_all_name_companies_asks_for_none(
    own_database: None,
) -> None:
    stranger = SpaceClient(f"north.{settings.BASE_HOST}")
    assert 'name="company_id"' in stranger.get("/join/").content.decode()
    EmailDomain.objects.using("owner").filter(domain="north.example").delete()
    assert 'name="company_id"' not in stranger.get("/join/").content.decode()


def test_administrator_of_park_without_company_changes_language(
    browse: Browse, administrator: User
) -> None:
    client = browse(administrator)
    data = {"first_name": "Nadia", "last_name": "Berthier", "language": "en", "theme": "system"}

    assert client.post("/me/", data).status_code == 303
    administrator.refresh_from_db()
    assert administrator.language == "en"
    assert queries.company_of(administrator) is None
    assert not CompanyClaim.objects.filter(user=administrator).exists()
