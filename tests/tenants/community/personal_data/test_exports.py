"""A member's copy, read back by a person and by a program; and the log of accesses."""

import csv
import datetime as dt
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from tenants.community.classifieds.models import Picture
from tenants.community.integrations.models import ApiToken
from tenants.community.members.models import Role
from tenants.community.personal_data import actions, clock, tasks
from tenants.community.personal_data.models import DataExport, LogEntry
from tests.api.test_programs import token_of
from tests.fixtures.people import Browse
from tests.tenants.community.classifieds.making import make_classified, run
from tests.tenants.community.classifieds.test_pictures import prepared
from tests.tenants.community.conversations.test_meetings import talk_about
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.notifications.making import PUBLIC_KEY
from tests.tenants.community.notifications.test_delivery import device_of


@pytest.fixture
def copy(browse: Browse, owner: User, teammate: User) -> zipfile.ZipFile:
    """Post, talk and plan, ask for a copy by the page, and download it."""
    classified = make_classified(owner, title="=HYPERLINK(1)", description="<b>Neuf</b>")
    make_gathering(owner, at=timezone.now())
    talk_about(make_classified(teammate, title="Lampe de Karim"), owner)
    picture = prepared(owner)
    Picture.objects.filter(pk=picture.pk).update(classified=classified)
    token_of(owner, "classifieds:read")
    device_of(owner, timezone.now())
    client = browse(owner)
    assert client.post("/me/data/").status_code == 303
    assert "se prépare" in client.get("/me/data/").text
    run(tasks.prepare, DataExport.objects.get().pk)
    export = DataExport.objects.get()
    answer: Any = client.get(f"/me/data/{export.reference}/")
    assert browse(teammate).get(f"/me/data/{export.reference}/").status_code == 404
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_copy_is_read_by_a_program_a_person_and_a_spreadsheet(
    copy: zipfile.ZipFile, owner: User, teammate: User
) -> None:
    body = json.loads(copy.read("data.json"))
    tables: dict[str, Any] = body["tables"]
    assert body["person"] == owner.reference
    assert tables["account"][0]["email"] == owner.email
    assert [row["title"] for row in tables["classifieds"]] == ["=HYPERLINK(1)"]
    assert tables["messages"][0]["text"] == "Bonjour"
    assert len(tables["gatherings"]) == len(tables["participations"]) == 1
    page = copy.read("LISEZ-MOI.html").decode()
    assert owner.email in page
    assert "&lt;b&gt;Neuf" in page
    assert "price_cents" not in page
    assert "180\N{NO-BREAK SPACE}€" in page or "180,00\N{NO-BREAK SPACE}€" in page
    [picture] = [name for name in copy.namelist() if name.startswith("files/")]
    assert f'src="{picture}"' in page
    assert Image.open(io.BytesIO(copy.read(picture))).size == (640, 480)
    sheet = copy.read("csv/classifieds.csv").decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(sheet), delimiter=";")
    assert row["Titre"] == "'=HYPERLINK(1)"
    assert not re.search(r'(^|;)"?[=+@-]', sheet, re.MULTILINE)
    everything = "".join(copy.read(name).decode(errors="replace") for name in copy.namelist())
    assert teammate.email not in everything
    assert [row["scopes"] for row in tables["tokens"]] == ["classifieds:read"]
    assert [row["name"] for row in tables["devices"]] == ["Chrome"]
    with schema.inside("north"):
        secrets = [ApiToken.objects.get().token_hash, "push.example.org", PUBLIC_KEY]
    assert [secret for secret in secrets if secret in everything] == []
    assert "Lampe de Karim" not in json.dumps(tables["classifieds"])
    assert owner.password not in everything


def test_copies_are_few_once_at_a_time_and_gone_after_a_week(owner: User) -> None:
    at = timezone.now()
    actions.ask_export(by=owner, at=at)
    with pytest.raises(Refused):
        actions.ask_export(by=owner, at=at)
    for _ in range(2):
        run(tasks.prepare, DataExport.objects.latest("pk").pk)
        actions.ask_export(by=owner, at=at)
    run(tasks.prepare, DataExport.objects.latest("pk").pk)
    with pytest.raises(Refused, match="demain"):
        actions.ask_export(by=owner, at=at)
    actions.forget_old(at=at + dt.timedelta(days=8))
    assert not DataExport.objects.exists()


def test_lost_job_is_queued_anew_by_the_clock(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    export = actions.ask_export(by=owner, at=timezone.now() - dt.timedelta(minutes=11))
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(clock, "send", lambda *job: sent.append(job))
    run(clock.sweep)
    assert sent == [(tasks.prepare, export.pk)]
    run(tasks.prepare, export.pk)
    name = DataExport.objects.get().name
    run(tasks.prepare, export.pk)
    assert DataExport.objects.get().name == name
    assert default_storage.exists(name)


def test_moderator_is_anonymous_in_the_log_of_accesses(
    browse: Browse, owner: User, teammate: User
) -> None:
    access = hooks.DataAccess((owner.pk,), "moderator", "Dossier de modération", "Un signalement")
    actions.record_data_access(access=access, by=teammate, at=timezone.now())
    page = browse(owner).get("/me/data/").text.partition("<main")[2]
    assert "Une personne de la modération" in page
    assert "Karim" not in page
    assert LogEntry.objects.get().by_id == teammate.pk


def test_member_reads_who_looked_and_looking_at_oneself_leaves_no_line(
    browse: Browse, owner: User, teammate: User
) -> None:
    Role.objects.create(user=teammate, role="administrator", given_at=timezone.now())
    for person in (owner, teammate):
        for _ in range(2):
            browse(teammate).get(f"/admin/people/{person.reference}/")
    [entry] = LogEntry.objects.all()
    assert (entry.person_id, entry.by_name) == (owner.pk, "Karim Lefort")
    page = browse(owner).get("/me/data/").text
    assert "Karim Lefort" in page
    assert "Gestion des rôles" in page
    assert "Karim Lefort" not in browse(teammate).get("/me/data/").text.partition("<main")[2]
