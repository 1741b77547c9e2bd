"""A campaign leaves where it is refused or the screens are dark: its days there go back."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from billing import clock
from billing.adjustments.actions.refunds import (
    refund_what_has_not_run,
    request_refund,
    take_down,
)
from billing.adjustments.actions.refusals import refuse
from billing.adjustments.actions.reopenings import carry_lost_days_over
from billing.adjustments.queries.refunds import parts_of, what_has_not_run
from billing.adjustments.rules.unrun import Unrun
from billing.adjustments.settlement import departures, disputes
from billing.models import Case, Order, Refund, Share, StripeCall
from billing.orders.settlement import payments
from saas.accounts.models import User
from saas.catalogue.placements import tasks
from saas.catalogue.placements.actions.counts import record_places
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.models import (
    Campaign,
    CampaignDeparture,
    Flight,
    Refusal,
    RunningFlight,
    SpaceInventory,
)
from saas.catalogue.placements.queries import refusals as queries
from saas.catalogue.placements.queries.prices import for_billing
from saas.catalogue.placements.wording import has_left
from saas.kernel import schema
from saas.kernel.offers.screen_hooks import SILENT_FOR
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Tenant
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import Till

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
WHY = "Le CSE n’annonce pas de boulangerie"
NORTH = SpaceActor("north", "M-DELPHI", "Delphine Marchal", "council")
IN_BOTH = {"north": 10_000, "south": 20_000}


def forbid(at: dt.datetime) -> Refusal:
    return refuse(target=Target(category="bakery"), reason=WHY, by=NORTH, at=at)


def leave(at: dt.datetime) -> int:
    """Let the north refuse bakeries; how many campaigns leave it."""
    forbid(at)
    return departures.settle_all(at=at)


def drawn_up(till: Till, cents: dict[str, int], **more: Any) -> Campaign:
    for space in cents:
        make_council(space)
    return make_campaign(make_shop(), cents, at=till.at, **more)


screens_of_north = partial(record_places, tenant_schema="north")


def test_days_of_the_refusing_space_go_back_once_and_the_others_run_on(
    till: Till, mailoutbox: list[object]
) -> None:
    order = till.sell(drawn_up(till, IN_BOTH))
    assert [leave(till.at), departures.settle_all(at=till.at)] == [1, 0]
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.origin, refund.state) == (12_000, "refused", "approved")
    assert StripeCall.objects.filter(kind="refund", subject_id=refund.pk).exists()
    assert Campaign.objects.get(pk=order.campaign_id).state == Campaign.State.PAID
    left = what_has_not_run(order, at=till.at)
    assert (left.gross_cents, left.given_cents) == (24_000, 12_000)
    shown = queries.departures_in_words(for_billing(order.campaign_id))
    assert [WHY in sentence for sentence in shown] == [True]
    (departure,) = CampaignDeparture.objects.values_list("pk", flat=True)
    for _ in range(2):
        tasks.mail_departure(departure)
    (message,) = [one for one in mailoutbox if WHY in str(getattr(one, "body", ""))]
    assert "n’accepte plus" in str(getattr(message, "subject", ""))
    order = Order.objects.select_related("merchant__owner").get(pk=order.pk)
    owner = User.objects.get(pk=order.merchant.owner_id)
    refund_what_has_not_run(order=order, seen_cents=24_000, by=owner, at=till.at)
    assert sum(Refund.objects.values_list("amount_cents", flat=True)) == order.gross_cents


def test_campaign_that_left_a_space_is_taken_down_on_its_last_day(till: Till) -> None:
    order = till.sell(drawn_up(till, IN_BOTH))
    leave(till.at)
    order = Order.objects.select_related("merchant").get(pk=order.pk)
    last, by = till.at + dt.timedelta(days=7), User.objects.get(pk=order.placed_by_id)
    assert take_down(order=order, seen_cents=0, by=by, at=last, reason="Plainte fondée") is None
    assert Campaign.objects.get(pk=order.campaign_id).state == Campaign.State.STOPPED


def test_days_that_left_while_their_payment_was_contested_go_back_afterwards(till: Till) -> None:
    order = till.sell(drawn_up(till, IN_BOTH))
    dispute = contest(till, order)
    leave(till.at)
    assert not Refund.objects.exists()  # the bank has it
    decide(till, dispute, "won")
    disputes.sync(dispute.pk, at=till.at)
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.origin) == (12_000, "refused")


def test_refused_days_are_taken_off_the_share_of_the_space_s_own_council(till: Till) -> None:
    till.sell(drawn_up(till, IN_BOTH))
    assert shares() == {"north": 4_000, "south": 8_000}
    leave(till.at)
    till.jobs.catch_up()
    till.settle()
    refund = Refund.objects.select_related("refused_in").get()
    assert (refund.state, refund.refused_in) == (
        "succeeded",
        Tenant.objects.get(schema_name="north"),
    )
    assert shares() == {"north": 0, "south": 8_000}


@pytest.mark.parametrize("kind", ["merchant", "campaign"])
def test_refusal_of_a_shop_or_an_ad_moves_what_it_names_alone(till: Till, kind: str) -> None:
    make_council("north")
    named, _other = (
        till.sell(make_campaign(make_shop(), {"north": 10_000}, at=till.at)) for _number in range(2)
    )
    campaign = Campaign.objects.select_related("merchant").get(pk=named.campaign_id)
    references = {"merchant": campaign.merchant.reference, "campaign": campaign.reference}
    refuse(target=Target(**{kind: references[kind]}), reason=WHY, by=NORTH, at=till.at)
    assert queries.campaigns_to_leave(till.at) == [campaign.pk]
    departures.settle_all(at=till.at)
    assert queries.campaigns_to_leave(till.at) == []


def test_stuck_campaign_holds_no_other_back(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    for space in IN_BOTH:
        make_council(space)
    broken, sound = (
        till.sell(make_campaign(make_shop(), IN_BOTH, at=till.at)) for _number in range(2)
    )

    def parts_of_one(order: Order, *, at: dt.datetime) -> list[tuple[Flight, Unrun]]:
        if order.pk == broken.pk:
            raise ValueError(order.reference)
        return parts_of(order, at=at)

    monkeypatch.setattr("billing.adjustments.settlement.departures.parts_of", parts_of_one)
    leave(till.at)
    assert Refund.objects.filter(sale__order=sound).count() == Refund.objects.count() == 1
    assert Case.objects.get(kind=Case.Kind.FAILING_STEP).subject == f"order {broken.pk}"
    assert not CampaignDeparture.objects.filter(campaign=broken.campaign_id).exists()


def shares() -> dict[str, int]:
    return dict(Share.objects.values_list("council__tenant__schema_name", "amount_cents"))


def test_campaign_that_runs_nowhere_else_stops(till: Till) -> None:
    order = till.sell(drawn_up(till, {"north": 10_000}))
    leave(till.at)
    assert Refund.objects.get().amount_cents == order.gross_cents
    assert Campaign.objects.get(pk=order.campaign_id).state == Campaign.State.STOPPED


def test_campaign_paid_after_its_refusal_leaves_by_the_clock(till: Till) -> None:
    order = till.open(drawn_up(till, IN_BOTH))
    payment = till.pay(order)
    leave(till.at)
    assert not Refund.objects.exists()
    payments.sync(payment.pk, at=till.at)
    clock.settle_refusals()
    assert Refund.objects.get().amount_cents == 12_000


def test_above_500_euros_somebody_approves_it(till: Till) -> None:
    till.sell(drawn_up(till, {"north": 60_000}))
    leave(till.at)
    assert Refund.objects.get().state == Refund.State.REQUESTED


@pytest.mark.parametrize("days", [0, 30])
def test_campaign_that_is_over_does_not_leave(till: Till, days: int) -> None:
    till.sell(drawn_up(till, {"north": 10_000}))
    forbid(till.at)
    later = till.at + dt.timedelta(days=days)
    assert bool(queries.campaigns_to_leave(later)) is (days == 0)


def test_lost_job_of_an_order_without_refusal_changes_nothing(till: Till) -> None:
    order = till.sell(drawn_up(till, {"north": 10_000}))
    assert departures.settle(order.campaign_id, at=till.at) == []
    assert not CampaignDeparture.objects.exists()
    assert what_has_not_run(Order.objects.get(pk=order.pk), at=till.at).given_cents == 0


def test_days_since_a_space_was_closed_have_not_run_there(till: Till) -> None:
    order = till.sell(drawn_up(till, IN_BOTH))
    closed = {"state": Tenant.State.SUSPENDED, "closed_at": till.at}
    Tenant.objects.filter(schema_name="north").update(**closed)
    over = till.at + dt.timedelta(days=20)
    assert what_has_not_run(order, at=over).gross_cents == 12_000
    flight = Flight.objects.get(tenant__schema_name="north")
    reopen = partial(carry_lost_days_over, tenant_id=flight.tenant_id, closed_at=till.at, at=over)
    Tenant.objects.filter(schema_name="north").update(state=Tenant.State.ACTIVE, closed_at=None)
    assert reopen() == [order.campaign_id]
    flight.refresh_from_db()
    assert (flight.starts_on, (flight.ends_on - flight.starts_on).days) == (over.date(), 4)
    assert order.lines.filter(description__contains=f"{over:%d/%m/%Y}").count() == 1
    eve = over - dt.timedelta(days=1)
    assert what_has_not_run(order, at=eve).gross_cents == 12_000
    order = Order.objects.select_related("merchant__owner").get(pk=order.pk)
    owner = User.objects.get(pk=order.merchant.owner_id)
    refund_what_has_not_run(order=order, seen_cents=12_000, by=owner, at=eve)
    assert reopen() == []  # a refund made meanwhile is not offered again


@pytest.mark.parametrize("days", [5, 30], ids=["it is over meanwhile", "it has days ahead"])
def test_days_of_dark_screens_go_back_once(till: Till, days: int, mailoutbox: list[object]) -> None:
    campaign = drawn_up(till, IN_BOTH, days=days, slots={"north": "kiosk"})
    screens_of_north(screens=2, at=till.at)
    order = till.sell(campaign)
    since = till.at + dt.timedelta(days=4)  # the second day of its flights
    later = since + SILENT_FOR
    screens_of_north(screens=2, at=later - dt.timedelta(hours=1))
    screens_of_north(screens=0, seen_at=since, at=later)
    assert departures.settle_all(at=later - dt.timedelta(minutes=1)) == 0
    assert [departures.settle_all(at=later) for _ in range(2)] == [1, 0]
    [unseen] = [part for flight, part in parts_of(order, at=since) if flight.slot == "kiosk"]
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.origin) == (unseen.gross_cents, "dark")
    assert unseen.days.left == days - 2
    assert Campaign.objects.get(pk=order.campaign_id).state == Campaign.State.PAID
    with schema.inside("north"):
        assert not RunningFlight.objects.filter(slot="kiosk").exists()
    screens_of_north(screens=2, at=later)
    leave(later)  # a day already refunded is not refunded twice
    assert Refund.objects.count() == 1
    [sentence, *_refusal] = queries.departures_in_words(for_billing(order.campaign_id))
    assert "éteints depuis le" in sentence
    tasks.mail_departure(CampaignDeparture.objects.get(slot="kiosk").pk)
    [message] = [one for one in mailoutbox if "éteints depuis" in str(getattr(one, "body", ""))]
    assert "n’est plus montrée" in str(getattr(message, "subject", ""))


def test_reopened_space_moves_what_runs_there_still_whatever_left(till: Till) -> None:
    campaign = drawn_up(till, IN_BOTH, days=30, slots={"north": "kiosk"})
    feed = Flight.objects.get(slot="kiosk")
    feed.pk, feed.reference, feed.slot, feed.screens = None, "FL-FEED", "home_feed", 0
    feed.save()
    screens_of_north(screens=2, at=till.at)
    order = till.sell(campaign)
    dark, closed, over = (till.at + dt.timedelta(days=days) for days in (6, 12, 20))
    screens_of_north(screens=0, at=dark)
    departures.settle_all(at=dark + SILENT_FOR)
    before = what_has_not_run(order, at=closed)
    south = SpaceActor("south", "M-OMAR", "Omar Haddad", "council")
    refuse(target=Target(category="bakery"), reason=WHY, by=south, at=closed)
    departures.settle_all(at=closed)
    moved = carry_lost_days_over(tenant_id=feed.tenant_id, closed_at=closed, at=over)
    assert moved == [order.campaign_id]
    left = what_has_not_run(order, at=over)
    assert [part.days for part in left.lines[:2]] == [part.days for part in before.lines[:2]]
    assert Flight.objects.get(slot="kiosk").starts_on < Flight.objects.get(pk=feed.pk).starts_on


def test_screens_that_are_taken_off_are_dark_since_their_own_last_sign(till: Till) -> None:
    for screens, seen, hours in ((1, 0, 0), (0, -720, 1)):  # the last sign left is 30 days old
        seen_at, at = (till.at + dt.timedelta(hours=number) for number in (seen, hours))
        screens_of_north(screens=screens, seen_at=seen_at, at=at)
    assert SpaceInventory.objects.get(tenant__schema_name="north").dark_since == till.at


def test_days_since_a_shelf_is_bare_go_back_like_those_on_dark_screens(till: Till) -> None:
    screens_of_north(screens=0, shelf_places=3, at=till.at)
    till.sell(drawn_up(till, IN_BOTH, days=30, slots={"north": "shelf"}))
    since = till.at + dt.timedelta(days=4)
    for hours in (0, 1):
        screens_of_north(screens=0, is_bare=True, at=since + dt.timedelta(hours=hours))
    assert departures.settle_all(at=since + SILENT_FOR) == 1
    departure = CampaignDeparture.objects.select_related("tenant", "refusal").get()
    assert (departure.slot, departure.left_at) == ("shelf", since)
    assert "médiathèque" in has_left(departure)
    assert Refund.objects.get().origin == "dark"


def test_screens_that_are_lit_again_in_time_keep_what_is_paid(till: Till) -> None:
    screens_of_north(screens=2, at=till.at)
    till.sell(drawn_up(till, {"north": 10_000}, days=30, slots={"north": "kiosk"}))
    since = till.at + dt.timedelta(days=4)
    for screens in (0, 1):
        screens_of_north(screens=screens, at=since + dt.timedelta(days=screens))
    assert departures.settle_all(at=since + 2 * SILENT_FOR) == 0


def goodwill(till: Till, order: Order, cents: int) -> None:
    """Let an operator give back a part of an order, and see it settled."""
    by = User.objects.get(pk=order.placed_by_id)
    request_refund(order=order, amount_cents=cents, by=by, at=till.at)
    till.jobs.catch_up()
    till.settle()


def test_refusal_after_another_refund_leaves_the_neighbours_share(till: Till) -> None:
    order = till.sell(drawn_up(till, IN_BOTH))
    goodwill(till, order, 1_001)
    before = shares()
    assert before == {"north": 3_889, "south": 7_777}
    leave(till.at)
    till.jobs.catch_up()
    till.settle()
    refund = Refund.objects.get(origin=Refund.Origin.REFUSED)
    assert refund.amount_cents == 12_000 * (36_000 - 1_001) // 36_000 == 11_666
    assert shares() == {"north": 0, "south": before["south"]}


def test_refund_after_a_refusal_is_borne_by_the_space_that_runs_on(till: Till) -> None:
    order = till.sell(drawn_up(till, IN_BOTH))
    leave(till.at)
    till.jobs.catch_up()
    till.settle()
    goodwill(till, order, 1_200)
    assert shares() == {"north": 0, "south": 7_600}


def test_space_closed_when_an_order_is_paid_sells_nothing(till: Till) -> None:
    order = till.open(drawn_up(till, IN_BOTH))
    closed_at = till.at - dt.timedelta(hours=1)
    Tenant.objects.filter(schema_name="north").update(
        state=Tenant.State.SUSPENDED, closed_at=closed_at
    )
    payments.sync(till.pay(order).pk, at=till.at)
    assert departures.settle_all(at=till.at) == 1
    till.jobs.catch_up()
    till.settle()
    refund = Refund.objects.select_related("refused_in").get()
    assert (refund.origin, refund.refused_in and refund.refused_in.schema_name) == (
        "ended",
        "north",
    )
    assert refund.amount_cents == 12_000
    assert shares() == {"north": 0, "south": 8_000}
    assert departures.settle_all(at=till.at) == 0
