"""Images are built by buildah on a Debian of debootstrap's, and each process starts from them."""

import http.client
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra.local import environment, processes
from infra.local.processes import Child
from infra.local.servers import ports
from infra.local.shipping import containers, image
from tests.fixtures.patience import PATIENCE
from tests.infra.deploy.services import SERVICES

IS_WANTED = os.environ.get("TROOVON_BUILD_IMAGE") == "1"
WHY = "building takes minutes: TROOVON_BUILD_IMAGE=1 asks for it, buildah and debootstrap do it"
READY_LINES = {
    **dict.fromkeys(("worker", "caller", "fetcher", "founder"), " ready."),
    "beat": "beat: Starting...",
}
WEB = ("python", "-m", "saas.serving", "--host", "127.0.0.1")  # the image's own words, on loopback
SELLER, SELLER_INSIDE = Path(environment.SELLER_FILE), "/run/seller.json"
MOST_MIB = 1024


def of_images(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a proof that builds images."""
    is_skipped = not IS_WANTED or bool(image.missing_programs())
    marked = pytest.mark.skipif(is_skipped, reason=WHY)(test)
    return pytest.mark.proof(marked)  # type: ignore[no-any-return]


def test_mirror_is_the_one_that_apt_uses(tmp_path: Path) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    with pytest.raises(image.CannotBuildError, match="--mirror"):
        image.debian_mirror(tmp_path)
    (folder / "debian.sources").write_text(
        "Types: deb\nURIs: https://mirror.example/debian\nSuites: trixie\n"
    )
    assert image.debian_mirror(tmp_path) == "https://mirror.example/debian"
    (tmp_path / "sources.list").write_text("deb [signed-by=/k] http://first.example/debian/ x main")
    assert image.debian_mirror(tmp_path) == "http://first.example/debian"


def test_machine_without_the_programs_reads_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert image.main([]) == 1
    assert "apt-get install --no-install-recommends buildah" in capsys.readouterr().err


@pytest.fixture(scope="module")
def container() -> Iterator[str]:
    """A container of the image that web, workers and beat run, with static files collected."""
    made = image.build(tag="localhost/troovon-proof")
    print(f"\n{made.tag}: {made.size}, built in {made.seconds} s")  # noqa: T201 - a figure
    with containers.container_of(made.tag) as name:
        _run(name, "python manage.py collectstatic --noinput", SERVICES["web-a"])
        yield name


@pytest.mark.parametrize("name", ["web", *READY_LINES])
@of_images
def test_process_starts_from_the_image(
    name: str, container: str, django_db_setup: None, tmp_path: Path
) -> None:
    """It runs with the words and variables of compose, the image's account and its Python."""
    service = SERVICES["web-a" if name == "web" else name]
    port = ports.any_free()
    words = service.get("command") or [*WEB, "--port", str(port)]
    began = time.monotonic()
    child = processes.start(
        name,
        containers.command_in(
            container, words, env=_settings(service), files={SELLER: SELLER_INSIDE}
        ),
        log=tmp_path / f"{name}.log",
    )
    try:
        is_ready = partial(_answers, port) if name == "web" else partial(_logged, child, name)
        processes.wait_until(is_ready, child, seconds=PATIENCE)
        seconds = time.monotonic() - began
        memory = containers.memory_of(child.pid)
        print(f"\n| {name} | {seconds:.1f} s | {memory} MiB |")  # noqa: T201 - a figure
        assert 0 < memory < MOST_MIB
    finally:
        processes.stop([child], patience=PATIENCE)


@pytest.mark.parametrize(
    ("target", "commands"),
    [
        (
            "database",
            ["pgbackrest version", "postgres --version", "runuser -u postgres -- test -O /backups"],
        ),
        ("prepare", ["pg_dump --version", "python manage.py prepare"]),
        ("backup", ["pgbackrest version", "restic version", "python manage.py backup list"]),
    ],
)
@of_images
def test_image_beside_the_product_is_built_and_works(
    target: str, commands: list[str], django_db_setup: None
) -> None:
    made = image.build(tag=f"localhost/troovon-proof-{target}", target=target)
    print(f"\n{made.tag}: {made.size}, built in {made.seconds} s")  # noqa: T201 - a figure
    service = SERVICES["postgresql" if target == "database" else target]
    with containers.container_of(made.tag) as container:
        for command in commands:
            _run(container, command, service)


def _run(container: str, command: str, service: dict[str, Any]) -> None:
    words = containers.command_in(
        container, command.split(), env=_settings(service), files={SELLER: SELLER_INSIDE}
    )
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603 - our own words
    assert done.returncode == 0, (command, done.stderr[-2000:])


def _settings(service: dict[str, Any]) -> dict[str, str]:
    """Return the variables that compose names for a service, with the values of this test."""
    named = service["environment"]
    return {
        **{name: os.environ[name] for name in named if name in os.environ},
        **{name: str(named[name]) for name in ("TROOVON_PROCESS",) if name in named},
        "STRIPE_API_BASE": os.environ["STRIPE_API_BASE"],
        "TROOVON_ENV": "test",
        "WEB_PROCESSES": "1",
        "DATA_DIR": "/var/lib/troovon",
        "SELLER_FILE": SELLER_INSIDE,
    }


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("GET", "/health/ready")
        return line.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()


def _logged(child: Child, name: str) -> bool:
    return READY_LINES[name] in child.log.read_text(errors="replace")
