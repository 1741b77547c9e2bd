"""The drill `screens`: half an hour of the player as it is, and each planted fault is found."""

import pytest

from infra.drills import screens
from tests.infra.drills import drill_processes

pytestmark = pytest.mark.usefixtures("own_database")
FIRST_WORDS = {
    "black_frame": "nothing is shown",
    "play_lost": "plays were made",
    "play_twice": "plays were made",
    "stays_up": "is still shown",
}


def lived(minutes: int, *more: str) -> dict[str, object]:
    return drill_processes.run_command(
        "drill_screens", "--rounds", str(minutes), *more, process="bench"
    )


def test_half_an_hour_of_cuts_and_removals_leaves_nothing_black_stale_or_lost() -> None:
    outcome = lived(30)
    assert outcome["found"] == []
    tried = outcome["tried"]
    assert isinstance(tried, dict)
    assert tried["plays"] > 60
    assert {"network cuts", "things taken down", "questions"} <= set(tried)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("plant", "minutes"), [("black_frame,play_lost,stays_up", 60), ("play_twice", 30)]
)
def test_each_fault_that_is_built_in_is_found(plant: str, minutes: int) -> None:
    found = str(lived(minutes, "--plant", plant)["found"])
    for fault in plant.split(","):
        assert FIRST_WORDS[fault] in found, fault


def test_words_of_each_fault_are_known() -> None:
    assert set(FIRST_WORDS) == screens.FAULTS
