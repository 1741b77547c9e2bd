"""Every line of every process is JSON, and a request id is followed from proxy to worker."""

import contextlib
import http.client
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.local import environment, processes
from infra.local.processes import Child
from saas.kernel.watching import log_context
from saas.monitoring import clock
from tests.fixtures.broker import empty_broker
from tests.fixtures.patience import PATIENCE
from tests.infra.deploy.fronts import StartWebs
from tests.infra.deploy.services import SERVICES

__all__ = ["empty_broker"]
REQUEST = "0f8fad5b-d9cb-469f-a165-70867728950e"


def lines(child: Child) -> list[dict[str, Any]]:
    """Return the lines of a process; each must be JSON."""
    return [json.loads(line) for line in child.log.read_text().splitlines()]


def start(kind: str, words: list[str], tmp_path: Path) -> Child:
    """Start a process of a kind as compose does, with the environment of this test."""
    settings = {name: os.environ[name] for name in environment.NAMES if name in os.environ}
    return processes.start(
        kind,
        [sys.executable, "-m", *words],
        log=tmp_path / f"{kind}.log",
        env=environment.of_process(kind, settings | {"DATA_DIR": str(tmp_path)}),
    )


@pytest.mark.usefixtures("own_database", "empty_broker")
def test_worker_logs_json_and_names_the_request_of_each_job(tmp_path: Path) -> None:
    with log_context.request(REQUEST):
        clock.watch.apply_async()
    words = [word.replace("4", "1") for word in SERVICES["worker"]["command"]]
    worker = start("worker", words, tmp_path)

    def has_ended_a_job() -> bool:
        return "saas.monitoring.clock.watch done" in worker.log.read_text()

    try:
        processes.wait_until(has_ended_a_job, worker, seconds=PATIENCE)
    finally:
        processes.stop([worker], patience=PATIENCE)
    found = lines(worker)
    jobs = [line for line in found if line.get("task") == clock.watch.name]
    assert [line["outcome"] for line in jobs] == ["done"]
    assert (jobs[0]["request"], jobs[0]["queue"]) == (REQUEST, "default")
    assert jobs[0]["job"]
    assert {line["level"] for line in found} >= {"info"}


def test_web_logs_json_from_its_first_line(webs: StartWebs) -> None:
    [port, _other] = running = webs(8000)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(line):
        line.request("GET", "/health/live", headers={"X-Request-ID": REQUEST})
        assert line.getresponse().headers["X-Request-ID"] == REQUEST
    child = running[port]
    processes.stop([child], patience=PATIENCE)
    found = lines(child)
    assert {"_granian", "saas.kernel.http"} <= {line["logger"] for line in found}
    [answered] = [one for one in found if one["request"] == REQUEST]
    assert (answered["status"], answered["route"]) == (200, "site:saas.site.views.live")
