"""Holidays, those of Alsace-Moselle included, and the shop's own closing, wherever hours show."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules import closures as rules
from saas.catalogue.merchants.rules.closures import Closures, Shut
from saas.catalogue.merchants.rules.shops import Opening, is_open_during, opening_at
from saas.catalogue.merchants.wording import hours as wording
from saas.kernel.errors import Refused
from tests.fixtures.people import Browse
from tests.saas.catalogue.making import make_merchant, owner_of
from tests.saas.catalogue.merchants.test_pages import typed

EVERY_DAY = [Opening(day, dt.time(9), dt.time(18)) for day in range(7)]
NIGHTS = [Opening(day, dt.time(18), dt.time(2)) for day in range(7)]
CHRISTMAS = dt.date(2026, 12, 25)
TOURS, METZ = Closures("37000", open_on_holidays=False), Closures("57000", open_on_holidays=False)


def on(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)]
)
def test_easter_of_a_year(year: int, month: int, day: int) -> None:
    assert rules.easter(year) == dt.date(year, month, day)


def test_france_has_eleven_holidays_and_alsace_moselle_thirteen() -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=each) for each in range(365)]
    for postcode, count in (("37000", 11), ("75011", 11), ("67000", 13), ("68100", 13)):
        assert sum(bool(rules.holiday_on(day, postcode)) for day in days) == count
    assert rules.holiday_on(dt.date(2026, 4, 3), "57000") == "vendredi saint"
    assert rules.holiday_on(dt.date(2026, 5, 14), "37000") == "Ascension"


def test_shop_is_shut_on_a_holiday_and_says_so() -> None:
    state = opening_at(EVERY_DAY, on(CHRISTMAS, 10), TOURS)
    words = wording.opening_in_words(state, on(CHRISTMAS, 10))
    assert (state.open, state.days, state.shut) == (False, 1, Shut.HOLIDAY)
    assert words.replace("\u00a0", " ") == "Fermé, jour férié, ouvre demain à 9 h 00"
    assert opening_at(EVERY_DAY, on(CHRISTMAS, 10), METZ).days == 2
    assert opening_at(EVERY_DAY, on(CHRISTMAS, 10)).open


def test_night_begun_before_a_holiday_goes_on_past_midnight() -> None:
    lunch: dict[str, Any] = {"starts": dt.time(12), "ends": dt.time(13)}
    assert opening_at(NIGHTS, on(CHRISTMAS, 1), TOURS).open
    assert not opening_at(NIGHTS, on(CHRISTMAS, 19), TOURS).open
    assert not opening_at(NIGHTS, on(CHRISTMAS + dt.timedelta(days=1), 1), TOURS).open
    assert not is_open_during(EVERY_DAY, day=CHRISTMAS, closures=TOURS, **lunch)
    assert is_open_during(EVERY_DAY, day=CHRISTMAS, **lunch)


def test_own_closing_says_until_when() -> None:
    shut = TOURS._replace(closed_from=CHRISTMAS, closed_until=CHRISTMAS + dt.timedelta(days=13))
    now = on(CHRISTMAS, 10)
    state = opening_at(EVERY_DAY, now, shut)
    assert (state.days, state.shut) == (14, Shut.OWN)
    words = wording.opening_in_words(state, now)
    assert words.startswith("Fermé pour congés, ouvre le 08/01/2027 à 9")
    assert wording.closure_notes(shut, CHRISTMAS) == ["Fermé du 25/12/2026 au 07/01/2027"]


def test_holidays_of_the_next_two_weeks_are_announced() -> None:
    christmas, new_year = wording.closure_notes(TOURS, CHRISTMAS)
    assert christmas == "Fermé le 25/12/2026, Noël"
    assert new_year == "Fermé le 01/01/2027, jour de l’An"
    always_open = TOURS._replace(open_on_holidays=True)
    assert wording.closure_notes(always_open, CHRISTMAS)[0] == "Ouvert le 25/12/2026, Noël"


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [(2, 1, "suit le début"), (0, 200, "trois mois")],
    ids=["turned round", "too long"],
)
def test_wrong_closing_is_refused(first: int, last: int, fault: str) -> None:
    days = [CHRISTMAS + dt.timedelta(days=each) for each in (first, last)]
    with pytest.raises(Refused, match=fault):
        rules.check_closing(*days, today=CHRISTMAS)


def test_single_day_and_a_closing_that_is_over() -> None:
    closing = rules.check_closing(CHRISTMAS, None, today=CHRISTMAS)
    assert (closing.closed_from, closing.closed_until) == (CHRISTMAS, CHRISTMAS)
    over = rules.check_closing(
        CHRISTMAS - dt.timedelta(days=9), CHRISTMAS - dt.timedelta(days=2), today=CHRISTMAS
    )
    assert over == rules.NEVER


@pytest.mark.django_db
def test_closing_of_the_desk_is_kept_or_refused_with_what_was_typed(browse: Browse) -> None:
    shop = make_merchant(hours=EVERY_DAY)
    desk, day = browse(owner_of(shop), space=""), timezone.localdate()
    until = day + dt.timedelta(days=6)
    posted = typed(closed_from=f"{day}", closed_until=f"{until}", website="cazal.example")

    assert desk.post("/desk/page/", posted).status_code == 303
    found = Merchant.objects.get(pk=shop.pk)
    assert (found.closed_from, found.closed_until) == (day, until)
    assert not found.open_on_holidays
    refused = desk.post("/desk/page/", typed(closed_from=f"{until}", closed_until=f"{day}"))
    assert refused.status_code == 422
    assert "suit le début" in refused.text
    assert f'value="{until}"' in refused.text


@pytest.mark.django_db
def test_website_is_typed_without_its_scheme(browse: Browse) -> None:
    shop = make_merchant()
    desk = browse(owner_of(shop), space="")
    desk.post("/desk/page/", typed(website="www.cazal.example/pain"))

    found = Merchant.objects.get(pk=shop.pk)
    assert found.website == "https://www.cazal.example/pain"
    page = desk.get("/desk/page/").text
    assert 'inputmode="url"' in page
    assert 'type="url"' not in page
