"""The units for systemd: they load, are closed in, and start the same processes as compose does."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.fixtures.programs import run_program
from tests.infra.deploy.services import DEPLOY, SERVICES

UNITS = DEPLOY / "systemd"
SERVICES_OF_SYSTEMD = sorted(path.name for path in UNITS.glob("*.service"))
BACKUP = "troovon-backup.service"  # as root: it reads the files of two accounts, once a night
HOLDERS = {
    "owner": {"troovon-founder.service", "troovon-prepare.service", BACKUP},
    "stripe": {"troovon-caller.service", "troovon-prepare.service"},
    "webhooks": {"troovon-web@.service"},
    "mail": {"troovon-worker.service", "troovon-prepare.service", BACKUP},
}


def lines(unit: str, name: str) -> list[str]:
    """Return the values of a setting of a unit."""
    return re.findall(rf"^{name}=(.*)$", (UNITS / unit).read_text(), re.MULTILINE)


@pytest.mark.parametrize("process", ["worker", "caller", "fetcher", "founder", "beat"])
def test_unit_starts_the_command_of_compose(process: str) -> None:
    [command] = lines(f"troovon-{process}.service", "ExecStart")
    assert command.removeprefix("/opt/troovon/bin/").split() == SERVICES[process]["command"]
    assert f"TROOVON_PROCESS={process}" in lines(f"troovon-{process}.service", "Environment")


def test_target_starts_each_unit() -> None:
    wanted = " ".join(lines("troovon.target", "Wants")).split()
    assert {re.sub(r"@\d+", "@", name) for name in wanted} == {
        *SERVICES_OF_SYSTEMD,
        "troovon-backup.timer",
    } - {BACKUP}
    assert len([name for name in wanted if name.startswith("troovon-web@")]) == 2


@pytest.mark.parametrize("unit", [name for name in SERVICES_OF_SYSTEMD if name != BACKUP])
def test_unit_has_no_more_rights_than_it_needs(unit: str) -> None:
    assert lines(unit, "User") == ["troovon"]
    assert lines(unit, "ProtectSystem") == ["strict"]
    assert lines(unit, "NoNewPrivileges") == ["yes"]
    assert lines(unit, "CapabilityBoundingSet") == [""]


@pytest.mark.parametrize(("name", "holders"), HOLDERS.items())
def test_secrets_reach_their_processes_alone(name: str, holders: set[str]) -> None:
    found = {
        unit
        for unit in SERVICES_OF_SYSTEMD
        if f"/etc/troovon/{name}" in lines(unit, "EnvironmentFile")
    }
    assert found == holders


def test_systemd_loads_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed here")
    for path in UNITS.iterdir():
        text = path.read_text().replace("/opt/troovon/bin", str(Path(sys.executable).parent))
        (tmp_path / path.name).write_text(text)
    (tmp_path / "troovon-web@.service").rename(tmp_path / "troovon-web@8001.service")
    checked = run_program(
        [analyze, "verify", "--recursive-errors=no", *tmp_path.glob("*.service")],
        env={"PATH": os.environ["PATH"]},
    )
    assert checked.returncode == 0, checked.stderr
