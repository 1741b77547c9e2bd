"""Small files that filled a process, held it, or had it read our own files."""

import resource
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from infra.drills.inside.access.uploads import bombs
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.verdicts import TooHeavyError, UnfitError

ADDRESS = {"address": "/p/NUMBER/"}
SECONDS = 30
# More than a child may hold; to pack a gibibyte, as the drill does, takes many seconds.
SIZE = 400 * bombs.MEGABYTE


def megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.parametrize(
    ("job", "bomb", "options"),
    [
        ("sheet", partial(bombs.packed_list, SIZE), {}),
        ("book", partial(bombs.packed_book, SIZE), ADDRESS),
        ("book", bombs.deflated_book, ADDRESS),
        ("paper", bombs.nested_paper, {}),
    ],
    ids=["list of bzip2", "book of bzip2", "deflated book", "nested paper"],
)
def test_bomb_is_refused_in_its_child(
    job: str, bomb: Callable[[], bytes], options: dict[str, str]
) -> None:
    content = bomb()
    assert len(content) < 400_000
    before, began = megabytes(), time.perf_counter()
    with pytest.raises((UnfitError, TooHeavyError)):
        list(runner.opened(job, content, **options))
    assert megabytes() - before < 20
    assert time.perf_counter() - began < SECONDS


def test_feed_that_is_the_name_of_a_file_is_words(tmp_path: Path) -> None:
    """The parser takes bytes for a name first: a file of ours came out as an episode."""
    ours = tmp_path / "feed.xml"
    ours.write_text(
        '<rss><channel><item><guid>1</guid><title>Secret</title><enclosure type="audio/mpeg"'
        ' url="https://p.example/1"/></item></channel></rss>'
    )
    for body in (str(ours).encode(), b"/dev/zero", b"/dev/stdin"):
        with pytest.raises(UnfitError, match="empty"):
            list(runner.opened("feed", body))


def test_ten_bombs_at_once_leave_room_for_a_page() -> None:
    """Their children are the last in line for the processor, and hold nothing of this process."""
    answered: list[str] = []
    content, before = bombs.deflated_book(), megabytes()

    def send() -> None:
        try:
            list(runner.opened("book", content, **ADDRESS))
        except (UnfitError, TooHeavyError) as error:
            answered.append(type(error).__name__)

    threads = [threading.Thread(target=send) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert len(answered) == len(threads)
    assert megabytes() - before < 20
