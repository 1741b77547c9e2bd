"""Two web processes with a space's data, behind a proxy."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import environment, processes
from infra.local.processes import Child
from infra.local.servers import ports
from tenants.spaces.models import Domain, Tenant
from tests.fixtures.patience import PATIENCE
from tests.infra.deploy.fronts import BASE, PROVEN, StartWebs, wait_for


@pytest.fixture
def webs(own_database: None, tmp_path: Path) -> Iterator[StartWebs]:
    """Yield a function that starts two web processes for BASE behind a proxy at a port."""
    north = Tenant.objects.get(schema_name="north")
    for name, kind in ((f"north.{BASE}", Domain.Kind.SUBDOMAIN), (PROVEN, Domain.Kind.CUSTOM)):
        Domain.objects.create(domain=name, tenant=north, kind=kind)
    started: dict[int, Child] = {}

    def start(public_port: int) -> dict[int, Child]:
        settings = {name: os.environ[name] for name in environment.NAMES if name in os.environ}
        settings |= {"BASE_HOST": f"{BASE}:{public_port}", "DATA_DIR": str(tmp_path)}
        for port in (ports.any_free(), ports.any_free()):
            started[port] = processes.start(
                f"web-{port}",
                [sys.executable, "-m", "saas.serving", "--port", str(port)],
                log=tmp_path / f"web-{port}.log",
                env=environment.of_process("web", settings),
            )
        for port, child in started.items():
            wait_for(child, port)
        return started

    yield start
    processes.stop(started.values(), patience=PATIENCE)
