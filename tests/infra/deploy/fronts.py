"""The machine's reverse proxy before two web processes, for tests of `infra/deploy`."""

import contextlib
import http.client
import socket
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.local import processes
from infra.local.processes import Child
from tests.fixtures.patience import PATIENCE

DEPLOY = Path(__file__).resolve().parents[3] / "infra" / "deploy"
BASE = "troovon.test"
PROVEN = "entraide.helvane.test"

type StartWebs = Callable[[int], dict[int, Child]]


@dataclass
class Front:
    """A proxy with two web processes behind it."""

    port: int
    webs: dict[int, Child]
    trusted: ssl.SSLContext

    def ask(
        self,
        name: str,
        path: str = "/health/live",
        **headers: str,
    ) -> http.client.HTTPResponse:
        """Ask for a page of a name by TLS; the answer's body is read."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        line = http.client.HTTPSConnection(name, self.port)
        line.sock = self.trusted.wrap_socket(plain, server_hostname=name)
        with contextlib.closing(line):
            line.request("GET", path, headers={"Host": f"{name}:{self.port}", **headers})
            response = line.getresponse()
            response.body = response.read()  # type: ignore[attr-defined]
            return response

    def refuses_old_tls(self, name: str) -> bool:
        """Whether the proxy itself, and not this client, refuses TLS before 1.2."""
        old = ssl.create_default_context(cadata=None)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as plain:
            try:
                old.wrap_socket(plain, server_hostname=name).close()
            except ssl.SSLError as error:
                return "ALERT_PROTOCOL_VERSION" in str(error.reason)
        return False

    def replace(self, port: int) -> None:
        """Stop a web process and start its replacement, as a release does."""
        old = self.webs[port]
        processes.stop([old], patience=PATIENCE)
        self.webs[port] = old.again()
        wait_for(self.webs[port], port)


def wait_for(child: Child, port: int) -> None:
    """Wait until a process takes connections."""

    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    processes.wait_until(answers, child, seconds=PATIENCE)
