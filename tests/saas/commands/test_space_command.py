"""`troovon space`: each action is done when the command ends; a refusal is a single sentence."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from infra.local import cli
from saas.kernel import schema
from tenants.community.classifieds.models import Classified
from tenants.spaces.database import role_access
from tenants.spaces.models import Tenant
from tests.tenants.spaces.life.conftest import doomed, space

__all__ = ["doomed", "space"]


def run(*words: str) -> Any:
    out = io.StringIO()
    call_command("space", *words, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_the_word_stands_beside_the_others() -> None:
    assert cli.COMMANDS["space"] == "space"


def test_spaces_are_listed_and_one_is_shown(space: Tenant) -> None:
    assert {"moulins", "north", "south"} <= {one["slug"] for one in run("list")}
    shown = run("show", "moulins")
    assert (shown["state"], shown["companies"], shown["obstacles"]) == ("active", 2, [])
    out = io.StringIO()
    call_command("space", "show", space.schema_name, stdout=out)
    assert "state: active" in out.getvalue()
    with pytest.raises(CommandError, match="there is no space nowhere"):
        run("suspend", "nowhere")


def test_a_space_is_suspended_and_reopened_here_and_now(space: Tenant) -> None:
    done = run("suspend", "moulins", "--reason", "Impayés")
    assert (done["state"], done["reason"]) == ("done", "Impayés")
    assert not role_access.is_open(space.schema_name)
    with pytest.raises(CommandError, match="n’est pas ouvert"):
        run("suspend", "moulins")
    run("reopen", "moulins")
    assert role_access.is_open(space.schema_name)
    assert [work["kind"] for work in run("works", "moulins")] == ["reopen", "suspend"]


def test_a_space_leaves_as_a_file_is_deleted_and_comes_back(doomed: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "out" / "moulins.zip"
    assert run("archive", "moulins", "--to", str(path))["result"]["rows"] > 5
    assert path.stat().st_size > 1000
    with pytest.raises(CommandError, match="Écrivez moulins"):
        run("delete", "moulins", "--yes-delete", "moulin")
    receipt = run("delete", "moulins", "--yes-delete", "moulins")["result"]
    assert receipt["removed"]["schemas"] == 1
    assert receipt["backups_until"] > dt.datetime.now(dt.UTC).date().isoformat()
    back = run("restore", str(path), "--slug", "moulins")
    assert back["rows"] > 5
    with schema.inside(Tenant.objects.get(slug="moulins").schema_name):
        assert Classified.objects.count() == 2


def test_deletion_asks_for_the_web_address(doomed: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    run("suspend", "moulins")
    monkeypatch.setattr("builtins.input", lambda: "no")
    with pytest.raises(CommandError, match="Écrivez moulins"):
        run("delete", "moulins")
    monkeypatch.setattr("builtins.input", lambda: "moulins")
    assert run("delete", "moulins")["state"] == "done"


def test_export_leaves_it_open_and_a_foreign_file_is_refused(space: Tenant, tmp_path: Path) -> None:
    run("archive", "moulins", "--open")
    assert Tenant.objects.get(pk=space.pk).state == "active"
    foreign = tmp_path / "x.zip"
    foreign.write_bytes(b"nothing")
    with pytest.raises(CommandError, match="scellée"):
        run("restore", str(foreign), "--slug", "ailleurs")
    with pytest.raises(CommandError, match="no such file"):
        run("restore", str(tmp_path / "y.zip"), "--slug", "ailleurs")
