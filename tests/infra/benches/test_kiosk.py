"""The bench of screens: few of them, all answered as they must be."""

import json
from typing import Any

import pytest

from infra.benches import kiosk
from infra.benches.bench_servers import working
from tests.infra.drills import drill_processes


@pytest.mark.proof
@pytest.mark.usefixtures("own_database")
def test_an_unchanged_playlist_is_not_sent_again_and_a_change_reaches_each_screen(
    tmp_path: Any,
) -> None:
    env = drill_processes.environment("bench") | {"DJANGO_SETTINGS_MODULE": "infra.settings_test"}
    words = ("bench_kiosk", "--screens", "5")
    with working(words, env, tmp_path / "bench.log") as worker:
        cost = json.loads(worker.ask("round"))
    assert cost["unlike"] == 0
    assert 0 < cost["slide_bytes"] < kiosk.MOST_SLIDE_BYTES


def test_ceilings_are_reckoned_for_all_screens_and_for_those_of_a_space() -> None:
    cost = {"unchanged_cpu": 0.35, "changed_cpu": 1.0, "slide_bytes": 9, "unlike": 0}
    reckoned = kiosk.notes([cost], 10.0)
    assert (reckoned["cores"], reckoned["seconds_to_all"]) == (0.5, 8.0)
