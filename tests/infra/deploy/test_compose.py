"""The files for Docker, as far as they can be checked without it."""

import ast
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from infra.demo.seed.world import PASSWORD
from infra.drills.installation import PLANT
from infra.local import environment
from tests.fixtures.programs import run_program

ROOT = Path(__file__).resolve().parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "deploy" / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PRODUCT = ["prepare", "web", "worker", "caller", "founder", "beat"]
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
            if called in {"os.environ.get", "os.getenv", "secrets_of", "required", "required_file"}:
                found.add(node.args[0])
    return {str(node.value) for node in found if isinstance(node, ast.Constant)}


def settings_of(service: str) -> dict[str, str]:
    """Merge YAML's `<<` as compose does."""
    found: dict[str, str] = SERVICES[service]["environment"]
    return found


def copied() -> list[str]:
    """List what is copied from the checkout; `--from` copies from another stage."""
    return [
        source
        for word, words in INSTRUCTIONS
        if word == "COPY" and not words.startswith("--from")
        for source in words.split()[:-1]
    ]


def test_the_settings_read_the_listed_names_and_nothing_else() -> None:
    read = names_read_by(ROOT / "saas" / "settings.py") | names_read_by(
        ROOT / "saas" / "environment.py"
    )
    assert read == set(environment.NAMES)


@pytest.mark.parametrize("service", PRODUCT)
def test_every_setting_that_compose_names_exists(service: str) -> None:
    assert set(settings_of(service)) <= set(environment.NAMES)


