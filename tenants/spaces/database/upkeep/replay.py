"""Takes many spaces through the same steps, some at once, each in a transaction of its own."""

import contextlib
import queue
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from django.db import Error, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from tenants.spaces.database.upkeep.plan import Executed, Replayed, Step, rows_of

LOCK_TIMEOUT = "2s"  # a person's statement behind ours waits as long, and no longer
TRIES = 3
_TAKEN = {"55P03", "40P01"}  # a lock that was not given, a deadlock


class Outcome(NamedTuple):
    """The result of a try in a space."""

    name: str
    trouble: str = ""
    again: bool = False


type OnOutcome = Callable[[Outcome], None]


class Replay:
    """The migration of a group of spaces to the same state; records the progress of each space."""

    def __init__(
        self, steps: list[Step], *, wanted_hash: str, alias: str, workers: int, home: str = ""
    ) -> None:
        self.steps = steps
        self.wanted_hash = wanted_hash
        self.alias = alias
        self.home = home or alias  # the rows of spaces are there
        self.workers = workers
        self._reached: dict[str, int] = {}
        self._stopped = threading.Event()

    def run(self, names: list[str], on_outcome: OnOutcome) -> None:
        """Migrate all spaces. A space with a locked table is tried again after all the others."""
        for left in reversed(range(TRIES)):
            held = []
            with contextlib.closing(self._outcomes(names)) as outcomes:
                for outcome in outcomes:
                    if outcome.again and left:
                        held.append(outcome.name)
                    else:
                        on_outcome(outcome)
            names = held
        self._flush()

    def _flush(self) -> None:
        """Wait until all is on the disk: the commits before did not, each by itself.

        A server that dies before has whole spaces done or not done, and the next run sees which.
        """
        with transaction.atomic(using=self.alias), connections[self.alias].cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")

    def _outcomes(self, names: list[str]) -> Generator[Outcome]:
        todo: queue.SimpleQueue[str] = queue.SimpleQueue()
        for name in names:
            todo.put(name)
        done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        workers = min(self.workers, len(names))
        with ThreadPoolExecutor(max(workers, 1)) as pool:
            try:
                working = [pool.submit(self._work, todo, done) for _ in range(workers)]
                for _ in names:
                    yield done.get()
                for worker in working:
                    worker.result()
            finally:
                self._stopped.set()
        self._stopped.clear()

    def _work(self, todo: "queue.SimpleQueue[str]", done: "queue.SimpleQueue[Outcome]") -> None:
        try:
            while not self._stopped.is_set():
                done.put(self._try(todo.get_nowait()))
        except queue.Empty:
            pass
        finally:
            connections[self.alias].close()
            connections[self.home].close()

    def _try(self, name: str) -> Outcome:
        begun = self._reached.get(name, 0)
        for number in range(begun, len(self.steps)):
            step = self.steps[number]
            try:
                self._take(name, step, last=number == len(self.steps) - 1)
            except Exception as error:  # noqa: BLE001 - a data migration may raise anything
                connections[self.alias].close()  # its open transaction is rolled back
                return Outcome(name, _reason(step, error), again=_may_be_tried_again(step, error))
            self._reached[name] = number + 1
        return Outcome(name)

    def _take(self, name: str, step: Step, *, last: bool) -> None:
        if isinstance(step, Replayed):
            self._replay(name, step, last=last and self.home == self.alias)
        else:
            self._execute(name, step)
        if last and not (isinstance(step, Replayed) and self.home == self.alias):
            self._note(name)

    def _replay(self, name: str, step: Replayed, *, last: bool) -> None:
        note = self._noted(name) if last else ""
        with connections[self.alias].cursor() as cursor:
            cursor.execute(
                f"BEGIN; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';"
                f' SET LOCAL synchronous_commit = off; SET LOCAL search_path = "{name}", public;\n'
                f"{step.sql}\n{rows_of(step.keys)}\n{note}\nCOMMIT"
            )

    def _execute(self, name: str, step: Executed) -> None:
        connection: Any = connections[self.alias]
        connection.set_schema(name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            executor = MigrationExecutor(connection)
            executor.apply_migration(step.before.clone(), step.migration)
        finally:
            connection.set_schema_to_public()

    def _noted(self, name: str) -> str:
        return (
            f"UPDATE public.spaces_tenant SET schema_hash = '{self.wanted_hash}'"  # noqa: S608 - ours
            f" WHERE schema_name = '{name}';"
        )

    def _note(self, name: str) -> None:
        with connections[self.home].cursor() as cursor:
            cursor.execute(self._noted(name))


def _may_be_tried_again(step: Step, error: Exception) -> bool:
    code = getattr(error.__cause__, "sqlstate", None)
    return code in _TAKEN and (isinstance(step, Replayed) or step.may_be_tried_again)


def _reason(step: Step, error: Exception) -> str:
    keys = step.keys if isinstance(step, Replayed) else [step.key]
    names = ", ".join(f"{app}.{name}" for app, name in keys)
    message = str(error).strip().partition("\n")[0]
    kind = "" if isinstance(error, Error) else f"{type(error).__name__}: "
    return f"{names}: {kind}{message}"
