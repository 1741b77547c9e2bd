"""The roster's file: columns, limits, lifetime, and the cost of an upload."""

import io
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl.styles import PatternFill

from saas.accounts.models import User
from saas.kernel import mail as mails
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import TooHeavyError
from saas.kernel.uploads import sheets
from tenants.community.members import clock, tasks
from tenants.community.members.actions import erasing, roster
from tenants.community.members.models import (
    JoinRequest,
    RosterUpload,
)
from tenants.community.members.queries import personal
from tenants.community.members.queries import roster as queries
from tenants.community.members.rules import roster as rules
from tests.fixtures.people import AT, Browse, SameCost
from tests.saas.accounts.jobs import run_in
from tests.tenants.community.members.roster.rosters import (
    COLUMNS,
    HEADING,
    HUGO,
    IMPORT,
    LEA,
    PREVIEW,
    READING,
    came_by_list,
    company,
    confirm,
    plan_of,
    send,
    send_file,
    uploaded,
)
from tests.tenants.community.members.test_pages import text_of


def test_unknown_headings_lead_to_a_choice_of_columns(browse: Browse, administrator: User) -> None:
    client = browse(administrator)
    line = "12;Morel;Léa;lea@else.example;1 790,00"
    answer = send(
        client,
        line,
        heading="Matricule;Colonne B;Colonne C;Colonne D;Salaire",
        company_id=company("North Un"),
    )
    assert answer["Location"] == COLUMNS
    assert client.get(PREVIEW)["Location"] == COLUMNS
    assert "Colonne D (p. ex. lea@else.example)" in text_of(client, COLUMNS)
    refused = client.refused(COLUMNS, {"email": "3", "first_name": "2", "last_name": "2"})
    assert "Cette colonne sert déjà" in refused

    chosen = client.post(COLUMNS, {"email": "3", "first_name": "2", "last_name": "1"})
    assert chosen["Location"] == PREVIEW
    assert "Léa Morel" in text_of(client, PREVIEW)
    assert RosterUpload.objects.get().rows == [[2, "lea@else.example", "Léa", "Morel"]]


def test_list_without_headings_is_read_whole(administrator: User) -> None:
    staff = uploaded(administrator, "Léa;Morel;lea@else.example")

    assert (staff.heading, staff.columns) == (["", "", ""], {})
    assert len(staff.rows) == 1


def test_empty_file_is_refused_beside_its_field(browse: Browse, administrator: User) -> None:
    file = SimpleUploadedFile("paie.xlsx", b"")
    assert "Ce fichier est vide" in browse(administrator).refused(IMPORT, {"file": file})


def test_request_keeps_the_file_and_opens_nothing(
    browse: Browse, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(runner, "opened", lambda job, *_args: opened.append(job))
    client = browse(administrator)
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("paie.csv", b"a;b")})
    assert (answer["Location"], opened) == (READING, [])
    waiting = client.get(READING).content.decode()
    assert "Nous lisons votre liste" in waiting
    assert '<meta http-equiv="refresh" content="2">' in waiting
    assert f'data-poll-url="{READING}"' in client.get(READING, HX_Request="true").content.decode()
    assert client.get(PREVIEW)["Location"] == IMPORT
    assert "Une liste est en lecture" in text_of(client, IMPORT)


def test_list_that_cannot_be_read_is_shown_with_what_to_do(
    browse: Browse, administrator: User
) -> None:
    client = browse(administrator)
    shown = send_file(client, "paie.xlsx", b"PK\x03\x04 no zip").content.decode()
    assert "Nous ne savons pas lire ce fichier" in shown
    assert 'http-equiv="refresh"' not in shown
    assert client.get(PREVIEW)["Location"] == IMPORT
    assert "Une liste n’a pas pu être lue" in text_of(client, IMPORT)
    with schema.inside("north"):
        staff = RosterUpload.objects.get()
        assert (staff.state, staff.failure, bytes(staff.content)) == ("failed", "unreadable", b"")


