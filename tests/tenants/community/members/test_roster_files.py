"""The file of a list of staff: columns, limits, how long it waits, and what sending it costs."""

from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import mail as mails
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.uploads import sheets
from tenants.community.members import tasks
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
from tests.tenants.community.members.rosters import (
    COLUMNS,
    HUGO,
    IMPORT,
    LEA,
    PREVIEW,
    came_by_list,
    company,
    confirm,
    plan_of,
    rules_line,
    send,
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
    lines = [rules_line(1, "Léa;Morel;lea@else.example")]
    staff = roster.upload(by=administrator, name="x", lines=lines, company_id=None, at=AT)

    assert (staff.heading, staff.columns) == (["", "", ""], {})
    assert len(staff.rows) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "Ce fichier est vide"), (b"PK\x03\x04 no zip", "Nous ne savons pas lire ce fichier")],
)
def test_file_that_cannot_be_read_is_refused_beside_its_field(
    browse: Browse, administrator: User, content: bytes, sentence: str
) -> None:
    file = SimpleUploadedFile("paie.xlsx", content)
    assert sentence in browse(administrator).refused(IMPORT, {"file": file})


def test_templates_are_read_without_a_question(browse: Browse, administrator: User) -> None:
    client = browse(administrator)
    for extension in ("csv", "xlsx"):
        content = b"".join(client.get(f"/admin/people/import/template.{extension}"))
        file = SimpleUploadedFile(f"modele.{extension}", content)
        assert client.post(IMPORT, {"file": file})["Location"] == PREVIEW


def test_list_waits_for_a_day_and_no_longer(browse: Browse, administrator: User) -> None:
    client = browse(administrator)
    send(client, LEA)
    assert "Une liste attend votre accord" in text_of(client, IMPORT)
    RosterUpload.objects.update(sent_at=timezone.now() - rules.UPLOAD_RETENTION)
    assert client.get(PREVIEW)["Location"] == IMPORT
    send(client, LEA)
    assert client.post("/admin/people/import/discard/").status_code == 303
    assert not RosterUpload.objects.exists()


@pytest.mark.parametrize(
    ("check", "many"), [(rules.check_settled, 100), (rules.check_waiting, 10_000)]
)
def test_more_than_anybody_waits_for_is_refused(check: Any, many: int) -> None:
    check(many)
    with pytest.raises(Refused):
        check(many + 1)


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
    confirm(administrator, *(f"p{n}@else.example;P;N{n};North Un" for n in range(5)))
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
    send(client, LEA)
    with same_cost(client, PREVIEW):
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
    with (settings.ROOT / "infra/demo/liste-du-personnel.csv").open("rb") as file:
        lines = sheets.read(SimpleUploadedFile("liste.csv", file.read()))
    staff = roster.upload(by=administrator, name="l", lines=lines, company_id=None, at=AT)
    assert set(staff.columns) == {*rules.REQUIRED, rules.COMPANY, rules.SITE}
