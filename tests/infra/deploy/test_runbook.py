"""Each command of the runbook is tested: run here, or parsed and compared with its subject.

Those for Docker are run by test_runbook_docker.py, too.

A command that matches no rule below fails the first test.
"""

import re
import shlex
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands, load_command_class

from infra.deploy import install
from infra.local.environment import NAMES
from infra.local.shipping import image
from saas import configuration
from tests.fixtures.programs import run_program
from tests.infra.deploy.services import COMPOSE, DEPLOY, SERVICES

ROOT = DEPLOY.parents[1]
RUNBOOK = (DEPLOY / "README.md").read_text()
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", RUNBOOK, re.MULTILINE | re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip() and not line.startswith("#")
]
MANIFESTS = "".join(path.read_text() for path in (DEPLOY / "kubernetes").rglob("*.yaml"))
# The tests that run a command of manage.py against a database of theirs.
RUN_BY = {
    "doctor": "tests/saas/commands/test_doctor.py",
    "operator": "tests/saas/console/operators/test_operator_command.py",
    "stripe_destinations": "tests/saas/commands/test_stripe_destinations.py",
    "backup": "tests/saas/commands/test_backup.py",
}
# System commands without any name of ours.
DIGESTS = """docker image inspect --format '{{join .RepoDigests " "}}' $(docker compose --file \
infra/deploy/compose.yaml --env-file .env config --images)"""
OF_THE_SYSTEM = (
    "install --directory --mode 700 /etc/troovon",
    "pg_dropcluster --stop 18 main",
    "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y",
    "kubectl create namespace troovon",
    DIGESTS,
    "install --directory --owner 999 --group 999 --mode 700 /srv/troovon-backups",
    "install --directory --owner postgres --group postgres --mode 700 /srv/troovon-backups",
)
COMPOSE_WORDS = "docker compose --file infra/deploy/compose.yaml --env-file .env"
NEEDED_OF_COMPOSE = {"config", "up", "run", "exec", "build"}
# Programs in containers: the folder of the checkout that compose mounts where they read.
WATCHING = {"promtool": "/etc/prometheus", "amtool": "/tmp/alertmanager.yaml"}  # noqa: S108 - of a container
RESTORED = "tests/saas/commands/test_backup.py"
PACKAGES = {
    *("buildah", "ca-certificates", "caddy", "debootstrap", "docker-cli", "docker-compose"),
    *(
        "docker.io",
        "git",
        "netavark",
        "openssl",
        "postgresql-18",
        "postgresql-common",
        "python3",
        "python3-venv",
    ),
    *("pgbackrest", "prometheus", "restic", "valkey-server"),
}


def manage(words: list[str]) -> None:
    """Have the command's own parser read its arguments, and find the test that runs it."""
    name, *arguments = words
    loaded = load_command_class(get_commands()[name], name)
    loaded.create_parser("manage.py", name).parse_args(arguments)
    assert name in (ROOT / RUN_BY[name]).read_text()


def compose(words: list[str]) -> None:
    """Compare with compose.yaml; a file that it mounts or builds from exists by other tests."""
    command, *rest = words
    assert command in NEEDED_OF_COMPOSE
    if command not in {"run", "exec"}:
        named = [word for word in rest if not word.startswith("--")]
        assert set(named) <= set(SERVICES)
        return
    service, *inner = rest[len(options_of_run(rest)) :]
    assert command == "exec" or rest[0] == "--rm"
    assert service in SERVICES
    if inner:
        in_container(service, inner)


def options_of_run(words: list[str]) -> list[str]:
    """Return the options before the service, with their values."""
    found: list[str] = []
    for word in words:
        if not word.startswith("--") and found[-1:] not in (["--volume"], ["--user"]):
            break
        found.append(word)
    volume = words[words.index("--volume") + 1] if "--volume" in found else "troovon_data:/"
    assert volume.partition(":")[0] == f"{COMPOSE['name']}_data"
    return found


