"""A confirmed list of staff is undone within a day; people who joined meanwhile stay."""

import datetime as dt

import pytest

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.actions import membership, undoing
from tenants.community.members.models import JoinRequest, Profile, RosterUpload
from tests.fixtures.people import AT, Browse, make_user
from tests.tenants.community.members.roster.rosters import (
    HUGO,
    IMPORT,
    LEA,
    came_by_list,
    company,
    confirm,
    plan_of,
)
from tests.tenants.community.members.test_pages import text_of

pytestmark = pytest.mark.usefixtures("going_on_from_at")
UNDO = f"{IMPORT}undo/"
ZOE = "zoe@else.example;Zoé;Petit;North Un"
LATER = AT + dt.timedelta(hours=2)


def test_page_offers_the_undo_and_carries_it_out(browse: Browse, administrator: User) -> None:
    confirm(administrator, LEA, HUGO)
    client = browse(administrator)
    assert "Annuler cet import" in text_of(client, IMPORT)
    assert client.post(UNDO).status_code == 303
    text = text_of(client, IMPORT)
    assert "2 invitations sont retirées" in text
    assert "Annuler cet import" not in text
    assert not JoinRequest.objects.exists()
    client.post(UNDO)
    assert "Il n’y a plus rien à annuler" in text_of(client, IMPORT)


def test_person_who_joined_meanwhile_stays_and_is_named(administrator: User) -> None:
    confirm(administrator, LEA, HUGO)
    request = JoinRequest.objects.get(email="lea.morel@else.example")
    JoinRequest.objects.filter(pk=request.pk).update(confirmed_at=AT)
    lea = make_user("Léa")
    User.objects.filter(pk=lea.pk).update(email=request.email)
    done = undoing.undo(by=administrator, at=LATER)
    assert (done.withdrawn, done.stayed) == (1, [f"{lea.first_name} {lea.last_name}"])
    lea.refresh_from_db()
    assert lea.is_active


def test_former_data_of_an_invitation_come_back(administrator: User) -> None:
    confirm(administrator, LEA, ZOE)
    before = JoinRequest.objects.order_by("email").values_list("email", "last_name", "token_hash")
    rows = list(before)
    absent = plan_of(administrator, LEA.replace("Morel", "Moral")).absent
    keys = [one.key for one in absent]
    confirm(administrator, LEA.replace("Morel", "Moral"), leaving_keys=keys)
    assert list(JoinRequest.objects.values_list("last_name", flat=True)) == ["Moral"]
    done = undoing.undo(by=administrator, at=LATER)
    assert (done.withdrawn, done.restored) == (0, 2)
    assert list(before.all()) == rows


def test_closed_account_is_open_again_and_company_is_the_former(administrator: User) -> None:
    gone, moved = came_by_list("Omar"), came_by_list("Paul")
    line = f"{moved.email};Paul;Durand;North Deux"
    plan = plan_of(administrator, line, HUGO, ZOE)
    key = next(one.key for one in plan.absent if one.email == gone.email)
    confirm(administrator, line, HUGO, ZOE, leaving_keys=[key])
    gone.refresh_from_db()
    assert not gone.is_active
    assert Profile.objects.get(user=moved).company_id == company("North Deux")
    done = undoing.undo(by=administrator, at=LATER)
    assert (done.withdrawn, done.restored, done.reopened) == (2, 1, 1)
    gone.refresh_from_db()
    assert gone.is_active
    assert Profile.objects.get(user=moved).company_id == company("North Un")


def test_undo_ends_after_a_day_and_with_the_next_list(administrator: User) -> None:
    confirm(administrator, LEA)
    with pytest.raises(Refused, match="pendant un jour"):
        undoing.undo(by=administrator, at=AT + dt.timedelta(hours=25))
    assert JoinRequest.objects.count() == 1
    plan_of(administrator, HUGO)
    with pytest.raises(Refused, match="aucune autre liste"):
        undoing.undo(by=administrator, at=LATER)
    assert RosterUpload.objects.count() == 1


def test_member_and_other_administrator_undo_nothing(administrator: User, teammate: User) -> None:
    confirm(administrator, LEA)
    with pytest.raises(NotAllowed):
        undoing.undo(by=teammate, at=LATER)
    membership.give_role(
        by=administrator, to=teammate, role="administrator", company_id=None, at=AT
    )
    with pytest.raises(Refused):
        undoing.undo(by=teammate, at=LATER)
    assert JoinRequest.objects.count() == 1


def test_record_keeps_no_line_of_the_list(administrator: User) -> None:
    confirm(administrator, LEA, HUGO)
    upload = RosterUpload.objects.get()
    assert (upload.rows, upload.heading, upload.columns) == ([], [], {})
    assert "Morel" not in str(upload.done)
