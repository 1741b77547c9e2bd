"""The drill `community`: nothing is given twice or lost, and a missing lock is detected."""

import pytest

from infra.drills import community
from infra.drills.inside.community.acts import ACTS
from tests.infra.drills import drill_processes

pytestmark = pytest.mark.usefixtures("own_database")


def test_fifty_members_at_once_agree_with_the_model() -> None:
    result = drill_processes.run_command("drill_community", "--rounds", "400", process="bench")
    assert result["found"] == []
    assert result["tried"].pop("processes killed") >= 1
    assert set(result["tried"]) == set(ACTS)


@pytest.mark.nightly
def test_each_lock_that_is_left_out_is_found() -> None:
    plant = ",".join(community.FAULTS)
    rooms = {fault.partition("_")[0] for fault in community.FAULTS}
    words = ("drill_community", "--rounds", "20000", "--until", *sorted(rooms))
    result = drill_processes.run_command(*words, process="bench", plant=plant)
    assert rooms <= {what.partition(":")[0] for what in result["found"]}, result
