"""A debit is pending at the bank for days; a campaign withdrawn meanwhile is not sold."""

import datetime as dt

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone

from billing.forms import WithdrawForm
from billing.models import Invoice, Order, Payment, Refund, Sale, Share
from billing.orders.queries.desk import order_page
from billing.orders.settlement import payments
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import StripeCallFailed
from billing.wording import debits
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.queries import campaigns as placements
from saas.kernel.display.writing import shortdate
from tests.factories.billing import make_council
from tests.fixtures.billing import Till, books, make_calls
from tests.fixtures.months import Days
from tests.saas.catalogue.making import GATE, draw_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


def situation_of(order: Order) -> str:
    found = Order.objects.select_related("campaign", "promotion").get(pk=order.pk)
    return str(order_page(found, came_back="").situation)


def withdraw(campaign: Campaign) -> WithdrawForm:
    found = Campaign.objects.select_related("merchant__owner").get(pk=campaign.pk)
    form = WithdrawForm({})
    form.submit(campaign=found, by=found.merchant.owner, at=timezone.now())
    make_calls()
    return form


def answered(till: Till, order: Order, answer: str) -> None:
    cache.clear()  # a minute has passed, and queued jobs are queued again
    charge = Payment.objects.get(order=order).charge
    till.simulator.pull(f"debit/{charge}/{answer}")
    till.settle()


def test_debit_runs_for_days_until_the_bank_agrees(till: Till, campaign: Campaign) -> None:
    make_council("north")
    order = till.open(campaign)
    till.pay(order, "sepa")
    mail.outbox.clear()
    till.settle()
    payment = Payment.objects.get()
    assert situation_of(order) == "processing"
    assert (payment.state, payment.method) == ("processing", "sepa_debit")
    assert payment.debited_on == till.at.date()
    with override_settings(ROOT_URLCONF=settings.PUBLIC_SCHEMA_URLCONF):
        desk = placements.desk_overview(campaign.merchant, till.at)
    (need,) = (one for one in desk.needs if one.symbol == "clock")
    assert need.text.startswith("«\u00a0Formule du midi\u00a0»\u00a0: le prélèvement est en route.")
    assert need.text.endswith(debits.in_words(payment.debited_on))
    assert need.url == order.get_absolute_url()
    assert [row.words for row in desk.campaigns] == ["Prélèvement en route"]
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"
    assert not Sale.objects.exists()
    assert [message.subject for message in mail.outbox] == [
        "Prélèvement en route pour «\u00a0Formule du midi\u00a0»"
    ]
    assert "huit semaines" in str(mail.outbox[0].body)

    answered(till, order, "succeeded")
    assert situation_of(order) == "paid"
    share = Share.objects.get()
    assert share.release_at >= till.at + dt.timedelta(days=56)


def test_moment_of_a_booked_debit_is_not_listed_again(till: Till, campaign: Campaign) -> None:
    order = till.buy(campaign, "sepa")
    answered(till, order, "succeeded")
    payment = Payment.objects.get()
    assert payment.state == "succeeded"
    till.fail("error_before", "/v1/events", method="GET", times="9")
    payments.sync(payment.pk, at=till.at)
    with pytest.raises(StripeCallFailed):
        reads.session(payment.session_id)


def test_no_day_is_lost_while_the_bank_thinks(till: Till, days: Days, campaign: Campaign) -> None:
    before = list(Flight.objects.order_by("pk").values_list("starts_on", "ends_on"))
    order = till.buy(campaign, "sepa")
    days.pass_by(8)

    paid_on = timezone.now().date()
    flights = Flight.objects.order_by("pk")
    lasted = {(flight.ends_on - flight.starts_on).days for flight in flights}
    assert situation_of(order) == "paid"
    assert {flight.starts_on for flight in flights} == {paid_on + dt.timedelta(days=1)}
    assert lasted == {(last - first).days for first, last in before}
    invoice = Invoice.objects.get()
    assert invoice.served_from == paid_on + dt.timedelta(days=1)
    first = shortdate(invoice.served_from)
    assert all(first in line.description for line in invoice.lines.all())
    found = Order.objects.select_related("campaign", "promotion").get(pk=order.pk)
    assert order_page(found, came_back="").was_moved
    assert "aucun jour n’est perdu" in " ".join(str(message.body) for message in mail.outbox)


