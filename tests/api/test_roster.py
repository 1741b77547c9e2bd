"""The list of staff for programs of administrators, and its command: one way, the same answers."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from infra.local import cli
from saas.accounts.models import User
from tenants.community.members.models import JoinRequest, Profile, Role, RosterUpload
from tests.api.test_programs import ask, token_of
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.tenants.community.members.roster.rosters import (
    HEADING,
    HUGO,
    LEA,
    came_by_list,
    company,
    read_waiting,
)

URL = "/api/v1/roster/"
NO_ADDRESS = ";Sans;Adresse;North Un"


@pytest.fixture
def administrator(owner: User) -> User:
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    return owner


def send(client: SpaceClient, secret: str, *lines: str, heading: str = HEADING) -> Any:
    file = SimpleUploadedFile("paie.csv", "\r\n".join([heading, *lines]).encode())
    answer = client.post(
        f"{URL}send/", {"file": file}, headers={"authorization": f"Bearer {secret}"}
    )
    read_waiting()
    return answer


def test_program_sends_previews_confirms_and_undoes_list(
    browse: Browse, administrator: User
) -> None:
    secret, client = token_of(administrator, "roster:write").secret, browse(None)
    assert ask(client, URL, secret).json()["state"] == "none"
    sent = send(client, secret, LEA, HUGO, NO_ADDRESS)
    assert (sent.status_code, sent.json()["state"]) == (201, "waiting")
    assert ask(client, URL, secret).json()["state"] == "ready"

    preview = ask(client, f"{URL}preview/", secret)
    assert preview.json()["invited"] == 2
    assert [row["line"] for row in preview.json()["problems"]] == [4]
    assert "Morel" not in preview.text
    assert "else.example" not in preview.text
    assert not JoinRequest.objects.exists()

    done = ask(client, f"{URL}confirm/", secret, {}).json()
    assert (done["invited"], done["closed"]) == (2, 0)
    state = ask(client, URL, secret).json()
    assert (state["state"], state["invitations"]["leaving"]) == ("none", 2)
    assert state["undo_until"]
    again = ask(client, f"{URL}confirm/", secret, {})
    assert again.status_code == 422
    assert "Envoyez-la de nouveau" in again.json()["detail"]
    assert ask(client, f"{URL}undo/", secret, {}).json()["withdrawn"] == 2
    assert not JoinRequest.objects.exists()


def test_program_maps_unknown_columns(browse: Browse, administrator: User) -> None:
    secret, client = token_of(administrator, "roster:write").secret, browse(None)
    send(client, secret, "lea@else.example;Léa;Morel;North Un", heading="A;B;C;D")
    assert ask(client, URL, secret).json()["state"] == "columns"
    assert ask(client, f"{URL}preview/", secret).status_code == 422
    columns = {"email": 0, "first_name": 1, "last_name": 2, "company": 3}
    for wrong in ({"salary": 1}, {**columns, "site": 3}, {"email": 99}, {"email": -1}):
        answer = ask(client, f"{URL}columns/", secret, {"columns": wrong})
        assert answer.status_code in {400, 422}
    mapped = ask(client, f"{URL}columns/", secret, {"columns": columns})
    assert mapped.json()["invited"] == 1


def test_program_closes_departed_accounts_alone(browse: Browse, administrator: User) -> None:
    leaver = came_by_list("Paul")
    secret, client = token_of(administrator, "roster:write").secret, browse(None)
    send(client, secret, LEA)
    assert ask(client, f"{URL}preview/", secret).json()["missing"] >= 1
    assert ask(client, f"{URL}confirm/", secret, {"leaving": "departed"}).json()["closed"] == 0
    leaver.refresh_from_db()
    assert leaver.is_active
    send(
        client,
        secret,
        HUGO,
        f"{leaver.email};Paul;Parti;North Un;;;2019-01-01;2020-02-29",
        heading=f"{HEADING};Date d’entrée;Date de sortie",
    )
    assert ask(client, f"{URL}confirm/", secret, {}).json()["closed"] == 1
    leaver.refresh_from_db()
    assert not leaver.is_active


def test_program_closes_all_missing_accounts_as_the_page_does(
    browse: Browse, administrator: User
) -> None:
    leavers = [came_by_list("Paul"), make_user("Rose")]
    Profile.objects.filter(user=leavers[1]).update(company_id=company("North Un"))
    secret, client = token_of(administrator, "roster:write").secret, browse(None)
    send(client, secret, LEA)
    many = ask(client, f"{URL}preview/", secret).json()["missing"]
    done = ask(client, f"{URL}confirm/", secret, {"leaving": "missing"}).json()
    assert (done["closed"], done["left_over"]) == (many, 0)
    assert not User.objects.filter(pk__in=[one.pk for one in leavers], is_active=True).exists()


def test_list_opens_to_administrators_with_its_scope_alone(
    browse: Browse, administrator: User, teammate: User
) -> None:
    client = browse(None)
    reading = token_of(administrator, "roster:read").secret
    assert send(client, reading, LEA).status_code == 403
    assert ask(client, URL, token_of(administrator, "admin:read").secret).status_code == 403
    foreign = token_of(teammate, "roster:write").secret
    assert send(client, foreign, LEA).status_code == 403
    for name in ("preview", "confirm", "undo", "columns", "discard", "remind"):
        body: dict[str, str] | None = None if name == "preview" else {}
        assert ask(client, f"{URL}{name}/", foreign, body).status_code == 403
    assert not RosterUpload.objects.exists()


def run(*words: str, by: str) -> Any:
    out = io.StringIO()
    call_command("staff", *words, "--by", by, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_command_gives_the_same_answers(
    browse: Browse, administrator: User, teammate: User, tmp_path: Path
) -> None:
    file = tmp_path / "paie.csv"
    file.write_text(f"{HEADING}\n{LEA}\n{HUGO}")
    by, client = administrator.email, browse(administrator)
    assert run("send", "north", str(file), by=by)["state"] == "waiting"
    read_waiting()
    assert run("state", "north", by=by) == client.get(URL).json()
    assert run("preview", "north", by=by) == client.get(f"{URL}preview/").json()
    assert run("confirm", "north", by=by)["invited"] == 2
    assert run("undo", "north", by=by)["withdrawn"] == 2
    for word, name in (
        ("companies", "companies"),
        ("modules", "modules"),
        ("adoption", "usage"),
        ("council", "council"),
    ):
        assert run(word, "north", by=by) == client.get(f"/api/v1/{name}/").json()
    with pytest.raises(CommandError, match="administration"):
        run("adoption", "north", by=teammate.email)
    with pytest.raises(CommandError, match="nobody here"):
        run("adoption", "north", by="nobody@else.example")
    assert cli.COMMANDS["staff"] == "staff"
