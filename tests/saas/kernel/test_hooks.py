"""Hooks between rooms: the ways to read the answers of several rooms."""

from saas.kernel.hooks import Hook


def test_the_items_of_all_rooms_are_collected_in_the_order_of_their_names() -> None:
    hook: Hook[[int], list[int]] = Hook()
    hook.offer("rides", lambda start: [start + 1])
    hook.offer("deals", lambda start: [start + 2, start + 3])

    assert hook.collect(10) == [12, 13, 11]


def test_the_entries_of_all_rooms_are_merged() -> None:
    hook: Hook[[], dict[str, int]] = Hook()
    hook.offer("rides", lambda: {"rides": 1})
    hook.offer("deals", lambda: {"deals": 2})

    assert hook.merge() == {"deals": 2, "rides": 1}


def test_the_first_answer_skips_rooms_without_one() -> None:
    hook: Hook[[], str | None] = Hook()
    hook.offer("deals", lambda: None)
    hook.offer("rides", lambda: "/rides/")

    assert hook.first() == "/rides/"


def test_no_answer_is_first_without_rooms() -> None:
    hook: Hook[[], str] = Hook()

    assert hook.first() is None
