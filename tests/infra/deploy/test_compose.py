"""The files for Docker, as far as they can be checked without it."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from infra.local import environment
from saas.environment import HOLDERS
from tests.fixtures.programs import program, run_program
from tests.infra.deploy.services import COMPOSE, SERVICES

ROOT = Path(__file__).resolve().parents[3]
WEBS = ["web-a", "web-b"]
PRODUCT = ["prepare", *WEBS, "worker", "caller", "fetcher", "founder", "beat"]
DOCKERFILE = (ROOT / "infra" / "deploy" / "Dockerfile").read_text()
INSTRUCTIONS = re.findall(r"^([A-Z]+) (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)
KNOWN = {"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "RUN", "USER", "WORKDIR"}


def names_read_by(path: Path) -> set[str]:
    """Find the names of the environment that code reads, however it reads them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.add(node.slice)
        if isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func)
            if called in {
                "os.environ.get",
                "os.getenv",
                "own_secret",
                "secrets_of",
                "required",
                "required_file",
            }:
                found.add(node.args[0])
    return {str(node.value) for node in found if isinstance(node, ast.Constant)}


def settings_of(service: str) -> dict[str, str]:
    """Merge YAML's `<<` as compose does."""
    found: dict[str, str] = SERVICES[service]["environment"]
    return found


def test_the_settings_read_the_listed_names_and_nothing_else() -> None:
    read = names_read_by(ROOT / "saas" / "settings.py") | names_read_by(
        ROOT / "saas" / "environment.py"
    )
    assert read == set(environment.NAMES)


@pytest.mark.parametrize("service", PRODUCT)
def test_every_setting_that_compose_names_exists(service: str) -> None:
    assert set(settings_of(service)) <= set(environment.NAMES)


# A managed database, a side cluster for a rewind, and substitutes of tests and the demo.
NOT_BY_COMPOSE = {
    *("DATABASE_IS_MANAGED", "DATABASE_SIDE_URL", "DATABASE_DISK", "STRIPE_API_BASE"),
    *(
        "DNS_RESOLVER",
        "PUSH_CARRIER",
        "VAT_REGISTER",
        "EINVOICING_PLATFORM",
        "WEBHOOK_LOCAL_RECEIVERS",
        "OIDC_LOCAL_PROVIDERS",
    ),
}


def test_every_setting_reaches_the_processes_or_has_a_reason() -> None:
    passed = {name for service in PRODUCT for name in settings_of(service)}
    assert set(environment.NAMES) - passed == NOT_BY_COMPOSE
    example = (ROOT / ".env.example").read_text()
    wanted = {name for one in PRODUCT for name in re.findall(r"\$\{(\w+):", str(settings_of(one)))}
    assert {name for name in wanted if f"\n{name}=" not in example} == set()


def test_web_keeps_what_slow_clients_hold_on_the_disk() -> None:
    """Up to two gigabytes wait in `/tmp`; a tmpfs is memory of the container."""
    assert not SERVICES["web-a"]["tmpfs"]
    assert "/tmp" in SERVICES["web-a"]["volumes"]  # noqa: S108 - as the image has it


@pytest.mark.parametrize("service", PRODUCT)
def test_each_process_says_what_it_is(service: str) -> None:
    kind = "web" if service in WEBS else service.replace("prepare", "manage")
    assert settings_of(service)["TROOVON_PROCESS"] == kind


def test_only_who_builds_schemas_holds_the_owners_password() -> None:
    holders = {name for name in PRODUCT if "DATABASE_OWNER_URL" in settings_of(name)}
    assert holders == {"prepare", "founder"}


@pytest.mark.parametrize("service", PRODUCT)
def test_service_is_given_only_its_own_secrets(service: str) -> None:
    process = settings_of(service)["TROOVON_PROCESS"]
    given = set(settings_of(service)) & set(HOLDERS)
    own = {name for name, holders in HOLDERS.items() if process in holders}
    assert given <= own
    assert given == own or service == "prepare"


def test_web_starts_before_stripe_has_given_its_secrets() -> None:
    """`stripe_destinations` prints them, and needs a running installation."""
    names = [name for name in settings_of("web-a") if name.startswith("STRIPE_WEBHOOK_SECRETS_")]
    assert [settings_of("web-a")[name] for name in names] == [f"${{{name}:-}}" for name in names]
    assert len(names) == 3


@pytest.mark.parametrize("service", PRODUCT)
def test_no_password_stands_in_the_file(service: str) -> None:
    urls = [value for name, value in settings_of(service).items() if name.endswith("_URL")]
    assert urls
    given = r"\S+://\S*:\$\{\w+:\?\}@\S+"
    default = r"\$\{\w+:[?-](tcp://[a-z]+:\d+)?\}"
    for url in urls:
        assert re.fullmatch(f"{given}|{default}", url), url


@pytest.mark.parametrize("service", PRODUCT)
def test_product_is_reached_through_the_proxy_only(service: str) -> None:
    assert "ports" not in SERVICES[service]


