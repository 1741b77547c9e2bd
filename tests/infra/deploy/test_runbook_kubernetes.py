"""The runbook with Kubernetes: each of its commands is run by kubectl, against a stand-in's API.

The stand-in checks fields as Kubernetes does; no pod starts.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.processes import ROOT
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import program
from tests.infra.deploy.kube_api import Api, kube_api
from tests.infra.deploy.test_runbook import COMMANDS, RUNBOOK

type Manifest = dict[str, Any]

FILES = ("common", "webhooks", "stripe", "owner", "valkey", "backups")
# How manifests refer to secrets and maps: the word, and the name inside.
REFERENCES = {
    "secretRef": ("Secret", "name"),
    "secretKeyRef": ("Secret", "name"),
    "secret": ("Secret", "secretName"),
    "configMapRef": ("ConfigMap", "name"),
    "configMap": ("ConfigMap", "name"),
}
STRIPE = "STRIPE_WEBHOOK_SECRETS_"


@pytest.fixture
def api() -> Iterator[Api]:
    with kube_api() as found:
        yield found


def section() -> str:
    return RUNBOOK[RUNBOOK.index("\n## Kubernetes\n") :].split("\n## ")[1]


def names_in(file: str) -> list[str]:
    """Return the variables that the runbook has an operator write into a file."""
    text = section()[: section().index("```sh")]
    before = min(text.index(f"`{file}`"), len(text))
    rest = re.split(rf"`(?:{'|'.join(set(FILES) - {file})})`", text[before:])[0]
    written = re.findall(r"`(…?[A-Z_]+)`", rest)
    return [name.replace("…_", STRIPE) for name in written if name != "NAME"]


def place_with_files(tmp_path: Path, api: Api) -> dict[str, str]:
    """Write the files of the runbook; return the variables of kubectl."""
    (tmp_path / "infra").symlink_to(ROOT / "infra")
    (tmp_path / "seller.json").write_bytes((ROOT / "infra/local/seller.json").read_bytes())
    for file in FILES:
        lines = [f"{name}=x" for name in names_in(file)]
        assert lines, file
        (tmp_path / file).write_text("\n".join(lines))
    cluster = {"server": f"http://127.0.0.1:{api.server_port}"}
    context = {"cluster": "stand-in", "user": ""}
    config = {
        "clusters": [{"name": "stand-in", "cluster": cluster}],
        "contexts": [{"name": "stand-in", "context": context}],
        "current-context": "stand-in",
    }
    (tmp_path / "config").write_text(yaml.safe_dump(config))
    path = f"{Path(program('kubectl')).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "config")}


def run(command: str, place: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the runbook's own words
        ["sh", "-euc", command],  # noqa: S607
        cwd=place,
        env=environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_commands_for_kubernetes_make_all_that_pods_name(tmp_path: Path, api: Api) -> None:
    environ = place_with_files(tmp_path, api)
    for command in [line for line in COMMANDS if line.startswith("kubectl ")]:
        done = run(command, tmp_path, environ)
        assert done.returncode == 0, (command, done.stdout + done.stderr)
    applied = list(api.objects.values())
    assert len(applied) > 30
    made = {(each["kind"], each["metadata"]["name"]): each for each in applied}
    named = list(of_pods(applied))
    assert len(named) > 20
    assert not {key for key in named if key not in made}
    keys = {key for each in applied if each["kind"] == "Secret" for key in each["data"]}
    assert set(of_keys(applied)) <= keys


def test_field_that_kubernetes_does_not_know_is_refused(tmp_path: Path, api: Api) -> None:
    environ = place_with_files(tmp_path, api)
    (tmp_path / "wrong.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndaten: {}\n"
    )
    assert run("kubectl create namespace default", tmp_path, environ).returncode == 0
    done = run("kubectl apply --filename wrong.yaml", tmp_path, environ)
    assert done.returncode == 1
    assert "daten" in done.stderr


def walk(value: object) -> Iterator[Manifest]:
    """Yield each mapping inside a manifest."""
    parts: list[object] = list(value) if isinstance(value, list) else []
    if isinstance(value, dict):
        yield value
        parts = list(value.values())
    for part in parts:
        yield from walk(part)


def of_pods(applied: list[Manifest]) -> Iterator[tuple[str, str]]:
    """Yield the kind and name of each secret and map that manifests refer to."""
    for part in walk(applied):
        for word, (kind, name) in REFERENCES.items():
            if isinstance(part.get(word), dict) and name in part[word]:
                yield kind, part[word][name]


def of_keys(applied: list[Manifest]) -> Iterator[str]:
    """Yield each key of a secret that a container is given alone."""
    for part in walk(applied):
        if "secretKeyRef" in part:
            yield part["secretKeyRef"]["key"]
