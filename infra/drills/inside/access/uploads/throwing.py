"""Bombs on their way: sent as HR, a council and a merchant would, then opened by jobs."""

import concurrent.futures
import itertools
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from infra.drills.inside.access import limits, meter
from infra.drills.inside.access.people import HOME
from infra.drills.inside.access.touring import Try
from infra.drills.inside.access.uploads import bombs
from infra.drills.inside.access.uploads.bodies import Body, form
from infra.drills.inside.access.uploads.places import Place
from infra.drills.inside.access.uploads.samples import CANARY, Sample
from infra.drills.inside.access.uploads.sending import Sender
from saas.accounts.access import SPACE
from saas.kernel import schema
from tenants.community.mediastore import tasks as shelf
from tenants.community.mediastore.gateway import feeds
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.rules.files import Unfit
from tenants.community.members import tasks as staff
from tenants.community.members.models import RosterUpload

AT_ONCE, DELIVERIES, MOST_TRIES = 10, 3, 2
MOST_PAGE_SECONDS = 0.5
BETWEEN_SECONDS = 0.05
MOST_FEED_SECONDS = 60
_ROSTER = Place("roster", SPACE, "admin", "/admin/people/import/", "file", {}, RosterUpload)
_CHILD = b"saas.kernel.sandbox"
_EPISODE = (
    f'<rss><channel><item><guid>1</guid><title>{CANARY}</title><enclosure type="audio/mpeg" '
    'url="https://p.example/1"/></item></channel></rss>'
)


class Bomb(NamedTuple):
    """A file, the declared kind of medium (empty for a roster), and its final state."""

    what: str
    content: Callable[[], bytes]
    kind: str
    state: str


BOMBS = (
    Bomb("list of bzip2", bombs.packed_list, "", "failed"),
    Bomb("list with a far cell", bombs.far_list, "", "ready"),
    Bomb("book of bzip2", bombs.packed_book, "book", "failed"),
    Bomb("book that claims little", bombs.deflated_book, "book", "failed"),
    Bomb("paper of nested forms", bombs.nested_paper, "guide", "failed"),
)


def throw(sender: Sender, shelf_place: Place, *, at_once: bool) -> None:
    """Send each bomb, then perhaps ten at once, with every job delivered three times."""
    with _watched_children(sender):
        for bomb in BOMBS:
            row = _send(sender, shelf_place, bomb)
            if row is not None:
                _open(sender, bomb, row)
        _name_files(sender)
        if at_once:
            _send_at_once(sender, shelf_place)


def clear() -> None:
    """Delete the sent files, since a shelf and a space have limits."""
    with schema.inside(HOME):
        Medium.objects.filter(state__in=("waiting", "failed")).delete()
        RosterUpload.objects.all().delete()


def _send(sender: Sender, shelf_place: Place, bomb: Bomb) -> Any:
    limits.forget()
    place = shelf_place if bomb.kind else _ROSTER
    typed = {"kind": bomb.kind} if bomb.kind else {}
    sample = Sample(bomb.what, bomb.content(), taken=True, name="fichier", content_type="")
    answer = sender.post(place, Body(bomb.what, form(place, [sample], **typed)))
    sender.tried["bombs"] += 1
    if answer.status != 303:  # noqa: PLR2004 - the page that waits
        sender.find(f"{bomb.what}: answered by {answer.status} instead of a page that waits")
        return None
    with schema.inside(HOME):
        return cast("Any", place.table)._default_manager.order_by("pk").last()  # noqa: SLF001 - Django's way


def _open(sender: Sender, bomb: Bomb, row: Any) -> None:
    """Do a job as often as a broker that loses its worker would."""
    job: Any = shelf.prepare if bomb.kind else staff.read_roster
    with schema.inside(HOME):
        meter.begin_peak()
        for _delivery in range(DELIVERIES):
            job.run(row.pk)
        sender.weigh("worker", bomb.what, meter.peak_megabytes())
        row.refresh_from_db()
    sender.most_tries = max(sender.most_tries, row.attempts)
    if row.attempts > MOST_TRIES:
        sender.find(f"{bomb.what}: tried {row.attempts} times")
    if row.state != bomb.state:
        sender.find(f"{bomb.what}: {row.state} instead of {bomb.state}")
    if row.state == "failed" and not row.failure:
        sender.find(f"{bomb.what}: refused without a reason")


