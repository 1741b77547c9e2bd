"""However code comes to run, it runs in its own space: servers, threads, coroutines, jobs."""

import http.client
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from redis import Redis

from infra.local import processes
from infra.local.processes import ROOT
from infra.local.servers import ports
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import send
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import make_user
from tests.fixtures.programs import run_program
from tests.tenants.spaces.database import connecting, jobs

SPACES = ("north", "south")
PAGES = ("plain", "streamed", "awaited", "streamed-awaited", "raising")
HERE = "tests.tenants.spaces.database"


def environment(**given: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": f"{HERE}.served",
        **given,
    }


@pytest.fixture
def one_person_each(own_database: None) -> None:
    """Create in each space a person named after it, with the same primary key."""
    for name in SPACES:
        with schema.inside(name):
            make_user(name)


@contextmanager
def served(interface: str, application: str, log: Path) -> Iterator[int]:
    """Serve the tests' pages by granian, with the pool of the web process."""
    port = ports.any_free()
    child = processes.start(
        interface,
        [
            *(sys.executable, "-m", "granian", "--interface", interface, "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
            *(("--blocking-threads", "4") if interface == "wsgi" else ()),
            application,
        ],
        log=log,
        env=environment(TROOVON_PROCESS="web", BASE_HOST=f"localhost:{port}"),
    )
    try:
        processes.wait_until(lambda: get(port, "north", "plain")[0] == 200, child, seconds=PATIENCE)
        yield port
    finally:
        processes.stop([child])


def get(port: int, space: str, page: str) -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("GET", f"/{page}/", headers={"Host": f"{space}.localhost:{port}"})
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        line.close()


@pytest.mark.proof
@pytest.mark.parametrize(
    ("interface", "application"),
    [("wsgi", f"{HERE}.served_wsgi:application"), ("asginl", f"{HERE}.served_asgi:application")],
)
def test_a_real_server_answers_each_host_with_its_own_rows(
    one_person_each: None, tmp_path: Path, interface: str, application: str
) -> None:
    questions = list(itertools.product(SPACES, PAGES)) * 20
    with (
        served(interface, application, tmp_path / "granian.log") as port,
        ThreadPoolExecutor(8) as clients,
    ):
        answers = list(clients.map(lambda asking: get(port, *asking), questions))
    for (space, page), answer in zip(questions, answers, strict=True):
        expected = (500, None) if page == "raising" else (200, f"{space} {space}\n" * 3)
        seen = answer if expected[1] else (answer[0], None)
        assert seen == expected, (space, page, (tmp_path / "granian.log").read_text()[-3000:])


def test_two_threads_whose_stays_interleave_are_each_back_where_they_were(db: None) -> None:
    steps = [threading.Event() for _ in range(3)]
    seen: dict[str, str] = {}

    def first() -> None:
        with schema.inside("north"):
            steps[0].set()
            steps[1].wait(PATIENCE)
            seen["first inside"] = schema.current()
        seen["first after"] = schema.current()
        steps[2].set()

    def second() -> None:
        steps[0].wait(PATIENCE)
        with schema.inside("south"):
            steps[1].set()
            steps[2].wait(PATIENCE)
            seen["second inside"] = schema.current()
        seen["second after"] = schema.current()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen["first inside"], seen["first after"]) == ("north", "public")
    assert (seen["second inside"], seen["second after"]) == ("south", "public")


THROUGH_SPACES = """
from django.db import connection
from saas.accounts.models import User
from saas.kernel import schema
for name in ('north', 'south'):
    with schema.inside(name), connection.cursor() as cursor:
        cursor.execute('SELECT current_user::text')
        print(cursor.fetchone()[0], User.objects.get().first_name)
"""


def test_a_management_command_of_the_app_s_login_goes_through_the_spaces(
    one_person_each: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("shell", "--no-imports", command=THROUGH_SPACES)
    assert capsys.readouterr().out.split("\n")[:-1] == [f"{name} {name}" for name in SPACES]


def test_a_management_command_of_the_owner_goes_through_the_spaces(one_person_each: None) -> None:
    done = run_program(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", THROUGH_SPACES],
        env=environment(TROOVON_PROCESS="manage"),
    )
    assert done.stdout.split("\n")[:-1] == [f"troovon_owner {name}" for name in SPACES], done.stderr


@contextmanager
def working(pool: str, log: Path) -> Iterator[processes.Child]:
    """Run a real worker with processes or threads of its own."""
    child = processes.start(
        "worker",
        [
            *(sys.executable, "-m", "celery", "-A", "saas", "worker", "--pool", pool, "-c", "4"),
            *("-I", f"{HERE}.jobs", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        log=log,
        env=environment(TROOVON_PROCESS="worker"),
    )
    try:
        yield child
    finally:
        processes.stop([child])


def emails() -> list[str]:
    """Return the rows left in this space, and assert that each was written in this space."""
    rows = list(User.objects.filter(last_name="Job"))
    assert {row.first_name for row in rows} <= {schema.current()}
    return sorted(row.email for row in rows)


@pytest.mark.proof
@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_worker_runs_jobs_in_their_own_space(own_database: None, tmp_path: Path, pool: str) -> None:
    Redis.from_url(os.environ["VALKEY_URL"]).flushdb()
    numbers = range(12)
    with working(pool, tmp_path / "worker.log") as child:
        for number in numbers:
            for name in SPACES:
                for job in (jobs.leave_row, jobs.fail, jobs.retry, jobs.note_in_public):
                    send(job, number if name == "north" else number + 100, space=name)
        deadline = time.monotonic() + PATIENCE
        while not _all_done(len(numbers)) and time.monotonic() < deadline:
            assert not child.has_ended(), child.tail()
            time.sleep(0.2)
    for name, first in (("north", 0), ("south", 100)):
        with schema.inside(name):
            assert emails() == sorted(
                f"{kind}{number + first}@job.example"
                for kind in ("note", "retry")
                for number in numbers
            ), (tmp_path / "worker.log").read_text()[-3000:]
    assert len(emails()) == 2 * len(numbers)


def _all_done(many: int) -> bool:
    counts = []
    for name in (*SPACES, schema.PUBLIC):
        with schema.inside(name):
            counts.append(User.objects.filter(last_name="Job").count())
    return counts == [2 * many] * 3


@pytest.mark.proof
@pytest.mark.parametrize("program", ["worker", "beat", "web"])
def test_no_process_begins_while_the_wall_has_a_hole(
    own_database: None, tmp_path: Path, program: str
) -> None:
    with connecting.admin() as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC")
    done = run_program(
        _words_of(program, tmp_path),
        env=environment(TROOVON_PROCESS=program, DJANGO_SETTINGS_MODULE="saas.settings"),
    )
    output = done.stdout + done.stderr
    assert "Troovon does not start while spaces are not sealed: set_config may be called" in output
    assert done.returncode != 0


def _words_of(program: str, folder: Path) -> list[Any]:
    if program == "web":
        address = ("--host", "127.0.0.1", "--port", str(ports.any_free()))
        return [sys.executable, "-m", "saas.serving", *address]
    celery = [sys.executable, "-m", "celery", "-A", "saas", program]
    return [*celery, *(("--pidfile=", "-s", folder / "beat") if program == "beat" else ())]
