"""Amounts, days and hours as French and English readers write them."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from saas.kernel.display import writing

PARIS = ZoneInfo("Europe/Paris")
NOON = dt.datetime(2026, 11, 25, 11, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def in_paris() -> Iterator[None]:
    with timezone.override(PARIS), translation.override("fr"):
        yield


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (123456, "1\u202f234,56\u00a0€", "€1,234.56"),
        (-1344, "\u221213,44\u00a0€", "\u2212€13.44"),
        (5, "0,05\u00a0€", "€0.05"),
        (0, "0,00\u00a0€", "€0.00"),
        (-5, "\u22120,05\u00a0€", "\u2212€0.05"),
    ],
)
def test_an_amount_is_written_in_full(cents: int, french: str, english: str) -> None:
    assert writing.eur(cents) == french
    with translation.override("en"):
        assert writing.eur(cents) == english


def test_a_price_tag_leaves_out_empty_cents_and_thousands_stand_apart() -> None:
    assert writing.price(18000) == "180\u00a0€"
    assert writing.price(890) == "8,90\u00a0€"
    assert writing.num(1240) == "1\u202f240"
    assert writing.num(-1240) == "\u22121\u202f240"
    with translation.override("en"):
        assert (writing.price(18000), writing.num(1240)) == ("€180", "1,240")


@pytest.mark.parametrize(
    ("basis_points", "written"), [(4000, "40\u00a0%"), (1250, "12,5\u00a0%"), (5, "0,05\u00a0%")]
)
def test_a_rate_is_written_from_basis_points(basis_points: int, written: str) -> None:
    assert writing.rate(basis_points) == written


def test_an_hour_is_written_in_the_active_zone_and_a_date_alone_has_none() -> None:
    assert writing.hour(NOON) == "12\u00a0h\u00a030"
    assert writing.hour(dt.time(9, 5)) == "9\u00a0h\u00a005"
    with translation.override("en"):
        assert writing.hour(NOON) == "12:30"
    with pytest.raises(TypeError, match="time of day"):
        writing.hour(dt.date(2026, 11, 25))  # type: ignore[arg-type]


@pytest.mark.usefixtures("going_on_from_at")
def test_a_day_is_the_day_of_the_zone() -> None:
    before_midnight_in_utc = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
    assert writing.day(NOON) == "mercredi 25 novembre"
    assert writing.day(before_midnight_in_utc) == "mardi 1er décembre"
    assert writing.shortdate(before_midnight_in_utc) == "01/12/2026"
    assert writing.month(before_midnight_in_utc) == "décembre 2026"
    with translation.override("en"):
        assert writing.day(NOON) == "Wednesday 25 November"
        assert writing.day(before_midnight_in_utc) == "Tuesday 1 December"


@pytest.mark.usefixtures("going_on_from_at")
def test_a_day_that_is_far_away_has_its_year() -> None:
    assert writing.day(NOON + dt.timedelta(days=340)) == "dimanche 31 octobre 2027"
    assert writing.day(NOON - dt.timedelta(days=365)) == "mardi 25 novembre 2025"
    assert writing.brief_moment(NOON) == f"aujourd’hui, {writing.hour(NOON)}"
    assert writing.brief_moment(NOON + dt.timedelta(days=1)).startswith("demain, ")
    assert writing.brief_moment(NOON + dt.timedelta(days=3)).startswith("sam. 28 nov., ")
    assert writing.moment(NOON + dt.timedelta(days=340)).startswith("dimanche 31 octobre 2027, ")
    assert writing.day(NOON + dt.timedelta(days=299)) == "lundi 20 septembre"


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        (dt.timedelta(seconds=20), "à l’instant"),
        (dt.timedelta(minutes=12), "il y a 12 min"),
        (dt.timedelta(hours=2, minutes=5), "il y a 2 h"),
        (dt.timedelta(hours=13), "hier"),
        (dt.timedelta(days=3), "dimanche"),
        (dt.timedelta(days=9), "16/11/2026"),
    ],
)
def test_how_long_ago_is_written_as_colleagues_speak(earlier: dt.timedelta, words: str) -> None:
    assert writing.ago(NOON - earlier, at=NOON).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Camille Aubry", "CA"), ("Nadia B.", "NB"), ("Élan", "É"), ("Jean-Marc de la Tour", "JT")],
)
def test_initials_are_those_of_the_first_and_the_last_name(name: str, letters: str) -> None:
    assert writing.initials(name) == letters


@pytest.mark.parametrize("stored", ["732829320", "732 829 320", "732\u00a0829\u00a0320"])
def test_the_number_of_a_company_is_read_in_threes(stored: str) -> None:
    assert writing.siren(stored) == "732\u00a0829\u00a0320"


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("FR44732829320", "FR44\u00a0732\u00a0829\u00a0320"),
        ("FR52 552 100 554", "FR52\u00a0552\u00a0100\u00a0554"),
        ("BE0411905847", "BE0411905847"),
        ("", ""),
    ],
)
def test_a_french_vat_number_is_written_in_its_parts(stored: str, written: str) -> None:
    assert writing.vat_number(stored) == written


@pytest.mark.parametrize(
    ("name", "word", "words"),
    [
        ("Élan", "de", "d’Élan"),
        ("Orsel", "que", "qu’Orsel"),
        ("Yves", "de", "d’Yves"),
        ("Yanis", "de", "de Yanis"),
        ("Sillage", "de", "de Sillage"),
        ("Œuvre", "de", "d’Œuvre"),
        ("CSE Orsel", "de", "du CSE Orsel"),
        ("Comité Orsel", "de", "du Comité Orsel"),
        ("Les Trois-Moulins", "de", "des Trois-Moulins"),
        ("Le Fournil", "de", "du Fournil"),
        ("Lefort", "de", "de Lefort"),
        ("Les Trois-Moulins", "que", "que Les Trois-Moulins"),
        ("", "de", "de "),
    ],
)
def test_preposition_before_name_elides(name: str, word: str, words: str) -> None:
    assert writing.elided(name, word) == words
    with translation.override("en"):
        assert writing.elided(name, word) == name