def test_list_whose_child_dies_is_tried_twice_and_no_more(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, again = [], []

    def die(*_args: object) -> None:
        tries.append(RosterUpload.objects.get().attempts)  # counted before it is tried
        raise TooHeavyError("sheet")

    monkeypatch.setattr(runner, "opened", die)
    monkeypatch.setattr(tasks, "send", lambda *args, **_: again.append(args))
    staff = roster.upload(by=administrator, name="x", content=b"a", company_id=None, at=AT)
    for _time in range(4):
        tasks.read_roster.run(staff.pk)
    staff.refresh_from_db()
    assert (tries, again) == ([1, 2], [(tasks.read_roster, staff.pk)])
    assert (staff.state, staff.failure) == ("failed", "too_heavy")
    assert "essayé deux fois" in sheets.sentence(staff.failure)


def test_list_that_ended_two_workers_is_not_tried_again(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "opened", lambda *_args: pytest.fail("tried"))
    staff = roster.upload(by=administrator, name="x", content=b"a", company_id=None, at=AT)
    RosterUpload.objects.update(attempts=rules.MOST_ATTEMPTS)
    tasks.read_roster.run(staff.pk)
    staff.refresh_from_db()
    assert (staff.state, staff.failure) == ("failed", "too_heavy")


def test_job_of_a_list_that_was_lost_is_queued_again(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[object] = []
    monkeypatch.setattr(clock, "send", lambda *args: queued.append(args))
    staff = roster.upload(by=administrator, name="x", content=b"a", company_id=None, at=AT)
    late = timezone.now() - rules.READ_WITHIN
    RosterUpload.objects.update(sent_at=late)
    clock.requeue_mails.run()
    assert (tasks.read_roster, staff.pk) in queued


def test_far_cell_stops_the_reading_and_the_preview_says_so(
    browse: Browse, administrator: User
) -> None:
    book = openpyxl.Workbook()
    for row in (HEADING.split(";"), LEA.split(";")):
        book.worksheets[0].append(row)
    book.worksheets[0].cell(1_048_576, 1).fill = PatternFill("solid", fgColor="FF0000")
    written = io.BytesIO()
    book.save(written)
    client = browse(administrator)
    assert send_file(client, "paie.xlsx", written.getvalue())["Location"] == PREVIEW
    assert "La lecture s’est arrêtée après la ligne 2" in text_of(client, PREVIEW)


def test_templates_are_read_without_a_question(browse: Browse, administrator: User) -> None:
    client = browse(administrator)
    for extension in ("csv", "xlsx"):
        content = b"".join(client.get(f"/admin/people/import/template.{extension}"))
        assert send_file(client, f"modele.{extension}", content)["Location"] == PREVIEW


def test_list_waits_for_a_day_and_no_longer(browse: Browse, administrator: User) -> None:
    client = browse(administrator)
    send(client, LEA)
    assert "Une liste attend votre accord" in text_of(client, IMPORT)
    RosterUpload.objects.update(sent_at=timezone.now() - rules.UPLOAD_RETENTION)
    assert client.get(PREVIEW)["Location"] == IMPORT
    send(client, LEA)
    assert client.post("/admin/people/import/discard/").status_code == 303
    assert not RosterUpload.objects.exists()


def test_more_invitations_than_a_company_has_people_are_refused() -> None:
    rules.check_waiting(30_000)
    with pytest.raises(Refused):
        rules.check_waiting(30_001)


def test_lists_are_confirmed_so_often_a_day_and_no_more(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "IMPORTS_A_DAY", 1)
    confirm(administrator, LEA)
    with pytest.raises(Refused, match="Trop d’essais"):
        confirm(administrator, HUGO)
    assert RosterUpload.objects.exists()


def test_only_administrators_send_a_list(teammate: User) -> None:
    with pytest.raises(NotAllowed):
        plan_of(teammate, LEA)


def test_one_refused_address_lets_the_others_go(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(administrator, LEA, HUGO)
    real = mails.send

    def sometimes(**kwargs: Any) -> None:
        if kwargs["to"] == "lea.morel@else.example":
            raise ConnectionError
        real(**kwargs)

    monkeypatch.setattr(mails, "send", sometimes)
    with pytest.raises(ConnectionError):
        run_in("north", tasks.mail_roster)
    assert [message.to for message in mail.outbox] == [["hugo@else.example"]]
    assert not queries.due(timezone.now()).exists()
    monkeypatch.setattr(mails, "send", real)
    JoinRequest.objects.update(asked_at=AT)
    run_in("north", tasks.mail_roster)
    assert len(mail.outbox) == 2


def test_many_invitations_leave_in_batches(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Ana", "Bea", "Cleo", "Dora", "Elsa")
    confirm(administrator, *(f"{name}@else.example;{name};Lefort;North Un" for name in names))
    queued: list[str] = []
    monkeypatch.setattr(tasks, "MAILED_AT_ONCE", 2)
    monkeypatch.setattr(tasks, "send", lambda task: queued.append(task.name))
    for _batch in range(3):
        run_in("north", tasks.mail_roster)

    assert len(mail.outbox) == 5
    assert len(queued) == 2


def test_three_lines_cost_the_preview_what_one_costs(
    browse: Browse, administrator: User, same_cost: SameCost
) -> None:
    client = browse(administrator)
    came_by_list("Ana")  # a line of the log is written for each person that a preview names
    send(client, LEA)
    with same_cost(client, PREVIEW, most=24):
        for name in ("Paul", "Rose"):
            came_by_list(name)
        send(client, LEA, HUGO, "x@else.example;X;Y;North Un", ";;;")


def test_erased_person_is_in_no_list(administrator: User, teammate: User) -> None:
    plan_of(administrator, f"{teammate.email};Karim;Lefort;North Un")
    [lists] = [one for one in personal.personal_data(teammate) if one.name == "staff_lists"]
    assert len(lists.rows) == 1
    erasing.erase(by=teammate, at=AT)
    assert not RosterUpload.objects.exists()


def test_demo_s_list_is_read_without_a_question(administrator: User) -> None:
    lines = (settings.ROOT / "infra/demo/liste-du-personnel.csv").read_text("utf-8-sig")
    staff = uploaded(administrator, *lines.splitlines())
    assert set(staff.columns) == {*rules.REQUIRED, rules.COMPANY, rules.SITE}
