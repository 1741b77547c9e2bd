"""Places on screens and shelves: their number, the next free day, sold once in a race."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns, counts, payment
from saas.catalogue.placements.models import (
    Campaign,
    Flight,
    PartOfDay,
    Price,
    Slot,
    SpaceInventory,
)
from saas.catalogue.placements.models.slots import MOST_AT_ONCE, SLOTS
from saas.catalogue.placements.queries import campaigns as campaign_queries
from saas.catalogue.placements.queries import places
from saas.catalogue.placements.queries import prices as queries
from saas.catalogue.placements.rules.campaigns import Timing
from saas.catalogue.placements.rules.places import (
    FOR_EVER,
    NOTHING_TAKEN,
    check_free,
    first_full_day,
    next_free,
    overlap,
)
from saas.catalogue.placements.rules.prices import Line, OnScreens, Period, work_out_flight
from saas.kernel.errors import Refused
from tests.fixtures.people import AT
from tests.fixtures.together import at_once
from tests.saas.catalogue.making import draw_up, make_merchant, run_campaign

A_DAY = dt.timedelta(days=1)
MONDAY = dt.date(2026, 11, 30)
WEEK = Period(MONDAY, MONDAY + 6 * A_DAY)
KIOSK: dict[str, Any] = {"slots": [Slot.KIOSK], "starts_on": MONDAY}


def full(first: int, last: int) -> list[Period]:
    """All places are taken, from so many days after the Monday to so many."""
    return [Period(MONDAY + first * A_DAY, MONDAY + last * A_DAY)] * MOST_AT_ONCE


@pytest.mark.parametrize(
    ("taken", "full_on", "free_from"),
    [
        ([], None, None),
        (full(0, 9)[1:], None, None),
        (full(-5, -1), None, None),
        (full(7, 9), None, None),
        (full(6, 9), 6, 10),
        (full(-3, 0), 0, 1),
        (full(-3, 0) + full(5, 8), 0, 9),
        ([*full(0, 2)[1:], Period(MONDAY + 2 * A_DAY, FOR_EVER)], 2, 3),
        ([Period(MONDAY, FOR_EVER)] * MOST_AT_ONCE, 0, None),
    ],
)
def test_week_is_sold_while_a_place_is_free_on_each_of_its_days(
    taken: list[Period], full_on: int | None, free_from: int | None
) -> None:
    expected = None if full_on is None else MONDAY + full_on * A_DAY
    assert first_full_day(WEEK, taken, MOST_AT_ONCE) == expected
    if full_on is not None:
        free = next_free(WEEK, taken, MOST_AT_ONCE)
        assert free == (None if free_from is None else WEEK.moved(free_from))


def test_month_that_goes_on_needs_a_place_on_every_later_day() -> None:
    wanted = Period(MONDAY, FOR_EVER)
    assert first_full_day(wanted, full(50, 60), MOST_AT_ONCE) == MONDAY + 50 * A_DAY


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [("noon", "noon", True), ("noon", "morning", False), ("all", "afternoon", True)],
)
def test_dayparts_share_places_where_they_share_hours(one: str, other: str, *, meet: bool) -> None:
    assert overlap(one, other) is overlap(other, one) is meet


@pytest.mark.parametrize(
    ("day_part", "screens", "cents"),
    [("all", 1, 5 * 550), ("all", 3, 5 * 850), ("noon", 3, 5 * 425), ("morning", 3, 5 * 340)],
)
def test_screens_are_charged_each_and_by_daypart(day_part: str, screens: int, cents: int) -> None:
    price = Price(slot=Slot.KIOSK, day_cents=400, day_per_hundred_cents=150)
    days = Period(MONDAY, MONDAY + 4 * A_DAY)
    on = OnScreens(screens, day_part)
    assert work_out_flight(price, 5_000, days, monthly=False, on=on).net_cents == cents


@pytest.fixture
def shop(db: None) -> Merchant:
    counts.record_places(tenant_schema="north", screens=2, shelf_places=3, at=AT)
    return make_merchant()


def test_space_without_a_screen_sells_no_place_on_it(db: None) -> None:
    with pytest.raises(Refused, match="n’a pas d’écran allumé"):
        draw_up(make_merchant(), **KIOSK)


def test_shelf_sells_as_many_places_as_its_space_offers(db: None) -> None:
    shop = make_merchant()
    shelf: dict[str, Any] = {"slots": [Slot.SHELF], "starts_on": MONDAY}
    with pytest.raises(Refused, match="médiathèque d’Espace north n’a pas de place"):
        draw_up(shop, **shelf)
    counts.record_places(tenant_schema="north", screens=0, shelf_places=2, at=AT)
    late = draw_up(shop, **shelf)
    campaigns.check_out(campaign_id=late.pk, at=AT)
    run_campaign(shop, **shelf)
    lapsed = AT + 2 * A_DAY
    run_campaign(shop, **shelf, at=lapsed)
    with pytest.raises(Refused, match=r"complète le 30/11/2026.*du 07/12/2026 au 13/12/2026"):
        draw_up(shop, **shelf, at=lapsed)
    assert pay_late(late.pk, lapsed)  # its place went to another campaign: all is refunded
    counts.record_places(tenant_schema="north", screens=0, shelf_places=0, at=lapsed)
    with pytest.raises(Refused, match="pas de place"):
        draw_up(shop, **{**shelf, "starts_on": MONDAY + 20 * A_DAY}, at=lapsed)


def test_nobody_pays_for_hours_when_screens_sleep_nor_for_one_that_went_out(shop: Merchant) -> None:
    counts.record_places(tenant_schema="north", screens=2, unshown=["noon"], at=AT)
    with pytest.raises(Refused, match="Les écrans d’Espace north dorment à cette heure"):
        draw_up(shop, **KIOSK, timing=Timing(day_part=PartOfDay.NOON))
    mine = draw_up(shop, **KIOSK)
    monthly = run_campaign(shop, slots=[Slot.KIOSK], timing=Timing("monthly"))
    dearer = Flight.objects.get(campaign=monthly).net_cents
    both = run_campaign(
        shop, slots=[Slot.KIOSK, Slot.HOME_FEED], timing=Timing("monthly"), starts_on=MONDAY
    )
    counts.record_places(tenant_schema="north", screens=1, at=AT)
    with pytest.raises(Refused, match="s’est éteint"):
        campaigns.check_out(campaign_id=mine.pk, at=AT)
    [sentence] = places.dimmed(queries.for_billing(monthly.pk), AT)
    assert "1 sur les 2 payés" in sentence
    later = AT + 30 * A_DAY
    month = campaigns.repeat(campaign_id=monthly.pk, after_id=monthly.pk, at=later)
    flight = Flight.objects.get(campaign=month)
    assert (flight.screens, flight.net_cents < dearer) == (1, True)
    again = AT + 9 * A_DAY  # the space was closed meanwhile, and no screen could speak
    counts.record_places(tenant_schema="north", screens=0, seen_at=AT, at=again)
    assert SpaceInventory.objects.get(tenant__schema_name="north").dark_since == again
    assert "sont éteints" in places.dimmed(queries.for_billing(monthly.pk), AT)[0]
    assert campaigns.repeat(campaign_id=monthly.pk, after_id=monthly.pk, at=later) is None
    rest = campaigns.repeat(campaign_id=both.pk, after_id=both.pk, at=later)
    assert rest
    dropped = campaign_queries.dropped_spaces(queries.for_billing(rest.pk))
    assert dropped == ["Espace north (Écrans du hall)"]


def test_flight_keeps_its_screens_and_its_part_of_the_day(shop: Merchant) -> None:
    noon = Timing(day_part=PartOfDay.NOON)
    campaign = draw_up(shop, **{**KIOSK, "slots": list(SLOTS)}, timing=noon)
    flights = {flight.slot: flight for flight in Flight.objects.filter(campaign=campaign)}
    assert (flights["kiosk"].screens, flights["kiosk"].day_part) == (2, "noon")
    assert (flights["home_feed"].screens, flights["home_feed"].day_part) == (0, "all")
    quote = queries.quote_of(campaign.pk, at=AT)
    assert quote.net_cents == sum(flight.net_cents for flight in flights.values())
    assert "écrans du hall, à midi" in " ".join(line.description for line in quote.lines)


def test_place_that_a_draft_holds_is_free_for_the_one_that_replaces_it(shop: Merchant) -> None:
    for _number in range(MOST_AT_ONCE - 1):
        paid = run_campaign(shop, **KIOSK)
    mine = draw_up(shop, **KIOSK)
    campaigns.check_out(campaign_id=mine.pk, at=AT)
    with pytest.raises(Refused, match="complets"):
        draw_up(shop, **KIOSK, instead_of=paid.reference)
    other = draw_up(shop, **KIOSK, instead_of=mine.reference)
    campaigns.check_out(campaign_id=other.pk, at=AT)


def drafts_for_the_last_place() -> list[int]:
    """Return two campaigns that may be paid, with a single place left."""
    counts.record_places(tenant_schema="north", screens=2, at=AT)
    shop = make_merchant()
    for _number in range(MOST_AT_ONCE - 1):
        run_campaign(shop, **KIOSK)
    return [draw_up(shop, **KIOSK).pk for _number in range(2)]


def test_last_place_is_held_while_it_is_paid_and_let_go_when_nobody_pays(shop: Merchant) -> None:
    for _number in range(MOST_AT_ONCE - 1):
        run_campaign(shop, **KIOSK)
    mine, theirs = draw_up(shop, **KIOSK), draw_up(shop, **KIOSK)
    campaigns.check_out(campaign_id=mine.pk, at=AT)
    campaigns.check_out(campaign_id=mine.pk, at=AT)  # a repeated check-out of its holder is allowed
    with pytest.raises(Refused, match="vont du 07/12/2026 au 13/12/2026"):
        campaigns.check_out(campaign_id=theirs.pk, at=AT)
    campaigns.hold_for_bank(campaign_id=mine.pk, at=AT)
    with pytest.raises(Refused, match="complets le 30/11/2026"):
        campaigns.check_out(campaign_id=theirs.pk, at=AT + 2 * A_DAY)
    campaigns.let_go(campaign_id=mine.pk, at=AT)
    campaigns.check_out(campaign_id=theirs.pk, at=AT)
    campaigns.let_go(campaign_id=theirs.pk, at=AT)
    monthly = run_campaign(shop, slots=[Slot.KIOSK], timing=Timing("monthly"))
    assert Flight.objects.get(campaign=monthly).ends_on < MONDAY + 30 * A_DAY
    later: dict[str, Any] = {"slots": [Slot.KIOSK], "starts_on": MONDAY + 60 * A_DAY}
    for _number in range(MOST_AT_ONCE - 1):  # the month that goes on has a place of its own
        run_campaign(shop, **later)
    with pytest.raises(Refused, match="complets"):
        draw_up(shop, **later)


def test_two_who_pay_for_the_last_place_at_once_are_one(own_database: None) -> None:
    drafts = drafts_for_the_last_place()

    def pay(campaign_id: int) -> str:
        try:
            campaigns.check_out(campaign_id=campaign_id, at=AT)
        except Refused as refusal:
            return refusal.sentence
        return ""

    text = sorted(at_once(pay, drafts))
    assert text[0] == ""
    assert "complets" in text[1]
    assert Campaign.objects.filter(held_until__isnull=False).count() == 1


def pay_late(campaign_id: int, at: dt.datetime) -> bool:
    """Pay as settlement does; return True if the place was gone."""
    with transaction.atomic():
        gone = campaigns.withdraw_if_sold_out(campaign_id=campaign_id, paid_at=at, at=at)
        if not gone:
            payment.mark_paid(campaign_id=campaign_id, at=at)
    return gone


def test_late_payment_gets_no_place_that_was_sold_on(shop: Merchant) -> None:
    late = draw_up(shop, **KIOSK)
    campaigns.check_out(campaign_id=late.pk, at=AT)
    for _number in range(MOST_AT_ONCE - 1):
        run_campaign(shop, **KIOSK)
    lapsed = AT + 2 * A_DAY
    other = draw_up(shop, at=lapsed, **KIOSK)
    campaigns.check_out(campaign_id=other.pk, at=lapsed)
    assert pay_late(late.pk, lapsed)
    late.refresh_from_db()
    assert (late.state, late.sold_out_at) == ("draft", lapsed)
    assert not pay_late(other.pk, lapsed)
    feed = draw_up(shop, starts_on=MONDAY)
    assert not pay_late(feed.pk, lapsed)


@pytest.mark.parametrize(
    ("slot", "left"),
    [
        pytest.param(Slot.KIOSK, {"screens": 0}, id="screens that went dark"),
        pytest.param(Slot.SHELF, {"screens": 2, "is_bare": True}, id="a shelf that is bare"),
    ],
)
def test_late_payment_for_what_is_there_no_more_is_kept_for_the_rest(
    shop: Merchant, slot: Slot, left: dict[str, Any]
) -> None:
    late = draw_up(shop, starts_on=MONDAY, slots=[slot, Slot.HOME_FEED])
    campaigns.check_out(campaign_id=late.pk, at=AT)
    counts.record_places(tenant_schema="north", **left, at=AT + A_DAY)
    assert not pay_late(late.pk, AT + 2 * A_DAY)


def test_late_payment_looks_at_the_days_to_which_it_moves(shop: Merchant) -> None:
    late = draw_up(shop, **KIOSK)
    for _number in range(MOST_AT_ONCE):
        run_campaign(shop, slots=[Slot.KIOSK], starts_on=MONDAY + 7 * A_DAY)
    tuesday = dt.datetime(2026, 12, 1, 11, tzinfo=dt.UTC)
    assert pay_late(late.pk, tuesday)


def test_month_that_follows_keeps_the_place_of_the_one_before(shop: Merchant) -> None:
    first = run_campaign(shop, slots=[Slot.KIOSK], timing=Timing("monthly"))
    for _number in range(MOST_AT_ONCE - 1):
        run_campaign(shop, **{**KIOSK, "starts_on": MONDAY + 30 * A_DAY})
    following = campaigns.repeat(campaign_id=first.pk, after_id=first.pk, at=AT + 30 * A_DAY)
    assert following
    assert not pay_late(following.pk, AT + 30 * A_DAY)


def test_two_late_payments_of_the_last_place_at_once_leave_one(own_database: None) -> None:
    drafts = drafts_for_the_last_place()

    gone = at_once(lambda campaign_id: pay_late(campaign_id, AT + 2 * A_DAY), drafts)
    assert sorted(gone) == [False, True]
    assert Campaign.objects.filter(state="paid").count() == MOST_AT_ONCE


def test_all_refused_places_are_named_at_once() -> None:
    working = work_out_flight(_price(), 10, WEEK, monthly=False, on=OnScreens(1, PartOfDay.ALL))
    lines = [
        Line(number, "north", name, slot, WEEK, 10, working, 100)
        for number, name, slot in (
            (1, "Sillage", Slot.KIOSK),
            (2, "Parc du Lac", Slot.SHELF),
            (2, "Parc du Lac", Slot.HOME_FEED),
        )
    ]
    with pytest.raises(Refused) as refusal:
        check_free(lines, NOTHING_TAKEN)

    assert "Sillage n’a pas d’écran allumé" in refusal.value.sentence
    assert "médiathèque de Parc du Lac n’a pas de place" in refusal.value.sentence


def _price() -> Price:
    return Price(slot=Slot.KIOSK, day_cents=100, day_per_hundred_cents=100, weekend_bp=10_000)
