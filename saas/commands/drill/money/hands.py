"""Forks of a warm process that do jobs, and are killed between any two steps of them.

A step is a statement, a commit or a call: a hand counts them, and at the one that its seed names it
sends itself SIGKILL, before or after what it did there. Others are killed by their parent in the
middle of whatever they do.
"""

import gc
import json
import os
import select
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import requests
from django.db import connection, connections

from billing import tasks
from billing.gateway import client
from saas.commands.drill.money import acts
from saas.commands.drill.money.acts import Act
from saas.kernel import schema
from saas.kernel.tasks import PublicTask, TenantTask

_WORDS = 400


class Death(NamedTuple):
    """When a hand dies: at which step, or after how many seconds; nothing means never.

    `retries` is how often Stripe's library asks again by itself, which hides most of what fails.
    """

    step: int = 0
    seconds: float = 0.0
    retries: int = 2


@dataclass
class Told:
    """What hands told: what was done, what they died of, what went wrong."""

    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    steps: int = 0


class Hand:
    """One fork at work on some acts."""

    def __init__(self, mine: Sequence[Act], death: Death) -> None:
        self.acts, self.death, self.began = list(mine), death, time.monotonic()
        self.said = b""
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.reading)
            _live(self.acts, death, writing)
        os.close(writing)

    def listen(self, told: Told) -> bool:
        """Take in what it said; says whether it is over."""
        piece = os.read(self.reading, 65536)
        self.said += piece
        if piece:
            return False
        os.close(self.reading)
        status = os.waitpid(self.pid, 0)[1]
        finished = 0
        for line in self.said.decode().splitlines():
            said = json.loads(line)
            finished = said["finished"]
            told.steps += said["steps"]
            told.done.update(said["done"])
            told.wrong.extend(said["wrong"])
        del self.acts[:finished]
        if os.WIFSIGNALED(status):
            told.kills["by their parent" if self.death.seconds else "between two steps"] += 1
        elif os.WEXITSTATUS(status):
            told.wrong.append(f"a hand ended with {os.WEXITSTATUS(status)}")
        return True

    def is_late(self) -> bool:
        """Whether its parent should have killed it by now."""
        return bool(self.death.seconds) and time.monotonic() - self.began > self.death.seconds


def work(
    shares: Sequence[Sequence[Act]],
    next_death: Callable[[int], Death],
    again: Callable[[], bool],
) -> Told:
    """Let several hands work at once until everything is done, or lost with whoever did it.

    Another hand goes on where one was killed. Whether it does the act again that killed it says
    `again`: a broker delivers once more what was not acknowledged, or has died as well.
    """
    told = Told()
    connections.close_all()
    gc.collect()  # of what is frozen nothing is ever taken away: a thousand days of garbage
    gc.freeze()
    hands = [Hand(mine, next_death(len(mine))) for mine in shares if mine]
    while hands:
        ready, _, _ = select.select([hand.reading for hand in hands], [], [], 0.02)
        for hand in [hand for hand in hands if hand.is_late()]:
            os.kill(hand.pid, signal.SIGKILL)
        for hand in [hand for hand in hands if hand.reading in ready]:
            if hand.listen(told):
                hands.remove(hand)
                left = hand.acts if again() else hand.acts[1:]
                if left:
                    hands.append(Hand(left, next_death(len(left))))
    return told


def _live(mine: Sequence[Act], death: Death, writing: int) -> NoReturn:
    """Do the acts in a fork, tell each that is done, and end without any farewell."""
    code = 1
    try:
        hand = _Fork(death)
        for number, act in enumerate(mine, start=1):
            told = hand.do(act)
            line = json.dumps({"finished": number, **told}) + "\n"
            os.write(writing, line.encode())
        code = 0
    except BaseException:  # noqa: BLE001 - a fork never goes on where its parent stands
        traceback.print_exc()
    finally:
        os._exit(code)


def _hurry(_seconds: float) -> None:
    """Wait for nobody: the library's pauses between two tries are no part of what is drilled."""


class _Fork:
    """The process of a hand: what its parent held open is forgotten, its steps are counted."""

    def __init__(self, death: Death) -> None:
        self.dies_at, self.steps = death.step, 0
        self.jobs: list[tuple[Any, tuple[Any, ...]]] = []
        gc.disable()  # it lives for some hundred acts
        client._client.cache_clear()  # noqa: SLF001 - the parent's sockets are not ours
        client._RETRIES = death.retries  # noqa: SLF001 - see Death
        vars(time)["sleep"] = _hurry
        self._count()
        jobs = self.jobs

        def keep(task: Any, args: Any = (), **_: Any) -> None:
            jobs.append((task, tuple(args)))

        PublicTask.apply_async = keep  # type: ignore[method-assign,assignment]
        TenantTask.apply_async = lambda *_, **__: None  # type: ignore[method-assign,assignment]
        # Letters have tests of their own; here nobody writes a hundred thousand of them.
        vars(tasks)["_letters"] = list

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

    def do(self, act: Act) -> dict[str, Any]:
        """Do one act and the jobs that follow from it; answer what to tell the parent."""
        before, done, wrong = self.steps, Counter[str](), list[str]()
        name, do, args = act.name, acts.ACTS[act.name], act.args
        while True:
            if problem := self._try(do, args):
                wrong.append(f"{name}: {problem}")
            done[name] += 1
            if not self.jobs:
                break
            do, args = self.jobs.pop(0)
            name = do.name.rpartition(".")[2]
        return {"steps": self.steps - before, "done": dict(done), "wrong": wrong}

    def _try(self, do: Callable[..., Any], args: Any) -> str:
        """Do something; answer what went wrong with it that should not."""
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