def in_container(service: str, words: list[str]) -> None:
    """Find the try of a program in a service's container."""
    if words[:2] == ["python", "manage.py"]:
        assert SERVICES[service]["environment"]["TROOVON_PROCESS"] == "manage"
        manage(words[2:])
    elif words[0] in WATCHING:
        assert words[-1].startswith(WATCHING[words[0]])
        assert (
            f'"{words[0]}"'
            in (DEPLOY.parents[1] / "tests/infra/deploy/test_watching.py").read_text()
        )
    else:
        restore(words)


def restore(words: list[str]) -> None:
    """Restore as test_backup.py does, with the variables that compose gives."""
    program, verb, *_rest = [word for word in words if not word.startswith("--stanza")]
    assert program in {"pgbackrest", "restic"}
    assert f'"{program}", "{verb}"' in (ROOT / RESTORED).read_text()


def apt(words: list[str]) -> None:
    """Name packages of Debian, or of PostgreSQL's archive, alone."""
    assert words[:2] == ["--yes", "--no-install-recommends"]
    assert set(words[2:]) <= PACKAGES


def copy(words: list[str]) -> None:
    """Check that the sources of a copy exist in the checkout."""
    sources = [word for word in words if not word.startswith("-")][:-1]
    assert sources
    written = {"seller.json"}  # by the operator, after the example
    assert all(source in written or list(ROOT.glob(source)) for source in sources)


def systemctl(words: list[str]) -> None:
    """Speak of units that are copied before, or that packages bring."""
    ours = {path.name for path in (DEPLOY / "systemd").iterdir()}
    for unit in [word for word in words[1:] if word.startswith("troovon")]:
        name = unit if "." in unit else f"{unit}.service"
        assert re.sub(r"@\d+", "@", name) in ours
    assert words[0] in {"restart", "enable", "daemon-reload"}


def create_cluster(words: list[str]) -> None:
    """Make the cluster as compose does."""
    given = words[words.index("--") + 1 :]
    assert given == SERVICES["postgresql"]["environment"]["POSTGRES_INITDB_ARGS"].split()


def set_parameter(words: list[str]) -> None:
    """Check that a parameter of PostgreSQL is set to its value in compose."""
    _version, _cluster, _set, name, value = words
    value = value.replace(" --stanza=troovon", "")  # compose names it by a variable
    assert f"--{name}={value}" in SERVICES["postgresql"]["command"]


def as_postgres(words: list[str]) -> None:
    """Check the variables of the script, which another test runs on an empty PostgreSQL."""
    script = words[2]
    if script.startswith("pgbackrest"):
        restore(script.split())
        return
    needed = set(re.findall(r"\$\{?(TROOVON_SQL|POSTGRES_USER)", init_script()))
    needed |= set(re.findall(r"getenv \w+ (\w+)", init_script()))
    assert needed <= set(re.findall(r"(\w+)=", script))
    assert script.endswith("sh infra/database/docker-init.sh")


def init_script() -> str:
    return (ROOT / "infra/database/docker-init.sh").read_text()


def kubectl(words: list[str]) -> None:
    """Have kubectl read it without a cluster, and find the name in the manifests."""
    if words[0] == "apply":
        folder = ROOT / words[-1]
        assert (folder / "kustomization.yaml").exists()  # built by test_kubernetes.py
        return
    named = [word for word in words if word.startswith("troovon-")]
    assert all(name in MANIFESTS for name in named)
    files = [word.partition("=")[2] for word in words if word.startswith("--from-file")]
    assert all((ROOT / name).exists() or name == "seller.json" for name in files)


def python(words: list[str]) -> None:
    """Check an installation, with steps run by the gate, or a virtual environment."""
    if words[0] == "infra/deploy/install.py":
        options = install.parsed(words[1:])
        units = "".join(path.read_text() for path in (DEPLOY / "systemd").iterdir())
        assert f"{options.venv}/bin/python" in units
        assert f"WorkingDirectory={options.files}" in units
        return
    assert words == ["-m", "venv", "/opt/uv"]


def pip(words: list[str]) -> None:
    """Install uv by its hash, as the Dockerfile does."""
    assert " ".join(words[1:]) in " ".join((DEPLOY / "Dockerfile").read_text().split()).replace(
        "\\ ", ""
    )


