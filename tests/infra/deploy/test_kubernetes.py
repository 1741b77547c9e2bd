"""The manifests for Kubernetes: valid, closed by default, and the same processes as compose has."""

import copy
import os
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from infra.local import environment
from tests.fixtures.programs import program, run_program
from tests.infra.deploy.fronts import DEPLOY
from tests.infra.deploy.services import SERVICES

MANIFESTS = DEPLOY / "kubernetes"
OVERLAYS = ("small", "large")
WORKLOADS = {"Deployment", "Job", "StatefulSet"}
HOLDERS = {
    "troovon-owner": {"founder", "prepare"},
    "troovon-stripe": {"caller", "prepare"},
    "troovon-webhooks": {"web", "static"},
}

type Manifest = dict[str, Any]


def manifests(overlay: str) -> list[Manifest]:
    """Return the manifests of an overlay, as built by kustomize."""
    built = run_program(
        [program("kubectl"), "kustomize", MANIFESTS / overlay], env={"PATH": os.environ["PATH"]}
    )
    assert built.returncode == 0, built.stderr
    return list(yaml.safe_load_all(built.stdout))


@pytest.fixture(scope="module", params=OVERLAYS)
def applied(request: pytest.FixtureRequest) -> list[Manifest]:
    return manifests(request.param)


def pods(applied: list[Manifest]) -> dict[str, Manifest]:
    """Return the pod of each workload by its component."""
    return {
        each["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]: each["spec"][
            "template"
        ]["spec"]
        for each in applied
        if each["kind"] in WORKLOADS
    }


def containers(pod: Manifest) -> list[Manifest]:
    found: list[Manifest] = pod["containers"] + pod.get("initContainers", [])
    return found


def is_of_kubernetes(manifest: Manifest) -> bool:
    """Whether Kubernetes itself defines a manifest's kind, and no operator."""
    return not {"cnpg.io", "coreos.com"} & {
        manifest["apiVersion"].partition("/")[0].partition(".")[2]
    }


def test_manifests_are_valid(applied: list[Manifest]) -> None:
    version = kubernetes_validate.latest_version()
    checked = [each for each in applied if is_of_kubernetes(each)]
    assert len(checked) > len(WORKLOADS)
    for each in checked:
        kubernetes_validate.validate(each, version, strict=True)


def test_check_refuses_a_misspelt_field(applied: list[Manifest]) -> None:
    [web] = [
        each
        for each in applied
        if each["metadata"]["name"] == "troovon-web" and each["kind"] == "Deployment"
    ]
    broken = copy.deepcopy(web)
    broken["spec"]["template"]["spec"]["container"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, kubernetes_validate.latest_version(), strict=True)


def test_processes_run_the_commands_of_compose(applied: list[Manifest]) -> None:
    found = pods(applied)
    for name in ("worker", "caller", "fetcher", "founder", "beat"):
        assert found[name]["containers"][0]["command"] == SERVICES[name]["command"], name
    assert found["web"]["containers"][0]["command"][:3] == ["python", "-m", "saas.serving"]
    assert {"proxy", "valkey", "prepare"} <= set(found)


def test_no_container_may_gain_rights(applied: list[Manifest]) -> None:
    for name, pod in pods(applied).items():
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name
        for each in containers(pod):
            secured = each["securityContext"]
            assert secured["readOnlyRootFilesystem"], name
            assert secured["allowPrivilegeEscalation"] is False, name
            assert secured["capabilities"] == {"drop": ["ALL"]}, name
            assert each["resources"]["limits"]["memory"], name


@pytest.mark.parametrize(("secret", "holders"), HOLDERS.items())
def test_secret_reaches_its_processes_alone(
    applied: list[Manifest], secret: str, holders: set[str]
) -> None:
    found = {
        each["name"]
        for pod in pods(applied).values()
        for each in containers(pod)
        for source in each.get("envFrom", [])
        if source.get("secretRef", {}).get("name") == secret
    }
    assert found == holders


def test_prometheus_is_let_in_where_it_is_wanted(tmp_path: Path) -> None:
    here = os.path.relpath(MANIFESTS, tmp_path)
    wanted = {"resources": [f"{here}/small"], "components": [f"{here}/watching"]}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(wanted))
    applied = manifests(str(tmp_path))
    [scrape] = [each for each in applied if each["kind"] == "ScrapeConfig"]
    [service] = [
        each for each in applied if each["kind"] == "Service" and "web" in each["metadata"]["name"]
    ]
    target = f"{service['metadata']['name']}.{service['metadata']['namespace']}:8000"
    assert scrape["spec"]["staticConfigs"] == [{"targets": [target]}]
    assert scrape["spec"]["authorization"]["credentials"]["key"] == "METRICS_TOKEN"
    closed = [each["metadata"]["name"] for each in manifests("small")]
    assert "troovon-metrics" not in closed


