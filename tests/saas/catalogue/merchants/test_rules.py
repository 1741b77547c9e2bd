"""Rules of a shop's description, and its opening hours."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules import shops as rules
from saas.catalogue.merchants.rules.shops import Opening, OpeningState
from saas.catalogue.merchants.wording import hours
from saas.kernel.errors import Refused
from tests.saas.catalogue.making import described

MORNING = Opening(1, dt.time(9), dt.time(12, 30))
AFTERNOON = Opening(1, dt.time(14), dt.time(19))
LATE = Opening(6, dt.time(18), dt.time(2))  # Sunday, into Monday
MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)


def on(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=dt.UTC)


def shut(days: int, hour: int) -> OpeningState:
    return OpeningState(open=False, days=days, opens=dt.time(hour))


def test_an_overlap_says_which_and_an_opening_ends_after_it_starts() -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_hours([MORNING, Opening(1, dt.time(12), dt.time(14))])
    text = refusal.value.sentence.replace("\u00a0", " ")
    assert text == "Mardi, 12 h 00 – 14 h 00 chevauche 9 h 00 – 12 h 30."
    with pytest.raises(Refused, match=r"Mardi.*fermeture"):
        rules.check_hours([Opening(1, dt.time(12), dt.time(9))])


def test_two_openings_a_day_and_the_same_hours_on_another_day_are_fine() -> None:
    rules.check_hours([AFTERNOON, MORNING])
    rules.check_hours([MORNING, MORNING._replace(weekday=2)])


def test_an_opening_that_ends_on_the_morrow_meets_what_opens_there() -> None:
    rules.check_hours(
        [LATE, Opening(0, dt.time(2), dt.time(9)), Opening(1, dt.time(18), dt.time())]
    )
    with pytest.raises(Refused, match=r"Lundi, 0.h.30 – 3.h.00 chevauche 18.h.00 – 2.h.00"):
        rules.check_hours([LATE, Opening(0, dt.time(0, 30), dt.time(3))])


@pytest.mark.parametrize(
    ("hours_later", "state"),
    [
        (-1, OpeningState(open=False, days=0, opens=dt.time(18))),
        (0, OpeningState(open=True, until=dt.time(2))),
        (7, OpeningState(open=True, until=dt.time(2))),
        (8, OpeningState(open=False, days=6, opens=dt.time(18))),
    ],
)
def test_shop_is_open_over_midnight(hours_later: int, state: OpeningState) -> None:
    sunday = on(TUESDAY - dt.timedelta(days=2), 18)
    assert rules.opening_at([LATE], sunday + dt.timedelta(hours=hours_later)) == state
    for weekday, is_open in ((0, True), (1, False), (6, False)):
        night: dict[str, Any] = {"starts": dt.time(1), "ends": dt.time(3)}
        day = MONDAY + dt.timedelta(days=weekday)
        assert rules.is_open_during([LATE], day=day, **night) is is_open


@pytest.mark.parametrize(
    ("now", "state", "words"),
    [
        (on(TUESDAY, 8), shut(0, 9), "Fermé, ouvre à 9 h 00"),
        (on(TUESDAY, 9), OpeningState(open=True, until=dt.time(12, 30)), "Ouvert jusqu’à 12 h 30"),
        (on(TUESDAY, 12, 30), shut(0, 14), "Fermé, ouvre à 14 h 00"),
        (on(TUESDAY, 20), shut(7, 9), "Fermé, ouvre mardi à 9 h 00"),
        (on(MONDAY, 20), shut(1, 9), "Fermé, ouvre demain à 9 h 00"),
    ],
)
def test_hours_say_until_or_from_when(now: dt.datetime, state: OpeningState, words: str) -> None:
    found = rules.opening_at([MORNING, AFTERNOON], now)

    assert found == state
    assert hours.opening_in_words(found, now).replace("\u00a0", " ") == words


def test_without_hours_nobody_knows() -> None:
    assert hours.opening_in_words(rules.opening_at([], on(TUESDAY, 8)), on(TUESDAY, 8)) == (
        "Horaires inconnus"
    )


def test_open_at_the_break_needs_some_of_it() -> None:
    lunch: dict[str, Any] = {"starts": dt.time(12), "ends": dt.time(13, 30)}

    assert rules.is_open_during([MORNING], day=TUESDAY, **lunch)
    assert not rules.is_open_during([AFTERNOON], day=TUESDAY, **lunch)
    assert not rules.is_open_during([MORNING], day=TUESDAY + dt.timedelta(days=1), **lunch)


def test_days_that_are_alike_stand_together() -> None:
    week = [Opening(day, dt.time(9), dt.time(18)) for day in range(5)]

    for opened, named in (
        (week, ["Du lundi au vendredi", "Samedi et dimanche"]),
        ([MORNING], ["Lundi", "Mardi", "Du mercredi au dimanche"]),
    ):
        assert [days for days, _hours in hours.week_in_words(opened)] == named


def test_a_vat_number_follows_from_the_siren() -> None:
    for right in ("FR44732829320", "FR0E732829320", ""):
        rules.check_business(described(vat_number=right))
    for wrong in ("FR45732829320", "FR0F732829320"):
        with pytest.raises(Refused, match="FR44732829320"):
            rules.check_business(described(vat_number=wrong))


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("BE", "BE0411905847"),
        ("DE", "DE136695976"),
        ("GR", "EL094259216"),
        ("IE", "IE6433435F"),
        ("IT", "IT00743110157"),
        ("NL", "NL004495445B01"),
        ("SE", "SE556188840401"),
    ],
)
def test_number_of_another_country_of_the_union_is_taken(country: str, number: str) -> None:
    rules.check_business(described(country=country, vat_number=number, siren=""))


def test_siren_is_asked_of_a_french_company_and_checked_of_one_abroad_too() -> None:
    german = {"country": "DE", "vat_number": "DE136695976"}
    rules.check_business(described(**german, siren="732829320"))
    with pytest.raises(Refused) as refusal:
        rules.check_business(described(**german, siren="732829321"))
    assert refusal.value.field == "siren"
    with pytest.raises(Refused, match="Écrivez le numéro SIREN") as refusal:
        rules.check_business(described(siren=""))
    assert refusal.value.field == "siren"


@pytest.mark.parametrize(
    ("country", "number", "field", "words"),
    [
        ("BE", "", "vat_number", "Donnez votre numéro"),
        ("BE", "BE0411905848", "vat_number", "pas écrit comme"),
        ("BE", "DE136695976", "vat_number", "commence par BE"),
        ("GR", "GR094259216", "vat_number", "commence par EL"),
        ("IE", "XI123456789", "vat_number", "que pour des biens"),
        ("DE", "DE1", "vat_number", "pas écrit comme"),
        ("DE", "DE" + "1" * 5_000, "vat_number", "pas écrit comme"),
        ("DE", "😀", "vat_number", "pas écrit comme"),
        ("DE", "DE" + "\u0661" * 9, "vat_number", "pas écrit comme"),
        ("FR", "BE0411905847", "vat_number", "choisissez le pays"),
        ("XX", "GB980780684", "country", "Union européenne"),
        ("US", "", "country", "Union européenne"),
    ],
)
def test_a_business_that_cannot_be_invoiced_rightly_is_refused(
    country: str, number: str, field: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        rules.check_business(described(country=country, vat_number=number))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"siren": "732829321"}, "siren"),
        ({"siren": "7328293"}, "siren"),
        ({"vat_number": "FR00732829320"}, "vat_number"),
        ({"latitude": Decimal(91)}, "latitude"),
    ],
)
def test_wrong_numbers_are_refused_at_their_field(columns: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        rules.check_description(described(**columns))

    assert refusal.value.field == field


def test_two_shops_of_one_name_have_two_addresses() -> None:
    assert rules.slug_for("Ti’Zeste", ()) == "tizeste"
    assert rules.slug_for("Ti’Zeste", {"tizeste", "tizeste-2"}) == "tizeste-3"
    assert rules.slug_for("Seen", ()) == "seen-2"


@pytest.mark.parametrize(
    ("country", "seat"),
    [
        ("BE", ("", "", "")),
        ("BE", ("Rue Haute 12", "", "Bruxelles")),
        ("FR", ("12 rue Haute", "37000", "")),
    ],
)
def test_a_seat_abroad_is_named_whole_and_one_in_france_whole_or_not_at_all(
    country: str, seat: tuple[str, str, str]
) -> None:
    street, postcode, city = seat
    shop = described(country=country, seat_street=street, seat_postcode=postcode, seat_city=city)
    with pytest.raises(Refused) as refusal:
        rules.check_seat(shop)
    assert refusal.value.field == "seat_street"


def test_papers_are_addressed_to_the_seat_else_to_the_shop() -> None:
    shop = Merchant(street="3 rue du Four", postcode="37000", city="Saint-Avel-sur-Loge")
    assert shop.seat == ("3 rue du Four", "37000", "Saint-Avel-sur-Loge")
    shop.seat_street, shop.seat_postcode, shop.seat_city = "Rue Haute 12", "1000", "Bruxelles"
    assert shop.seat == ("Rue Haute 12", "1000", "Bruxelles")
    rules.check_seat(
        described(country="BE", seat_street="Rue Haute 12", seat_postcode="1000", seat_city="Mons")
    )