def _name_files(sender: Sender) -> None:
    """Parse feeds with the path of our own file, a device or a pipe as their body."""
    with tempfile.TemporaryDirectory() as folder:
        ours, pipe = Path(folder, "feed.xml"), Path(folder, "pipe")
        ours.write_text(_EPISODE)
        os.mkfifo(pipe)
        for path in (ours, Path("/dev/zero"), pipe):
            sender.tried["feeds"] += 1
            began = time.monotonic()
            try:
                feeds.episodes_in(str(path).encode())
                ended = "read as a feed"
            except Unfit as unfit:
                ended = unfit.reason
            if ended != "empty" or time.monotonic() - began > MOST_FEED_SECONDS:
                sender.find(f"a feed that is the name of {path.name}: {ended}")


def _send_at_once(sender: Sender, shelf_place: Place) -> None:
    """Send bombs in parallel, and open them, while a reader requests pages."""
    # On a machine that others load, a page waits for its turn besides.
    load = 1.0 if sender.is_long else os.getloadavg()[0] / (os.cpu_count() or 1)
    most = MOST_PAGE_SECONDS * max(1.0, load)
    with _reader(sender) as waits, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        chosen = [BOMBS[0], *itertools.islice(itertools.cycle(BOMBS[2:]), AT_ONCE - 1)]
        sent = list(pool.map(lambda bomb: _send(sender, shelf_place, bomb), chosen))
        with schema.inside(HOME):
            waiting = Medium.objects.filter(pk__in=[row.pk for row in sent if row], state="waiting")
            for medium in waiting.exclude(upload=""):
                _open(sender, BOMBS[-1], medium)
    sender.tried["pages"] += len(waits) - 1
    sender.slowest_page = max(sender.slowest_page, *waits)
    if max(waits) > most:
        sender.find(f"ten bombs at once: a page waited {max(waits):.1f} s")


def _page_seconds(sender: Sender) -> float:
    began = time.perf_counter()
    sender.client.call(Try(SPACE, "nobody", "GET", "/signin/"))
    return time.perf_counter() - began


@contextmanager
def _reader(sender: Sender) -> Iterator[list[float]]:
    waits, ended = [0.0], threading.Event()

    def read() -> None:
        while not ended.wait(BETWEEN_SECONDS):
            waits.append(_page_seconds(sender))

    with _beside(read, ended):
        yield waits


@contextmanager
def _watched_children(sender: Sender) -> Iterator[None]:
    """Weigh every child of this drill that opens a file, and those that they are forked from."""
    ended, drill = threading.Event(), os.getppid()

    def weigh() -> None:
        heaviest = 0
        while not ended.wait(BETWEEN_SECONDS):
            for folder in Path("/proc").iterdir():
                if folder.name.isdecimal() and (megabytes := _megabytes_of_child(folder, drill)):
                    heaviest = max(heaviest, megabytes)
        sender.weigh("child", "a file", heaviest)

    with _beside(weigh, ended):
        yield


@contextmanager
def _beside(work: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _megabytes_of_child(process: Path, drill: int) -> int:
    try:
        if _CHILD not in (process / "cmdline").read_bytes() or not _descends(process, drill):
            return 0
        for line in (process / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    except (OSError, ValueError):
        pass
    return 0


def _descends(process: Path, ancestor: int) -> bool:
    """Return True if a process was started by an ancestor: other drills have children, too."""
    pid = int(process.name)
    while pid > 1 and pid != ancestor:
        status = Path("/proc", str(pid), "status").read_text()
        pid = int(status.partition("PPid:")[2].split(maxsplit=1)[0])
    return pid == ancestor
