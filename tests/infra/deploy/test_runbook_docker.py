"""The runbook with Docker, from a copied `.env` to a site that is released, lost and restored.

Each of its commands is run by Debian's Docker, in their order; images of others are made of
Debian's packages, and a registry here answers for Docker's own. Stripe and DNS are not to be had.
"""

import json
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.processes import ROOT
from infra.local.shipping import image
from tests.fixtures.patience import PATIENCE, wait_until
from tests.fixtures.programs import run_program
from tests.infra.deploy import docker_daemon
from tests.infra.deploy.docker_daemon import Docker
from tests.infra.deploy.test_built_image import IS_WANTED, WHY
from tests.infra.deploy.test_runbook import COMMANDS, COMPOSE_WORDS

FOLDER = "/srv/troovon-backups"
SECRETS = (
    *("SECRET_KEY", "TROOVON_SUPERUSER_PASSWORD", "TROOVON_OWNER_PASSWORD", "VALKEY_PASSWORD"),
    *("TROOVON_APP_PASSWORD", "BACKUP_KEY", "METRICS_TOKEN", "ALERT_MAIL_PASSWORD"),
)
# Commands that speak to servers of others, and the words by which they end here.
ENDS_WITHOUT = {
    "stripe_destinations": "Stripe said no: no_answer",
    "doctor": "dns: troovon.example has no address",
}
READY = "curl -sk --resolve troovon.example:443:127.0.0.1 https://troovon.example/health/ready"
SHELL = f"{COMPOSE_WORDS} run --rm prepare sh -c"
WRITE = f"{SHELL} 'mkdir -p /var/lib/troovon/files && echo kept > /var/lib/troovon/files/kept'"
READ = f"{SHELL} 'cat /var/lib/troovon/files/kept && python manage.py operator list'"
# Pages through the proxy until a file appears; then how often each answer came.
ASK = """
import collections, http.client, json, pathlib, socket, ssl, sys, time
answers, longest = collections.Counter(), 0.0
trusts_all = ssl._create_unverified_context()
while not pathlib.Path(sys.argv[1]).exists():
    began = time.monotonic()
    try:
        plain = socket.create_connection(("127.0.0.1", 443), 60)
        line = http.client.HTTPConnection("troovon.example")
        line.sock = trusts_all.wrap_socket(plain, server_hostname="troovon.example")
        line.request("GET", "/fr/")
        answer = line.getresponse()
        answer.read()
        answers[str(answer.status)] += 1
        line.close()
    except OSError as error:
        answers[type(error).__name__] += 1
    longest = max(longest, time.monotonic() - began)
print(json.dumps({"answers": answers, "longest": round(longest, 1)}))
"""


def in_order() -> list[str]:
    """Return the commands for Docker in the runbook's order."""
    return [line for line in COMMANDS if re.match(r"(COMMIT=\S+ rev-parse HEAD\) )?docker ", line)]


def checkout(place: Path) -> Path:
    """Return a checkout with `.env` and `seller.json` as the runbook has them written."""
    found = place / "checkout"
    assert run_program(["git", "clone", "--quiet", ROOT, found]).returncode == 0
    text = (found / ".env.example").read_text().replace(FOLDER, str(place / "backups"))
    drawn = {name: secrets.token_hex(32) for name in SECRETS}
    drawn |= {"ACME_EMAIL": "ops@troovon.example"}
    drawn |= {"STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(12)}"}
    for name, value in drawn.items():
        text, count = re.subn(rf"^{name}=$", f"{name}={value}", text, flags=re.MULTILINE)
        assert count == 1, name
    (found / ".env").write_text(text)
    (found / "seller.json").write_text((found / "infra/local/seller.json").read_text())
    return found


@contextmanager
def visitors(docker: Docker, place: Path) -> Iterator[Path]:
    """Have pages asked for meanwhile; yield the file with the outcome."""
    enough, outcome = place / "enough", place / "outcome.json"
    child = processes.start(
        "visitors",
        [*docker.inside, sys.executable, "-c", ASK, str(enough)],
        log=place / "visitors.log",
        stdout=outcome,
    )
    try:
        yield outcome
    finally:
        enough.touch()
        processes.finish(child, seconds=PATIENCE)


class Site:
    """The checkout, and the Docker that runs its commands."""

    def __init__(self, docker: Docker, folder: Path) -> None:
        """Set the daemon and the checkout."""
        self.docker, self.folder = docker, folder

    def run(self, command: str) -> str:
        """Run a command of the runbook, which ends well or by its words in ENDS_WITHOUT."""
        code, printed = self.docker.run(command, self.folder)
        words = next((ENDS_WITHOUT[name] for name in ENDS_WITHOUT if command.endswith(name)), "")
        assert words in printed, printed[-4000:]
        assert code == 0 or words, (command, printed[-4000:])
        return printed


@pytest.mark.skipif(not IS_WANTED or bool(docker_daemon.missing_programs()), reason=WHY)
@pytest.mark.proof
def test_docker_commands_lead_to_a_site_that_is_released_and_restored(tmp_path: Path) -> None:
    image.build(tag="localhost/troovon-proof-database", target="database")
    folder = checkout(tmp_path)
    [apt] = [line for line in COMMANDS if line.startswith("apt-get") and "docker.io" in line]
    [install] = [line for line in COMMANDS if FOLDER in line and "--owner 999" in line]
    install = install.replace(FOLDER, str(tmp_path / "backups"))
    assert run_program(["sh", "-euc", install]).returncode == 0
    commands = in_order()
    release = next(number for number, line in enumerate(commands) if line.endswith(" build"))
    loss = next(number for number, line in enumerate(commands) if "restic restore" in line)
    with docker_daemon.docker(tmp_path, apt.split()) as docker:
        site = Site(docker, folder)
        for command in commands[:release]:
            site.run(command)
        run_release(site, commands[release : release + 5])
        printed = [site.run(command) for command in commands[release + 5 : loss - 1]]
        assert len(re.findall(r"@sha256:", "".join(printed))) == 5, printed
        assert "SUCCESS" in "".join(printed)
        lose_and_restore(site, commands[loss - 1 :])


def run_release(site: Site, commands: list[str]) -> None:
    """Release another commit while visitors ask for pages."""
    commit = "git -c user.name=a -c user.email=a@b.example commit --quiet --allow-empty -m next"
    site.run(commit)
    before = site.run("docker inspect --format '{{.Id}}' troovon-web-a-1 troovon-web-b-1")
    with visitors(site.docker, site.folder.parent) as outcome:
        for command in commands:
            site.run(command)
    after = site.run("docker inspect --format '{{.Id}}' troovon-web-a-1 troovon-web-b-1")
    assert not set(before.split()) & set(after.split()), "no web process was replaced"
    found = json.loads(outcome.read_text())
    print(f"\na release: {found}")  # noqa: T201 - a figure
    assert list(found["answers"]) == ["200"], found


def lose_and_restore(site: Site, commands: list[str]) -> None:
    """Take a backup, lose every volume, and restore."""
    backup, *restoring = commands
    site.run(WRITE)
    assert '"is_good": true' in site.run(backup)
    site.run(f"{COMPOSE_WORDS} down --volumes")
    for command in restoring:
        site.run(command)
    printed = site.run(READ)
    assert "kept" in printed
    assert "you@troovon.example" in printed
    wait_until(lambda: '"ok"' in site.docker.run(READY, site.folder)[1])
    site.run(f"{COMPOSE_WORDS} down --volumes")
