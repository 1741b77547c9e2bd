"""Forks of a warm process that do jobs, and are killed between any two steps of them.

A step is a statement, a commit or a call. A worker counts its steps and sends itself SIGKILL before
or after the step chosen by its seed. Other workers are killed by their parent at any moment.
"""

import contextlib
import gc
import json
import os
import select
import signal
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import requests
from django.db import connection, connections

from billing.stripe import tasks
from billing.stripe.gateway import client
from infra.drills.inside.money import acts
from infra.drills.inside.money.acts import Act
from saas.kernel import schema
from saas.kernel.hooks import Hook
from saas.kernel.tasks import PublicTask, TenantTask

WORKERS = 4
_WORDS = 400
_FAREWELL = b"\n"


class CrashPlan(NamedTuple):
    """The time of a worker's death: a step, or a number of seconds; zeros mean never.

    `retries` is the number of automatic retries of Stripe's library, which hide most failures.
    """

    step: int = 0
    seconds: float = 0.0
    retries: int = 2


@dataclass
class Tally:
    """Reports of the workers: acts done, kills, errors."""

    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    steps: int = 0


class Worker:
    """A running fork: it receives its acts in turn, and answers each."""

    def __init__(self, crash: CrashPlan) -> None:
        self.crash, self.began = crash, time.monotonic()
        self.act: Act | None = None
        self.buffer = b""
        taking, self.giving = os.pipe()
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.giving)
            os.close(self.reading)
            _live(crash, taking, writing)
        os.close(taking)
        os.close(writing)

    def give(self, act: Act) -> None:
        """Send it an act; its death meanwhile is found when its answer is read."""
        self.act = act
        with contextlib.suppress(BrokenPipeError):
            os.write(self.giving, json.dumps(act).encode() + b"\n")

    def listen(self, tally: Tally) -> list[Act] | None:
        """Read its answer and return the jobs that follow from its act, or null if it is dead."""
        piece = os.read(self.reading, 1 << 20)
        self.buffer += piece
        if not piece:
            self._bury(tally)
            return None
        if not self.buffer.endswith(b"\n"):
            return []
        answer, self.buffer, self.act = json.loads(self.buffer), b"", None
        tally.steps += answer["steps"]
        tally.done.update([answer["name"]])
        tally.wrong.extend(answer["wrong"])
        return [Act(name, tuple(args)) for name, args in answer["jobs"]]

    def _bury(self, tally: Tally) -> None:
        os.close(self.giving)
        os.close(self.reading)
        status = os.waitpid(self.pid, 0)[1]
        if os.WIFSIGNALED(status):
            tally.kills["by their parent" if self.crash.seconds else "between two steps"] += 1
        elif os.WEXITSTATUS(status):
            tally.wrong.append(f"a hand ended with {os.WEXITSTATUS(status)}")

    def is_late(self) -> bool:
        """Whether its parent should have killed it by now."""
        return bool(self.crash.seconds) and time.monotonic() - self.began > self.crash.seconds

    def dismiss(self, tally: Tally) -> None:
        """Send the end of the acts, and wait for its exit."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self.giving, _FAREWELL)
        while self.listen(tally) is not None:
            pass


def run_acts(
    due: Sequence[Act],
    next_crash: Callable[[int], CrashPlan],
    again: Callable[[], bool],
    *,
    hands: int = WORKERS,
) -> Tally:
    """Run acts, and the jobs that follow from them, in workers until all are done.

    An idle worker takes the next act, jobs first, as the workers of a queue do. `again` decides if
    a killed worker's act is repeated: a broker redelivers unacknowledged messages, unless it has
    died as well. A single hand does them in turn.
    """
    tally = Tally()
    connections.close_all()
    gc.collect()  # frozen objects are never collected: a thousand days of garbage
    gc.freeze()
    waiting, workers = deque(due), list[Worker]()
    while waiting or any(worker.act for worker in workers):
        _deal(waiting, workers, next_crash, hands=hands)
        for worker in _ready(workers):
            jobs = worker.listen(tally)
            if jobs is not None:
                waiting.extendleft(reversed(jobs))
                continue
            workers.remove(worker)
            if worker.act and again():
                waiting.appendleft(worker.act)
    for worker in workers:
        worker.dismiss(tally)
    return tally


def _deal(
    waiting: deque[Act],
    workers: list[Worker],
    next_crash: Callable[[int], CrashPlan],
    *,
    hands: int,
) -> None:
    """Send pending acts to idle workers, and to new workers while there are too few."""
    idle = [worker for worker in workers if worker.act is None]
    while waiting and (idle or len(workers) < hands):
        if not idle:
            workers.append(Worker(next_crash(len(waiting) // hands + 1)))
            idle = workers[-1:]
        idle.pop().give(waiting.popleft())


def _ready(workers: list[Worker]) -> list[Worker]:
    """Kill late workers, then return the workers with an answer to read."""
    for worker in workers:
        if worker.is_late():
            os.kill(worker.pid, signal.SIGKILL)
    ready, _, _ = select.select([worker.reading for worker in workers], [], [], 0.02)
    return [worker for worker in workers if worker.reading in ready]


def _live(crash: CrashPlan, taking: int, writing: int) -> NoReturn:
    """Run acts in turn in a fork, answer each, and exit without any clean-up."""
    code = 1
    try:
        worker = _Fork(crash)
        with os.fdopen(taking, "rb") as commands, os.fdopen(writing, "wb") as answers:
            while line := commands.readline().strip():
                name, args = json.loads(line)
                answers.write(json.dumps(worker.perform(Act(name, tuple(args)))).encode() + b"\n")
                answers.flush()
        code = 0
    except BaseException:  # noqa: BLE001 - a fork never goes on where its parent stands
        traceback.print_exc()
    finally:
        os._exit(code)


def _hurry(_seconds: float) -> None:
    """Skip the library's pauses between two retries: they are no part of the drill."""


