"""The image is built by buildah on a Debian of debootstrap's, and a web process starts from it."""

import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import environment, image, ports
from tests.fixtures.patience import PATIENCE

IS_WANTED = os.environ.get("TROOVON_BUILD_IMAGE") == "1"
WHY = "building takes minutes: TROOVON_BUILD_IMAGE=1 asks for it, buildah and debootstrap do it"


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
    """A container of the image, which is built for it."""
    made = image.build(tag="localhost/troovon-proof")
    print(f"{made.tag}: {made.size}, {made.seconds} s")  # noqa: T201 - a figure of the proof
    name = _buildah("from", *image.IN_CHROOT, *image.limits(), made.tag)
    yield name
    _buildah("rm", name)


def _buildah(*words: str) -> str:
    done = subprocess.run(["buildah", *words], check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603, S607 - our own words
    return done.stdout.strip()


@pytest.mark.proof
@pytest.mark.skipif(not IS_WANTED or bool(image.missing_programs()), reason=WHY)
def test_web_process_of_the_image_answers(container: str, django_db_setup: None) -> None:
    """It runs as the image says: its own account, its own Python, nothing of the checkout."""
    port = ports.any_free()
    settings = {name: os.environ[name] for name in environment.NAMES if name in os.environ}
    settings |= {"TROOVON_PROCESS": "web", "WEB_PROCESSES": "1", "DATA_DIR": "/var/lib/troovon"}
    given = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
    seller = f"{environment.SELLER_FILE}:/tmp/seller.json:ro"
    words = ["buildah", "run", *image.IN_CHROOT, "--volume", seller, *given]
    words += ["--env", "SELLER_FILE=/tmp/seller.json", container, "--"]
    words += ["python", "-m", "saas.serving", "--host", "127.0.0.1", "--port", str(port)]
    began = time.monotonic()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as started:  # noqa: S603 - our own words
        try:
            assert _answer(port, started) == (200, b"ok")
            print(f"a web process answers after {time.monotonic() - began:.1f} s")  # noqa: T201
        finally:
            started.terminate()
            started.wait(PATIENCE)


def _answer(port: int, started: "subprocess.Popen[bytes]") -> tuple[int, bytes]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and started.poll() is None:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            line.request("GET", "/health/live")
            answer = line.getresponse()
            return answer.status, answer.read()[:2]
        except OSError:
            time.sleep(0.2)
    started.terminate()
    errors = started.stderr.read().decode() if started.stderr else ""
    raise AssertionError(f"the process does not answer: {errors[-2000:]}")
