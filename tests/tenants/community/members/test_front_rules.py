import datetime as dt

import pytest

from tenants.community.members.rules import front_page as rules

NOON, HALF_ONE = dt.time(12), dt.time(13, 30)


@pytest.mark.parametrize(
    ("own", "sponsored", "mixed"),
    [
        ("", "", ""),
        ("", "AB", "A"),
        ("a", "AB", "aA"),
        ("ab", "AB", "abA"),
        ("abcdef", "AB", "abAcdef"),
        ("abcdefg", "AB", "abAcdefgB"),
        ("abcdefgh", "AB", "abAcdefgBh"),
        ("abcdefgh", "", "abcdefgh"),
        ("abcdefghijklmnopq", "ABCDE", "abAcdefgBhijklCmnopqD"),
    ],
)
def test_sponsored_entries_stand_among_the_others(own: str, sponsored: str, mixed: str) -> None:
    assert "".join(rules.mixed(own, sponsored)) == mixed


@pytest.mark.parametrize("count", range(1, 21))
def test_sponsored_entries_are_one_in_six_and_never_the_first(count: int) -> None:
    front = rules.mixed(["own"] * count, ["sponsored"] * 20)

    assert front[0] == "own"
    for start in range(len(front)):
        assert front[start : start + 6].count("sponsored") <= 1


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (dt.time(8), "before"),
        (dt.time(12), "break"),
        (dt.time(13, 29), "break"),
        (dt.time(13, 30), "after"),
        (dt.time(18), "evening"),
    ],
)
def test_the_greeting_follows_the_break_of_the_site(now: dt.time, moment: str) -> None:
    assert rules.greeting_at(now, NOON, HALF_ONE).moment == moment


def test_member_without_site_has_a_day_and_no_break() -> None:
    assert rules.greeting_at(dt.time(12), None, None) == rules.Greeting("day", None, None)


@pytest.mark.parametrize(
    ("rooms", "shown"),
    [
        ((), ""),
        (("abc",), "abc"),
        (("abc", "xy", "1"), "ax1byc"),
        (("abcdefghij",), "abcdefgh"),
        (("abcdefghij", "x"), "axbcdefg"),
    ],
)
def test_feed_shows_one_thing_of_each_room_in_turn(rooms: tuple[str, ...], shown: str) -> None:
    assert "".join(rules.in_turn(rooms, most=8)) == shown
