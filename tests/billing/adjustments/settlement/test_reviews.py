"""Reviews of paid ads: nothing unseen runs, dates move, refused ads are refunded."""

import datetime as dt

import pytest

from billing import clock
from billing.adjustments.actions.refunds import refund_what_has_not_run
from billing.adjustments.actions.refusals import refuse
from billing.adjustments.actions.reviews import approve_ad, move_unseen_ads, refuse_ad
from billing.adjustments.queries.refunds import what_has_not_run
from billing.adjustments.settlement import departures
from billing.models import Order, Refund
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import tasks
from saas.catalogue.placements.actions.refusals import Target
from saas.catalogue.placements.actions.reviews import (
    answer_preview,
    let_previews_lapse,
    set_gate,
)
from saas.catalogue.placements.models import Campaign, Flight, RunningFlight
from saas.catalogue.placements.queries import reviews as queries
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces.actors import SpaceActor
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.fixtures.billing import Till

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
A_DAY = dt.timedelta(days=1)


def sold(till: Till, *, trusted: bool = False, cents: int = 10_000) -> Order:
    """Return a paid order of a merchant with ads under review, unless the merchant is trusted."""
    make_council("north")
    shop = make_shop()
    if not trusted:
        Merchant.objects.filter(pk=shop.pk).update(trusted_at=None)
    shop.refresh_from_db()
    order = till.sell(make_campaign(shop, {"north": cents}, at=till.at))
    return Order.objects.select_related("campaign", "merchant__owner").get(pk=order.pk)


def operator() -> User:
    return make_merchant_user("Agathe")


def shown_in_north() -> int:
    with schema.inside("north"):
        return RunningFlight.objects.count()


def first_day(order: Order) -> dt.date:
    return Flight.objects.get(campaign=order.campaign_id).starts_on


def test_unseen_ad_is_not_in_the_space_until_it_is_approved(till: Till) -> None:
    order = sold(till)
    assert order.campaign.review == Campaign.Review.WAITING
    assert shown_in_north() == 0
    approve_ad(campaign=order.campaign, by=operator(), at=till.at)
    assert shown_in_north() == 1
    with pytest.raises(Refused, match="autre"):
        approve_ad(campaign=order.campaign, by=operator(), at=till.at)


def test_ad_of_a_trusted_merchant_runs_at_once_and_is_seen_after(till: Till) -> None:
    order = sold(till, trusted=True)
    assert shown_in_north() == 1
    assert list(queries.ads_to_see()) == [order.campaign]
    approve_ad(campaign=order.campaign, by=operator(), at=till.at)
    assert not queries.ads_to_see().exists()


def test_first_day_moves_with_the_review_and_the_papers_name_it(till: Till) -> None:
    order = sold(till)
    began, lasted = first_day(order), what_has_not_run(order, at=till.at).gross_cents
    late = till.at + 4 * A_DAY
    assert move_unseen_ads(at=late) == 1
    assert first_day(order) == late.date() + A_DAY > began
    assert what_has_not_run(order, at=late).gross_cents == lasted == order.gross_cents
    approve_ad(campaign=order.campaign, by=operator(), at=late)
    assert shown_in_north() == 1
    line = order.lines.get()
    assert f"{first_day(order):%d/%m/%Y}" in line.description
    assert move_unseen_ads(at=late + 9 * A_DAY) == 0


def test_refused_ad_goes_back_in_full_however_late(till: Till, mailoutbox: list[object]) -> None:
    order = sold(till)
    with pytest.raises(Refused, match="pourquoi"):
        refuse_ad(campaign=order.campaign, reason=" ", by=operator(), at=till.at)
    refuse_ad(
        campaign=order.campaign, reason="Le prix manque.", by=operator(), at=till.at + 9 * A_DAY
    )
    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.reason) == (order.gross_cents, "Le prix manque.")
    campaign = Campaign.objects.get(pk=order.campaign_id)
    assert (campaign.review, campaign.state) == ("refused", "stopped")
    assert shown_in_north() == 0
    for _ in range(2):
        tasks.mail_decision(campaign.pk)
    mails = [one for one in mailoutbox if "Le prix manque." in str(getattr(one, "body", ""))]
    assert len(mails) == 1


def test_refused_ad_above_the_limit_waits_for_a_second_person(till: Till) -> None:
    order = sold(till, cents=60_000)
    refuse_ad(campaign=order.campaign, reason="Non.", by=operator(), at=till.at)
    assert Refund.objects.get().state == Refund.State.REQUESTED


def test_same_words_are_not_sold_again_after_a_refusal_but_others_are(till: Till) -> None:
    order = sold(till, trusted=True)
    refuse_ad(campaign=order.campaign, reason="Non.", by=operator(), at=till.at)
    assert Merchant.objects.get(pk=order.merchant_id).trusted_at is None
    words = (order.campaign.headline, order.campaign.text, order.campaign.offer)
    merchant = order.merchant
    assert queries.reason_refused_before(merchant, words, order.campaign.picture) == "Non."
    assert queries.reason_refused_before(merchant, ("Autre", *words[1:]), "") is None


