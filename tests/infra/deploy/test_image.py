"""The image and the installation in it: which files it contains, how both are made."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.demo.seed.world import PASSWORD
from infra.deploy import install
from infra.drills.running.installation import PLANT
from infra.local import environment
from tests.fixtures.programs import run_program

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "infra" / "deploy" / "Dockerfile").read_text()
INSTRUCTIONS = re.findall(r"^([A-Z]+) (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)
KNOWN = {"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "RUN", "USER", "WORKDIR"}
RUNS = [words for word, words in INSTRUCTIONS if word == "RUN"]

OF_INFRA = {path.stem for path in ROOT.glob("infra/*/management/commands/[!_]*.py")}
TRIES = re.compile(
    r"(?:^|[/_])(?:bench(?:es)?|drill(?:s|ed)?|faults?|plant(?:s|ed|ing)?|seed|simulator)(?=[/_.])"
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's files as `install.py` makes them, with this interpreter's packages."""
    files = tmp_path_factory.mktemp("image") / "files"
    install.install_files(files, venv=Path(sys.prefix))
    return files


def test_installation_contains_the_product_and_what_makes_its_assets() -> None:
    assert {"saas", "tenants", "billing", "api", "frontend_templates"} <= set(install.SHIPPED)
    assert [name for name in install.SHIPPED if name.startswith("infra")] == [
        "infra/__init__.py",
        "infra/assets",
    ]
    assert not [name for name in install.SHIPPED if not (ROOT / name).exists()]


def test_installation_contains_no_fictional_seller(image: Path) -> None:
    """A demo's seller in the image would sign real invoices."""
    assert not list(image.rglob("*seller*.json"))


def test_installation_contains_catalogues_fonts_and_compiled_files(image: Path) -> None:
    assert len(list(image.glob("saas/locale/*/LC_MESSAGES/*.mo"))) == len(["fr", "en"])
    assert {"icons.svg", "troovon.css", "troovon.js"} <= {
        path.name for path in (image / ".troovon" / "assets").iterdir()
    }
    modules = [path for path in image.rglob("*.py") if "frontend_templates" not in path.parts]
    compiled = {
        Path(path.parent.parent, path.name.split(".")[0] + ".py")
        for path in image.rglob("__pycache__/*.pyc")
    }
    assert modules
    assert set(modules) - {image / "manage.py"} <= compiled


def test_builder_gets_what_is_shipped_and_the_steps_alone() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    given = [line.removeprefix("!") for line in lines if line.startswith("!")]
    steps = ["infra/deploy/install.py", "infra/deploy/requirements-uv.lock", install.LOCK]
    assert "*" in lines
    assert sorted(given) == sorted([*install.SHIPPED, *steps])


def test_image_is_made_by_the_same_steps_as_every_installation() -> None:
    made = [words for words in RUNS if "infra/deploy/install.py" in words]
    assert len(made) == len(["packages", "files"])
    assert not [
        words for words in RUNS if re.search(r"compileall|pybabel|infra\.assets|pip sync", words)
    ]


def test_everything_from_an_index_is_installed_by_its_hash(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: commands.append(command))
    install.install_packages(tmp_path)
    installs = [words for words in commands if "sync" in words]
    assert installs
    assert all("--require-hashes" in words for words in installs)
    assert all("--require-hashes" in words for words in RUNS if "pip install" in words)


def test_packages_keep_the_languages_and_services_of_the_product(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.13" / "site-packages"
    files = {
        *("django/conf/locale/fr/django.mo", "django/conf/locale/__init__.py"),
        *("babel/locale-data/fr_BE.dat", "babel/locale-data/root.dat", "babel/global.dat"),
        *("botocore/data/s3/2006/service.json.gz", "botocore/data/endpoints.json"),
    }
    removed = {
        *("django/contrib/auth/locale/de/django.mo", "babel/locale-data/de.dat"),
        "botocore/data/ec2/2016/service.json.gz",
    }
    for name in (*files, *removed):
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).touch()
    install.lighten_packages(tmp_path)
    left = {str(path.relative_to(packages)) for path in packages.rglob("*") if path.is_file()}
    assert left == files


def test_step_that_fails_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert install.main(["--venv", str(tmp_path / "venv"), "--uv", "no-such-program"]) == 1
    assert "The installation is not complete" in capsys.readouterr().err


def test_notice_names_each_package_that_is_shipped() -> None:
    lock = (ROOT / "requirements-prod.lock").read_text()
    shipped = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
    table = re.findall(r"^\| [^|]+ \| ([^|]+) \|$", (ROOT / "NOTICE.md").read_text(), re.MULTILINE)
    named = [name for row in table[1:] for name in row.split(", ")]
    assert sorted(named) == sorted(shipped)


def test_the_dockerfile_has_only_instructions_that_exist() -> None:
    assert {word for word, _words in INSTRUCTIONS} <= KNOWN


def test_every_image_has_a_version() -> None:
    begun = [words.split() for word, words in INSTRUCTIONS if word == "FROM"]
    assert {words[-1] for words in begun} == {
        *("installation", "app", "database", "prepare", "backup")
    }
    bases = dict(words.split("=") for word, words in INSTRUCTIONS if word == "ARG")
    stages = {words[-1] for words in begun}
    for base in {words[0] for words in begun} - stages:
        assert re.fullmatch(r"[a-z/]+:(?!latest$)[a-z0-9.-]+", bases[base.strip("${}")])


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


def test_image_holds_nothing_that_tries_or_shows_the_product(image: Path) -> None:
    names = [str(path.relative_to(image)) for path in image.rglob("*.py")]
    assert names
    real = "tenants/spaces/database/cells/faults.py"  # faults of a cluster, planted by nobody
    assert [name for name in names if TRIES.search(name)] == [real]
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
