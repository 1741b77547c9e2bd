"""`troovon demo`: the whole product on this machine, to look at or to check."""

import contextlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from infra.local import cells, description, interruption, preparation, processes
from infra.local.datadir import DataDir, remove_if_abandoned, write_privately
from infra.local.progress import Progress
from infra.local.servers import ports
from infra.local.stack import MANAGE, Stack
from infra.local.supervision import Supervisor
from infra.local.words import Sentence

MINUTES = 600
MOVED = "sillage"
THROWN_AWAY = "troovon-check-"


@dataclass(frozen=True)
class DemoOptions:
    """Options that the person gave on the command line."""

    port: int | None
    data_dir: Path
    lang: str
    reset: bool = False
    as_json: bool = False
    reload: bool = False
    spoken: str = "fr"
    cells: int = 1


def run(options: DemoOptions) -> int:
    """Start the demo and stay until it is stopped."""
    progress = Progress(options.lang)
    with contextlib.closing(DataDir(options.data_dir)) as folder:
        # Before the data is erased: a refused port must cost no data.
        port = ports.for_the_site(options.port)
        folder.open(reset=options.reset)
        interruption.listen()
        with _running(Stack(folder, port=port, cells=options.cells), progress) as stack:
            if not folder.seeded.exists():
                _seed(stack, progress, spoken=options.spoken)
            else:
                stack.begin_command("light_screens", [*MANAGE, "light_screens"])
            if stack.cell:
                _settle_cell(stack, progress)
            _describe(stack, options)
            if not options.as_json:
                progress.write(description.closing_block(stack, options.lang))
            try:
                stack.watch(
                    Supervisor(progress.say),
                    reload=options.reload,
                    restarted=partial(_describe, stack, options),
                )
            except interruption.Interrupted:
                progress.say(Sentence("  On arrête tout…", "  Stopping everything…"))
    return 0


def _describe(stack: Stack, options: DemoOptions) -> None:
    """Describe the running stack in a file, and on standard output if requested."""
    described = description.write(stack)
    if options.as_json:
        _answer(json.dumps(described, ensure_ascii=False))


def check(options: DemoOptions) -> int:
    """Do the main job once on a stack of its own, as its people would."""
    interruption.listen()
    build = partial(Stack, cells=options.cells)
    with throw_away(Progress(options.lang), build) as stack:
        return main_job(stack, as_json=options.as_json)


@contextlib.contextmanager
def throw_away(progress: Progress, build: Callable[..., Stack] = Stack) -> Iterator[Stack]:
    """Run all of Troovon without the demo's town, and leave nothing behind."""
    for older in Path(tempfile.gettempdir()).glob(f"{THROWN_AWAY}*"):
        remove_if_abandoned(older)
    folder = DataDir(Path(tempfile.mkdtemp(prefix=THROWN_AWAY)))
    try:
        folder.open(reset=True)
        with _running(build(folder, port=ports.any_free()), progress) as stack:
            description.write(stack)
            yield stack
    finally:
        folder.remove()


@contextlib.contextmanager
def _running(stack: Stack, progress: Progress) -> Iterator[Stack]:
    """Start everything, and stop it at the end, however that comes."""
    try:
        _start(stack, progress)
        yield stack
    finally:
        interruption.ignore()
        stack.stop()


def _start(stack: Stack, progress: Progress) -> None:
    preparation.start_servers(stack, progress)
    with progress.step(
        "Site, tâches, appels, fondation, horloge", "Site, worker, callers, founder, clock"
    ):
        stack.begin_product()
        stack.wait_for_product()


def _seed(stack: Stack, progress: Progress, *, spoken: str) -> None:
    """Play the demo's past through the running product; it takes a while, once."""
    words = ["seed", "--lang", progress.lang, "--spoken", spoken]
    with progress.long_step("La ville de démonstration", "The demo’s town"):
        child = stack.begin_command("seed", [*MANAGE, *words], beside_owner=True)
        progress.follow(child, seconds=MINUTES)
    world = json.loads(stack.output("seed").read_text().splitlines()[-1])
    write_privately(stack.folder.seeded, world)
    stack.output("seed").unlink()


def _settle_cell(stack: Stack, progress: Progress) -> None:
    """Move a space of the town to an empty cell, by the operator's command."""
    if any(space["cell"] == cells.NAME for space in description.described(stack)["spaces"]):
        return
    with progress.step("Un espace dans la cellule", "A space in the cell"):
        words = ("space", "move", MOVED, cells.NAME)
        processes.finish(stack.begin_management(*words, as_owner=True), seconds=MINUTES)


def main_job(stack: Stack, *, as_json: bool) -> int:
    """Let its people do the main job once on a running stack; return the exit code."""
    words = ["--json"] if as_json else []
    child = stack.begin_command(
        "check_main_job",
        [*MANAGE, "check_main_job", "--stack", str(stack.folder.description), *words],
        beside_owner=True,
        spoken=True,
    )
    return child.process.wait()


def _answer(line: str) -> None:
    """Write a line to standard output for the calling program."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