@pytest.mark.parametrize(
    ("service", "longest_seconds"),
    [
        ("web-a", settings.HEADER_SECONDS + settings.BODY_SECONDS),
        *(
            (name, settings.CELERY_TASK_TIME_LIMIT)
            for name in ("worker", "caller", "fetcher", "founder")
        ),
    ],
)
def test_process_may_finish_its_work_before_it_is_killed(
    service: str, longest_seconds: int
) -> None:
    assert int(SERVICES[service]["stop_grace_period"].removesuffix("s")) > longest_seconds


def test_database_and_broker_are_not_reachable_from_outside() -> None:
    assert "ports" not in SERVICES["postgresql"]
    assert "ports" not in SERVICES["valkey"]


def test_proxy_knows_each_web_process() -> None:
    upstreams = SERVICES["proxy"]["environment"]["UPSTREAMS"].split()
    assert upstreams == [f"{name}:8000" for name in WEBS]


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "prepare"])
def test_each_container_has_limits_of_memory_and_logs(service: str) -> None:
    """A file or a query that takes all of the machine would end PostgreSQL beside it."""
    assert SERVICES[service]["mem_limit"]
    assert SERVICES[service]["logging"]["options"]["max-size"]


def test_each_queue_has_its_worker() -> None:
    queues = {"worker": "default", "caller": "calls", "fetcher": "fetches", "founder": "owner"}
    for service, queue in queues.items():
        words = SERVICES[service]["command"]
        assert words[words.index("-Q") + 1] == queue


@pytest.mark.parametrize("mounted", ["../database", "../database/docker-init.sh"])
def test_files_that_compose_mounts_exist(mounted: str) -> None:
    volumes = [volume.split(":")[0] for volume in SERVICES["postgresql"]["volumes"]]
    assert mounted in volumes
    assert (ROOT / "infra" / "deploy" / mounted).exists()


@pytest.mark.parametrize("service", PRODUCT)
def test_each_service_is_built_from_the_dockerfile_at_the_checkouts_root(service: str) -> None:
    build = SERVICES[service]["build"]
    context = ROOT / "infra" / "deploy" / build["context"]
    assert context.resolve() == ROOT
    assert (context / build["dockerfile"]).read_text() == DOCKERFILE


def test_example_of_a_dot_env_names_what_compose_reads() -> None:
    read = set(re.findall(r"\$\{(\w+)", (ROOT / "infra" / "deploy" / "compose.yaml").read_text()))
    read |= {one["environment"] for one in COMPOSE["secrets"].values() if "environment" in one}
    named = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(read)


@pytest.mark.parametrize("service", ["postgresql", "web-a", "web-b"])
def test_slow_start_is_no_fault(service: str) -> None:
    """Check the patience: `up` ends with an error once a service counts as unhealthy."""
    assert int(SERVICES[service]["healthcheck"]["start_period"].removesuffix("s")) >= 180


def test_image_makes_no_database_before_ours() -> None:
    """Check the name: the image makes POSTGRES_DB first, and by default that of the user."""
    assert SERVICES["postgresql"]["environment"]["POSTGRES_DB"] == "postgres"
    assert "CREATE DATABASE troovon" in (ROOT / "infra/database/docker-init.sh").read_text()


def test_the_database_logs_no_statement_and_no_row() -> None:
    command = SERVICES["postgresql"]["command"]
    assert {"--log_min_error_statement=panic", "--log_error_verbosity=terse"} <= set(command)


def test_log_of_the_database_is_archived_where_backups_are_taken() -> None:
    """Check that the archiver and the nightly backup share the repository, key and folder."""
    database, backup = SERVICES["postgresql"], SERVICES["backup"]
    assert {"--archive_mode=on", "--track_commit_timestamp=on", "--archive_timeout=60"} <= set(
        database["command"]
    )
    names = [name for name in database["environment"] if name.startswith("PGBACKREST_")]
    assert {name: database["environment"][name] for name in names} == {
        name: backup["environment"][name] for name in names
    }
    assert database["environment"]["PGBACKREST_REPO1_CIPHER_TYPE"] == "aes-256-cbc"
    shared = {"database:/var/lib/postgresql", "${BACKUP_DIR:?}:/backups"}
    assert shared <= set(database["volumes"]) & set(backup["volumes"])
    assert settings_of("worker")["BACKUPS"] == "yes"


@pytest.mark.proof
def test_compose_itself_reads_the_file_and_the_filled_example(tmp_path: Path) -> None:
    """The runbook's first command, without a daemon, run by compose where it is installed."""
    docker = program("docker")
    if run_program([docker, "compose", "version"]).returncode:
        pytest.skip("compose is not installed here")
    example = (ROOT / ".env.example").read_text()
    (tmp_path / ".env").write_text(re.sub(r"^(\w+)=$", r"\1=word", example, flags=re.MULTILINE))
    words = [docker, "compose", "--file", "infra/deploy/compose.yaml"]
    words += ["--env-file", str(tmp_path / ".env"), "config"]
    assert run_program([*words, "--quiet"]).returncode == 0
    named = run_program([*words, "--services"]).stdout.split()
    assert sorted(named) == sorted(SERVICES)
    (tmp_path / ".env").write_text(example)
    refused = run_program([*words, "--quiet"])
    assert refused.returncode != 0
    assert "required variable" in refused.stderr
