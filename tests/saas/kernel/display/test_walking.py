"""The map by walking minutes."""

import pytest

from saas.kernel.display.plan import Spot, plan
from saas.kernel.display.walking import LARGE, Place, Sort, bearing, walking_map

CANTEEN = Place("Ti’Zeste", 2, 90, "/neighbourhood/ti-zeste/")
BAKERY = Place("Maison Cazal", 3, 0, sort=Sort.SPONSORED)


def test_rings_hold_every_place() -> None:
    near = walking_map([CANTEEN, BAKERY], gate="Porte Sud")
    far = walking_map([CANTEEN, Place("Ferme d’Orsel", 14, 10)], gate="Porte Sud")
    assert [ring.minutes for ring in near.rings] == [6, 4, 2]
    assert [ring.minutes for ring in far.rings] == [15, 10, 5]


def test_a_place_lies_at_its_minutes_in_its_direction() -> None:
    canteen, bakery = walking_map([CANTEEN, BAKERY], gate="Porte Sud", size=LARGE).pins
    minute = LARGE * 0.42 / 6
    middle = LARGE / 2
    assert canteen.shape.startswith(f"M{middle + 2 * minute - 6.5:.1f} {middle:.0f}a")
    assert bakery.shape.startswith(f"M{middle:.0f} {middle - 3 * minute - 8.5:.1f}".rstrip("0"))


def test_every_sort_of_place_has_its_own_shape() -> None:
    shapes = {
        walking_map([Place("Ici", 4, 0, sort=sort)], gate="Porte Sud").pins[0].shape
        for sort in Sort
    }
    assert len(shapes) == len(Sort)


def test_names_never_cover_each_other_and_the_nearest_come_first() -> None:
    crowd = [Place(f"Commerce numéro {number}", 3, 200 + number) for number in range(12)]
    pins = walking_map([*crowd, CANTEEN], gate="Porte Sud").pins
    assert pins[0].place is CANTEEN
    assert pins[0].named
    assert len({(pin.x, pin.y) for pin in pins if pin.named}) == sum(pin.named for pin in pins)
    assert not all(pin.named for pin in pins)


def test_the_gates_name_makes_way_for_a_pin_and_is_never_written_over() -> None:
    below, left = Place("Pharmacie des Bateliers", 1, 180), Place("Pressing du Moulin", 2, 225)
    drawn = walking_map([below, left], gate="Porte Sud", size=LARGE)
    assert float(drawn.gate_y) < LARGE / 2
    crowded = walking_map([Place("Nord", 1, 0), below, left], gate="Porte Sud", size=LARGE)
    gate = (float(crowded.gate_y) - 12, float(crowded.gate_y) + 4)
    named = [pin for pin in crowded.pins if pin.named and pin.anchor == "middle"]
    assert all(not gate[0] < float(pin.y) < gate[1] for pin in named)


def test_an_empty_map_still_has_its_gate() -> None:
    empty = walking_map([], gate="Porte Sud")
    assert empty.gate == "Porte Sud"
    assert empty.pins == ()


@pytest.mark.parametrize(
    ("goal", "degrees"), [((47.61, 1.3), 0), ((47.6, 1.31), 90), ((47.59, 1.3), 180)]
)
def test_a_bearing_is_read_from_the_north(goal: tuple[float, float], degrees: float) -> None:
    assert bearing(origin=(47.6, 1.3), goal=goal) == pytest.approx(degrees, abs=0.1)


def test_a_plan_holds_its_spots_and_the_pin() -> None:
    spots = [Spot("Saint-Avel", 47.6, 1.3), Spot("Valmorin", 47.606, 1.318)]
    drawn = plan(spots, pin=(47.62, 1.29))
    assert float(drawn.south) < 47.6
    assert float(drawn.north) > 47.62
    assert float(drawn.west) < 1.29
    assert float(drawn.east) > 1.318
    assert 0 < float(drawn.pin_x) < 320
    assert 0 < float(drawn.pin_y) < 240
    assert float(drawn.spots[0].y) > float(drawn.spots[1].y)


def test_a_name_that_would_touch_another_one_is_left_to_its_title() -> None:
    spots = [Spot("Atelier naval", 47.6, 1.3), Spot("Saint-Avel", 47.6, 1.3001)]
    first, second = plan(spots, pin=(47.61, 1.3)).spots
    assert (first.named, second.named) == (True, False)


def test_a_pin_that_is_not_set_stands_in_the_middle_of_the_spots_that_a_plan_needs() -> None:
    drawn = plan([Spot("Saint-Avel", 47.6, 1.3)])
    assert (drawn.pin_x, drawn.pin_y) == ("160", "120")
    with pytest.raises(ValueError, match="one known spot"):
        plan([])
