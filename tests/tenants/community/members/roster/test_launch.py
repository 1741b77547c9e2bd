"""The launch day: invitations wait for it, and all leave from it on."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members import tasks
from tenants.community.members.actions import launching, roster
from tenants.community.members.models import JoinRequest
from tenants.spaces import hosts
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Tenant
from tests.fixtures.people import AT, DAY, Browse
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.members.roster.rosters import (
    HUGO,
    IMPORT,
    LEA,
    PREVIEW,
    confirm,
    send,
    uploaded,
)
from tests.tenants.community.members.test_pages import text_of

PAGE = "/admin/launch/"
MORNING = dt.time(8)


def set_day(day: dt.date | None) -> None:
    with schema.in_public():
        Tenant.objects.filter(schema_name="north").update(launches_on=day)
    hosts.forget()


def due_days() -> list[dt.date]:
    return sorted(timezone.localdate(one.asked_at) for one in JoinRequest.objects.all())


def actor(person: User) -> SpaceActor:
    return SpaceActor("north", person.reference, person.display_name, "administrator")


def test_list_confirmed_before_launch_waits_for_it(administrator: User) -> None:
    launch = timezone.localdate() + 9 * DAY
    set_day(launch)
    confirm(administrator, LEA, HUGO)
    assert due_days() == [launch, launch]
    with pytest.raises(Refused, match="Le lancement est le"):
        confirm(administrator, "x@else.example;X;Y;North Un", day=launch - DAY)
    later = launch + 2 * DAY
    confirm(administrator, "x@else.example;X;Y;North Un", day=later)
    assert due_days() == [launch, launch, later]


def test_person_who_starts_after_launch_is_invited_on_their_first_day(administrator: User) -> None:
    launch = timezone.localdate() + 9 * DAY
    set_day(launch)
    first_day = launch + 20 * DAY
    heading = "Adresse e-mail;Prénom;Nom;Entreprise;Date d’entrée"
    uploaded(administrator, heading, f"neuf@else.example;Neuf;Un;North Un;{first_day:%d/%m/%Y}")
    roster.confirm(by=administrator, day=None, leaving_keys=[], language="fr", at=AT)
    assert due_days() == [first_day]


def test_nothing_is_mailed_before_launch_even_if_due(administrator: User) -> None:
    confirm(administrator, LEA)
    set_day(timezone.localdate() + DAY)
    JoinRequest.objects.update(asked_at=AT)
    run_in("north", tasks.mail_roster)
    assert mail.outbox == []
    set_day(timezone.localdate())
    run_in("north", tasks.mail_roster)
    assert [message.to for message in mail.outbox] == [["lea.morel@else.example"]]


def test_waiting_invitations_follow_a_moved_launch(administrator: User) -> None:
    first = timezone.localdate() + 9 * DAY
    set_day(first)
    confirm(administrator, LEA, HUGO)
    confirm(administrator, "x@else.example;X;Y;North Un", day=first + 30 * DAY)
    for day in (first + 5 * DAY, first - 3 * DAY):
        moved = launching.set_launch_day(
            by=administrator, actor=actor(administrator), day=day, at=timezone.now()
        )
        assert moved == 2
        assert due_days() == [day, day, first + 30 * DAY]
        assert {one.expires_at - one.asked_at for one in JoinRequest.objects.all()} == {60 * DAY}


def test_invitations_already_mailed_stay_as_they_are(administrator: User) -> None:
    confirm(administrator, LEA)
    JoinRequest.objects.update(mailed_at=AT)
    day = timezone.localdate() + 9 * DAY
    moved = launching.set_launch_day(
        by=administrator, actor=actor(administrator), day=day, at=timezone.now()
    )
    assert moved == 0


def test_without_a_launch_day_the_waiting_invitations_leave_at_once(
    browse: Browse, administrator: User
) -> None:
    set_day(timezone.localdate() + 9 * DAY)
    confirm(administrator, LEA)
    client = browse(administrator)
    assert client.post(PAGE, {"launches_on": ""})["Location"] == PAGE
    run_in("north", tasks.mail_roster)
    assert len(mail.outbox) == 1


def test_page_says_who_waits_until_when_and_logs_the_change(
    browse: Browse, administrator: User, teammate: User
) -> None:
    client = browse(administrator)
    assert "Aucun jour n’est choisi" in text_of(client, PAGE)
    day = timezone.localdate() + 9 * DAY
    assert client.post(PAGE, {"launches_on": day.isoformat()})["Location"] == PAGE
    send(client, LEA, HUGO)
    assert f'value="{day.isoformat()}"' in client.get(PREVIEW).text
    client.post(PREVIEW, {"day": ""})
    assert f"2 invitations partent le {day:%d/%m/%Y}" in text_of(client, PAGE)
    assert "personne n’est invité avant" in text_of(client, IMPORT)
    with schema.in_public():
        change = Change.objects.get(tenant__schema_name="north", what="launch")
    assert (change.before, change.after) == ("", f"{day:%d/%m/%Y}")
    assert "Jour du lancement" in text_of(client, "/admin/space/")
    assert browse(teammate).post(PAGE, {"launches_on": ""}).status_code == 403


@pytest.mark.parametrize("days", [-1, 367])
def test_launch_day_is_within_a_year(browse: Browse, administrator: User, days: int) -> None:
    day = timezone.localdate() + days * DAY
    sentence = browse(administrator).refused(PAGE, {"launches_on": day.isoformat()})
    assert "Choisissez un jour d’aujourd’hui au" in sentence


def test_member_cannot_set_the_launch_day(teammate: User) -> None:
    with pytest.raises(NotAllowed):
        launching.set_launch_day(by=teammate, actor=actor(teammate), day=None, at=AT)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/New_York"])
def test_invitations_follow_the_launch_whatever_the_zone_they_were_made_in(
    browse: Browse, administrator: User, zone: str
) -> None:
    set_day(timezone.localdate() + 9 * DAY)
    with timezone.override(zone):
        confirm(administrator, LEA)
    browse(administrator).post(PAGE, {"launches_on": ""})
    run_in("north", tasks.mail_roster)
    assert len(mail.outbox) == 1
