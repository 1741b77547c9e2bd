import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import Pass, User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.conversations.queries import talks as conversations
from tenants.community.members import clock, tasks
from tenants.community.members.actions import leaving, membership
from tenants.community.members.models import Departure, Invitation, JoinRequest, Profile, Role
from tenants.community.members.queries import people as queries
from tests.fixtures.people import AT, HOUR, PASSWORD, Browse, make_user
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.conversations.test_actions import begin

type Offer = Callable[..., None]


def made_role(user: User, role: str, at: dt.datetime, company_id: int | None = None) -> Role:
    return Role.objects.create(user=user, role=role, company_id=company_id, given_at=at)


def close(of: User, by: User, at: dt.datetime) -> Departure:
    departure = leaving.close_account(of=of, by=by, at=at)
    of.refresh_from_db()
    return departure


def of_company(user: User, company_id: int) -> User:
    Profile.objects.filter(user=user).update(company_id=company_id)
    return user


def test_every_session_ends_and_none_comes_back_with_the_account(
    browse: Browse, administrator: User, teammate: User
) -> None:
    phone, desktop = browse(teammate), browse(teammate)
    assert phone.get("/").status_code == 200

    close(teammate, administrator, AT)
    shut_out = [phone.get("/").status_code, desktop.get("/api/v1/classifieds/").status_code]
    leaving.reopen_account(of=teammate, by=administrator, at=AT)

    assert shut_out == [302, 401]
    assert [phone.get("/").status_code, desktop.get("/").status_code] == [302, 302]


def test_password_opens_nothing_nor_does_a_former_pass_once_the_account_is_open_again(
    administrator: User, teammate: User
) -> None:
    token = accounts.issue_pass(user=teammate, purpose=Pass.Purpose.SIGN_IN, lifetime=HOUR, at=AT)

    close(teammate, administrator, AT)
    with pytest.raises(Refused):
        accounts.recognise(email=teammate.email, password=PASSWORD, network="x", at=AT)
    leaving.reopen_account(of=teammate, by=administrator, at=AT)

    with pytest.raises(Refused, match="n’ouvre rien"):
        accounts.use_pass(token=token, at=AT)


def test_invitations_roles_and_offers_of_a_leaver_end(administrator: User, teammate: User) -> None:
    made_role(teammate, Role.Kind.ADMINISTRATOR, AT)
    made_role(teammate, Role.Kind.MODERATOR, AT)
    invitation = membership.invite(by=teammate, uses=9, days=9, company_id=None, at=AT)
    offered = make_classified(teammate, at=AT)

    close(teammate, administrator, AT + HOUR)

    assert Invitation.objects.get(pk=invitation.pk).withdrawn_at == AT + HOUR
    assert not Role.objects.filter(user=teammate).exists()
    offered.refresh_from_db()
    assert (offered.closed_at, offered.outcome) == (AT + HOUR, "none")


def test_each_room_settles_what_was_theirs_and_linked_spaces_get_new_offers(
    administrator: User, teammate: User, offer: Offer
) -> None:
    calls: list[Any] = []
    offer(hooks.member_left, room=lambda person, moment: calls.append((person.pk, moment)))
    offer(hooks.offers_changed, room=lambda: calls.append("offers"))

    close(teammate, administrator, AT)

    assert calls == [(teammate.pk, AT), "offers"]


def test_account_is_closed_by_administrators_and_never_that_of_the_last(
    administrator: User, teammate: User
) -> None:
    with pytest.raises(NotAllowed):
        leaving.close_account(of=make_user("Ana"), by=teammate, at=AT)
    with pytest.raises(Refused, match="dernière personne qui administre"):
        leaving.close_account(of=administrator, by=administrator, at=AT)
    assert User.objects.filter(is_active=True).count() == 3


def test_company_administrator_closes_accounts_of_that_company_only(
    administrator: User, teammate: User
) -> None:
    first, second = queries.company_ids()[:2]
    made_role(teammate, Role.Kind.ADMINISTRATOR, AT, first)
    colleague = of_company(make_user("Ana"), first)
    others = of_company(make_user("Lou"), second), of_company(administrator, first)

    assert close(colleague, teammate, AT).closed_by == teammate
    for other in others:
        with pytest.raises(NotAllowed, match="une seule entreprise"):
            leaving.close_account(of=other, by=teammate, at=AT)


def test_closing_and_reopening_twice_is_once(administrator: User, teammate: User) -> None:
    with pytest.raises(Refused, match="rien à rouvrir"):
        leaving.reopen_account(of=teammate, by=administrator, at=AT)
    closed = [close(teammate, administrator, AT).pk, close(teammate, administrator, AT + HOUR).pk]
    back = [
        leaving.reopen_account(of=teammate, by=administrator, at=AT + moment).reopened_at
        for moment in (HOUR, 2 * HOUR)
    ]

    assert closed[0] == closed[1]
    assert back == [AT + HOUR, AT + HOUR]


