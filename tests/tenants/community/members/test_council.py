"""The council is independent of the employer: each possible way of an administrator is tried."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.secrets import tokens
from tenants.community.gatherings import actions as gatherings
from tenants.community.gatherings.models import CalendarLink
from tenants.community.integrations import actions as integrations
from tenants.community.integrations.models import ApiToken
from tenants.community.members import tasks
from tenants.community.members.actions import council, leaving, membership
from tenants.community.members.models import ClosingRequest, CouncilChange, Departure, Profile, Role
from tenants.community.members.queries import council as reads
from tenants.community.members.queries import people as queries
from tenants.community.notifications.models import Device
from tests.fixtures.people import AT, Browse, make_user
from tests.saas.accounts.jobs import run_in

TREASURER, COUNCIL, BOSS = Role.Kind.TREASURER, Role.Kind.COUNCIL, Role.Kind.ADMINISTRATOR
WEEK = dt.timedelta(days=7)
COUNCIL_PAGES = ("/council/ledger/", "/council/terms/", "/council/account/", "/council/statements/")


@pytest.fixture
def boss(administrator: User) -> User:
    """Return an administrator of the space without a council mandate."""
    return administrator


@pytest.fixture
def delphine(boss: User) -> User:
    """Return the treasurer that founded the council."""
    person = make_user("Delphine", last_name="Marchal")
    membership.give_role(by=boss, to=person, role=TREASURER, company_id=None, at=AT)
    return person


@pytest.fixture
def karim(delphine: User, teammate: User) -> User:
    """An elected member, named by the treasurer."""
    membership.give_role(by=delphine, to=teammate, role=COUNCIL, company_id=None, at=AT)
    return teammate


def mail_changes(at: dt.datetime) -> list[str]:
    """Send the pending council mails, and return their recipients."""
    mail.outbox.clear()
    for change in CouncilChange.objects.filter(mailed_at=None):
        run_in("north", tasks.mail_council_change, change.pk)
    return sorted({message.to[0] for message in mail.outbox})


def roles_of(user: User) -> set[str]:
    return set(queries.roles_of(user))


def test_administrator_does_not_give_herself_the_treasury(browse: Browse, boss: User) -> None:
    client = browse(boss)
    for role in (TREASURER, COUNCIL):
        data = {"verb": "give", "role": role, "company_id": ""}
        assert "à soi-même" in client.refused(f"/admin/people/{boss.reference}/", data)
    typed = {"verb": "give", "role": TREASURER, "email": boss.email}
    assert client.post("/council/people/", typed).status_code == 422
    assert roles_of(boss) == {BOSS}
    for url in COUNCIL_PAGES:
        assert client.get(url).status_code == 403


def test_administrator_founds_the_council_once(boss: User, delphine: User, teammate: User) -> None:
    assert roles_of(delphine) == {TREASURER}
    founding = {"what": "given", "right": "founding", "role": TREASURER}
    with pytest.raises(IntegrityError, match="a_council_is_founded_once"), transaction.atomic():
        CouncilChange.objects.create(user=teammate, by=boss, at=AT, **founding)
    for role in (TREASURER, COUNCIL):
        with pytest.raises(Refused, match="a été fondé"):
            membership.give_role(by=boss, to=teammate, role=role, company_id=None, at=AT)
    assert roles_of(teammate) == set()
    assert mail_changes(AT) == [delphine.email]


def hr_of(company: int, name: str) -> User:
    """Return an administrator of a single company of the park."""
    person = make_user(name)
    Profile.objects.filter(user=person).update(company_id=company)
    Role.objects.create(user=person, role=BOSS, company_id=company, given_at=AT)
    return person


def test_administration_of_a_company_founds_its_own_council_alone(
    boss: User, delphine: User, teammate: User
) -> None:
    first, second = sorted(queries.company_ids())
    Profile.objects.filter(user=teammate).update(company_id=second)
    for person in (boss, hr_of(first, "Paule"), delphine):
        with pytest.raises(NotAllowed, match="d’aucune autre"):
            membership.give_role(by=person, to=teammate, role=TREASURER, company_id=second, at=AT)
    own = hr_of(second, "Yann")
    membership.give_role(by=own, to=teammate, role=TREASURER, company_id=second, at=AT)
    assert reads.holds(teammate, second)
    assert not reads.holds(teammate, first)
    assert not reads.holds(teammate, None)
    assert not reads.holds(delphine, second)


@pytest.mark.parametrize("other", ["{name}+cse@{domain}", "{name}+@{domain}"])
def test_second_address_of_one_mailbox_is_the_administrator(boss: User, other: str) -> None:
    name, _at, domain = boss.email.partition("@")
    person = make_user("Claire")
    User.objects.filter(pk=person.pk).update(email=other.format(name=name, domain=domain))
    person.refresh_from_db()
    with pytest.raises(Refused, match="à soi-même"):
        membership.give_role(by=boss, to=person, role=TREASURER, company_id=None, at=AT)
    fellow = make_user("Paul")
    Role.objects.create(user=fellow, role=BOSS, given_at=AT)
    with pytest.raises(Refused, match="qui n’administre pas"):
        membership.give_role(by=fellow, to=person, role=TREASURER, company_id=None, at=AT)


def test_no_council_is_founded_by_two_bosses_or_over_a_companys(boss: User, teammate: User) -> None:
    first, second = sorted(queries.company_ids())
    person = make_user("Ines")
    Profile.objects.filter(user=person).update(company_id=first)
    Profile.objects.filter(user=teammate).update(company_id=second)
    fellow = make_user("Paul")
    Role.objects.create(user=fellow, role=BOSS, given_at=AT)
    with pytest.raises(Refused, match="qui n’administre pas"):
        membership.give_role(by=boss, to=fellow, role=TREASURER, company_id=None, at=AT)
    own = hr_of(first, "Yann")
    membership.give_role(by=own, to=person, role=TREASURER, company_id=first, at=AT)
    with pytest.raises(Refused, match="a été fondé"):
        membership.give_role(by=own, to=person, role=COUNCIL, company_id=first, at=AT)
    membership.give_role(by=boss, to=teammate, role=TREASURER, company_id=None, at=AT)
    assert reads.holds(teammate, None)
    assert not reads.holds(teammate, first)


def test_council_that_lost_its_people_is_not_founded_again_by_the_administration(
    boss: User, delphine: User, teammate: User
) -> None:
    leaving.close_account(of=delphine, by=delphine, at=AT)
    with pytest.raises(Refused, match="a été fondé"):
        membership.give_role(by=boss, to=teammate, role=TREASURER, company_id=None, at=AT)
    council.record_seat(
        by="Agathe",
        email=teammate.email,
        role=TREASURER,
        company_id=None,
        ends=False,
        paper="PV du 12 novembre",
        reason="Élection partielle",
        at=AT,
    )
    assert roles_of(teammate) == {TREASURER}
    assert CouncilChange.objects.latest("pk").paper == "PV du 12 novembre"


def test_administrator_takes_no_council_role(browse: Browse, boss: User, delphine: User) -> None:
    client = browse(boss)
    data = {"verb": "take", "role": TREASURER, "company_id": ""}
    assert client.post(f"/admin/people/{delphine.reference}/", data).status_code == 403
    typed = {"verb": "end", "role": TREASURER, "email": delphine.email}
    assert client.post("/council/people/", typed).status_code == 403
    assert roles_of(delphine) == {TREASURER}


def test_administrator_of_the_council_takes_no_role_either(
    boss: User, delphine: User, karim: User
) -> None:
    membership.give_role(by=delphine, to=boss, role=COUNCIL, company_id=None, at=AT)
    with pytest.raises(NotAllowed, match="administrez aussi"):
        membership.take_role(by=boss, of=delphine, role=TREASURER, company_id=None, at=AT)
    membership.take_role(by=karim, of=boss, role=COUNCIL, company_id=None, at=AT)
    assert roles_of(boss) == {BOSS}


def test_each_change_is_mailed_to_all_who_hold_the_council(delphine: User, karim: User) -> None:
    third = make_user("Ines")
    membership.give_role(by=karim, to=third, role=COUNCIL, company_id=None, at=AT)
    assert mail_changes(AT) == sorted([delphine.email, karim.email, third.email])
    membership.take_role(by=delphine, of=third, role=COUNCIL, company_id=None, at=AT)
    assert mail_changes(AT) == sorted([delphine.email, karim.email, third.email])
    assert "a mis fin au rôle" in mail.outbox[0].body
    assert mail_changes(AT) == []


def test_log_is_read_by_every_member(browse: Browse, karim: User) -> None:
    page = browse(make_user("Lou")).get("/council/people/").text
    assert "pour fonder le CSE" in page
    assert "a donné un rôle du CSE à" in page
    assert "Mettre fin" not in page
    assert 'name="email"' not in page


def test_council_gives_and_ends_its_roles(browse: Browse, delphine: User, teammate: User) -> None:
    client = browse(delphine)
    typed = {"verb": "give", "role": COUNCIL, "email": teammate.email.upper()}
    assert client.post("/council/people/", typed).status_code == 303
    assert roles_of(teammate) == {COUNCIL}
    assert client.post("/council/people/", typed | {"verb": "end"}).status_code == 303
    assert roles_of(teammate) == set()
    assert "Aucun membre" in client.refused("/council/people/", typed | {"email": "x@y.example"})
    assert client.post("/council/people/", typed | {"email": delphine.email}).status_code == 422


def test_administrators_request_to_close_waits_for_the_council(
    browse: Browse, boss: User, delphine: User, karim: User
) -> None:
    mail_changes(AT)
    client, url = browse(boss), f"/admin/people/{delphine.reference}/close/"
    with pytest.raises(Refused, match="tient un rôle du CSE"):
        leaving.close_account(of=delphine, by=boss, at=AT)
    assert "Demander au CSE" in client.get(url).text
    assert client.post(url, {"sure": "on"}).status_code == 303
    delphine.refresh_from_db()
    assert delphine.is_active
    assert mail_changes(AT) == sorted([delphine.email, karim.email])
    page = client.get(f"/admin/people/{delphine.reference}/").text
    assert "Retirer la demande" in page
    assert client.post(f"{url}withdraw/").status_code == 303
    assert ClosingRequest.objects.get().state == "withdrawn"
    assert client.post(f"{url}withdraw/").status_code == 422
    for _twice in range(2):
        request = council.ask_to_close(of=delphine, by=boss, at=AT)
    answer = f"/council/people/{delphine.reference}/"
    for person in (boss, delphine):
        assert browse(person).post(answer, {"verb": "confirm"}).status_code == 403
    assert "Le garder ouvert" in browse(karim).get("/council/people/").text
    assert browse(karim).post(answer, {"verb": "refuse"}).status_code == 303
    assert ClosingRequest.objects.get(state="refused") == request
    assert boss.email in mail_changes(AT)


def test_confirmed_closing_ends_all_access_at_once(
    browse: Browse, boss: User, delphine: User, karim: User
) -> None:
    open_session = browse(delphine)
    council.ask_to_close(of=delphine, by=boss, at=AT)
    assert open_session.get("/council/ledger/").status_code == 200
    leaving.answer_closing(of=delphine, confirms=True, by=karim, at=AT)
    assert open_session.get("/council/ledger/").status_code == 302
    assert roles_of(delphine) == set()
    assert Departure.objects.get(user=delphine).closed_by_id == boss.pk
    ended = CouncilChange.objects.get(user=delphine, what="ended")
    assert (ended.right, ended.by_id) == ("council", karim.pk)


def test_operator_confirms_a_closing_after_seven_days_or_where_nobody_is_left(
    boss: User, delphine: User, karim: User
) -> None:
    data: dict[str, Any] = {"email": delphine.email, "by": "Agathe", "reason": "Départ"}
    with pytest.raises(Refused, match="n’a pas demandé"):
        leaving.confirm_closing(**data, paper="PV", at=AT + WEEK)
    council.ask_to_close(of=delphine, by=boss, at=AT)
    with pytest.raises(Refused, match="sept jours"):
        leaving.confirm_closing(**data, paper="PV", at=AT + WEEK - dt.timedelta(hours=1))
    with pytest.raises(Refused, match="la pièce"):
        leaving.confirm_closing(**data, paper=" ", at=AT + WEEK)
    leaving.confirm_closing(**data, paper="PV", at=AT + WEEK)
    council.ask_to_close(of=karim, by=boss, at=AT)
    leaving.confirm_closing(**data | {"email": karim.email}, paper="PV 2", at=AT)
    assert reads.counts() == {}
    assert not User.objects.get(pk=karim.pk).is_active


def test_council_member_leaves_at_once_and_the_others_are_mailed(
    browse: Browse, boss: User, delphine: User, karim: User
) -> None:
    council.ask_to_close(of=karim, by=boss, at=AT)
    mail_changes(AT)
    client = browse(karim)
    assert client.post("/me/leave/", {"sure": "on"}).status_code == 303
    assert client.get("/").status_code == 302
    assert mail_changes(AT) == sorted([delphine.email, karim.email])
    assert ClosingRequest.objects.get().state == "withdrawn"


def test_moving_somebody_to_another_company_leaves_their_seat(boss: User, teammate: User) -> None:
    first, second = sorted(queries.company_ids())
    Profile.objects.filter(user=teammate).update(company_id=first)
    own = hr_of(first, "Yann")
    membership.give_role(by=own, to=teammate, role=TREASURER, company_id=first, at=AT)
    Role.objects.create(user=teammate, role="moderator", company_id=first, given_at=AT)
    membership.move(by=boss, of=teammate, company_id=second, at=AT)
    assert roles_of(teammate) == {TREASURER}
    assert CouncilChange.objects.latest("pk").what == "moved"


@pytest.mark.parametrize(
    "columns",
    [
        {"right": "founding", "what": "given"},
        {"right": "admin", "what": "given"},
        {"right": "admin", "what": "ended"},
        {"right": "operator", "what": "given", "by_name": "Agathe", "reason": "x"},
    ],
    ids=["to oneself", "by an administrator", "ended by one", "without a paper"],
)
def test_database_refuses_changes_by_no_right(boss: User, columns: dict[str, str]) -> None:
    by = boss if columns["right"] in {"founding", "admin"} else None
    with pytest.raises(IntegrityError), transaction.atomic():
        CouncilChange.objects.create(user=boss, by=by, role=TREASURER, at=AT, **columns)


def test_invitations_and_foundings_give_no_seat(boss: User) -> None:
    assert not reads.affected_by(None).exists()
    made = membership.invite(by=boss, uses=1, days=1, company_id=None, at=AT)
    assert "role" not in {field.name for field in made._meta.fields}


def test_role_of_council_ends_all_that_was_open_before(
    browse: Browse, delphine: User, teammate: User
) -> None:
    client = browse(teammate)
    secret = integrations.make_token(
        kind="personal", name="Agenda", scopes=["classifieds:read"], days=30, by=teammate, at=AT
    ).secret
    gatherings.make_calendar_link(by=teammate, at=AT)
    Device.objects.create(
        person=teammate,
        reference="AP-1",
        endpoint="https://push.example/1",
        public_key="k",
        secret="s",
        name="Téléphone",
        added_at=AT,
    )
    membership.give_role(by=delphine, to=teammate, role=COUNCIL, company_id=None, at=AT)
    teammate.refresh_from_db()
    assert client.get("/me/").status_code == 302
    assert not teammate.has_usable_password()
    assert ApiToken.objects.get(token_hash=tokens.hashed(secret)).revoked_at == AT
    assert not CalendarLink.objects.filter(person=teammate).exists()
    assert not Device.objects.filter(person=teammate).exists()
    assert [notice["kind"] for notice in teammate.notices or []] == ["token", "council"]


def test_password_of_the_mailbox_outlives_the_role(delphine: User, teammate: User) -> None:
    User.objects.filter(pk=teammate.pk).update(password_by_link=True)
    teammate.refresh_from_db()
    membership.give_role(by=delphine, to=teammate, role=COUNCIL, company_id=None, at=AT)
    assert User.objects.get(pk=teammate.pk).has_usable_password()


def test_second_role_of_the_council_ends_nothing(
    browse: Browse, delphine: User, karim: User
) -> None:
    client = browse(User.objects.get(pk=karim.pk))
    membership.give_role(by=delphine, to=karim, role=TREASURER, company_id=None, at=AT)
    assert client.get("/me/").status_code == 200