def test_approved_words_run_again_unseen_and_changed_ones_do_not(till: Till) -> None:
    order = sold(till)
    approve_ad(campaign=order.campaign, by=operator(), at=till.at)
    merchant = Merchant.objects.get(pk=order.merchant_id)
    again = till.sell(make_campaign(merchant, {"north": 9_000}, at=till.at))
    assert Campaign.objects.get(pk=again.campaign_id).review == Campaign.Review.APPROVED
    changed = make_campaign(merchant, {"north": 9_000}, at=till.at)
    Campaign.objects.filter(pk=changed.pk).update(headline="Une autre")
    changed.refresh_from_db()
    till.sell(changed)
    assert Campaign.objects.get(pk=changed.pk).review == Campaign.Review.WAITING


def test_merchant_is_trusted_from_the_fifth_approved_ad_without_a_refusal(till: Till) -> None:
    make_council("north")
    shop = make_shop()
    Merchant.objects.filter(pk=shop.pk).update(trusted_at=None)
    for number in range(5):
        assert Merchant.objects.get(pk=shop.pk).trusted_at is None
        campaign = make_campaign(shop, {"north": 9_000}, at=till.at)
        Campaign.objects.filter(pk=campaign.pk).update(headline=f"Formule {number}")
        campaign.refresh_from_db()
        till.sell(campaign)
        approve_ad(campaign=campaign, by=operator(), at=till.at)
    assert Merchant.objects.get(pk=shop.pk).trusted_at == till.at


def test_regulated_ad_of_a_trusted_merchant_is_seen_before(till: Till) -> None:
    make_council("north")
    campaign = make_campaign(make_shop(), {"north": 9_000}, at=till.at)
    Campaign.objects.filter(pk=campaign.pk).update(subjects="alcohol")
    till.sell(campaign)
    assert shown_in_north() == 0


def test_first_day_is_not_lost_while_nobody_has_seen_the_ad(till: Till) -> None:
    order = sold(till)
    Flight.objects.filter(campaign=order.campaign_id).update(starts_on=till.at.date())
    began = till.at
    assert what_has_not_run(order, at=began).gross_cents == order.gross_cents
    assert move_unseen_ads(at=began) == 0
    approve_ad(campaign=order.campaign, by=operator(), at=began)
    assert what_has_not_run(order, at=began).gross_cents < order.gross_cents


def test_merchant_who_stops_a_waiting_ad_gets_all_back(till: Till) -> None:
    order = sold(till)
    late = till.at + 3 * A_DAY
    move_unseen_ads(at=late)
    owner = User.objects.get(pk=order.merchant.owner_id)
    cents = what_has_not_run(order, at=late).gross_cents
    refund_what_has_not_run(order=order, seen_cents=cents, by=owner, at=late)
    assert cents == order.gross_cents
    assert not queries.ads_to_see().exists()


def test_clock_moves_unseen_ads(till: Till) -> None:
    order = sold(till)
    Flight.objects.filter(campaign=order.campaign_id).update(
        starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 1, 8)
    )
    clock.review_ads()
    assert first_day(order) > dt.date(2026, 1, 8)


NORTH = SpaceActor("north", "M-DELPHI", "Delphine Marchal", "council")


def test_council_that_asked_sees_an_ad_before_its_space(till: Till) -> None:
    set_gate(is_on=True, by=NORTH, at=till.at)
    order = sold(till, trusted=True)
    assert shown_in_north() == 0
    with schema.inside("north"):
        assert queries.own_gate()
        assert [ad.headline for ad in queries.own_previews()] == [order.campaign.headline]
    with schema.inside("south"):
        assert not queries.own_gate()
        assert queries.own_previews() == []
    south = NORTH._replace(schema_name="south")
    with pytest.raises(Refused, match="plus votre avis"):
        answer_preview(reference=order.campaign.reference, accepts=True, by=south, at=till.at)
    answer_preview(reference=order.campaign.reference, accepts=True, by=NORTH, at=till.at)
    assert shown_in_north() == 1


def test_silent_council_lets_an_ad_run_after_two_days_on_later_ones(till: Till) -> None:
    set_gate(is_on=True, by=NORTH, at=till.at)
    order = sold(till, trusted=True)
    late = till.at + 3 * A_DAY
    move_unseen_ads(at=late)
    assert let_previews_lapse(at=till.at + A_DAY) == 0
    assert let_previews_lapse(at=late) == 1
    assert shown_in_north() == 1
    assert first_day(order) >= late.date()


def test_ad_that_a_council_refuses_before_it_ran_goes_back_in_full(till: Till) -> None:
    set_gate(is_on=True, by=NORTH, at=till.at)
    order = sold(till, trusted=True)
    reference = order.campaign.reference
    answer_preview(reference=reference, accepts=False, by=NORTH, at=till.at)
    refuse(target=Target(campaign=reference), reason="Non.", by=NORTH, at=till.at)
    departures.settle_all(at=till.at)
    assert Refund.objects.get().amount_cents == order.gross_cents
    assert shown_in_north() == 0


def test_gate_that_is_lifted_lets_what_waits_run(till: Till) -> None:
    set_gate(is_on=True, by=NORTH, at=till.at)
    sold(till, trusted=True)
    set_gate(is_on=False, by=NORTH, at=till.at)
    assert shown_in_north() == 1
