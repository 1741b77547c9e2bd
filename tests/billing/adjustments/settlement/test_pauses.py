"""A merchant pauses a paid campaign: no day is lost, and each day's money stays exact."""

import datetime as dt

import pytest

from billing import clock
from billing.adjustments.actions.pauses import go_on, pause
from billing.adjustments.queries.refunds import what_has_not_run
from billing.models import Order, OrderLine
from saas.accounts.models import User
from saas.catalogue.placements.models import Campaign, Flight, RunningFlight
from saas.catalogue.placements.rules.pauses import check_may_pause
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tests.billing.adjustments.settlement.test_unrun import on_day, small, stop
from tests.factories.billing import make_merchant_user
from tests.fixtures.billing import BALANCED, Till, begins_with
from tests.fixtures.people import Browse

pytestmark = [*BALANCED, begins_with(small)]


@pytest.fixture
def campaign(order: Order) -> Campaign:
    Campaign.objects.update(review=Campaign.Review.APPROVED)
    return Campaign.objects.get()


@pytest.fixture
def owner(order: Order) -> User:
    return order.merchant.owner


def shown_in_the_north() -> bool:
    with schema.inside("north"):
        return RunningFlight.objects.exists()


def ends() -> set[dt.date]:
    return set(Flight.objects.values_list("ends_on", flat=True))


def test_paused_days_follow_when_it_goes_on(
    till: Till, order: Order, campaign: Campaign, owner: User
) -> None:
    [last], lines = ends(), set(OrderLine.objects.values_list("description", flat=True))
    pause(campaign=campaign, by=owner, at=on_day(till, 3))
    assert not shown_in_the_north()
    pause(campaign=campaign, by=owner, at=on_day(till, 4))  # a second click changes nothing
    before = what_has_not_run(order, at=on_day(till, 3)).gross_cents
    assert what_has_not_run(order, at=on_day(till, 8)).gross_cents == before == 16_800

    go_on(campaign=campaign, by=owner, at=on_day(till, 8))
    assert shown_in_the_north()
    assert ends() == {last + dt.timedelta(days=4)}  # days 4 to 7 were lost, the eighth is shown
    assert set(OrderLine.objects.values_list("description", flat=True)).isdisjoint(lines)
    go_on(campaign=campaign, by=owner, at=on_day(till, 9))
    assert ends() == {last + dt.timedelta(days=4)}
    assert what_has_not_run(order, at=on_day(till, 7)).gross_cents == 16_800


def test_stop_during_a_pause_gives_back_what_was_not_shown(
    till: Till, order: Order, campaign: Campaign, owner: User
) -> None:
    pause(campaign=campaign, by=owner, at=on_day(till, 3))
    refund = stop(till, order, owner, on_day(till, 9))
    till.settle()
    assert refund.amount_cents == 16_800


def test_long_pause_ends_by_itself(till: Till, campaign: Campaign, owner: User) -> None:
    pause(campaign=campaign, by=owner, at=on_day(till, 3))
    clock.end_long_pauses(at=on_day(till, 32))
    assert not shown_in_the_north()
    clock.end_long_pauses(at=on_day(till, 34))
    assert shown_in_the_north()


@pytest.mark.parametrize(
    ("column", "value", "day", "words"),
    [
        ("state", "stopped", 3, "rien à mettre en pause"),
        ("rhythm", "monthly", 3, "mensuelle"),
        ("review", "waiting", 3, "relit encore"),
        ("slot", "shelf", 3, "sont comptées"),
        ("state", "paid", 10, "se termine aujourd’hui"),
    ],
)
def test_pause_that_would_lose_something_is_refused(
    till: Till, campaign: Campaign, column: str, value: str, day: int, words: str
) -> None:
    flights = list(Flight.objects.select_related("tenant"))
    for row in (campaign, *flights):
        if hasattr(row, column):
            setattr(row, column, value)
    with pytest.raises(Refused, match=words):
        check_may_pause(campaign, flights, day=on_day(till, day).date())


def test_only_its_own_merchant_pauses_a_campaign(till: Till, campaign: Campaign) -> None:
    other = make_merchant_user("rival@example.org")
    with pytest.raises(NotAllowed):
        pause(campaign=campaign, by=other, at=on_day(till, 3))
    with pytest.raises(NotAllowed):
        go_on(campaign=campaign, by=other, at=on_day(till, 3))


def test_desk_offers_a_pause_and_its_end(browse: Browse, campaign: Campaign, owner: User) -> None:
    desk, page = browse(owner, space=""), f"/desk/campaigns/{campaign.reference}/"
    Campaign.objects.update(paused_at=campaign.paid_at)
    assert "En pause depuis" in desk.get(page).content.decode()
    address = f"/desk/checkout/{campaign.reference}/pause/"
    assert desk.post(address, {"act": "go_on"}).status_code == 303
    assert Campaign.objects.get().paused_at is None
    assert desk.post(address, {"act": "nothing"}).status_code == 303
