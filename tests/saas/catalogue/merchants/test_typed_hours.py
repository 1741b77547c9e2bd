"""Opening hours typed as they are said, in French and in English."""

import pytest
from django.utils import translation

from saas.catalogue.merchants.rules import typed_hours
from saas.catalogue.merchants.wording.hours import hours_as_typed
from saas.kernel.errors import Refused

WEEK = "07-19 07-19 07-19 07-19 07-19 - -"


def week(text: str) -> str:
    """Write the week in short: 07-12,14-19 for a day, - for a closed day."""
    openings = typed_hours.openings_of(text)
    days = (
        ",".join(
            f"{each.opens:%H:%M}-{each.closes:%H:%M}".replace(":00", "")
            for each in openings
            if each.weekday == day
        )
        for day in range(7)
    )
    return " ".join(day or "-" for day in days)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lun–ven 7 h–19 h, sam 8 h–13 h", "07-19 07-19 07-19 07-19 07-19 08-13 -"),
        ("Du lundi au vendredi de 7h à 19h", WEEK),
        ("Mon-Fri 7am to 7 p.m.", WEEK),
        ("Monday to Friday 7.00-19.00; closed at weekends".replace("at ", ""), WEEK),
        ("en semaine 7h00–19h00", WEEK),
        ("tous les jours sauf sam et dim 7-19", WEEK),
        ("tous les jours 7h-19h sauf samedi, dimanche", WEEK),
        ("7j/7 7h-19h ; fermé samedi et dimanche", WEEK),
        ("Tous les jours 7h–19h, dim 8h–12h30", " ".join(["07-19"] * 6) + " 08-12:30"),
        ("tous les jours 7h–19h sauf dimanche 8h–12h30", " ".join(["07-19"] * 6) + " 08-12:30"),
        ("mar 9h-12h et 14 h 30-18h", "- 09-12,14:30-18 - - - - -"),
        ("mar 9h-12h 14h-18h", "- 09-12,14-18 - - - - -"),
        ("lundi 9h-12h, lundi 14h-18h", "09-12,14-18 - - - - - -"),
        ("fermé lundi, mar–dim 18h–2h", "- 18-02 18-02 18-02 18-02 18-02 18-02"),
        ("lundi fermé, mardi midi–minuit", "- 12-00 - - - - -"),
        ("sam.-lun. 10-12", "10-12 - - - - 10-12 10-12"),
        ("Tues, Thurs 10:00–12:00", "- 10-12 - 10-12 - - -"),
        ("24h/24", " ".join(["00-23:59"] * 7)),
        ("", "- - - - - - -"),
    ],
)
def test_typed_hours_are_read_as_a_week(text: str, expected: str) -> None:
    assert week(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lun 7h", "jusqu’à quelle heure"),
        ("7h-19h", "quels jours"),
        ("lun–ven", "Il manque les heures pour lundi"),
        ("lun 7h-25h", "n’est pas une heure"),
        ("lun 7h75-9h", "n’est pas une heure"),
        ("lun 7h-19h blabla", "blabla"),
        ("à 7h", "Nous ne lisons pas"),
        ("<b>", "Nous ne lisons pas"),
    ],
)
def test_unreadable_hours_are_refused_with_their_word(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        typed_hours.openings_of(text)
    assert sentence in refusal.value.sentence
    assert refusal.value.field == "hours"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_written_hours_are_read_again(language: str) -> None:
    openings = typed_hours.openings_of("lun–ven 7h–12h30 et 14h–19h, sam 8h–13h, dim 22h–2h")
    with translation.override(language):
        assert typed_hours.openings_of(hours_as_typed(openings)) == openings
