"""A month that renews in a space that ends: it stops before the end, and its merchant is mails."""

import datetime as dt

from django.core import mail
from django.utils import timezone

from billing.adjustments.settlement import departures
from billing.models import Order, Refund, Sale, Subscription
from saas.catalogue.placements import tasks
from saas.catalogue.placements.models import CampaignDeparture, Flight
from saas.catalogue.placements.queries.campaigns import obstacle_to_paying
from saas.catalogue.placements.queries.prices import for_billing
from saas.kernel import hooks
from tenants.spaces.actions import deletions
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, PlannedDeletion, SpaceOperation, Tenant
from tests.factories.billing import make_campaign
from tests.fixtures.billing import BALANCED, Till, begins_with
from tests.fixtures.months import Days, again, run_monthly

pytestmark = [*BALANCED, begins_with(run_monthly)]
DAY = dt.timedelta(days=1)


def plan_end(schema_name: str) -> PlannedDeletion:
    """Have a space's administration plan its end today."""
    tenant = Tenant.objects.get(schema_name=schema_name)
    by = SpaceActor(schema_name, "M-CLAIRE", "Claire M.", "administrator")
    return deletions.plan(name=tenant.name, by=by, at=timezone.now())


def test_no_month_renews_once_all_its_spaces_end(
    till: Till, days: Days, running: Subscription
) -> None:
    plan_end("north")
    plan_end("south")
    mail.outbox.clear()
    days.night()
    till.settle()
    assert again(running).state == "ended"
    assert "ne se renouvelle plus" in str(mail.outbox[-1].body)
    days.pass_by(35)
    assert Sale.objects.count() == 1


def test_next_month_leaves_out_a_space_that_ends(
    till: Till, days: Days, running: Subscription
) -> None:
    plan_end("south")
    days.pass_by(31)
    till.settle()
    order = Order.objects.latest("pk")
    assert (order.net_cents, order.gross_cents) == (10_000, 12_000)
    spaces = Flight.objects.filter(campaign=order.campaign_id).values_list(
        "tenant__schema_name", flat=True
    )
    assert list(spaces) == ["north"]
    assert again(running).state == "active"


def test_days_past_the_end_go_back_and_the_end_stays(
    till: Till, days: Days, running: Subscription
) -> None:
    planned = plan_end("south")
    campaign_id = Order.objects.get().campaign_id
    # A month that was bought lately outlasts the end.
    late = planned.due_at.date() + 9 * DAY
    Flight.objects.filter(campaign=campaign_id).update(ends_on=late)
    south = planned.tenant
    three_before = planned.due_at - 3 * DAY
    assert departures.settle_all(at=three_before) == 0
    mail.outbox.clear()
    two_before = planned.due_at - 2 * DAY
    assert departures.settle_all(at=two_before) == 1
    till.settle()
    assert departures.settle_all(at=two_before) == 0
    left = CampaignDeparture.objects.get()
    assert (left.tenant_id, left.refusal_id, left.slot) == (south.pk, None, "")
    refund = Refund.objects.get()
    assert (refund.origin, refund.refused_in_id, refund.state) == ("ended", south.pk, "succeeded")
    # Eleven of the days of the south, from the day after on, at their price with VAT.
    flight = Flight.objects.get(campaign=campaign_id, tenant=south)
    days_in_all = (flight.ends_on - flight.starts_on).days + 1
    unrun = (flight.ends_on - two_before.date()).days
    assert abs(refund.amount_cents - 12_000 * unrun // days_in_all) <= 1
    for _twice in range(2):
        tasks.mail_departure(left.pk)
    mails = [message for message in mail.outbox if "ferme" in str(message.body)]
    assert len(mails) == 1
    assert "Espace south" in str(mails[0].body)
    blocking = [each for answer in hooks.obstacles.ask(south.pk, planned.due_at) for each in answer]
    assert not any("remboursez-la" in sentence for sentence in blocking)


def test_end_is_not_moved_by_a_month_that_renews(
    till: Till, days: Days, running: Subscription
) -> None:
    planned = plan_end("north")
    plan_end("south")
    days.night()
    days.pass_by(28)
    departures.settle_all(at=timezone.now())
    till.settle()
    days.pass_by(3)
    deletions.begin_due(at=timezone.now())
    planned.refresh_from_db()
    assert not Change.objects.filter(what=Change.What.END_MOVED).exists()
    assert SpaceOperation.objects.filter(tenant=planned.tenant, kind="delete").count() == 1


def test_administrators_read_what_becomes_of_the_ads(
    till: Till, days: Days, running: Subscription
) -> None:
    planned = plan_end("south")
    answers = hooks.admin_obstacles.ask(planned.tenant_id, timezone.now())
    (sentence,) = [each for answer in answers for each in answer if "annonces" in each]
    assert "deux jours avant" in sentence
    assert "aucun abonnement ne se renouvelle" in sentence


def test_draft_in_a_space_that_ends_is_not_paid(
    till: Till, days: Days, running: Subscription
) -> None:
    draft = make_campaign(again(running).merchant, {"south": 10_000}, at=timezone.now())
    assert obstacle_to_paying(for_billing(draft.pk), timezone.now()) == ""
    plan_end("south")
    assert "va fermer" in obstacle_to_paying(for_billing(draft.pk), timezone.now())
