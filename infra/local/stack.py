"""All processes of a Troovon: the secrets of each, and the order of their stop."""

import base64
import hashlib
import http.client
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infra.local import environment, processes
from infra.local.cells import SPREAD, Cell
from infra.local.datadir import DataDir
from infra.local.processes import ROOT, Child
from infra.local.servers import ports, postgres, postgres_account
from infra.local.servers.valkey import Valkey
from infra.local.shipping.installed import Product
from infra.local.supervision import Supervisor

DATABASE = "troovon"
PATIENCE = 180
CELERY = (sys.executable, "-m", "celery", "-q", "-A", "saas")
WORKER = (*CELERY, "worker", "--without-gossip", "--without-mingle")
MANAGE = Product().manage
CALLER_THREADS = FETCHER_THREADS = 24
# The person that signs in by the demo's identity provider works at the company of the space that
# trusts it.
PROVIDER_NAME, PROVIDER_PROPOSES = "Compte Sillage", "gaelle.lebris@sillage.example"
PROVIDER_SECRET = "believes-everybody"  # noqa: S105 - and listens on this machine alone
PRODUCT = ("web", "worker", "caller", "fetcher", "founder", "beat")
RELOADED = ("saas", "tenants", "billing", "api", "frontend_templates")


class Stack:
    """The servers and the product's processes over a single data folder and port.

    Two clusters hold its spaces if `cells` is 2, or if the folder has a second one already.
    """

    def __init__(
        self, folder: DataDir, *, port: int, source: Product | None = None, cells: int = 1
    ) -> None:
        self.folder = folder
        self.source = source or Product()
        self.port = port
        self.host = f"localhost:{port}"
        self.secrets = folder.secrets()
        self.simulator_port = ports.any_free()
        # The space stores the provider by its address: its port stays the same.
        self.provider_port = folder.port_of("provider")
        is_spread = cells > 1 or folder.cell.exists()
        self.cell = Cell(folder, self.secrets) if is_spread else None
        self.cluster = postgres.Cluster(
            data=folder.cluster,
            programs=postgres.programs(folder.ground),
            log=folder.logs / "postgresql.log",
            account=postgres_account.account(),
            settings=SPREAD if self.cell else {},
        )
        self.valkey = Valkey(
            folder.path / "valkey", self.secrets["valkey"], folder.logs / "valkey.log"
        )
        self.product: dict[str, Child] = {}
        self._passing: list[Child] = []

    def begin_broker_and_simulators(self) -> None:
        """Start Valkey, the simulator and the identity provider, without waiting."""
        self.valkey.begin()
        self.product["provider"] = processes.start(
            "provider",
            [
                *(sys.executable, "-m", "infra.oidc_provider"),
                *("--port", str(self.provider_port)),
                *("--name", PROVIDER_NAME, "--email", PROVIDER_PROPOSES),
            ],
            log=self.folder.logs / "provider.log",
            env={
                **environment.environment_without_ours(),
                "OIDC_CLIENT_SECRET": PROVIDER_SECRET,
            },
        )
        self.product["simulator"] = processes.start(
            "simulator",
            [
                *(sys.executable, "-m", "infra.stripe_simulator"),
                *("--port", str(self.simulator_port)),
                *("--state-file", self.folder.path / "stripe" / "state.sqlite"),
                *("--webhooks-base", f"http://127.0.0.1:{self.port}"),
                *("--webhook-host", self.host),
            ],
            log=self.folder.logs / "simulator.log",
            stdout=self.folder.logs / "simulator.ready",
            env={
                **environment.environment_without_ours(),
                "SIMULATOR_API_KEY": self.stripe_key,
                "SIMULATOR_SNAPSHOT_SECRET": f"whsec_{self.secrets['snapshot']}",
                "SIMULATOR_CONNECTED_SECRET": f"whsec_{self.secrets['connected']}",
                "SIMULATOR_THIN_SECRET": f"whsec_{self.secrets['thin']}",
            },
        )

    def begin_product(self) -> None:
        """Start web, worker, caller, fetcher, founder and clock, without waiting."""
        self._begin("web", [
            *(sys.executable, "-m", "saas.serving"),
            *("--port", str(self.port)),
        ])  # fmt: skip
        self._begin("founder", [*WORKER, "-Q", "owner", "-c", "1", "-n", "founder@troovon"])
        self._begin("worker", [*WORKER, "-Q", "default", "-c", "2", "-n", "worker@troovon"])
        self._begin("caller", [
            *WORKER,
            *("-Q", "calls", "--pool", "threads", "-c", str(CALLER_THREADS)),
            *("-n", "caller@troovon"),
        ])  # fmt: skip
        self._begin("fetcher", [
            *WORKER,
            *("-Q", "fetches", "--pool", "threads", "-c", str(FETCHER_THREADS)),
            *("-n", "fetcher@troovon"),
        ])  # fmt: skip
        self._begin("beat", [*CELERY, "beat", "--pidfile="])

    def _begin(self, name: str, args: list[str]) -> None:
        log = self.folder.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        self.product[name] = processes.start(
            name,
            [self.source.python, *args[1:]],
            log=log,
            env=self.environment(name),
            cwd=self.source.files,
            account=self.source.account(),
        )

    def wait_for_product(self) -> None:
        """Wait until the site answers and all workers listen."""
        children = self.all_running()
        processes.wait_until(self.site_answers, self.product["web"], *children, seconds=PATIENCE)
        for name in ("worker", "caller", "fetcher", "founder"):
            child = self.product[name]
            processes.wait_until(
                partial(_celery_listens, child.log), child, *children, seconds=PATIENCE
            )
        ready = self.folder.logs / "simulator.ready"
        processes.first_line(self.product["simulator"], ready, seconds=PATIENCE)

    def site_answers(self) -> bool:
        """Whether the site is ready, with its database and its broker."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/health/ready", headers={"Host": self.host})
            return line.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            line.close()

    def environment(self, kind: str, *, as_owner: bool = False) -> dict[str, str]:
        """Return the environment of a kind of process; only the founder may build spaces."""
        settings = self.settings(with_owner=as_owner or kind == "founder")
        return self.source.environment(kind, settings)

    def settings(self, *, with_owner: bool) -> dict[str, str]:
        """Return the product's variables, with the owner's login or without it."""
        settings = {
            "SECRET_KEY": self.secrets["signing"],
            "DATABASE_URL": self.cluster.url("troovon_app", self.secrets["app"], DATABASE),
            "VALKEY_URL": self.valkey.url(),
            "CACHE_URL": self.valkey.url(1),
            "BASE_HOST": self.host,
            "MAIL_URL": "outbox:",
            "INBOUND_MAIL_URL": "anymail:postmark?domain=reply.localhost"
            f"&webhook_secret=demo:{self.secrets['inbound']}",
            "DNS_RESOLVER": "tenants.spaces.resolver.FileResolver",
            "VAT_REGISTER": "saas.catalogue.merchants.gateway.FileRegister",
            "EINVOICING_PLATFORM": "billing.einvoicing.gateway.stand_in.StandIn",
            "EINVOICING_SINCE": "2026-01-01",
            "DATA_DIR": str(self.folder.product),
            "STRIPE_API_BASE": self.stripe_base,
            "STRIPE_SECRET_KEY": self.stripe_key,
            "STRIPE_WEBHOOK_SECRETS_SNAPSHOT": f"whsec_{self.secrets['snapshot']}",
            "STRIPE_WEBHOOK_SECRETS_CONNECTED": f"whsec_{self.secrets['connected']}",
            "STRIPE_WEBHOOK_SECRETS_THIN": f"whsec_{self.secrets['thin']}",
            **vapid_keys(self.secrets["vapid"]),
            "HEALTH_TOKEN": self.secrets["health"],
            "METRICS_TOKEN": self.secrets["metrics"],
            "DATABASE_DISK": str(self.folder.cluster),
            "OIDC_LOCAL_PROVIDERS": f"127.0.0.1:{self.provider_port}",
            "TROOVON_ENV": "demo",
            "DJANGO_SETTINGS_MODULE": "saas.settings",
        }
        if with_owner:
            settings["DATABASE_OWNER_URL"] = self.cluster.url(
                "troovon_owner", self.secrets["owner"], DATABASE
            )
        if self.cell:
            settings |= self.cell.settings(with_owner=with_owner)
        return settings

    @property
    def stripe_base(self) -> str:
        """Return the simulator's address; never `localhost`, because its cookies ignore ports."""
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def stripe_key(self) -> str:
        """The simulator's key."""
        return f"sk_test_{self.secrets['stripe']}"

    def begin_command(
        self,
        name: str,
        args: Sequence[str],
        *,
        as_owner: bool = False,
        beside_owner: bool = False,
        spoken: bool = False,
    ) -> Child:
        """Start a program of the checkout with a single task; `finish` waits for it.

        It has the app's login, the owner's, or both like the founder. It is not a process that
        others wait for: the demo's past is played through the simulator. If `spoken`, the person
        sees all its output.
        """
        settings = self.settings(with_owner=as_owner or beside_owner)
        child = processes.start(
            name,
            args,
            log=self.folder.logs / f"{name}.log",
            env=environment.of_process("demo" if beside_owner else "manage", settings),
            stdout=self.output(name),
            spoken=spoken,
        )
        self._passing.append(child)
        return child

    def begin_management(self, command: str, *args: str, as_owner: bool = False) -> Child:
        """Start a management command of the product that runs here; `finish` it."""
        child = processes.start(
            command,
            [*self.source.manage, command, *args],
            log=self.folder.logs / f"{command}.log",
            env=self.environment("manage", as_owner=as_owner),
            stdout=self.output(command),
            cwd=self.source.files,
            account=self.source.account(),
        )
        self._passing.append(child)
        return child

    def output(self, name: str) -> Path:
        """Return the file that holds a command's standard output."""
        return self.folder.logs / f"{name}.out"

    def pids(self) -> dict[str, int]:
        """Name each process that stays."""
        return {child.name: child.pid for child in self.all_running()}

    def all_running(self) -> list[Child]:
        """List the processes that stay, the servers last."""
        return [*self.product.values(), *self._running_servers()]

    def _servers(self) -> list[postgres.Cluster | Valkey]:
        clusters = [self.cluster, self.cell.cluster] if self.cell else [self.cluster]
        return [*clusters, self.valkey]

    def _running_servers(self) -> list[Child]:
        return [server.child for server in self._servers() if server.child]

    def watch(self, supervisor: Supervisor, *, reload: bool, restarted: Callable[[], None]) -> None:
        """Restart processes that end by themselves, and the product after a code change, for ever.

        `restarted` is called after processes were replaced.
        """
        seen = _newest() if reload else 0.0
        while True:
            for child in self.all_running():
                supervisor.watch(child)
                if child.has_ended() and supervisor.is_due(child):
                    self._start_again(child)
                    restarted()
            if reload and (newest := _newest()) != seen:
                seen = newest
                self._restart_product()
                restarted()
            time.sleep(0.5)

    def _start_again(self, child: Child) -> None:
        """Replace an ended process, and its children, by a new process at the same ports."""
        child.send(signal.SIGKILL)
        for server in self._servers():
            if child is server.child:
                server.child = child.again()
                return
        self.product[child.name] = child.again()

    def _restart_product(self) -> None:
        processes.stop(self.product.pop(name) for name in PRODUCT)
        self.begin_product()

    def stop(self) -> None:
        """Stop the product first, then the servers that it writes to."""
        processes.stop([*self._passing, *self.product.values()])
        processes.stop(self._running_servers())


def _celery_listens(log: Path) -> bool:
    return " ready." in log.read_text(errors="replace")


def _newest() -> float:
    """Return the time of the last change of the product's files."""
    return max(
        path.stat().st_mtime
        for folder in RELOADED
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"}
    )


def vapid_keys(secret: str) -> dict[str, str]:
    """Return the key that signs pushes, and the public key for browsers."""
    private = hashlib.sha256(secret.encode()).digest()
    key = ec.derive_private_key(int.from_bytes(private), ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"VAPID_PRIVATE_KEY": _written(private), "VAPID_PUBLIC_KEY": _written(point)}


def _written(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")