def test_settings_are_the_products(applied: list[Manifest]) -> None:
    [settings] = [each["data"] for each in applied if "BASE_HOST" in each.get("data", {})]
    assert set(settings) - set(environment.NAMES) == {"ACME_EMAIL", "TMPDIR"}


def test_pods_accept_no_connection_that_no_policy_names(applied: list[Manifest]) -> None:
    policies = {
        each["metadata"]["name"]: each["spec"]
        for each in applied
        if each["kind"] == "NetworkPolicy"
    }
    closed = policies.pop("troovon-closed")
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress"]}
    reached = policies.pop("troovon-postgresql")
    [selected] = reached["podSelector"]["matchExpressions"]
    names = {each["metadata"]["name"] for each in applied if each["kind"] == "Cluster"}
    assert names | {"troovon-trial"} == set(selected["values"])
    [product, _itself] = reached["ingress"][0]["from"]
    clients = {"web", "worker", "caller", "fetcher", "founder", "beat", "prepare", "backup-check"}
    assert set(product["podSelector"]["matchExpressions"][0]["values"]) == clients
    opened = {
        spec["podSelector"]["matchLabels"]["app.kubernetes.io/component"]
        for spec in policies.values()
    }
    assert opened == {"proxy", "web", "valkey"}


def test_backups_are_taken_restored_and_compared_each_night(applied: list[Manifest]) -> None:
    by_name = {(each["kind"], each["metadata"]["name"]): each for each in applied}
    store = by_name["ObjectStore", "troovon-backups"]["spec"]
    [settings] = [each["data"] for each in applied if "BACKUP_DAYS" in each.get("data", {})]
    assert store["retentionPolicy"] == f"{settings['BACKUP_DAYS']}d"
    assert settings["BACKUPS"] == "yes"
    [plugin] = by_name["Cluster", "troovon-postgresql"]["spec"]["plugins"]
    assert plugin["parameters"] == {"barmanObjectName": "troovon-backups"}
    nightly = by_name["ScheduledBackup", "troovon-nightly"]["spec"]
    assert nightly["pluginConfiguration"]["name"] == plugin["name"]
    job = by_name["CronJob", "troovon-backup-check"]["spec"]["jobTemplate"]["spec"]["template"]
    assert job["metadata"]["labels"]["app.kubernetes.io/component"] == "backup-check"
    mark, restore = job["spec"]["initContainers"]
    [compare] = job["spec"]["containers"]
    assert "manage.py backup mark > /work/mark.json" in mark["command"][-1]
    assert compare["command"][-1] == "python manage.py backup compare"
    trial = yaml.safe_load(by_name["ConfigMap", "troovon-trial"]["data"]["cluster.yaml"])
    assert trial["spec"]["bootstrap"]["recovery"]["recoveryTarget"] == {"targetLSN": "LSN"}
    assert f"cluster/{trial['metadata']['name']}" in restore["args"][0]
    for each in (mark, restore, compare):
        assert each["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_mark_s_line_is_read_as_the_job_reads_it(applied: list[Manifest], tmp_path: Path) -> None:
    [job] = [
        each
        for each in applied
        if each["metadata"]["name"] == "troovon-backup-check" and each["kind"] == "CronJob"
    ]
    restore = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["initContainers"][1]
    [line] = [one for one in restore["args"][0].splitlines() if one.startswith("lsn=")]
    (tmp_path / "mark.json").write_text('{"label": "mark 1", "lsn": "0/1A2B3C", "fault": ""}')
    script = line.replace("/work", str(tmp_path)) + '; echo "$lsn"'
    assert run_program(["sh", "-euc", script]).stdout.strip() == "0/1A2B3C"


def test_web_stays_up_while_nodes_and_releases_change(applied: list[Manifest]) -> None:
    by_kind = {each["kind"]: each for each in applied if each["metadata"]["name"] == "troovon-web"}
    assert by_kind["PodDisruptionBudget"]["spec"]["minAvailable"] >= 1
    assert by_kind["HorizontalPodAutoscaler"]["spec"]["minReplicas"] >= 2
    assert by_kind["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    [web] = pods(applied)["web"]["containers"]
    assert web["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert web["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert "httpHeaders" not in web["readinessProbe"]["httpGet"]


def test_overlays_differ_in_size_alone() -> None:
    small, large = (
        {(each["kind"], each["metadata"]["name"]) for each in manifests(overlay)}
        for overlay in OVERLAYS
    )
    assert small == large
    assert all(Path(MANIFESTS, overlay, "postgresql.yaml").exists() for overlay in OVERLAYS)
