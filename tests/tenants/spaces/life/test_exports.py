"""Administrators export a copy of their space, without data that they may not read there."""

import datetime as dt
import json
import secrets
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from infra.drills.inside import columns
from saas.accounts.models import Pass, Session, User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.conversations.models import Conversation, Message
from tenants.community.members.models import Invitation, JoinRequest, Role
from tenants.community.neighbourhood.models import DailySalt, PlacementEvent
from tenants.spaces import restoring, sealing
from tenants.spaces.actions import life as actions
from tenants.spaces.database import copying, exports, role_access
from tenants.spaces.models import Archive, SpaceOperation, Tenant
from tenants.spaces.queries import life as queries
from tests.fixtures.parks import DESCRIPTION
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.spaces.life.conftest import BY, Do, on

URL = "/admin/space/exports/"
SECRET = "Rendez-vous-derriere-le-garage"
BOARD = "tables/classifieds_classified.jsonl"


@pytest.fixture
def claire(space: Tenant) -> SpaceClient:
    """The browser of the park's administrator."""
    client = on(space)
    with schema.inside(space.schema_name):
        client.force_login(User.objects.get(first_name="Claire"))
    return client


def planted(tenant: Tenant, at: dt.datetime) -> dict[str, bytes]:
    """Create secrets of every kind in a space; return the bytes of each as in a file."""
    sizes = {"pseudonym": 32, "pass": 32, "session": 16, "invitation": 8, "join request": 32}
    made = {what: secrets.token_hex(size) for what, size in sizes.items()}
    bike = {"subject_kind": "classified", "subject_reference": "PA-AAAAAA", "subject_title": "Vélo"}
    begun, days = {"begun_at": at, "last_message_at": at}, {"made_at": at, "expires_at": at}
    click = {"flight_reference": "FL-AAAAAA", "day": at.date(), "kind": "click", "at": at}
    somebody = {"email": "x@x.example", "first_name": "X", "last_name": "X", "asked_at": at}
    with schema.inside(tenant.schema_name):
        nadia, karim = User.objects.exclude(first_name="Claire").order_by("pk")
        talk = Conversation.objects.create(asker=nadia, owner=karim, **begun, **bike)
        Message.objects.create(conversation=talk, author=nadia, text=SECRET, sent_at=at)
        key = DailySalt.objects.create(day=at.date(), key=secrets.token_bytes(32))
        PlacementEvent.objects.create(pseudonym=made["pseudonym"], **click)
        sign_in = {"purpose": Pass.Purpose.values[0], "created_at": at, "expires_at": at}
        Pass.objects.create(user=nadia, token_hash=made["pass"], **sign_in)
        Session.objects.create(session_key=made["session"], session_data=SECRET, expire_date=at)
        Invitation.objects.create(code=made["invitation"], made_by=nadia, most_uses=3, **days)
        JoinRequest.objects.create(token_hash=made["join request"], expires_at=at, **somebody)
    words = made | {"message": SECRET, "password": nadia.password, "key": key.key.hex()}
    return {what: word.encode() for what, word in words.items()} | {"raw key": bytes(key.key)}


def exported(client: SpaceClient, do: Do) -> Archive:
    assert client.post(URL).status_code == 303
    operation = do(SpaceOperation.objects.latest("pk"))
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    return Archive.objects.get(reference=operation.result["archive"])


