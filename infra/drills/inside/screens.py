"""A day of a screen in a minute: the product's own player, run by a simulated clock.

The screens' script (`player.js`) is executed unchanged; the product's own queries and actions
answer its requests at the simulated moment. The network fails and returns, responses are lost after
their effect, the power fails, the device's clock jumps, items are taken down.
"""

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import quickjs

from saas.accounts.models import User
from saas.kernel import revision
from tenants.community.deals import actions as deals
from tenants.community.deals.models import Deal
from tenants.community.deals.rules import Terms
from tenants.community.kiosk.actions import loop as loop_actions
from tenants.community.kiosk.actions import screens as screen_actions
from tenants.community.kiosk.models import Play, Screen, ScreenMessage
from tenants.community.kiosk.queries import playlist as queries
from tenants.community.kiosk.rules import screens as rules
from tenants.community.kiosk.views import device
from tenants.spaces.hosts import SpaceCard

PLAYER = Path(__file__).resolve().parents[3] / "frontend_templates" / "static" / "player.js"
GRACE = 10
BUILT_EVERY = 60  # an unchanged playlist is cached for so many seconds
DEALS = 6
# In the night of 25 October 2026 the clock on the wall shows two o'clock twice.
BEGIN = dt.datetime(2026, 10, 24, 14, tzinfo=dt.UTC)
IO = Path(__file__).resolve().parent / "screen_io.js"