def test_refused_debit_never_ran_and_may_be_paid_otherwise(till: Till, campaign: Campaign) -> None:
    order = till.buy(campaign, "sepa_failed")
    mail.outbox.clear()
    answered(till, order, "failed")
    assert situation_of(order) == "failed"
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"
    assert not Sale.objects.exists()
    assert [message.subject for message in mail.outbox] == [
        "Prélèvement refusé pour «\u00a0Formule du midi\u00a0»"
    ]
    assert "La banque ne trouve pas ce compte" in str(mail.outbox[0].body)
    assert books("fees.stripe") == 35

    till.buy(campaign)
    assert situation_of(order) == "paid"


def test_order_is_not_paid_while_a_bank_decides(till: Till, campaign: Campaign) -> None:
    order = till.buy(campaign, "sepa")
    with pytest.raises(AssertionError, match="Votre banque"):
        till.open(campaign)
    answered(till, order, "succeeded")


def test_withdrawn_draft_closes_its_payment_page(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    assert not withdraw(campaign).errors
    till.settle()
    assert Payment.objects.get().state == "expired"
    assert Order.objects.get(pk=order.pk).state == "cancelled"
    assert situation_of(order) == "withdrawn"
    with pytest.raises(AssertionError, match="retiré"):
        till.open(campaign)
    assert not withdraw(campaign).errors


def replace(campaign: Campaign) -> Campaign:
    Merchant.objects.update(latitude=GATE[0])
    other = draw_up(campaign.merchant, at=timezone.now(), instead_of=campaign.reference)
    make_calls()
    return other


def test_replaced_draft_closes_its_payment_page(till: Till, campaign: Campaign) -> None:
    order = till.open(campaign)
    other = replace(campaign)
    till.settle()
    assert Payment.objects.get().state == "expired"
    assert Order.objects.get(pk=order.pk).state == "cancelled"
    assert situation_of(order) == "withdrawn"
    with pytest.raises(AssertionError, match="remplacée"):
        till.open(campaign)
    assert till.open(other).state == "awaiting_payment"


def test_draft_whose_debit_runs_stays_beside_its_successor(till: Till, campaign: Campaign) -> None:
    order = till.buy(campaign, "sepa")
    other = replace(campaign)
    assert situation_of(order) == "processing"
    rows = placements.campaigns_of(campaign.merchant, till.at)
    assert {row.campaign for row in rows} == {campaign, other}
    answered(till, order, "succeeded")
    assert Campaign.objects.get(pk=campaign.pk).state == "paid"


def test_withdrawn_draft_paid_nevertheless_goes_back_whole(till: Till, campaign: Campaign) -> None:
    make_council("north")
    order = till.open(campaign)
    till.pay(order)
    Campaign.objects.filter(pk=campaign.pk).update(withdrawn_at=till.at)
    till.settle()
    refund = Refund.objects.get()
    assert (refund.origin, refund.amount_cents, refund.state) == ("withdrawn", 24_000, "succeeded")
    assert not Share.objects.filter(amount_cents__gt=0).exists()
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"
    assert situation_of(order) == "refunded"


def test_debit_of_a_withdrawn_draft_goes_back_once_agreed(till: Till, campaign: Campaign) -> None:
    order = till.buy(campaign, "sepa")
    assert not withdraw(campaign).errors
    assert situation_of(order) == "withdrawn_late"
    answered(till, order, "succeeded")
    assert Refund.objects.get().amount_cents == 24_000
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"


def test_paid_campaign_is_not_withdrawn(till: Till, campaign: Campaign) -> None:
    till.buy(campaign)
    assert "ne se retire plus" in str(withdraw(campaign).non_field_errors())
    assert Campaign.objects.get(pk=campaign.pk).withdrawn_at is None


def test_a_card_paid_on_the_first_day_runs_from_that_day(till: Till, campaign: Campaign) -> None:
    Flight.objects.filter(campaign=campaign).update(
        starts_on=till.at.date(), ends_on=till.at.date()
    )
    till.buy(campaign)
    assert set(Flight.objects.values_list("starts_on", flat=True)) == {till.at.date()}
