"""No failed request while a release with a migration replaces another, process by process."""

import contextlib
import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from infra.benches.bench_servers import prepared_bench
from infra.benches.money.billing_services import QUICK
from infra.drills.running import releases, replicas
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.running.replicas import Site
from infra.drills.traffic.load import Inside, Load, inside_of
from infra.drills.traffic.visitors import Visitor
from infra.drills.traffic.web_services import WebServices
from infra.local import processes
from infra.local.processes import Child
from infra.local.servers import ports

FULL = 10_000  # requests
NOT_DRAINED = "not_drained"
FAULTS = frozenset({NOT_DRAINED, releases.BLOCKING, releases.BREAKING})
ENDS_SECONDS = 30
MIGRATES_SECONDS = 600
SENT_AFTER_SECONDS = 1.0


def run(options: DrillOptions, bar: Bar) -> Report:
    """Deploy three releases in turn, and repeat the last until there were enough requests."""
    plant = options.plant.split(",")
    with prepared_bench(settings=QUICK) as ground, releases.copied(3, plant=plant) as trees:
        env = WebServices(ground).environment(ports.any_free())
        with replicas.serving(ground.folder, env) as site, inside_of(ground, site) as inside:
            return Deploy(site, inside, options=options, bar=bar).run(trees)


class Deploy:
    """A run: deployments while clients send requests."""

    def __init__(self, site: Site, inside: Inside, *, options: DrillOptions, bar: Bar) -> None:
        self.site, self.bar = site, bar
        self.requests = options.rounds or FULL
        self.is_drained = NOT_DRAINED not in options.plant
        self.load = Load(site, inside, options)
        self.report = self.load.report

    def run(self, trees: Sequence[Path]) -> Report:
        """Deploy each release, and check the outcome of all requests."""
        self.site.begin()
        with self.load.going_on():
            for tree in trees:
                self.deploy(tree)
            while self._answered() < self.requests:
                self.deploy(trees[-1])
        # Workers that receive a signal to end lose no job: no beat queues a lost job here.
        self.load.wait_for_news()
        self.site.stop()
        return self.judge()

    def judge(self) -> Report:
        """Report each request without the expected response at the first try.

        Reads cut off at the end of a kept connection do not count: any proxy retries them
        elsewhere.
        """
        for what, many in self.load.tally.tried.items():
            if what.startswith("cut off: POST") or what == "told to try again":
                self.report.find(f"{many} times {what}")
        return self.load.judge(bad_of_all=0)

    def deploy(self, tree: Path) -> None:
        """Migrate, then replace the worker and the web processes in turn."""
        self.migrate(tree)
        self.site.children["worker"] = self._replaced("worker", tree)
        for name in replicas.WEBS:
            self.end_web(name)
            self.site.children[name] = self.site.begin_web(name, tree=tree)
            self.site.wait()
        self.report.tried["deployments"] += 1

    def migrate(self, tree: Path) -> None:
        """Bring the database up while the release before serves."""
        self._show("migrating")
        done = subprocess.run(  # noqa: S603 - our own interpreter and command
            [sys.executable, str(tree / "manage.py"), "prepare", "--json"],
            cwd=tree,
            env={**self.site.environment("manage"), "PYTHONPATH": str(tree)},
            capture_output=True,
            text=True,
            timeout=MIGRATES_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            self.report.find(f"the migration ended with {done.returncode}: {done.stderr[-800:]}")

    def end_web(self, name: str) -> None:
        """End a web process during the upload of a form; the form must be accepted whole."""
        self._show(f"replacing {name}")
        client = self.load.extra_visitor()
        with _half_sent(self.site.ports[name], client, self.site.host) as form:
            self._end(self.site.children[name])
            time.sleep(SENT_AFTER_SECONDS)
            answer = form.finish()
        self.report.tried["forms sent to a process that ends"] += 1
        if answer == str(int(HTTPStatus.SEE_OTHER)):
            self.load.tally.accept("classified", form.title)
        else:
            self.report.find(f"a form that was on its way to a process that ends: {answer}")
        self._wait_for_end(self.site.children[name])

    def _replaced(self, name: str, tree: Path) -> Child:
        child = self.site.children[name]
        self._end(child)
        self._wait_for_end(child)
        child.log.unlink(missing_ok=True)
        started = self.site.begin_worker(tree=tree)
        self.site.children[name] = started
        self.site.wait()
        return started

    def _end(self, child: Child) -> None:
        if self.is_drained:
            child.process.send_signal(child.stop_signal)
        else:
            child.send(signal.SIGKILL)

    def _wait_for_end(self, child: Child) -> None:
        try:
            child.process.wait(timeout=ENDS_SECONDS)
        except subprocess.TimeoutExpired:
            self.report.find(f"{child.name} did not end in {ENDS_SECONDS} s")
        processes.stop([child], patience=0)

    def _show(self, what: str) -> None:
        self.bar.at(min(self._answered(), self.requests - 1), self.requests, what)

    def _answered(self) -> int:
        return self.load.tally.tried["requests"]


class HalfSent:
    """A form with its first half sent."""

    def __init__(self, line: http.client.HTTPConnection, rest: bytes, title: str) -> None:
        self._line, self._rest, self.title = line, rest, title

    def finish(self) -> str:
        """Send the other half; return the status of the answer, or how the connection ended."""
        try:
            self._line.send(self._rest)
            return str(self._line.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__


@contextlib.contextmanager
def _half_sent(port: int, client: Visitor, host: str) -> Iterator[HalfSent]:
    """Send the first half of a classified's form to a given process."""
    fields = client.classified()
    body = urlencode(fields).encode()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=ENDS_SECONDS)
    with contextlib.closing(line):
        line.putrequest("POST", "/classifieds/new/", skip_host=True)
        headers = {"Host": f"{client.world['space']}.{host}", "Content-Length": str(len(body))}
        for name, value in {**headers, **client.form_headers()}.items():
            line.putheader(name, value)
        line.endheaders(body[: len(body) // 2])
        time.sleep(0.2)  # it has been taken
        yield HalfSent(line, body[len(body) // 2 :], fields["title"])
