"""Prices and codes in the console: composed with examples, published, taken back, ended."""

import datetime as dt

from django.utils import timezone

from billing.models import PromotionCode, StateChange
from saas.catalogue.placements.models import Price, PriceList
from saas.catalogue.placements.models.slots import SLOTS
from saas.catalogue.placements.queries import prices as queries
from saas.catalogue.placements.rules.price_lists import same_prices
from tests.fixtures.people import SpaceClient

REFUSED = 422


def typed(**given: str) -> dict[str, str]:
    """An operator's entries for another version, from tomorrow on."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    values = {"valid_on": tomorrow.isoformat(), "valid_at": "06:30", "note": "rentrée"}
    for slot in SLOTS:
        values |= {f"day_cents_{slot}": "4,20", f"more_{slot}": "0,60", f"weekend_bp_{slot}": "50"}
    return {**values, **given}


def test_examples_are_shown_and_nothing_is_published(console: SpaceClient) -> None:
    answer = console.post("/prices/", typed(preview="1"))
    shown = answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert answer.status_code == 200
    # 430 people: 4,20 € and five times 0,60 €, for five weekdays.
    assert "36,00 €" in shown
    assert "1 200" in shown
    assert PriceList.objects.count() == 2


def test_version_is_published_for_later_and_none_before_changes(console: SpaceClient) -> None:
    before = list(Price.objects.order_by("pk").values())
    assert console.post("/prices/", typed(least_net_cents="5")).status_code == 303
    version = PriceList.objects.get(version=3)
    assert list(Price.objects.order_by("pk").values())[: len(before)] == before
    assert version.valid_from > timezone.now()
    assert version.least_net_cents == 500
    assert {price.weekend_bp for price in version.prices.all()} == {5_000}
    assert queries.prices_in_force(timezone.now()).version == 2
    assert queries.prices_in_force(version.valid_from).version == 3
    change = StateChange.objects.get(machine="prices")
    assert (change.trigger, change.why) == ("published", "rentrée")
    assert "Retirer cette version" in console.get("/prices/").content.decode()


def test_senseless_price_list_is_refused_and_stays_typed(console: SpaceClient) -> None:
    for given in (
        *({"valid_on": "2020-01-01"}, {"valid_on": "demain"}, {"note": ""}),
        *({"day_cents_home_feed": text} for text in ("", "dix", "99999")),
        *({"weekend_bp_home_feed": "201"}, {"least_net_cents": "10", "most_net_cents": "9"}),
    ):
        for button in ({}, {"preview": "1"}):
            answer = console.post("/prices/", typed(**given, **button))
            assert answer.status_code == REFUSED, given
            assert "0,60" in answer.content.decode()
    assert PriceList.objects.count() == 2


def test_a_version_that_is_withdrawn_never_holds(console: SpaceClient) -> None:
    console.post("/prices/", typed())
    second = PriceList.objects.get(version=3)
    assert console.post("/prices/3/withdraw/").status_code == 303
    holding = queries.prices_in_force(second.valid_from + dt.timedelta(days=1))
    assert holding.version == 4
    assert {price.day_cents for price in holding.prices.all()} == {
        price.day_cents for price in Price.objects.filter(price_list__version=2)
    }
    assert queries.next_prices(timezone.now()) is None
    for version in ("1", "2", "3", "99"):
        assert console.post(f"/prices/{version}/withdraw/").status_code == REFUSED


def test_withdrawn_prices_never_come_back_however_often_sent(console: SpaceClient) -> None:
    for _click in range(2):
        console.post("/prices/", typed())
    moment = PriceList.objects.get(version=3).valid_from
    assert console.get("/prices/").content.decode().count("Remplacée") == 1
    for version in (4, 5):
        assert console.post(f"/prices/{version}/withdraw/").status_code == 303
        assert same_prices(queries.prices_in_force(moment), PriceList.objects.get(version=2))


def test_earlier_prices_go_on_where_later_ones_are_withdrawn(console: SpaceClient) -> None:
    late, soon = ((timezone.localdate() + dt.timedelta(days=days)).isoformat() for days in (9, 4))
    console.post("/prices/", typed(valid_on=late))
    console.post("/prices/", typed(valid_on=soon, day_cents_home_feed="7"))
    assert console.post("/prices/3/withdraw/").status_code == 303
    holding = queries.prices_in_force(PriceList.objects.get(version=3).valid_from)
    assert holding.prices.get(slot="home_feed").day_cents == 700


def promotion(**given: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    values = {"code": "rentree", "percent_bp": "12,5", "begins_on": today, "note": "essai"}
    return {**values, **given}


def test_a_code_is_made_listed_and_ended(console: SpaceClient) -> None:
    assert "Nouveau code" in console.get("/promotions/").content.decode()
    answer = console.post("/promotions/", promotion(once_per_merchant="on", most_uses="3"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/promotions/RENTREE/")
    code = PromotionCode.objects.get()
    assert (code.percent_bp, code.most_uses, code.once_per_merchant) == (1_250, 3, True)
    assert "12,5" in console.get("/promotions/RENTREE/").content.decode()
    assert console.post("/promotions/RENTREE/").status_code == 303
    assert console.post("/promotions/RENTREE/").status_code == REFUSED
    assert "Terminé" in console.get("/promotions/").content.decode()


def test_a_code_that_makes_no_sense_is_refused(console: SpaceClient) -> None:
    for given in (
        *({"code": "é"}, {"code": "x" * 10_000}, {"percent_bp": "", "amount_cents": ""}),
        *({"percent_bp": "101"}, {"amount_cents": "5"}, {"most_uses": "0"}, {"note": ""}),
        *({"last_day": "2020-01-01"}, {"last_day": "9999-12-31"}, {"begins_on": "0001-01-01"}),
        {"merchant": "ME-XXXXXX"},
    ):
        answer = console.post("/promotions/", promotion(**given))
        assert answer.status_code == REFUSED, given
        assert 'value="essai"' in answer.content.decode() or given == {"note": ""}
    assert not PromotionCode.objects.exists()
