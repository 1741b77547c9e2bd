"""Services for drills of access over HTTP: two spaces, a web process, and a fault if asked."""

import contextlib
import dataclasses
import http.client
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import redis

from infra.benches.bench_servers import NAME, Bench, prepared_bench
from infra.benches.money.billing_services import QUICK
from infra.benches.second_cluster import LOGICAL, SecondCluster, beside, move_there
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.local import processes
from infra.local.servers import databases, ports

SETTINGS = "infra.drills.settings.access"
PRODUCT = ("saas.serving", "--port")
OPERATOR = "agathe@troovon.example"
FRESH = "troovon_fresh"
MOVED = "north"  # where most people of these drills are
PATIENCE = 120
_KINDS = ("SNAPSHOT", "CONNECTED", "THIN")


@dataclasses.dataclass(frozen=True)
class WebServices:
    """A cluster with two spaces and a broker, on which a web process is started for each drill."""

    ground: Bench
    hashes: str = ""
    second: SecondCluster | None = None

    def run_drill(
        self, name: str, *words: str, options: DrillOptions, rounds: int, bar: Bar
    ) -> Report:
        """Restart the product, run a command against it, and report its findings."""
        with self.opened(plant=options.plant) as port:
            return self.visit(port, name, *words, options=options, rounds=rounds, bar=bar)

    @contextlib.contextmanager
    def opened(self, *, plant: str = "") -> Iterator[int]:
        """Serve a reset product on a port, for drills in turn."""
        port = ports.any_free()
        self._forget()
        env = self.environment(port, plant=plant)
        with serve(env, port, log=self.ground.folder / "web.log"):
            yield port

    def visit(
        self, port: int, name: str, *words: str, options: DrillOptions, rounds: int, bar: Bar
    ) -> Report:
        """Run a command of the product, with optional words, against the served site; report."""
        report, env = Report(), self.environment(port, plant=options.plant)
        line = [f"drill_{name}", "--port", str(port), "--seed", str(options.seed)]
        line += ["--rounds", str(rounds), *words]
        env |= {"TROOVON_PROCESS": "bench", **(self.second.for_owner if self.second else {})}
        child = installation.begin(self.ground, line, env)
        result = installation.follow(child, installation.output_of(self.ground, line[0]), bar.at)
        report.tried.update(result.pop("tried"))
        for what in result.pop("found"):
            report.find(what)
        report.notes.update(result)
        return report

    def _forget(self) -> None:
        """Take database and store back to where no drill has left anything in them.

        Home of a cell stays as it is: the cell follows it.
        """
        if self.second is None:
            databases.copy_database(self.ground.admin, NAME, template=FRESH)
        with redis.Redis.from_url(self.ground.valkey.url()) as store:
            store.flushall()

    def environment(self, port: int, *, plant: str = "") -> dict[str, str]:
        """Return the environment of a web process on a port."""
        env = _environment(self.ground, port=port, plant=plant)
        cells = self.second.for_all if self.second else {}
        return {**env, **cells, "TROOVON_DRILL_HASHES": self.hashes}


def run(name: str, *words: str, options: DrillOptions, rounds: int, bar: Bar) -> Report:
    """Build the services, try them once, and leave nothing behind."""
    with spread() if options.cells > 1 else standing() as front:
        return front.run_drill(name, *words, options=options, rounds=rounds, bar=bar)


@contextlib.contextmanager
def standing(*, hashes: str = "") -> Iterator[WebServices]:
    """Prepare two spaces and an operator on a cluster of their own.

    With `quick` password hashes a short run counts them without their delay.
    """
    with prepared_bench(settings=QUICK) as ground:
        _hire(ground, _environment(ground, port=ports.any_free(), plant=""))
        databases.copy_database(ground.admin, FRESH, template=NAME)
        yield WebServices(ground, hashes)


@contextlib.contextmanager
def spread(*, hashes: str = "") -> Iterator[WebServices]:
    """Prepare the same on two clusters: a space at home, and the other in a cell."""
    with prepared_bench(settings=LOGICAL) as ground, beside(ground) as second:
        _hire(ground, _environment(ground, port=ports.any_free(), plant=""))
        move_there(ground, second, MOVED)
        yield WebServices(ground, hashes, second)


def _environment(ground: Bench, *, port: int, plant: str) -> dict[str, str]:
    return {
        **installation.environment(ground, "web", plant=plant),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "BASE_HOST": f"localhost:{port}",
        "VALKEY_URL": ground.valkey.url(),
        "CACHE_URL": ground.valkey.url(1),
        "STRIPE_SECRET_KEY": "sk_test_drill",
        "STRIPE_API_BASE": "http://127.0.0.1:1",
        **{f"STRIPE_WEBHOOK_SECRETS_{kind}": f"whsec_{kind}" for kind in _KINDS},
    }


def _hire(ground: Bench, env: dict[str, str]) -> None:
    names = ["--first-name", "Agathe", "--last-name", "Troovon"]
    child = installation.begin(
        ground, ["operator", "add", OPERATOR, *names], {**env, "TROOVON_PROCESS": "manage"}
    )
    processes.finish(child, seconds=PATIENCE)


@contextlib.contextmanager
def serve(
    env: dict[str, str], port: int, words: Sequence[str] = PRODUCT, *, log: Path
) -> Iterator[processes.Child]:
    """Run a web process, as the product does or by other words that end before the port."""
    web = processes.start("web", [sys.executable, "-m", *words, str(port)], log=log, env=env)
    try:
        processes.wait_until(partial(answers, port), web, seconds=PATIENCE)
        yield web
    finally:
        processes.stop([web])


def answers(port: int) -> bool:
    """Return True if a web process responds at a port."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health/live", headers={"Host": f"localhost:{port}"})
        return line.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()
