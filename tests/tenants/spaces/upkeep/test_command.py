"""`troovon migrate` run as a process: it may be killed, and it reports its work."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import Settings

from infra.local import cli
from infra.local.processes import ROOT
from tenants.spaces.database import birth, blueprint
from tenants.spaces.models import Blueprint
from tests.fixtures.patience import PATIENCE, wait_until
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.upkeep.conftest import Found, Planter, as_owner, columns_of

COLOUR = "migrations.AddField('classified', 'colour', models.CharField(max_length=9, null=True))"
SLOWLY = "migrations.RunSQL('SELECT pg_sleep(0.3)')"


type Environment = Callable[[], dict[str, str]]


@pytest.fixture
def environment(planter: Planter) -> Environment:
    """Return a function that builds the owner process's environment with the planted migrations."""

    def of_now() -> dict[str, str]:
        (planter.folder / "planted_settings.py").write_text(
            f"from infra.settings_test import *\nMIGRATION_MODULES = {planter.modules!r}\n"
        )
        return {
            **os.environ,
            "TROOVON_PROCESS": "manage",
            "DJANGO_SETTINGS_MODULE": "planted_settings",
            # Python compares compiled files by second and size: a planted file changes faster.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(planter.folder),
        }

    return of_now


def migrate(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, str(ROOT / "manage.py"), "prepare", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def prepare(*words: str) -> dict[str, Any]:
    """Run the same command in this process, as the owner, where no space is to be brought up.

    Its workers are threads, and each would find the login of this process's app again.
    """
    output = io.StringIO()
    with connecting.as_owner():
        call_command("prepare", "--json", *words, stdout=output, stderr=io.StringIO())
    report: dict[str, Any] = json.loads(output.getvalue().splitlines()[-1])
    return report


def report_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=PATIENCE)
    assert out, err
    report: dict[str, Any] = json.loads(out.splitlines()[-1])
    return report


def those_with_colour(names: list[str]) -> set[str]:
    found = as_owner(
        "SELECT table_schema FROM information_schema.columns"
        " WHERE column_name = 'colour' AND table_schema = ANY(%s)",
        [names],
    )
    return {name for (name,) in found}


@pytest.mark.proof
def test_killed_in_the_middle_it_goes_on_with_exactly_the_rest(
    planter: Planter, environment: Environment, found: Found
) -> None:
    names = ["north", "south", *(found(f"t_kill{number}").schema_name for number in range(3))]
    planter.plant(COLOUR, SLOWLY)
    process = migrate(environment(), "--workers", "1")
    wait_until(lambda: those_with_colour(names), shown=process.poll)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    wait_until(_server_has_noticed)
    done = those_with_colour(names)
    assert 0 < len(done) < len(names)
    again = migrate(environment(), "--json")
    report = report_of(again)
    assert again.returncode == 0
    assert (report["current"], report["migrated"]) == (len(done), len(names) - len(done))
    assert those_with_colour(names) == set(names)


def _server_has_noticed() -> bool:
    """Return True if the killed process has no database connection left.

    A statement that was sent completely is still carried out before its connection closes.
    """
    return not as_owner(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'troovon-manage'"
        " AND datname = current_database()"
    )


@pytest.mark.proof
def test_command_names_the_failed_space_and_exits_with_one(
    planter: Planter, environment: Environment, found: Found
) -> None:
    found("t_stubborn")
    as_owner("ALTER TABLE t_stubborn.classifieds_classified ADD COLUMN colour int")
    planter.plant(COLOUR)
    process = migrate(environment())
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1, err
    assert "2 migrated, 0 already current, 1 failed" in out
    assert "failed t_stubborn: classifieds." in out
    assert "already exists" in out
    assert "3/3 spaces, 1 failed" in err
    connections["owner"].close()
    newest = Blueprint.objects.order_by("-made_at").values_list("migrations_hash", flat=True)[0]
    assert newest == blueprint.migrations_hash()


@pytest.mark.proof
def test_migration_that_breaks_the_old_code_is_refused_untouched(planter: Planter) -> None:
    before = as_owner("SELECT max(id) FROM django_migrations")
    planter.plant(COLOUR, "migrations.RenameField('classified', 'title', 'heading')")
    with pytest.raises(CommandError) as refusal:
        prepare()
    assert "Nothing was touched." in str(refusal.value)
    assert "Rename field title on classified to heading: the old code still" in str(refusal.value)
    assert as_owner("SELECT max(id) FROM django_migrations") == before
    assert "colour" not in columns_of("north")


def test_with_nothing_to_do_it_makes_no_blueprint_and_touches_nothing(own_database: None) -> None:
    prepare()
    before = as_owner("SELECT count(*), max(made_at) FROM spaces_blueprint")
    report = prepare("--verify")
    assert (report["current"], report["migrated"], report["failed"]) == (2, 0, {})
    assert as_owner("SELECT count(*), max(made_at) FROM spaces_blueprint") == before


@pytest.mark.proof
def test_the_release_before_takes_its_blueprint_up_again_without_making_it(
    planter: Planter, environment: Environment, settings: Settings
) -> None:
    prepare()
    before = blueprint.migrations_hash()
    planter.plant(COLOUR)
    assert report_of(migrate(environment(), "--json"))["migrated"] == 2
    settings.MIGRATION_MODULES = {}
    assert prepare()["current"] == 2
    rows = as_owner("SELECT migrations_hash FROM spaces_blueprint ORDER BY made_at DESC")
    assert rows[0] == (before,)
    assert len(rows) == 2


@pytest.mark.proof
def test_a_second_one_waits_for_the_first(environment: Environment) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [birth.UPKEEP_LOCK])
        process = migrate(environment(), "--json")
        assert process.stderr is not None
        assert "waiting" in process.stderr.readline()
        wait_until(lambda: as_owner("SELECT 1 FROM pg_locks WHERE NOT granted"))
        cursor.execute("SELECT pg_advisory_unlock(%s)", [birth.UPKEEP_LOCK])
    assert report_of(process)["current"] == 2


def test_the_word_of_the_command_line_is_this_command() -> None:
    assert cli.COMMANDS["migrate"] == "prepare"
    assert (ROOT / "saas/commands/management/commands/prepare.py").exists()
