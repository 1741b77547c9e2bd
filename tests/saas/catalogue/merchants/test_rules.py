"""What a shop may say of itself, and when it is open."""

import datetime as dt
from decimal import Decimal

import pytest

from saas.catalogue.merchants import rules
from saas.catalogue.merchants.rules import Doors, Opening
from saas.kernel.errors import Refused
from tests.saas.catalogue.making import described

MORNING = Opening(1, dt.time(9), dt.time(12, 30))
AFTERNOON = Opening(1, dt.time(14), dt.time(19))
TUESDAY = dt.date(2026, 11, 24)


def on(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=dt.UTC)


def shut(days: int, hour: int) -> Doors:
    return Doors(open=False, days=days, opens=dt.time(hour))


def test_two_openings_a_day_are_fine() -> None:
    rules.check_hours([AFTERNOON, MORNING])


def test_an_overlap_says_which() -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_hours([MORNING, Opening(1, dt.time(12), dt.time(14))])

    said = refusal.value.sentence.replace("\u00a0", " ")
    assert said == "Mardi, 12 h 00 – 14 h 00 chevauche 9 h 00 – 12 h 30."


def test_the_same_hours_on_another_day_are_no_overlap() -> None:
    rules.check_hours([MORNING, MORNING._replace(weekday=2)])


def test_an_opening_ends_after_it_starts() -> None:
    with pytest.raises(Refused, match=r"Mardi.*fermeture"):
        rules.check_hours([Opening(1, dt.time(12), dt.time(9))])


@pytest.mark.parametrize(
    ("now", "doors", "words"),
    [
        (on(TUESDAY, 8), shut(0, 9), "Fermé, ouvre à 9 h 00"),
        (on(TUESDAY, 9), Doors(open=True, until=dt.time(12, 30)), "Ouvert jusqu’à 12 h 30"),
        (on(TUESDAY, 12, 30), shut(0, 14), "Fermé, ouvre à 14 h 00"),
        (
            on(TUESDAY, 20),
            shut(7, 9),
            "Fermé, ouvre mardi à 9 h 00",
        ),
        (
            on(TUESDAY - dt.timedelta(days=1), 20),
            shut(1, 9),
            "Fermé, ouvre demain à 9 h 00",
        ),
    ],
)
def test_doors_say_until_when_or_when_next(now: dt.datetime, doors: Doors, words: str) -> None:
    found = rules.doors_at([MORNING, AFTERNOON], now)

    assert found == doors
    assert rules.doors_in_words(found, now).replace("\u00a0", " ") == words


def test_without_hours_nobody_knows() -> None:
    assert rules.doors_in_words(rules.doors_at([], on(TUESDAY, 8)), on(TUESDAY, 8)) == (
        "Horaires inconnus"
    )


def test_open_at_the_break_needs_some_of_it() -> None:
    lunch = {"starts": dt.time(12), "ends": dt.time(13, 30)}

    assert rules.is_open_during([MORNING], weekday=1, **lunch)
    assert not rules.is_open_during([AFTERNOON], weekday=1, **lunch)
    assert not rules.is_open_during([MORNING], weekday=2, **lunch)


def test_days_that_are_alike_stand_together() -> None:
    week = [Opening(day, dt.time(9), dt.time(18)) for day in range(5)]

    assert [days for days, _hours in rules.week_in_words(week)] == [
        "Du lundi au vendredi",
        "Samedi et dimanche",
    ]
    assert [days for days, _hours in rules.week_in_words([MORNING])] == [
        "Lundi",
        "Mardi",
        "Du mercredi au dimanche",
    ]


def test_a_vat_number_follows_from_the_siren() -> None:
    rules.check_vat_number("FR44732829320", siren="732829320")
    rules.check_vat_number("", siren="732829320")
    with pytest.raises(Refused, match="FR44732829320"):
        rules.check_vat_number("FR45732829320", siren="732829320")


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"siren": "732829321"}, "siren"),
        ({"siren": "7328293"}, "siren"),
        ({"vat_number": "FR00732829320"}, "vat_number"),
        ({"latitude": Decimal(91)}, "latitude"),
    ],
)
def test_wrong_numbers_are_refused_beside_their_field(
    columns: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_description(described(**columns))

    assert refusal.value.field == field


def test_two_shops_of_one_name_have_two_addresses() -> None:
    assert rules.slug_for("Ti’Zeste", ()) == "tizeste"
    assert rules.slug_for("Ti’Zeste", {"tizeste", "tizeste-2"}) == "tizeste-3"
    assert rules.slug_for("Seen", ()) == "seen-2"
