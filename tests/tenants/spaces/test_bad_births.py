"""A birth that goes wrong, really: no room on the disk, a lost connection, a killed founder.

Nothing half done is left, the person reads a clear sentence, and can press again.
"""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from infra.local import testing
from infra.local.processes import ROOT
from tenants.spaces import provisioning
from tenants.spaces.actions import foundings as actions
from tenants.spaces.database import birth
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.tasks import foundings as tasks
from tests.fixtures.patience import wait_until
from tests.fixtures.together import at_once
from tests.tenants.spaces.wizard import Wizard, run, words_of

TINY_KILOBYTES = 512
DIES = """
import os, sys, django
django.setup()
from tenants.spaces.database import birth
replay = birth.replay
def stop(name, part, alias="owner"):
    replay(name, part, alias)
    if "CREATE TABLE" in part:
        print("half way", flush=True)
        sys.stdin.read()
birth.replay = stop
from tenants.spaces import provisioning
from tenants.spaces.tasks import foundings
provisioning.new_schema_name = lambda: sys.argv[2]
foundings.build_space.apply(args=(sys.argv[1],), headers={"troovon_schema": "public"}, throw=True)
"""


def admin(statement: str, *values: str) -> list[tuple[Any, ...]]:
    """Ask the cluster as its superuser, as a person with the keys would."""
    url = testing.described()["admin"]
    place = urlsplit(url)._replace(path=f"/{testing.database()}").geturl()
    with psycopg.connect(place, autocommit=True) as line:
        cursor = line.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(autouse=True)
def newborn(own_database: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the next space is called in the database: its role belongs to the whole cluster."""
    name = provisioning.new_schema_name()
    monkeypatch.setattr(provisioning, "new_schema_name", lambda: name)
    return name


def remains_of(name: str) -> dict[str, int]:
    """The remains of a birth that failed: a schema, a role, a row."""
    (schemas,) = admin("SELECT count(*) FROM pg_namespace WHERE nspname = %s", name)[0]
    (roles,) = admin("SELECT count(*) FROM pg_roles WHERE rolname = %s", name)[0]
    return {
        "schema": schemas,
        "role": roles,
        "row": Tenant.objects.exclude(schema_name__in=OLD).count(),
    }


OLD = ("north", "south")
NOTHING = {"schema": 0, "role": 0, "row": 0}


def check_sentence_and_nothing_left(wizard: Wizard, name: str, sentence: str) -> None:
    assert wizard.founding.state == Founding.State.FAILED
    assert remains_of(name) == NOTHING
    page = words_of(wizard.client.get(wizard.url("build")))
    assert sentence in page
    assert "Reprendre" in page


def check_press_again(wizard: Wizard) -> None:
    assert wizard.client.post(wizard.url("again")).status_code == 303
    wizard.build()
    assert wizard.founding.state == Founding.State.BUILT
    assert Tenant.objects.filter(slug="helvane").count() == 1


@pytest.fixture
def tiny_disk(newborn: str) -> Iterator[str]:
    """A real disk of half a megabyte, on which the owner's new tables are laid."""
    folder = Path(testing.described()["folder"]) / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    size = f"size={TINY_KILOBYTES}k"
    if os.geteuid() or mount is None:
        folder.rmdir()
        pytest.skip("only root can mount a small disk")
    if subprocess.run(  # noqa: S603 - our own words
        [mount, "-t", "tmpfs", "-o", size, "tmpfs", folder], check=False
    ).returncode:
        folder.rmdir()
        pytest.skip("this machine lets nobody mount a disk")
    data = next(Path(testing.described()["folder"]).glob("**/PG_VERSION")).stat()
    os.chown(folder, data.st_uid, data.st_gid)
    admin(f"CREATE TABLESPACE tiny LOCATION '{folder}'")
    admin("GRANT CREATE ON TABLESPACE tiny TO PUBLIC")
    admin(f"ALTER DATABASE {testing.database()} SET default_tablespace = 'tiny'")
    connections["owner"].close()
    yield "tiny"
    admin(f"ALTER DATABASE {testing.database()} RESET default_tablespace")
    admin("DROP TABLESPACE IF EXISTS tiny")
    subprocess.run([shutil.which("umount") or "umount", folder], check=True)  # noqa: S603 - as above
    folder.rmdir()


def test_a_full_disk_is_reported_and_leaves_nothing(tiny_disk: str, newborn: str) -> None:
    wizard = Wizard().queued().build()
    check_sentence_and_nothing_left(wizard, newborn, "Nos serveurs manquent de place.")
    admin(f"ALTER DATABASE {testing.database()} RESET default_tablespace")
    connections["owner"].close()
    check_press_again(wizard)


def test_full_disk_is_understood_wherever_postgresql_reports_it(newborn: str) -> None:
    admin(
        "CREATE FUNCTION no_room() RETURNS event_trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    )
    admin(
        "CREATE EVENT TRIGGER no_room ON ddl_command_end WHEN TAG IN ('CREATE INDEX')"
        " EXECUTE FUNCTION no_room()"
    )
    wizard = Wizard().queued().build()
    check_sentence_and_nothing_left(wizard, newborn, "Nos serveurs manquent de place.")
    admin("DROP EVENT TRIGGER no_room")
    check_press_again(wizard)


def test_a_connection_that_is_lost_in_the_middle_leaves_nothing(
    newborn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wizard = Wizard().queued()
    replay = birth.replay

    def cut(name: str, part: str, alias: str = "owner") -> None:
        if "CREATE TABLE" in part:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (process,) = cursor.fetchone()
            admin(f"SELECT pg_terminate_backend({process})")
        replay(name, part, alias)

    with monkeypatch.context() as patch:
        patch.setattr(birth, "replay", cut)
        wizard.build()
    check_sentence_and_nothing_left(wizard, newborn, "Rien n’a été gardé à moitié.")
    check_press_again(wizard)


@pytest.mark.proof
def test_a_founder_killed_half_way_leaves_nothing_and_another_takes_over(newborn: str) -> None:
    wizard = Wizard().queued()
    connections.close_all()
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", DIES, str(wizard.founding.pk), newborn],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "infra.settings_test"},
    ) as founder:
        try:
            assert founder.stdout is not None
            assert founder.stdout.readline() == b"half way\n"
            assert wizard.founding.state == Founding.State.BUILDING
        finally:
            founder.send_signal(signal.SIGKILL)
    # PostgreSQL notices the closed connection, and rolls the whole transaction back.
    in_transactions = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
        " AND datname = current_database()"
    )
    wait_until(lambda: admin(in_transactions) == [(0,)])
    assert remains_of(newborn) == NOTHING
    assert actions.requeue_stalled(at=timezone.now() + dt.timedelta(seconds=31)) == 1
    wizard.build()
    assert wizard.founding.state == Founding.State.BUILT
    assert Tenant.objects.filter(slug="helvane").count() == 1


def test_two_workers_that_build_one_founding_build_one_space(newborn: str) -> None:
    wizard = Wizard().queued()
    number = wizard.founding.pk
    at_once(lambda _worker: run(tasks.build_space, number), range(2))
    assert wizard.founding.state == Founding.State.BUILT
    assert Tenant.objects.filter(slug="helvane").count() == 1
    assert remains_of(newborn) == {"schema": 1, "role": 1, "row": 1}


def test_a_name_that_was_taken_meanwhile_fails_whole(newborn: str) -> None:
    wizard = Wizard().queued()
    Tenant.objects.using(provisioning.OWNER).filter(slug="south").update(slug="helvane")
    wizard.build()
    check_sentence_and_nothing_left(wizard, newborn, "Rien n’a été gardé à moitié.")
