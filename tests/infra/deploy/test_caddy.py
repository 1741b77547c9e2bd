"""Caddy in front: certificates for names that exist, real addresses, releases without a failure."""

import os
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.servers import ports
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import program
from tests.infra.deploy.fronts import BASE, DEPLOY, PROVEN, Front, StartWebs, wait_for

pytestmark = pytest.mark.proof
SECRET = "wqX3v9Zk1mB7t2cL5yQ8nD4sF6hJ0aPe_rTgUiOxKb"


@pytest.fixture
def caddy(webs: StartWebs, tmp_path: Path) -> Iterator[Front]:
    """Start Caddy with its own authority before two web processes."""
    public, plain, ask = ports.any_free(), ports.any_free(), ports.any_free()
    running = webs(public)
    child = processes.start(
        "caddy",
        [program("caddy"), "run", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
        log=tmp_path / "caddy.log",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path),
            "UPSTREAMS": " ".join(f"127.0.0.1:{port}" for port in running),
            "ACME_EMAIL": "operators@troovon.test",
            "TLS_ISSUER": "internal",
            "HTTP_PORT": str(plain),
            "HTTPS_PORT": str(public),
            "ASK_PORT": str(ask),
            "ERROR_PAGES": str(DEPLOY / "pages"),
        },
    )
    authority = tmp_path / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    try:
        wait_for(child, public)
        processes.wait_until(authority.exists, child, seconds=PATIENCE)
        yield Front(public, running, ssl.create_default_context(cafile=authority))
    finally:
        processes.stop([child], patience=PATIENCE)


def test_caddy_serves_names_that_exist_by_tls_and_no_others(
    caddy: Front, subtests: pytest.Subtests
) -> None:
    for name in (BASE, f"ops.{BASE}", f"north.{BASE}", PROVEN):
        with subtests.test(f"{name} has a certificate"):
            assert caddy.ask(name).status == 200
    for name in (f"nowhere.{BASE}", "evil.test"):
        with subtests.test(f"{name} has none"), pytest.raises(ssl.SSLError):
            caddy.ask(name)
    with subtests.test("the page of a space has its headers, and cookies for TLS alone"):
        response = caddy.ask(PROVEN, "/signin/")
        assert response.status == 200
        assert response.headers["Strict-Transport-Security"]
        cookies = response.headers.get_all("Set-Cookie") or []
        assert cookies
        assert all("Secure" in each and each.startswith("__Host-") for each in cookies)
    with subtests.test("TLS before 1.2 is refused"):
        assert caddy.refuses_old_tls(BASE)
    with subtests.test("pages arrive as the product compressed them"):
        packed = caddy.ask(BASE, "/fr/", **{"Accept-Encoding": "gzip"})
        assert packed.headers.get_all("Content-Encoding") == ["gzip"]


def test_caddy_replaces_addresses_that_clients_invent(caddy: Front, tmp_path: Path) -> None:
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Host": "evil.test"}
    response = caddy.ask(BASE, "/fr/", **headers)
    assert response.status == 200
    assert b"evil.test" not in response.body  # type: ignore[attr-defined]
    logs = "".join(path.read_text() for path in tmp_path.glob("web-*.log"))
    assert "198.51.100.7" not in logs
    request_id = response.headers["X-Request-ID"]
    assert len(request_id.split("-")) == 5  # the proxy's, and the same in the product's line
    assert f'"request": "{request_id}"' in logs


def test_release_behind_caddy_fails_no_request(caddy: Front) -> None:
    answers: list[int] = []
    stop = threading.Event()

    def visit() -> None:
        while not stop.is_set():
            answers.append(caddy.ask(BASE, "/health/live").status)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for each in visitors:
        each.start()
    for port in tuple(caddy.webs):
        caddy.replace(port)
    stop.set()
    for each in visitors:
        each.join()
    assert len(answers) > 100
    assert set(answers) == {200}


def test_caddy_shows_its_own_page_while_no_process_answers(caddy: Front, tmp_path: Path) -> None:
    assert caddy.ask(BASE).status == 200
    processes.stop(caddy.webs.values(), patience=PATIENCE)
    response = caddy.ask(BASE, f"/calendar/{SECRET}/", Referer=f"https://{BASE}/{SECRET}")
    assert response.status in {502, 503}
    log = (tmp_path / "caddy.log").read_text()
    assert "connection refused" in log  # the log gives the refused connection
    assert SECRET not in log
    assert response.headers["Retry-After"] == "10"
    assert "Rien de ce qui était enregistré" in response.body.decode()  # type: ignore[attr-defined]
