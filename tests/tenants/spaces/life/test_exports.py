"""Administrators take out a copy of their space, without what they may not read in it."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.conversations.models import Conversation, Message
from tenants.community.members.models import Role
from tenants.spaces import actions, queries, restoring
from tenants.spaces.database import doors
from tenants.spaces.models import Archive, Tenant, Work
from tests.fixtures.people import SpaceClient
from tests.tenants.spaces.life.conftest import BY, Do, on

URL = "/admin/space/exports/"
SECRET = "Rendez-vous-derriere-le-garage"


@pytest.fixture
def claire(space: Tenant) -> SpaceClient:
    """The browser of the park's administrator."""
    client = on(space)
    with schema.inside(space.schema_name):
        client.force_login(User.objects.get(first_name="Claire"))
    return client


def write(tenant: Tenant, at: dt.datetime) -> None:
    with schema.inside(tenant.schema_name):
        nadia, karim = User.objects.exclude(first_name="Claire").order_by("pk")
        talk = Conversation.objects.create(
            subject_kind="classified",
            subject_reference="PA-AAAAAA",
            subject_title="Vélo",
            asker=nadia,
            owner=karim,
            begun_at=at,
            last_message_at=at,
        )
        Message.objects.create(conversation=talk, author=nadia, text=SECRET, sent_at=at)


def exported(client: SpaceClient, do: Do) -> Archive:
    assert client.post(URL).status_code == 303
    work = do(Work.objects.latest("pk"))
    assert work.state == Work.State.DONE, work.failure
    return Archive.objects.get(reference=work.result["archive"])


def test_an_administrator_asks_for_a_copy_follows_it_and_downloads_it(
    space: Tenant, claire: SpaceClient, do: Do
) -> None:
    assert "Aucune pour le moment" in claire.get(URL).content.decode()
    claire.post(URL)
    assert "data-poll-url" in claire.get(URL).content.decode()
    do(Work.objects.latest("pk"))
    page = claire.get(URL).content.decode()
    archive = Archive.objects.latest("pk")
    assert f'href="{URL}{archive.reference}/"' in page
    answer: Any = claire.get(f"{URL}{archive.reference}/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert answer["Cache-Control"] == "private, no-store"
    assert Tenant.objects.get(pk=space.pk).state == "active"


def test_it_holds_neither_what_two_people_wrote_nor_a_password_and_can_be_restored(
    space: Tenant, claire: SpaceClient, do: Do, at: dt.datetime, tmp_path: Path
) -> None:
    write(space, at)
    with schema.inside(space.schema_name):
        hashed = User.objects.get(first_name="Nadia").password
    path = restoring.fetched(exported(claire, do).name, tmp_path)
    with zipfile.ZipFile(path) as file:
        content = b"".join(file.read(name) for name in file.namelist())
    assert b"Nadia" in content
    assert SECRET.encode() not in content
    assert hashed.encode() not in content
    done = restoring.restore(path=path, slug="copie", report=lambda _step: None, at=at)
    with schema.inside(done.tenant.schema_name):
        assert User.objects.count() == 3
        assert not Message.objects.exists()


def test_nobody_else_of_the_space_nor_of_another_gets_it(
    space: Tenant, claire: SpaceClient, do: Do, at: dt.datetime
) -> None:
    url = f"{URL}{exported(claire, do).reference}/"
    assert on(space).get(url).status_code == 302
    colleague = on(space)
    with schema.inside(space.schema_name):
        colleague.force_login(User.objects.get(first_name="Nadia"))
    assert colleague.get(url).status_code == 403
    assert colleague.get(URL).status_code == 403
    assert colleague.post(URL).status_code == 403
    with schema.inside("south"):
        stranger = User.objects.create(email="s@s.example", first_name="S", created_at=at)
        Role.objects.create(user=stranger, role="administrator", given_at=at)
    elsewhere = SpaceClient(on(Tenant.objects.get(slug="south")).host)
    with schema.inside("south"):
        elsewhere.force_login(stranger)
    assert elsewhere.get(url).status_code == 404


def test_what_the_operator_archived_is_not_theirs_to_download(
    space: Tenant, claire: SpaceClient, do: Do, at: dt.datetime
) -> None:

    do(actions.archive(tenant_id=space.pk, closes=False, reason="", by="Agathe", at=at))
    whole = Archive.objects.get()
    assert claire.get(f"{URL}{whole.reference}/").status_code == 404


def test_administrators_hear_which_archive_an_operator_takes_out_and_why(
    space: Tenant, claire: SpaceClient, do: Do, at: dt.datetime
) -> None:
    do(actions.archive(tenant_id=space.pk, closes=False, reason="Copie", by=BY, at=at))
    archive = Archive.objects.get()
    said: dict[str, Any] = {"operator_id": 1, "by": BY, "at": at}
    with pytest.raises(Refused):
        actions.take_out(archive=archive, reason=" ", **said)
    assert not queries.may_take_out(archive, operator_id=1, at=timezone.now())
    work = do(actions.take_out(archive=archive, reason="Litige 12", **said))
    assert work.state == Work.State.DONE, work.failure
    assert queries.may_take_out(archive, operator_id=1, at=timezone.now())
    letters = [letter for letter in mail.outbox if "téléchargée" in letter.subject]
    assert [letter.to[0].partition("@")[0][:6] for letter in letters] == ["claire"]
    assert "Litige 12" in letters[0].body
    assert BY in letters[0].body
    page = claire.get(URL).content.decode()
    assert "Litige 12" in page
    assert archive.reference in page


def test_telling_the_administrators_of_a_closed_space_leaves_its_door_shut(
    space: Tenant, do: Do, at: dt.datetime
) -> None:
    said: dict[str, Any] = {"reason": "Litige", "by": BY, "at": at}
    do(actions.archive(tenant_id=space.pk, closes=True, **said))
    doors.open_again(space.schema_name)  # as a worker leaves it that dies while it tells
    work = do(actions.take_out(archive=Archive.objects.get(), operator_id=1, **said))
    assert work.state == Work.State.DONE, work.failure
    assert not doors.is_open(space.schema_name)


def test_a_fourth_copy_waits_for_tomorrow(space: Tenant, claire: SpaceClient, do: Do) -> None:
    for _ in range(3):
        exported(claire, do)
    page = claire.post(URL, follow=True)
    assert "Revenez demain" in page.content.decode()
    assert Work.objects.count() == 3
