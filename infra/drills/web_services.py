"""A house for drills that knock at its doors: two spaces, a web process, and a fault if asked."""

import contextlib
import dataclasses
import http.client
import secrets
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from infra.benches.bench_servers import NAME, Bench, bench
from infra.drills import installation
from infra.drills.harness import Asked, Bar, Report
from infra.local import ports, processes
from infra.local.valkey import Valkey

SETTINGS = "infra.drills.settings_doors"
PRODUCT = ("saas.serving", "--port")
OPERATOR = "agathe@troovon.example"
PATIENCE = 120
_KINDS = ("SNAPSHOT", "CONNECTED", "THIN")


@dataclasses.dataclass(frozen=True)
class WebServices:
    """A cluster with two spaces and a broker, on which a web process is started for each drill."""

    ground: Bench
    valkey: str

    def knock(self, name: str, *, asked: Asked, rounds: int, bar: Bar, only: str = "") -> Report:
        """Start the house, let a command of the product knock at it, report what it tells."""
        report, port = Report(), ports.any_free()
        env = self.environment(port, plant=asked.plant)
        with serve(env, port, log=self.ground.folder / "web.log"):
            words = [f"drill_{name}", "--port", str(port), "--seed", str(asked.seed)]
            words += ["--rounds", str(rounds), *(["--only", only] if only else [])]
            child = installation.begin(self.ground, words, {**env, "TROOVON_PROCESS": "bench"})
            told = installation.follow(child, installation.output_of(self.ground, words[0]), bar.at)
        report.tried.update(told.pop("tried"))
        for what in told.pop("found"):
            report.find(what)
        report.notes.update(told)
        return report

    def environment(self, port: int, *, plant: str = "") -> dict[str, str]:
        """Return what a web process on a port knows."""
        return _environment(self.ground, port=port, valkey=self.valkey, plant=plant)


def run(name: str, *, asked: Asked, rounds: int, bar: Bar) -> Report:
    """Build a house, knock at it once, and leave nothing behind."""
    with standing() as front:
        return front.knock(name, asked=asked, rounds=rounds, bar=bar)


@contextlib.contextmanager
def standing() -> Iterator[WebServices]:
    """Prepare two spaces and an operator on a cluster of their own."""
    with bench() as ground, contextlib.ExitStack() as stack:
        ground.add_database(NAME)
        ground.manage("prepare_tests")
        valkey = Valkey(
            ground.folder / "valkey",
            secrets.token_hex(16),
            ground.folder / "valkey.log",
            lasting=False,
        )
        valkey.begin()
        stack.callback(lambda: processes.stop([valkey.child] if valkey.child else []))
        valkey.wait()
        _hire(ground, _environment(ground, port=0, valkey=valkey.url(), plant=""))
        yield WebServices(ground, valkey.url())


def _environment(ground: Bench, *, port: int, valkey: str, plant: str) -> dict[str, str]:
    return {
        **installation.environment(ground, "web", plant=plant),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "BASE_HOST": f"localhost:{port}",
        "VALKEY_URL": valkey,
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
        processes.wait_until(partial(_answers, port), web, seconds=PATIENCE)
        yield web
    finally:
        processes.stop([web])


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health/live", headers={"Host": f"localhost:{port}"})
        return line.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()