def user(words: list[str]) -> None:
    """Add the account of the units."""
    assert f"User={words[-1]}" in (DEPLOY / "systemd" / "troovon-worker.service").read_text()


def as_product(words: list[str]) -> None:
    """Run a command with every file of settings that a unit has: doctor looks at all of them."""
    files = {word.rpartition("=")[2].lstrip("-") for word in words if "EnvironmentFile" in word}
    units = "".join(path.read_text() for path in (DEPLOY / "systemd").iterdir())
    known = set(re.findall(r"^EnvironmentFile=-?(\S+)$", units, re.MULTILINE))
    assert files == known - {"/etc/troovon/backup"}
    manage(words[words.index("manage.py") + 1 :])


def secret(words: list[str]) -> None:
    """Draw a secret that the product takes, also as a password inside a URL."""
    drawn = run_program(["openssl", *words]).stdout.strip()
    assert configuration.wrong_values({"SECRET_KEY": drawn}) == []
    assert urlsplit(f"postgresql://troovon_app:{drawn}@postgresql:5432/troovon").password == drawn


def build_image(words: list[str]) -> None:
    """Name options that `troovon image` has; test_built_image.py builds it."""
    assert words[:3] == ["run", "troovon", "image"]
    with pytest.raises(SystemExit) as ended:
        image.main([*words[3:], "--help"])
    assert ended.value.code == 0


def nothing_of_ours(words: list[str]) -> None:
    """Accept a step of the system's, word for word as it is listed above."""
    assert words == []


TRIES: dict[str, Callable[[list[str]], None]] = {
    COMPOSE_WORDS: compose,
    f"COMMIT=$(git rev-parse HEAD) {COMPOSE_WORDS}": compose,
    "apt-get install": apt,
    "cp": copy,
    "openssl": secret,
    "systemctl": systemctl,
    "pg_createcluster": create_cluster,
    "pg_conftool": set_parameter,
    "su postgres": lambda words: as_postgres(["su", *words]),
    "kubectl --namespace troovon": kubectl,
    "kubectl apply": lambda words: kubectl(["apply", *words]),
    "python3": python,
    "/opt/uv/bin/pip": pip,
    "useradd": user,
    "systemd-run": as_product,
    "restic": lambda words: restore(["restic", *words]),
    "uv": build_image,
    **dict.fromkeys(OF_THE_SYSTEM, nothing_of_ours),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_the_runbook_does_what_it_says(command: str) -> None:
    begins = next((words for words in TRIES if command.startswith(words)), None)
    assert begins is not None, "say here how this command is tried"
    TRIES[begins](shlex.split(command.removeprefix(begins)))


def test_runbook_has_commands_for_each_way() -> None:
    assert len(COMMANDS) > 40
    for heading in ("One machine with Docker", "without containers", "Kubernetes", "Settings"):
        assert heading in RUNBOOK


@pytest.mark.parametrize(
    "command",
    [
        f"{COMPOSE_WORDS} up --detach wep-a",
        f"{COMPOSE_WORDS} run --rm prepare python manage.py doctr",
        "systemctl restart troovon-web",
        "pg_conftool 18 main set max_locks_per_transaction 64",
        "cp infra/deploy/Cadyfile /etc/caddy/Caddyfile",
        "python3 infra/deploy/install.py --venv /opt/other --files /srv/troovon",
        "kubectl --namespace troovon create secret generic troovon-comon --from-env-file=common",
    ],
)
def test_mistake_in_a_command_is_found(command: str) -> None:
    with pytest.raises((AssertionError, KeyError, SystemExit)):
        test_command_of_the_runbook_does_what_it_says(command)


def test_settings_table_names_every_variable_once() -> None:
    table = RUNBOOK[RUNBOOK.index("| variable |") :]
    rows = re.findall(r"^\| (`[^|]+) \|", table.split("\n\n")[0], re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([A-Z_]{4,})`", row)]
    shortened = {name for name in NAMES if name.startswith("STRIPE_WEBHOOK_SECRETS_")}
    assert set(NAMES) - shortened - {"VIRUS_SCANNER_URL"} <= set(named)  # both in cells of others
    assert len(named) == len(set(named))
