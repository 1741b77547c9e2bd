import datetime as dt

import pytest

from saas.kernel.display import qr
from tenants.community.members.rules import membership as rules

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


def test_a_code_can_be_read_from_a_poster_and_not_be_guessed() -> None:
    codes = {rules.new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 12 and not set(code) & set("01iloO") for code in codes)


def test_the_poster_s_drawing_says_nothing_but_the_address() -> None:
    drawing = qr.drawing("https://moulins.troovon.example/join/abcdefghjkmn/")

    assert drawing.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert b"<script" not in drawing
    assert b"style=" not in drawing
