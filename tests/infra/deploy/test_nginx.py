"""nginx in front: the shipped file serves the site, and no client invents its address."""

import os
import signal
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.servers import ports
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import program, run_program
from tests.infra.deploy.fronts import BASE, DEPLOY, Front, StartWebs, wait_for

pytestmark = pytest.mark.proof
SECRET = "wqX3v9Zk1mB7t2cL5yQ8nD4sF6hJ0aPe_rTgUiOxKb"


@pytest.fixture
def nginx(webs: StartWebs, tmp_path: Path) -> Iterator[Front]:
    """Start nginx with the shipped file before two web processes, on ports of this run."""
    public, plain = ports.any_free(), ports.any_free()
    running = webs(public)
    certificate = tmp_path / "fullchain.pem"
    names = f"subjectAltName=DNS:{BASE},DNS:*.{BASE}"
    openssl = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    files = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(certificate)]
    words = [program("openssl"), *openssl, *files, "-subj", f"/CN={BASE}", "-addext", names]
    assert run_program(words, env={"PATH": os.environ["PATH"]}).returncode == 0
    first, second = running
    text = (DEPLOY / "nginx.conf").read_text()
    for shipped, ours in (
        ("troovon.example", BASE),
        ("/etc/nginx/troovon/pages", str(DEPLOY / "pages")),
        ("/etc/nginx/troovon", str(tmp_path)),
        ("/var/log/nginx", str(tmp_path)),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen [::]:80;", ""),
        ("listen 443 ssl;", f"listen 127.0.0.1:{public} ssl;"),
        ("listen [::]:443 ssl;", ""),
        ("127.0.0.1:8001", f"127.0.0.1:{first}"),
        ("127.0.0.1:8002", f"127.0.0.1:{second}"),
    ):
        assert shipped in text
        text = text.replace(shipped, ours)
    whole = tmp_path / "nginx.conf"
    folders = f"client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log;\n"
        f"events {{}}\nhttp {{\n{folders}\n{text}\n}}\n"
    )
    child = processes.start(
        "nginx",
        [program("nginx"), "-c", whole, "-p", tmp_path, "-g", "daemon off; user root;"],
        log=tmp_path / "nginx.log",
        stop_signal=signal.SIGQUIT,
    )
    try:
        wait_for(child, public)
        yield Front(public, running, ssl.create_default_context(cafile=certificate))
    finally:
        processes.stop([child], patience=PATIENCE)


def test_nginx_serves_the_site_and_believes_no_invented_address(
    nginx: Front, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    with subtests.test("site and spaces answer by TLS"):
        assert {nginx.ask(name).status for name in (BASE, f"north.{BASE}")} == {200}
        assert nginx.ask(f"north.{BASE}", "/signin/").headers["Strict-Transport-Security"]
    with subtests.test("TLS before 1.2 is refused"):
        assert nginx.refuses_old_tls(BASE)
    with subtests.test("an address that a client invents reaches no log"):
        headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "http"}
        assert nginx.ask(BASE, "/fr/", **headers).status == 200
        assert "198.51.100.7" not in "".join(
            path.read_text() for path in tmp_path.glob("web-*.log")
        )
    with subtests.test("a release fails no request"):
        for port in tuple(nginx.webs):
            processes.stop([nginx.webs[port]], patience=PATIENCE)
            assert {nginx.ask(BASE).status for _ in range(20)} == {200}
            nginx.webs[port] = nginx.webs[port].again()
            wait_for(nginx.webs[port], port)
    with subtests.test("its own page is shown while no process answers"):
        processes.stop(nginx.webs.values(), patience=PATIENCE)
        response = nginx.ask(BASE, f"/calendar/{SECRET}/")
        assert (response.status, response.headers["Retry-After"]) == (502, "10")
        assert "Rien de ce qui était enregistré" in response.body.decode()  # type: ignore[attr-defined]
    with subtests.test("no log of its own holds an address that is a secret"):
        logs = list(tmp_path.glob("*.log"))
        assert tmp_path / "troovon.error.log" in logs
        assert not [path.name for path in logs if SECRET in path.read_text()]