def test_an_administrator_asks_for_a_copy_follows_it_and_downloads_it(
    space: Tenant, claire: SpaceClient, do: Do
) -> None:
    assert "Aucune pour le moment" in claire.get(URL).content.decode()
    claire.post(URL)
    assert "data-poll-url" in claire.get(URL).content.decode()
    do(SpaceOperation.objects.latest("pk"))
    page = claire.get(URL).content.decode()
    archive = Archive.objects.latest("pk")
    assert f'href="{URL}{archive.reference}/"' in page
    answer: Any = claire.get(f"{URL}{archive.reference}/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert answer["Cache-Control"] == "private, no-store"
    assert Tenant.objects.get(pk=space.pk).state == "active"


def test_exported_copy_shows_the_board_and_no_secret(
    space: Tenant, claire: SpaceClient, do: Do, tmp_path: Path
) -> None:
    hidden = planted(space, AT)
    archive = exported(claire, do)
    answer: Any = claire.get(f"{URL}{archive.reference}/")
    (tmp_path / "copy.zip").write_bytes(b"".join(answer.streaming_content))
    with zipfile.ZipFile(tmp_path / "copy.zip") as file:
        content = b"".join(file.read(name) for name in file.namelist())
        shown = [json.loads(line) for line in file.read(BOARD).decode().splitlines()]
    assert b"Nadia" in content
    assert [row["description"] for row in shown] == [DESCRIPTION] * 2
    assert [what for what, secret in hidden.items() if secret in content] == []


def test_whole_archive_shows_nothing_until_unsealed(space: Tenant, do: Do, tmp_path: Path) -> None:
    hidden = planted(space, AT)
    do(actions.archive(tenant_id=space.pk, closes=False, reason="", by=BY, at=AT))
    path = restoring.fetched(Archive.objects.get().name, tmp_path)
    assert [what for what, secret in hidden.items() if secret in path.read_bytes()] == []
    assert path.read_bytes()[:2] != b"PK"
    sealing.unseal(path, tmp_path / "plain")
    with zipfile.ZipFile(tmp_path / "plain") as file:
        content = b"".join(file.read(name) for name in file.namelist())
    held = {what for what, secret in hidden.items() if secret in content}
    assert held == {"message", "password", "invitation", "join request"}


def test_export_is_not_restored_nor_its_old_form_downloaded(claire: SpaceClient, do: Do) -> None:
    archive = exported(claire, do)
    with pytest.raises(Refused, match="faite pour être lue"):
        actions.restore(archive=archive, slug="copie", reason="", by=BY, at=AT)
    Archive.objects.using("owner").filter(pk=archive.pk).update(name="archives/older.zip")
    assert claire.get(f"{URL}{archive.reference}/").status_code == 404
    assert "n’est plus gardé" in claire.get(URL).content.decode()


def test_every_column_of_a_space_is_shown_or_left_out() -> None:
    decided = {*exports.LEFT_OUT}
    decided |= {f"{table}.{column}" for table, shown in exports.SHOWN.items() for column in shown}
    assert len(decided) == len(exports.LEFT_OUT) + sum(map(len, exports.SHOWN.values()))
    standing: set[str] = set()
    for model in columns.tables():
        table = model._meta.db_table
        whole = {table} if table in exports.LEFT_OUT else set()
        standing |= whole or {f"{table}.{field.column}" for field in model._meta.concrete_fields}
        assert not model._meta.local_many_to_many
    assert standing == decided


def test_tables_that_no_copy_holds_stand() -> None:
    assert set(copying.NOT_COPIED) <= {model._meta.db_table for model in columns.tables()}


def test_administrator_of_another_space_does_not_get_it(claire: SpaceClient, do: Do) -> None:
    url, elsewhere = f"{URL}{exported(claire, do).reference}/", on(Tenant.objects.get(slug="south"))
    with schema.inside("south"):
        stranger = User.objects.create(email="s@s.example", first_name="S", created_at=AT)
        Role.objects.create(user=stranger, role="administrator", given_at=AT)
        elsewhere.force_login(stranger)
    assert elsewhere.get(url).status_code == 404


def test_administrators_get_a_mail_on_the_archive_an_operator_takes_out_and_why(
    space: Tenant, claire: SpaceClient, do: Do
) -> None:
    do(actions.archive(tenant_id=space.pk, closes=False, reason="Copie", by=BY, at=AT))
    archive = Archive.objects.get()
    assert claire.get(f"{URL}{archive.reference}/").status_code == 404
    act_values: dict[str, Any] = {"operator_id": 1, "by": BY, "at": AT}
    with pytest.raises(Refused):
        actions.take_out(archive=archive, reason=" ", **act_values)
    assert not queries.may_take_out(archive, operator_id=1, at=timezone.now())
    operation = do(actions.take_out(archive=archive, reason="Litige 12", **act_values))
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    assert queries.may_take_out(archive, operator_id=1, at=timezone.now())
    mails = [message for message in mail.outbox if "téléchargée" in message.subject]
    assert [message.to[0].partition("@")[0][:6] for message in mails] == ["claire"]
    assert "Litige 12" in mails[0].body
    assert BY in mails[0].body
    page = claire.get(URL).content.decode()
    assert "Litige 12" in page
    assert archive.reference in page


def test_mailing_the_administrators_of_a_closed_space_leaves_it_shut(space: Tenant, do: Do) -> None:
    act_values: dict[str, Any] = {"reason": "Litige", "by": BY, "at": AT}
    do(actions.archive(tenant_id=space.pk, closes=True, **act_values))
    role_access.open_again(space.schema_name)  # as after a worker's death while it sends mails
    operation = do(actions.take_out(archive=Archive.objects.get(), operator_id=1, **act_values))
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    assert not role_access.is_open(space.schema_name)


def test_a_fourth_copy_waits_for_tomorrow(claire: SpaceClient, do: Do) -> None:
    for _ in range(3):
        exported(claire, do)
    page = claire.post(URL, follow=True)
    assert "Revenez demain" in page.content.decode()
    assert SpaceOperation.objects.count() == 3
    SpaceOperation.objects.filter(pk=SpaceOperation.objects.latest("pk").pk).update(state="failed")
    exported(claire, do)  # a failed export does not count as a copy
