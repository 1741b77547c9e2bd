"""A stand-in of Kubernetes' API: keeps the objects of kubectl, and refuses wrong fields.

Objects of Kubernetes' own kinds are checked with its schemas; kinds of operators are listed here,
as if the operators had been installed.
"""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import kubernetes_validate  # type: ignore[import-untyped]

from tests.infra.deploy.kube_protobuf import MAGIC, manifest_of

type Manifest = dict[str, Any]

KINDS = {
    "v1": (
        *("ConfigMap", "Namespace", "PersistentVolumeClaim", "Secret", "Service"),
        "ServiceAccount",
    ),
    "apps/v1": ("Deployment", "StatefulSet"),
    "autoscaling/v2": ("HorizontalPodAutoscaler",),
    "batch/v1": ("CronJob", "Job"),
    "networking.k8s.io/v1": ("NetworkPolicy",),
    "policy/v1": ("PodDisruptionBudget",),
    "rbac.authorization.k8s.io/v1": ("Role", "RoleBinding"),
    "barmancloud.cnpg.io/v1": ("ObjectStore",),
    "postgresql.cnpg.io/v1": ("Cluster", "ScheduledBackup"),
}
OF_OPERATORS = "cnpg.io"


class Api(http.server.ThreadingHTTPServer):
    """The server, with the objects that it keeps by their paths."""

    def __init__(self) -> None:
        """Listen on this machine alone."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, Manifest] = {}

    def answer(self, method: str, path: str, body: Manifest) -> tuple[HTTPStatus, Manifest]:
        """Return the answer to a request."""
        if method == "GET":
            found = self.objects.get(path) or discovery(path)
            return (HTTPStatus.OK, found) if found else status(HTTPStatus.NOT_FOUND, path)
        if method == "PATCH":  # of an object that stands already
            return HTTPStatus.OK, self.objects[path]
        return self.create(path, body)

    def create(self, path: str, body: Manifest) -> tuple[HTTPStatus, Manifest]:
        """Keep an object whose kind, fields, name and namespace are right."""
        version, kind = str(body["apiVersion"]), str(body["kind"])
        if kind not in KINDS.get(version, ()):
            return status(HTTPStatus.NOT_FOUND, f"{version} {kind}")
        try:
            check(body)
        except kubernetes_validate.ValidationError as error:
            return status(HTTPStatus.BAD_REQUEST, str(error))
        made = f"{path}/{body['metadata']['name']}"
        namespace = path.partition("/namespaces/")[2].partition("/")[0]
        if made in self.objects:
            return status(HTTPStatus.CONFLICT, made)
        if namespace and f"/api/v1/namespaces/{namespace}" not in self.objects:
            return status(HTTPStatus.NOT_FOUND, namespace)
        self.objects[made] = body
        return HTTPStatus.CREATED, body


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        raw = self.rfile.read(size) or b"{}"
        body = manifest_of(raw) if raw.startswith(MAGIC) else json.loads(raw)
        code, found = self.server.answer(self.command, urlsplit(self.path).path, body)
        answer = json.dumps(found).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PATCH = do_GET  # noqa: N815 - the base class finds them by these names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        """Log nothing."""


@contextmanager
def kube_api() -> Iterator[Api]:
    """Yield a running server."""
    api = Api()
    threading.Thread(target=api.serve_forever, daemon=True).start()
    try:
        yield api
    finally:
        api.shutdown()
        api.server_close()


def check(manifest: Manifest) -> None:
    """Check an object with Kubernetes' own schema of its kind. Raises ValidationError."""
    if OF_OPERATORS not in manifest["apiVersion"]:
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def status(code: HTTPStatus, message: str) -> tuple[HTTPStatus, Manifest]:
    """Return Kubernetes' answer to a request that failed."""
    reason = code.phrase.replace(" ", "")
    failed = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code}
    return code, {**failed, "reason": reason, "message": message}


def discovery(path: str) -> Manifest | None:
    """Return the versions and kinds at an address of discovery."""
    urls = {address(version): f"/openapi/v3/{address(version)}" for version in KINDS}
    known: dict[str, Manifest] = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups()},
        "/openapi/v3": {"paths": {name: {"serverRelativeURL": url} for name, url in urls.items()}},
        **{f"/{address(version)}": resources(version) for version in KINDS},
        **{urls[address(version)]: description(version) for version in KINDS},
    }
    return known.get(path)


def address(version: str) -> str:
    """Return the path of an API's version."""
    return f"apis/{version}" if "/" in version else f"api/{version}"


def groups() -> list[Manifest]:
    """Return the groups, each with its version."""
    found: list[Manifest] = []
    for version in KINDS:
        group, slash, number = version.partition("/")
        if slash:
            named = {"groupVersion": version, "version": number}
            found.append({"name": group, "versions": [named], "preferredVersion": named})
    return found


def resources(version: str) -> Manifest:
    """Return the kinds of a version."""
    found = [
        {
            "name": plural(kind),
            "singularName": kind.lower(),
            "namespaced": kind != "Namespace",
            "kind": kind,
            "verbs": ["create", "get", "patch"],
        }
        for kind in KINDS[version]
    ]
    return {"kind": "APIResourceList", "groupVersion": version, "resources": found}


def plural(kind: str) -> str:
    """Return a kind's name in addresses."""
    name = kind.lower()
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def description(version: str) -> Manifest:
    """Return a version's description, by which kubectl leaves checks of fields to the server."""
    group, _slash, number = version.rpartition("/")
    parameter = {"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}
    paths: Manifest = {}
    for kind in KINDS[version]:
        of_kind = {"group": group, "version": number, "kind": kind}
        operation = {
            "parameters": [parameter],
            "responses": {},
            "x-kubernetes-group-version-kind": of_kind,
        }
        paths[f"/{address(version)}/{plural(kind)}/{{name}}"] = {"patch": operation}
    info = {"title": "Kubernetes", "version": "v1"}
    return {"openapi": "3.0.0", "info": info, "paths": paths}
