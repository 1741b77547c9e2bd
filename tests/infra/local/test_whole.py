"""The whole of Troovon as the demo starts it: each process, and its secrets."""

import http.client
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.local import datadir
from tests.fixtures.patience import PATIENCE
from tests.infra.local.test_manage import run

PRODUCT = ("web", "worker", "caller", "fetcher", "founder", "beat")
PROCESSES = {*PRODUCT, "simulator", "provider", "postgresql", "valkey"}


def environment_of(pid: int) -> dict[str, str]:
    words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    pairs = (word.decode().partition("=") for word in words if word)
    return {name: value for name, _, value in pairs}


def test_nine_processes_run(whole_troovon: dict[str, Any]) -> None:
    assert set(whole_troovon["pids"]) == PROCESSES
    for pid in whole_troovon["pids"].values():
        assert Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("name", sorted(PROCESSES - {"founder"}))
def test_founder_alone_holds_the_owners_password(whole_troovon: dict[str, Any], name: str) -> None:
    pids = whole_troovon["pids"]
    assert "troovon_owner" in environment_of(pids["founder"])["DATABASE_OWNER_URL"]
    assert "troovon_owner:" not in str(environment_of(pids[name]))


@pytest.mark.parametrize("name", PRODUCT)
def test_process_of_product_runs_its_own_settings(whole_troovon: dict[str, Any], name: str) -> None:
    environment = environment_of(whole_troovon["pids"][name])
    assert environment["DJANGO_SETTINGS_MODULE"] == "saas.settings"


@pytest.mark.parametrize("name", PRODUCT)
def test_no_password_stands_on_a_command_line(whole_troovon: dict[str, Any], name: str) -> None:
    words = Path(f"/proc/{whole_troovon['pids'][name]}/cmdline").read_text()
    for value in (whole_troovon["valkey"], whole_troovon["database"]["url"]):
        assert value not in words
    assert whole_troovon["stripe"]["api_key"] not in words


def status_of(whole_troovon: dict[str, Any], url: str) -> int:
    host = whole_troovon["public"].removeprefix("http://")
    line = http.client.HTTPConnection("127.0.0.1", int(host.partition(":")[2]), timeout=PATIENCE)
    line.request("GET", url.removeprefix(whole_troovon["public"]), headers={"Host": host})
    status = line.getresponse().status
    line.close()
    return status


def test_the_addresses_that_it_names_answer(whole_troovon: dict[str, Any]) -> None:
    public = whole_troovon["public"]
    named = [f"{public}/health/ready", whole_troovon["outbox"], whole_troovon["openapi"]["public"]]
    assert {url: status_of(whole_troovon, url) for url in named} == dict.fromkeys(named, 200)


def test_the_simulators_dashboard_answers(whole_troovon: dict[str, Any]) -> None:
    with urllib.request.urlopen(whole_troovon["stripe"]["dashboard"], timeout=PATIENCE) as answer:  # noqa: S310 - the simulator's own address
        assert "Webhooks" in answer.read().decode()


def test_the_ledgers_tables_are_named_as_they_are(whole_troovon: dict[str, Any]) -> None:
    with psycopg.connect(whole_troovon["database"]["url"]) as connection:
        connection.execute("SET ROLE troovon_public")
        for table in whole_troovon["ledger"].values():
            row = connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone()
            assert row != (None,)


def test_shell_speaks_to_the_stack_and_passes_its_exit_code_on(
    whole_troovon: dict[str, Any],
) -> None:
    code = (
        "from django.conf import settings; from django.db import connection;"
        "from tenants.spaces.models import Tenant;"
        "found = Tenant.objects.filter(slug='nowhere').exists();"
        "login = connection.settings_dict['USER'];"
        "print(settings.BASE_HOST, settings.STRIPE_API_BASE, found, login);"
        "raise SystemExit(7)"
    )
    done = run("shell", "--no-imports", "-c", code, "--data-dir", whole_troovon["data_dir"])
    assert done.returncode == 7, done.stderr
    host = whole_troovon["public"].removeprefix("http://")
    settings_of_web = [host, whole_troovon["stripe"]["api_base"], "False", "troovon_app"]
    assert done.stdout.split() == settings_of_web


def test_dbshell_works_as_the_owner_where_that_is_asked_for(whole_troovon: dict[str, Any]) -> None:
    statement = ("dbshell", "--", "-At", "-c", "SELECT session_user")
    done = run("--data-dir", whole_troovon["data_dir"], "--as-owner", *statement)
    assert (done.returncode, done.stdout.strip()) == (0, "troovon_owner"), done.stderr


def test_description_is_readable_by_its_owner_only(whole_troovon: dict[str, Any]) -> None:
    description = Path(whole_troovon["data_dir"]) / datadir.DESCRIPTION
    assert description.stat().st_mode & 0o777 == 0o600
    assert "settings" not in whole_troovon  # programs read it from the line of `--json`