def test_the_person_gets_one_mail_for_each_act(administrator: User, teammate: User) -> None:
    departure = close(teammate, administrator, AT)
    run_in("north", tasks.mail_departure, departure.pk)
    run_in("north", tasks.mail_departure, departure.pk)
    leaving.reopen_account(of=teammate, by=administrator, at=AT + HOUR)
    run_in("north", tasks.mail_departure, departure.pk)

    assert [message.to for message in mail.outbox] == [[teammate.email]] * 2
    assert "a fermé votre compte" in str(mail.outbox[0].body)
    assert "a rouvert votre compte" in str(mail.outbox[1].body)
    # A closed account opens nothing, so its mail leads nowhere.
    assert ["/signin/" in str(message.body) for message in mail.outbox] == [False, True]


def test_leaver_who_asks_to_join_is_mailed_how_to_come_back(
    browse: Browse, administrator: User, teammate: User
) -> None:
    close(teammate, administrator, AT)
    company_id = str(queries.company_ids()[0])
    names = {"first_name": "Tea", "last_name": "Mate", "company_id": company_id}
    assert browse().post("/join/", {"email": teammate.email, **names}).status_code == 303
    request = JoinRequest.objects.get()
    for _twice in range(2):
        run_in("north", tasks.mail_confirmation, request.pk)

    [message] = mail.outbox
    assert message.to == [teammate.email]
    assert "elle peut rouvrir votre compte" in str(message.body)
    assert "/join/confirm/" not in str(message.body)


def test_a_mail_whose_job_was_lost_is_sent_with_the_days_work(
    administrator: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    departure = close(teammate, administrator, AT)
    queued: list[int] = []
    monkeypatch.setattr(clock, "send", lambda _task, pk: queued.append(pk))
    monkeypatch.setattr(timezone, "now", lambda: AT + HOUR)

    run_in("north", clock.requeue_mails)

    assert queued == [departure.pk]


def test_leaver_is_not_notified_of_messages(owner: User, teammate: User) -> None:
    message = begin(teammate, owner).messages.get()
    assert conversations.take_message_to_notify(message.pk) == message

    User.objects.filter(pk=teammate.pk).update(is_active=False)

    assert conversations.take_message_to_notify(message.pk) is None


def test_an_administrator_closes_and_reopens_on_the_page_after_a_word_of_confirmation(
    browse: Browse, administrator: User, teammate: User
) -> None:
    client = browse(administrator)
    page = f"/admin/people/{teammate.reference}/"
    assert "Cette personne a quitté l’entreprise" in client.get(page).text
    assert "Aucun compte fermé" in client.get("/admin/people/?gone=1").text

    assert "Cochez cette case" in client.refused(f"{page}close/")
    closed = client.post(f"{page}close/", {"sure": "on"})
    assert (closed.status_code, closed["Location"]) == (303, page)
    text = re.sub(r"\s+", " ", client.get(page).text)
    assert "Ce compte est fermé" in text
    assert "par Nadia Berthier" in text
    assert teammate.reference in client.get("/admin/people/?gone=1").text
    assert teammate.reference not in client.get("/admin/people/").text
    assert client.post(page, {"verb": "give", "role": "treasurer"}).status_code == 404
    assert not Role.objects.filter(user=teammate).exists()

    assert client.post(f"{page}reopen/").status_code == 303
    teammate.refresh_from_db()
    assert teammate.is_active


def test_a_member_leaves_by_themselves(browse: Browse, teammate: User) -> None:
    client = browse(teammate)
    answer = client.get("/me/leave/").text
    assert "Quitter l’espace" in answer
    assert "cette personne" not in answer

    left = client.post("/me/leave/", {"sure": "on"})

    assert (left.status_code, left["Location"]) == (303, "/signin/")
    teammate.refresh_from_db()
    assert not teammate.is_active
    assert client.get("/").status_code == 302


def test_returned_member_reads_who_closed_and_reopened_their_account(
    browse: Browse, administrator: User, teammate: User
) -> None:
    close(teammate, administrator, AT)
    leaving.reopen_account(of=teammate, by=administrator, at=AT)
    teammate.refresh_from_db()

    text = re.sub(r"\s+", " ", browse(teammate).get("/me/").text)

    assert "Fermé le 25/11/2026 par Nadia Berthier" in text
    assert "Rouvert le 25/11/2026 par Nadia Berthier" in text


def test_the_page_says_when_the_council_would_have_no_treasurer_left(
    browse: Browse, administrator: User, teammate: User
) -> None:
    client, page = browse(teammate), "/me/leave/"
    assert "seule personne à la trésorerie" not in client.get(page).text

    made_role(teammate, Role.Kind.TREASURER, AT)

    assert "seule personne à la trésorerie" in client.get(page).text