# A managed database, a side cluster for a rewind, and stand-ins of tests and the demo.
NOT_BY_COMPOSE = {
    *("DATABASE_IS_MANAGED", "DATABASE_SIDE_URL", "DATABASE_DISK", "STRIPE_API_BASE"),
    *(
        "DNS_RESOLVER",
        "PUSH_CARRIER",
        "VAT_REGISTER",
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
    assert not SERVICES["web"]["tmpfs"]
    assert "/tmp" in SERVICES["web"]["volumes"]  # noqa: S108 - as the image has it


@pytest.mark.parametrize("service", PRODUCT)
def test_each_process_says_what_it_is(service: str) -> None:
    assert settings_of(service)["TROOVON_PROCESS"] == service.replace("prepare", "manage")


def test_only_who_builds_schemas_holds_the_owners_password() -> None:
    holders = {name for name in PRODUCT if "DATABASE_OWNER_URL" in settings_of(name)}
    assert holders == {"prepare", "founder"}


@pytest.mark.parametrize("service", PRODUCT)
def test_no_password_stands_in_the_file(service: str) -> None:
    urls = [value for name, value in settings_of(service).items() if name.endswith("_URL")]
    assert urls
    for url in urls:
        assert re.fullmatch(r"\S+://\S*:\$\{\w+:\?\}@\S+|\$\{\w+:[?-]\}", url), url


@pytest.mark.parametrize("service", PRODUCT)
def test_the_product_listens_to_this_machine_only(service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[service].get("ports", []))


@pytest.mark.parametrize(
    ("service", "longest_seconds"),
    [
        ("web", settings.HEADER_SECONDS + settings.BODY_SECONDS),
        *((name, settings.CELERY_TASK_TIME_LIMIT) for name in ("worker", "caller", "founder")),
    ],
)
def test_process_may_finish_its_work_before_it_is_killed(
    service: str, longest_seconds: int
) -> None:
    assert int(SERVICES[service]["stop_grace_period"].removesuffix("s")) > longest_seconds


def test_database_and_broker_are_not_reachable_from_outside() -> None:
    assert "ports" not in SERVICES["postgresql"]
    assert "ports" not in SERVICES["valkey"]


def test_each_queue_has_its_worker() -> None:
    for service, queue in {"worker": "default", "caller": "calls", "founder": "owner"}.items():
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


def test_files_that_the_image_copies_exist() -> None:
    assert "requirements-prod.lock" in copied()
    missing = [source for source in copied() if not (ROOT / source).exists()]
    assert not missing


@pytest.mark.parametrize("package", ["saas", "tenants", "billing", "api", "frontend_templates"])
def test_the_image_runs_from_the_copied_tree(package: str) -> None:
    assert package in copied()


def test_only_what_production_needs_of_infra_is_in_the_image() -> None:
    of_infra = [source for source in copied() if source.startswith("infra")]
    assert of_infra == ["infra/__init__.py", "infra/assets"]


def test_image_holds_nobody_invented_who_sells() -> None:
    """A demo's seller in the image would sign real invoices."""
    shipped = [path for source in copied() for path in (ROOT / source).rglob("*seller*.json")]
    assert not shipped


OF_INFRA = {path.stem for path in ROOT.glob("infra/*/management/commands/[!_]*.py")}
TRIES = re.compile(
    r"(?:^|[/_])(?:bench(?:es)?|drill(?:s|ed)?|faults?|plant(?:s|ed|ing)?|seed|simulator)(?=[/_.])"
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copied tree, as it stands in the image."""
    tree = tmp_path_factory.mktemp("image")
    for source in copied():
        target = tree / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / source, target)
    return tree


def test_image_holds_nothing_that_tries_or_shows_the_product(image: Path) -> None:
    names = [str(path.relative_to(image)) for path in image.rglob("*.py")]
    assert names
    assert not [name for name in names if TRIES.search(name)]
    assert TRIES.search("infra/stripe_simulator/api.py")
    assert TRIES.search("infra/drills/settings/access.py")


def test_image_holds_neither_password_nor_faults_of_a_demo(image: Path) -> None:
    words = (PASSWORD, PLANT, "_sim/")
    texts = {path: path.read_text(errors="replace") for path in image.rglob("*") if path.is_file()}
    assert not [path for path, text in texts.items() if any(word in text for word in words)]


@pytest.mark.parametrize("name", ["production", "demo"])
def test_image_runs_without_the_rest_of_the_checkout(image: Path, name: str) -> None:
    settings = {each: os.environ[each] for each in environment.NAMES if each in os.environ}
    done = run_program(
        [sys.executable, image / "manage.py", "help", "--commands"],
        env={"PATH": os.environ["PATH"], **settings, "TROOVON_ENV": name},
    )
    assert done.returncode == 0, done.stderr
    commands = set(done.stdout.split())
    assert {"prepare", "operator", "space", "rewind"} <= commands
    assert {"tick", "seed", "drill_walls", "bench_request"} <= OF_INFRA
    assert not commands & OF_INFRA


def test_example_of_a_dot_env_names_what_compose_reads() -> None:
    read = set(re.findall(r"\$\{(\w+)", (ROOT / "infra" / "deploy" / "compose.yaml").read_text()))
    named = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(read)


def test_builder_is_given_what_the_image_copies_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    given = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert "*" in lines
    assert sorted(given) == sorted(copied())


def test_notice_names_each_package_that_is_shipped() -> None:
    lock = (ROOT / "requirements-prod.lock").read_text()
    shipped = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
    table = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", (ROOT / "NOTICE.md").read_text(), re.MULTILINE)
    named = [name for row in table[1:] for name in row.split(", ")]
    assert sorted(named) == sorted(shipped)


def test_packages_are_installed_by_their_hashes() -> None:
    installs = [words for word, words in INSTRUCTIONS if word == "RUN" and "uv pip" in words]
    assert installs
    assert all("--require-hashes" in words for words in installs)


def test_all_code_is_compiled_in_the_image_where_nobody_may_write() -> None:
    compiled = re.search(r"python -m compileall -q ([a-z ]+)$", DOCKERFILE, re.MULTILINE)
    folders = {name.split("/")[0] for name in copied() if any((ROOT / name).rglob("*.py"))}
    assert SERVICES["web"]["read_only"]
    assert compiled is not None
    assert set(compiled[1].split()) == folders


def test_the_dockerfile_has_only_instructions_that_exist() -> None:
    assert {word for word, _words in INSTRUCTIONS} <= KNOWN


def test_every_image_has_a_version() -> None:
    begun = [words.split() for word, words in INSTRUCTIONS if word == "FROM"]
    assert {words[-1] for words in begun} == {"packages", "app", "prepare"}
    for image, *_ in begun:
        assert re.fullmatch(r"[a-z/]+:(?!latest$)[a-z0-9.-]+", image)


@pytest.mark.parametrize("stage", ["app", "prepare"])
def test_nothing_runs_as_root(stage: str) -> None:
    users = re.search(rf" AS {stage}\n(.*?)(?=\nFROM|\Z)", DOCKERFILE, re.DOTALL)
    assert users is not None
    assert re.findall(r"^USER (.+)$", users[1], re.MULTILINE)[-1] == "troovon"


def test_apt_leaves_no_lists_behind() -> None:
    installs = [words for word, words in INSTRUCTIONS if word == "RUN" and "apt-get" in words]
    assert installs
    assert all("rm -rf /var/lib/apt/lists/*" in words for words in installs)
    assert all("--no-install-recommends" in words for words in installs)


def test_the_database_logs_no_statement_and_no_row() -> None:
    command = SERVICES["postgresql"]["command"]
    assert {"--log_min_error_statement=panic", "--log_error_verbosity=terse"} <= set(command)
