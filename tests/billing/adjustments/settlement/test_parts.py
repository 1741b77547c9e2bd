"""A merchant stops one slot of a campaign: its days go back, the others run and are paid."""

from typing import Any

import pytest

from billing.adjustments.actions.parts import stop_part
from billing.adjustments.queries.parts import parts_to_stop
from billing.adjustments.queries.refunds import what_has_not_run
from billing.councils.queries.campaigns import cost_of_campaign
from billing.models import Order, Refund
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, RunningFlight
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tests.billing.adjustments.settlement.test_refunds import shares
from tests.billing.adjustments.settlement.test_unrun import on_day, small, stop
from tests.factories.billing import make_campaign, make_merchant_user
from tests.fixtures.billing import BALANCED, Till, begins_with
from tests.fixtures.people import Browse

pytestmark = [*BALANCED, begins_with(small)]


@pytest.fixture
def owner(order: Order) -> User:
    return order.merchant.owner


def runs_in(space: str) -> bool:
    with schema.inside(space):
        return RunningFlight.objects.exists()


def test_slot_stops_alone_and_its_days_go_back(till: Till, order: Order, owner: User) -> None:
    Campaign.objects.update(review=Campaign.Review.APPROVED)
    north, south = parts_to_stop(order, at=on_day(till, 3))
    assert (north.gross_cents, south.gross_cents) == (8_400, 8_400)
    refund = stop_part(
        order=order,
        flight_reference=north.flight.reference,
        seen_cents=8_400,
        by=owner,
        at=on_day(till, 3),
    )
    assert (refund.amount_cents, refund.origin) == (8_400, Refund.Origin.PART)
    assert refund.refused_in_id == north.flight.tenant_id
    assert (runs_in("north"), runs_in("south")) == (False, True)
    assert Campaign.objects.get().state == Campaign.State.PAID
    till.settle()
    assert shares() == [(1_200, "held")]

    # The whole stops later: the days of the stopped slot do not go back twice.
    assert what_has_not_run(order, at=on_day(till, 5)).gross_cents == 6_000
    assert parts_to_stop(order, at=on_day(till, 5)) == []
    assert stop(till, order, owner, on_day(till, 5)).amount_cents == 6_000


def test_refund_of_a_slot_lowers_its_own_cost_alone(till: Till, order: Order, owner: User) -> None:
    Campaign.objects.update(review=Campaign.Review.APPROVED)
    campaign = Campaign.objects.get()
    before = cost_of_campaign(campaign.reference)
    north, south = (part.flight for part in parts_to_stop(order, at=on_day(till, 3)))
    stop_part(
        order=order,
        flight_reference=north.reference,
        seen_cents=8_400,
        by=owner,
        at=on_day(till, 3),
    )
    till.settle()
    after = cost_of_campaign(campaign.reference)
    assert before
    assert after
    assert after.flights == before.flights == before.left
    assert after.left[south.pk] == before.left[south.pk]
    assert after.left[north.pk] == before.left[north.pk] - 7_000  # 84 € with tax


def test_slot_stops_once_at_the_amount_shown_and_for_its_merchant(
    till: Till, order: Order, owner: User
) -> None:
    north, south = parts_to_stop(order, at=on_day(till, 3))
    given: dict[str, Any] = {"order": order, "at": on_day(till, 3), "seen_cents": 8_400}
    with pytest.raises(NotAllowed):
        stop_part(flight_reference=north.flight.reference, by=make_merchant_user(), **given)
    with pytest.raises(Refused, match="Le montant a changé"):
        stop_part(
            flight_reference=north.flight.reference, by=owner, **{**given, "seen_cents": 8_399}
        )
    stop_part(flight_reference=north.flight.reference, by=owner, **given)
    for reference in (north.flight.reference, south.flight.reference, "FL-OTHER"):
        with pytest.raises(Refused, match="ne s’arrête pas seul"):
            stop_part(flight_reference=reference, by=owner, **given)
    assert Refund.objects.count() == 1


def test_page_of_the_stop_offers_each_slot(
    till: Till, order: Order, owner: User, browse: Browse
) -> None:
    desk = browse(owner, space="")
    path = f"/desk/orders/{order.reference}/stop/"
    north = parts_to_stop(order, at=till.at)[0]
    assert "Ou n’arrêter qu’un emplacement" in desk.get(path).text
    typed = {"flight": north.flight.reference, "seen_cents": str(north.gross_cents)}

    assert desk.post(path, typed).status_code == 303
    page = desk.get(f"/desk/campaigns/{Campaign.objects.get().reference}/").text
    assert "Vous avez arrêté l’annonce" in page
    assert "Ou n’arrêter" not in desk.get(path).text


def test_unpaid_campaign_is_changed_in_the_wizard(till: Till, browse: Browse, owner: User) -> None:
    campaign = make_campaign(Merchant.objects.get(owner=owner), {"north": 10_000}, at=till.at)
    desk = browse(owner, space="")
    page = desk.get(f"/desk/campaigns/{campaign.reference}/").text
    assert f'action="/desk/campaigns/{campaign.reference}/again/"' in page
    assert "/desk/campaigns/new/?from=" not in page
    answer = desk.post(f"/desk/campaigns/{campaign.reference}/again/")
    assert answer["location"].startswith("/desk/campaigns/drafts/")
