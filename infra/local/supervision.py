"""Restarts processes that end by themselves, with a longer delay after each early end."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from infra.local.processes import Child
from infra.local.words import Sentence

LASTING_SECONDS = 60
LONGEST_WAIT_SECONDS = 30
PERSISTENT_DEATHS = 3

type Say = Callable[[Sentence], None]


@dataclass
class Life:
    """How a process fares: deaths in a row that came early, and when it is started again."""

    child: Child
    began: float
    early_deaths: int = 0
    again_at: float | None = None


class Supervisor:
    """Reports ended processes, and decides when to restart them."""

    def __init__(self, say: Say, now: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._now = now
        self._lives: dict[str, Life] = {}

    def is_due(self, child: Child) -> bool:
        """Return True if an ended process is due for a restart."""
        life = self._life_of(child)
        if life.again_at is None:
            self._note_end(life)
        return life.again_at is not None and self._now() >= life.again_at

    def watch(self, child: Child) -> None:
        """Record a running process, possibly restarted."""
        self._life_of(child)

    def _life_of(self, child: Child) -> Life:
        life = self._lives.get(child.name)
        if life is None:
            life = self._lives[child.name] = Life(child, self._now())
        elif life.child is not child:
            life.child, life.began, life.again_at = child, self._now(), None
        return life

    def _note_end(self, life: Life) -> None:
        now = self._now()
        lasted = now - life.began >= LASTING_SECONDS
        life.early_deaths = 1 if lasted else life.early_deaths + 1
        wait = min(2 ** (life.early_deaths - 1) // 2, LONGEST_WAIT_SECONDS)
        life.again_at = now + wait
        self._say(_sentence(life, wait))


def _sentence(life: Life, wait: int) -> Sentence:
    child, code = life.child, life.child.process.returncode
    if life.early_deaths < PERSISTENT_DEATHS:
        return Sentence(
            f"  « {child.name} » s’est arrêté (code {code}) : on le relance.",
            f"  “{child.name}” has stopped (code {code}): it is started again.",
        )
    times, tail = life.early_deaths, child.tail()
    return Sentence(
        f"  « {child.name} » s’est arrêté {times} fois de suite (code {code}) : on le relance "
        f"dans {wait} s. Fin de {child.log} :\n{tail}",
        f"  “{child.name}” has stopped {times} times in a row (code {code}): it is started again "
        f"in {wait} s. End of {child.log}:\n{tail}",
    )