class Day:
    """A screen and its space, from a seed."""

    def __init__(self, *, space: SpaceCard, by: User, seed: int, plant: str = "") -> None:
        self.chance = random.Random(seed)  # noqa: S311 - can be repeated
        self.space, self.by, self.planted = space, by, plant.split(",")
        self.at, self.second = BEGIN, 0
        self.skew, self.booted_at, self.built_at = 0.0, 0, -BUILT_EVERY
        self.online_since: int | None = 0
        self.removed: dict[str, int] = {}
        self.tried: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self._first: dict[str, dt.datetime] = {}
        self.is_over = False
        pairing, _claim = screen_actions.show_code(at=self.at)
        placing = rules.Placing(f"Essai {seed} {uuid4().hex[:6]}", None, "", "none")
        self.screen = screen_actions.pair(code=pairing.code, placing=placing, by=by, at=self.at)
        self._js = self._engine()

    def _engine(self) -> Any:
        engine = quickjs.Context()
        source = PLAYER.read_text("utf-8")
        if "black_frame" in self.planted:
            source = source.replace("await this.io.draw(", "this.io.clear(); await this.io.draw(")
        for name, call in {
            "py_now": lambda: self.at.timestamp() * 1000 + self.skew,
            "py_mono": lambda: float(self.second - self.booted_at) * 1000,
            "py_key": lambda: str(uuid4()),
            "py_ask": self._ask,
            "py_sign": lambda text: rules.signature_of(text, self.screen.play_secret),
            "py_send": self._send,
            "py_breaks": lambda: self.chance.random() < 1 / 400,
        }.items():
            engine.add_callable(name, call)
        engine.eval(source)
        engine.eval(IO.read_text("utf-8"))
        return engine

    def run(self, minutes: int) -> Iterator[int]:
        """Run the minutes second by second, then make the screen upload its stored plays."""
        self._post_deals()
        self._eval_js("start()")
        for minute in range(minutes):
            for _second in range(60):
                self._happen()
                self._pass_second()
            yield minute + 1
        self.online_since, self.is_over = self.second, True
        for _second in range(180):
            self._pass_second()
            if not self._js.eval("plays.size"):
                break
        self._compare_plays()

    def _pass_second(self) -> None:
        self.second += 1
        self.at += dt.timedelta(seconds=1)
        self._eval_js("tick()")
        self.tried["seconds"] += 1
        shown = self._js.eval("shown")
        if shown is None:
            self._find("nothing is shown")
        if fault := self._js.eval("fault"):
            self._find(fault[:200])
            self._js.eval("fault = ''")
        self._check_removed(str(shown))

    def _check_removed(self, shown: str) -> None:
        gone = self.removed.get(shown)
        if gone is None or self.online_since is None:
            return
        if self.second - max(gone, self.online_since) > GRACE:
            self._find(f"{shown} is still shown")

    def _happen(self) -> None:
        """Let something happen now and then."""
        for name, every, happening in (
            ("network cuts", 1500, self._cut_network),
            ("power cuts", 5000, self._cut_power),
            ("clock changes", 2500, self._change_clock),
            ("things taken down", 400, self._take_down),
            ("messages", 4000, self._announce),
        ):
            if self.chance.random() < 1 / every:
                self.tried[name] += 1
                happening()
        if self.online_since is None and self.chance.random() < 1 / 300:
            self.online_since = self.second

    def _cut_network(self) -> None:
        self.online_since = None

    def _cut_power(self) -> None:
        """Restart the player with its stored data; the clock may have stopped meanwhile."""
        self.booted_at = self.second
        self.skew = self.chance.choice((0.0, self.skew, -3_600_000.0))
        self._eval_js("start()")
        if self.online_since is not None:
            self.online_since = self.second

    def _change_clock(self) -> None:
        self.skew = self.chance.uniform(-7, 7) * 3_600_000

    def _take_down(self) -> None:
        standing = list(Deal.objects.filter(author=self.by, closed_at=None).order_by("pk"))
        if standing:
            deal = self.chance.choice(standing)
            deals.close(deal=deal, by=self.by, at=self.at)
            self.removed[f"deal:{deal.reference}"] = self.second
        self._post_deals()

    def _announce(self) -> None:
        for message in ScreenMessage.objects.filter(withdrawn_at=None):
            loop_actions.withdraw_message(message=message, by=self.by, at=self.at)
            self.removed[f"message:{message.reference}"] = self.second
        lasts = dt.timedelta(minutes=self.chance.randint(2, 40))
        urgent = self.chance.random() < 0.5  # noqa: PLR2004 - every other one
        words = rules.Words("Exercice", "", "", urgent, self.at, self.at + lasts)
        loop_actions.write_message(words=words, by=self.by, at=self.at)

    def _post_deals(self) -> None:
        for number in range(DEALS - Deal.objects.filter(author=self.by, closed_at=None).count()):
            ends_on = (self.at + dt.timedelta(days=9)).date()
            terms = Terms("food", f"Essai {number}", "Au comptoir.", "", "", ends_on, True)  # noqa: FBT003
            deals.post(terms=terms, by=self.by, at=self.at)

    def _ask(self, etag: str) -> str:
        if self.online_since is None:
            return "null"
        self.tried["questions"] += 1
        now = int(self.at.timestamp() * 1000)
        if "stays_up" in self.planted and etag:  # the check for changes is left out
            return json.dumps({"status": 304, "etag": etag, "now": now, "playlist": None})
        if self.second >= self.built_at + BUILT_EVERY:  # the store's own clock does not move here
            revision.renew()
            self.built_at = self.second
        found, _seen = queries.playlist_for(self.screen, self.space, at=self.at)
        status = 304 if found.etag == etag else 200
        body = json.loads(found.text) if status == 200 else None  # noqa: PLR2004 - of HTTP
        return json.dumps({"status": status, "etag": found.etag, "now": now, "playlist": body})

    def _send(self, text: str) -> str:
        """Take plays as the product does; every tenth answer is lost on its way back."""
        if self.online_since is None:
            return "null"
        reports = [report for one in json.loads(text) if (report := device.report_of(one))]
        if "play_lost" in self.planted:
            recorded = [report.key for report in reports]
            screen_actions.record_plays(screen=self.screen, reports=reports[1:], at=self.at)
        else:
            recorded = screen_actions.record_plays(screen=self.screen, reports=reports, at=self.at)
        if "play_twice" in self.planted:
            self._copy_a_play()
        lost = not self.is_over and self.chance.random() < 0.1  # noqa: PLR2004 - every tenth
        self.tried["answers lost"] += lost
        return "null" if lost else json.dumps([str(key) for key in recorded])

    def _copy_a_play(self) -> None:
        play = Play.objects.filter(screen_reference=self.screen.reference).last()
        if play is not None:
            play.pk, play.key = None, uuid4()
            play.save(force_insert=True)

    def _compare_plays(self) -> None:
        made, waiting = self._js.eval("made"), self._js.eval("plays.size")
        received = Play.objects.filter(screen_reference=self.screen.reference).count()
        self.tried["plays"] += made
        if received != made or waiting:
            self._find(f"{made} plays were made, {received} received, {waiting} wait")

    def _find(self, what: str) -> None:
        self.found[what] += 1
        self._first.setdefault(what, self.at)

    def findings(self) -> list[str]:
        """Return each finding once, with the second of its first occurrence."""
        return [f"{self._first[what]:%d %H:%M:%S} {what}" for what in self.found]

    def _eval_js(self, text: str) -> None:
        self._js.eval(text)
        while self._js.execute_pending_job():
            pass

    def end(self) -> None:
        """Take the screen away again."""
        screen_actions.unpair(screen=Screen.objects.get(pk=self.screen.pk), by=self.by, at=self.at)