class _Fork:
    """The process of a worker: its parent's open connections are dropped, its steps are counted."""

    def __init__(self, crash: CrashPlan) -> None:
        self.dies_at, self.steps = crash.step, 0
        self.jobs: list[tuple[str, list[Any]]] = []
        gc.disable()  # it lives for some hundred acts
        client._client.cache_clear()  # noqa: SLF001 - the parent's sockets are not ours
        client._RETRIES = crash.retries  # noqa: SLF001 - see CrashPlan
        vars(time)["sleep"] = _hurry
        self._count()
        jobs = self.jobs

        def queue(task: Any, args: Any = (), **_: Any) -> None:
            jobs.append((task.name, list(args)))

        PublicTask.apply_async = queue  # type: ignore[method-assign,assignment]
        TenantTask.apply_async = lambda *_, **__: None  # type: ignore[method-assign,assignment]
        # Mails have their own tests; a hundred thousand mails are skipped here.
        tasks.follow_ups = Hook()

    def _count(self) -> None:
        connection.execute_wrappers.append(self._around)
        connection.commit = self._stepping(connection.commit)  # type: ignore[method-assign]
        requests.Session.send = self._stepping(requests.Session.send)  # type: ignore[method-assign]

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _around(self, execute: Callable[..., Any], *args: Any) -> Any:
        self._step()
        found = execute(*args)
        self._step()
        return found

    def _stepping(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **named: Any) -> Any:
            self._step()
            found = do(*args, **named)
            self._step()
            return found

        return stepping

    def perform(self, act: Act) -> dict[str, Any]:
        """Run an act; return the report for the parent, with the jobs that follow from it."""
        before, name = self.steps, act.name.rpartition(".")[2]
        self.jobs.clear()
        problem = self._try(acts.named(act.name), act.args)
        wrong = [f"{name}: {problem}"] if problem else []
        return {
            "name": name,
            "steps": self.steps - before,
            "wrong": wrong,
            "jobs": self.jobs,
        }

    def _try(self, do: Callable[..., Any], args: Any) -> str:
        """Run a function; return its unexpected error as a text, or an empty text."""
        schema.enter(schema.PUBLIC)
        try:
            do(*args)
        except acts.EXPECTED:
            return ""
        except Exception as error:  # noqa: BLE001 - whatever a job raises is a finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
            return f"{type(error).__name__} {str(error)[:_WORDS]} ({place})"
        return ""
