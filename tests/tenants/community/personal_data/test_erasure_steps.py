"""An erasure is asked for, confirmed, taken back, held up, or done by the clock."""

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts.models import Pass, User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.people import erasing
from tenants.community.classifieds.models import Classified
from tenants.community.members.actions import leaving as members
from tenants.community.members.models import Role
from tenants.community.personal_data import actions, clock, tasks
from tenants.community.personal_data.models import Erasure
from tests.fixtures.people import DAY, HOUR, PASSWORD, Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import html_of, run
from tests.tenants.community.lending.making import make_loan_out, make_thing, slot


def test_member_sees_it_confirms_with_the_password_and_takes_it_back(
    browse: Browse, owner: User
) -> None:
    client = browse(owner)
    page = client.get("/me/data/erase/").text
    assert "L. 123-22" in page
    assert client.post("/me/data/erase/", {"sure": "on", "password": "faux"}).status_code == 422
    assert client.post("/me/data/erase/", {"password": PASSWORD}).status_code == 422
    assert not Erasure.objects.exists()
    assert client.post("/me/data/erase/", {"sure": "on", "password": PASSWORD}).status_code == 303
    erasure = Erasure.objects.get()
    assert erasure.due_at - erasure.asked_at == DAY
    run(tasks.mail_erasure, erasure.pk)
    run(tasks.mail_erasure, erasure.pk)
    [message] = mail.outbox
    assert "/me/data/erase/" in html_of(message)
    assert not actions.carry_out(erasure_id=erasure.pk, at=timezone.now())
    assert "Tout garder" in client.get("/me/data/erase/").text
    assert client.post("/me/data/erase/back/").status_code == 303
    assert not Erasure.objects.exists()
    assert client.post("/me/data/erase/back/").status_code == 404


def test_member_without_password_proves_themselves_by_a_link(browse: Browse, owner: User) -> None:
    owner.set_unusable_password()
    owner.save()
    client = browse(owner)
    assert "Recevoir un lien" in client.get("/me/data/erase/").text
    assert client.post("/me/data/erase/", {"sure": "on"}).status_code == 422
    token = accounts.issue_pass(
        user=owner, purpose=Pass.Purpose.SIGN_IN, lifetime=HOUR, at=timezone.now()
    )
    client.post(f"/enter/{token}/")
    assert client.post("/me/data/erase/", {"sure": "on"}).status_code == 303


def test_obstacle_is_named_with_the_page_that_settles_it(
    browse: Browse, owner: User, teammate: User
) -> None:
    at = timezone.now()
    Role.objects.create(user=owner, role="administrator", given_at=at)
    Role.objects.create(user=owner, role="treasurer", given_at=at)
    loan = make_loan_out(make_thing(teammate, at=at), owner, slot(at), at=at)
    page = browse(owner).get("/me/data/erase/").text
    assert "n’administre" in page
    assert "l’argent du CSE" in page
    assert loan.get_absolute_url() in page
    assert loan.get_absolute_url() in browse(teammate).get("/me/data/erase/").text
    with pytest.raises(Refused, match="rendez-le"):
        actions.ask_erasure(of=owner, by=owner, at=at)


def test_later_obstacle_delays_the_erasure(owner: User, teammate: User) -> None:
    at = timezone.now() - 2 * DAY
    erasure = actions.ask_erasure(of=teammate, by=teammate, at=at)
    role = Role.objects.create(user=teammate, role="administrator", given_at=at)
    run(clock.sweep)
    assert Erasure.objects.get().done_at is None
    Role.objects.create(user=owner, role="administrator", given_at=at)
    run(clock.sweep)
    assert Erasure.objects.get(pk=erasure.pk).done_at is not None
    assert not Role.objects.filter(pk=role.pk).exists()


def test_an_administrator_erases_who_left_and_nobody_else(
    browse: Browse, hers: SpaceClient, owner: User, teammate: User
) -> None:
    at = timezone.now()
    Role.objects.create(user=owner, role="administrator", given_at=at)
    path = f"/admin/people/{teammate.reference}/erase/"
    assert browse(teammate).get(path).status_code == 403
    assert "fermez d’abord" in hers.get(path).text
    assert hers.post(path, {"sure": "on"}).status_code == 422
    with pytest.raises(NotAllowed):
        actions.ask_erasure(of=owner, by=teammate, at=at)
    members.close_account(of=teammate, by=owner, at=at)
    assert hers.post(path).status_code == 422
    assert hers.post(path, {"sure": "on"}).status_code == 303
    assert "Tout garder" in hers.get(path).text
    assert hers.post(f"{path}back/").status_code == 303
    assert hers.post(path, {"sure": "on"}).status_code == 303
    erasure = Erasure.objects.get()
    actions.carry_out(erasure_id=erasure.pk, at=at + 2 * DAY)
    assert teammate.reference not in hers.get("/admin/people/?gone=1").text
    assert hers.get(path).status_code == 404
    erased = User.objects.get(pk=teammate.pk)
    assert (erased.first_name, erased.last_name, erased.is_active) == ("", "", False)
    assert not Classified.objects.filter(author=erased).exists()
    with pytest.raises(Refused, match="rien à rouvrir"):
        members.reopen_account(of=erased, by=owner, at=at)
    assert schema.current() == "north"


def test_old_leaver_is_warned_then_erased(browse: Browse, owner: User, teammate: User) -> None:
    at = timezone.now()
    Role.objects.create(user=owner, role="administrator", given_at=at)
    gone, back = teammate, make_user("Ines")
    for person in (gone, back):
        members.close_account(of=person, by=owner, at=at)
    assert actions.erase_leavers(at=at + 82 * DAY) == 0
    later = at + 84 * DAY
    assert (actions.erase_leavers(at=later), actions.erase_leavers(at=later)) == (2, 0)
    erasure = Erasure.objects.select_related("person").get(person=gone)
    run(tasks.mail_erasure, erasure.pk)
    message = mail.outbox[-1]
    assert message.to == [gone.email]
    assert "bientôt 90 jours" in message.body
    assert "Rouvrir le compte" in browse(owner).get(f"/admin/people/{gone.reference}/erase/").text
    with pytest.raises(Refused, match="rouvrez le compte"):
        actions.take_back(erasure=erasure, by=owner, at=later)
    members.reopen_account(of=back, by=owner, at=later)
    assert actions.erase_leavers(at=later + 30 * DAY) == 0
    assert not Erasure.objects.filter(person=back).exists()
    assert not actions.carry_out(erasure_id=erasure.pk, at=later)
    assert actions.carry_out(erasure_id=erasure.pk, at=at + 92 * DAY)
    gone.refresh_from_db()
    assert gone.is_erased
    assert actions.erase_leavers(at=at + 400 * DAY) == 0


def test_leaver_who_comes_back_while_the_clock_reads_is_not_erased(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    Role.objects.create(user=owner, role="administrator", given_at=at)
    members.close_account(of=teammate, by=owner, at=at)
    read = erasing.leavers_before(at + DAY)
    assert read == [teammate.pk]
    members.reopen_account(of=teammate, by=owner, at=at)
    monkeypatch.setattr(erasing, "leavers_before", lambda _moment: read)
    assert actions.erase_leavers(at=at + 84 * DAY) == 0
