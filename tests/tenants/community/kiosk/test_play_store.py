"""A screen with a broken store loses no play and reports no play twice, with its real script."""

import json
from pathlib import Path
from typing import Any

import pytest
import quickjs

from tests.architecture.source import ROOT

PLAYER = ROOT / "frontend_templates" / "static" / "player.js"
IO = Path(__file__).with_name("play_store.js")


class ScreenOfOneSlide:
    """The player and its store of plays, by a clock that the test turns."""

    def __init__(self) -> None:
        self._js: Any = quickjs.Context()
        self._js.eval(PLAYER.read_text())
        self._js.eval(IO.read_text())

    def breaks(self, *parts: str) -> None:
        """Have these parts of the store fail, and all others work."""
        self._js.eval(f"for (const one in breaks) breaks[one] = {json.dumps(parts)}.includes(one);")

    def lasts(self, seconds: int) -> None:
        """Let so many seconds pass."""
        for _second in range(seconds):
            self._js.eval("time += 1000; player.tick();")
            while self._js.execute_pending_job():
                pass

    @property
    def made(self) -> int:
        """Plays that were shown to their end."""
        return int(self._js.eval("made"))

    @property
    def sent(self) -> list[dict[str, str]]:
        """Plays that the server was sent, each time."""
        return list(json.loads(self._js.eval("JSON.stringify(sent)")))

    @property
    def waiting(self) -> int:
        """Return how many plays wait for the server, by the screen's own count."""
        self._js.eval("plays.count().then((found) => { globalThis.counted = found; });")
        while self._js.execute_pending_job():
            pass
        return int(self._js.eval("counted"))

    @property
    def troubles(self) -> list[str]:
        """Return the troubles that the screen's heartbeats name."""
        return list(json.loads(self._js.eval("JSON.stringify(troubles)")))


@pytest.mark.parametrize(
    "parts",
    [
        ("put",),
        ("late",),
        ("put", "list", "drop"),
        ("list",),
        ("drop",),
        ("sign",),
        ("put", "sign"),
    ],
    ids=" and ".join,
)
def test_each_play_of_a_broken_store_is_reported_once(parts: tuple[str, ...]) -> None:
    screen = ScreenOfOneSlide()
    screen.lasts(60)
    screen.breaks(*parts)
    screen.lasts(120)
    screen.breaks()
    screen.lasts(60)
    keys = [play["signed"].partition("|")[0] for play in screen.sent]
    assert screen.made >= 20
    assert len(set(keys)) == len(keys), "sent twice"
    assert len(keys) >= screen.made - 2  # the last wait for their turn
    assert all(play["signature"] == f"signed {play['signed']}" for play in screen.sent)


@pytest.mark.parametrize("part", ["put", "list", "drop"])
def test_heartbeat_names_a_broken_store(part: str) -> None:
    screen = ScreenOfOneSlide()
    screen.lasts(30)
    assert screen.troubles == [""]
    screen.breaks(part)
    screen.lasts(60)
    assert screen.troubles[-1] == f"store: {part}"


@pytest.mark.parametrize("part", ["late", "drop"])
def test_waiting_play_counted_once_in_a_store_that_breaks(part: str) -> None:
    screen = ScreenOfOneSlide()
    screen.breaks(part)
    for _times in range(6):
        screen.lasts(15)
        assert screen.waiting == screen.made - len(screen.sent)
