"""A merchant subscribes, is renewed each month, falls behind, changes the card, and stops."""

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator, refused
from tests.infra.stripe_simulator.selling import JANUARY, RECURRING, day, period, repriced


def test_a_first_month_paid_on_the_page_begins_a_subscription(sim: Simulator) -> None:
    given = {"description": "Campagne", "metadata": {"troovon_id": "1"}}
    session = sim.monthly(subscription_data=given)
    answer = sim.submit(session.url)
    opened = {"expand": ["subscription", "invoice.payments", "customer"]}
    done = sim.v1.checkout.sessions.retrieve(session.id, opened)
    assert (answer.status, done.status, done.payment_status) == (303, "complete", "paid")
    assert done.payment_intent is None
    assert (done.subscription.status, done.subscription.description) == ("active", "Campagne")
    assert done.subscription.metadata.to_dict() == {"troovon_id": "1"}
    assert done.subscription.latest_invoice == done.invoice.id
    assert (done.invoice.status, done.invoice.amount_paid) == ("paid", 24000)
    assert done.invoice.parent.subscription_details.metadata.troovon_id == "1"
    assert done.invoice.payments.data[0].status == "paid"
    assert done.customer.email == "acheteur@example.com"


def test_the_events_of_a_first_month_come_as_stripe_sends_them(sim: Simulator) -> None:
    sim.subscribe()
    order = [
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.completed",
    ]
    assert list(filter(order.__contains__, sim.kinds())) == order


def test_each_month_is_renewed_at_its_own_moment(sim: Simulator) -> None:
    sim.lever("clock", now=JANUARY)
    subscription = sim.subscribe()
    sim.advance(to="2026-05-01T00:00:00Z")
    rows = sim.invoices(subscription)
    ends = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert [day(row.created) for row in rows] == ends
    assert [row.status for row in rows] == ["paid"] * 4
    reasons = ["subscription_create", *["subscription_cycle"] * 3]
    assert [row.billing_reason for row in rows] == reasons
    assert [row.number[-4:] for row in rows] == ["0001", "0002", "0003", "0004"]
    assert period(sim.again(subscription)) == ("2026-04-30", "2026-05-31")
    paid = [one.json for one in sim.deliveries() if one.type == "invoice.paid"]
    assert [(event["data"]["object"]["id"], event["created"]) for event in paid] == [
        (row.id, row.created) for row in rows
    ]


def test_the_charge_of_a_month_is_found_by_its_invoice_and_takes_one_group(sim: Simulator) -> None:
    subscription = sim.subscribe()
    params = {"invoice": subscription.latest_invoice, "status": "paid"}
    tie = sim.v1.invoice_payments.list(params).data[0]
    intent = sim.v1.payment_intents.retrieve(tie.payment.payment_intent)
    charge = sim.v1.charges.retrieve(intent.latest_charge)
    grouped = sim.v1.charges.update(charge.id, {"transfer_group": "order_1_202601"})
    assert (charge.transfer_group, grouped.transfer_group) == (None, "order_1_202601")
    with refused("already been set"):
        sim.v1.charges.update(charge.id, {"transfer_group": "order_2"})
    assert sim.v1.invoice_payments.list(params | {"status": "open"}).data == []


def test_refused_renewal_is_tried_again_on_days_one_three_five_and_seven(sim: Simulator) -> None:
    sim.lever("clock", now=JANUARY)
    subscription = sim.subscribe("declined_later")
    sim.advance(to="2026-02-28T12:00:00Z")
    behind = sim.again(subscription)
    due = sim.invoices(subscription)[-1]
    sim.advance(to="2026-03-20T00:00:00Z")
    found = [day(event.created) for event in sim.events("invoice.payment_failed")]
    ended = sim.again(subscription)
    assert (behind.status, due.status) == ("past_due", "open")
    assert day(due.next_payment_attempt) == "2026-03-01"
    assert found == ["2026-02-28", "2026-03-01", "2026-03-03", "2026-03-05", "2026-03-07"]
    assert (ended.status, day(ended.ended_at)) == ("canceled", "2026-03-07")
    assert ended.cancellation_details.reason == "payment_failed"
    assert [event.type for event in sim.events("customer.subscription.deleted")]
    assert sim.invoices(subscription)[-1].next_payment_attempt is None


@pytest.mark.parametrize("after", ["unpaid", "past_due"])
def test_the_settings_say_what_comes_after_the_last_try(sim: Simulator, after: str) -> None:
    sim.lever("dunning", after=after)
    subscription = sim.subscribe("declined_later")
    sim.advance(days=45)
    assert sim.again(subscription).status == after


def test_an_unpaid_subscription_writes_drafts_until_the_last_one_is_paid(sim: Simulator) -> None:
    sim.lever("clock", now=JANUARY)
    sim.lever("dunning", after="unpaid")
    subscription = sim.subscribe("declined_later")
    sim.advance(to="2026-04-01T00:00:00Z")
    draft = sim.invoices(subscription)[-1]
    paid = sim.v1.invoices.pay(draft.id, {"payment_method": "pm_card_visa"})
    assert (draft.status, draft.auto_advance) == ("draft", False)
    assert paid.status == "paid"
    assert sim.again(subscription).status == "active"


def test_a_new_card_pays_what_was_refused(sim: Simulator) -> None:
    sim.lever("clock", now=JANUARY)
    subscription = sim.subscribe("declined_later")
    sim.advance(to="2026-02-28T12:00:00Z")
    due = sim.invoices(subscription)[-1]
    sim.lever(f"card/{subscription.customer}")
    paid = sim.v1.invoices.pay(due.id)
    found = sim.events("customer.subscription.updated")
    sim.advance(to="2026-04-01T00:00:00Z")
    assert paid.status == "paid"
    assert sim.again(subscription).status == "active"
    assert found[-1].data.previous_attributes.to_dict() == {"status": "past_due"}
    assert [row.status for row in sim.invoices(subscription)] == ["paid"] * 3
    with refused("already paid"):
        sim.v1.invoices.pay(due.id)


def test_paying_with_a_card_that_is_refused_says_why(sim: Simulator) -> None:
    subscription = sim.subscribe("declined_later")
    sim.advance(days=31)
    due = sim.invoices(subscription)[-1]
    with refused(error=stripe.CardError, code="card_declined"):
        sim.v1.invoices.pay(due.id)


def test_refused_first_payment_leaves_the_page_open_and_nothing_running(sim: Simulator) -> None:
    session = sim.monthly()
    page = sim.submit(session.url, card="4000000000000002")
    waiting = sim.v1.subscriptions.list({"status": "incomplete"}).data
    shown = sim.v1.checkout.sessions.retrieve(session.id)
    paid = sim.submit(session.url)
    assert "Le paiement a été refusé" in page.text
    assert (shown.status, shown.subscription, len(waiting)) == ("open", None, 1)
    assert paid.status == 303
    assert [row.id for row in sim.v1.subscriptions.list().data] == [waiting[0].id]
    assert sim.v1.subscriptions.retrieve(waiting[0].id).status == "active"


def test_subscription_unpaid_for_a_day_expires(sim: Simulator) -> None:
    session = sim.monthly()
    sim.submit(session.url, card="4000000000000002")
    sim.advance(hours=24, seconds=5)
    given_up = sim.v1.subscriptions.list({"status": "ended"}).data[0]
    assert given_up.status == "incomplete_expired"
    void = sim.invoices(given_up)[0]
    assert (void.status, void.auto_advance, void.next_payment_attempt) == ("void", False, None)
    assert [event.type for event in sim.events("invoice.voided", "payment_intent.canceled")]


def test_the_bank_may_ask_for_a_check_of_the_first_month(sim: Simulator) -> None:
    session = sim.monthly()
    request = sim.submit(session.url, card="4000002760003184")
    passed = sim.submit(request.headers["Location"])
    done = sim.v1.checkout.sessions.retrieve(session.id)
    assert passed.headers["Location"].endswith(session.id)
    assert (done.status, done.payment_status) == ("complete", "paid")


def test_a_new_price_counts_from_the_next_month_on(sim: Simulator) -> None:
    sim.lever("clock", now=JANUARY)
    subscription = sim.subscribe()
    row = subscription["items"].data[0]
    items = [{"id": row.id, "price_data": repriced(row, 30000)}]
    sim.v1.subscriptions.update(subscription.id, {"items": items, "proration_behavior": "none"})
    sim.advance(to="2026-03-01T00:00:00Z")
    assert [one.amount_paid for one in sim.invoices(subscription)] == [24000, 30000]
    assert sim.again(subscription)["items"].data[0].id == row.id


def test_stopping_lets_the_paid_month_run_to_its_end(sim: Simulator) -> None:
    sim.lever("clock", now=JANUARY)
    subscription = sim.subscribe()
    stopping = sim.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    sim.advance(to="2026-02-27T00:00:00Z")
    before = sim.again(subscription)
    sim.advance(to="2026-04-01T00:00:00Z")
    after = sim.again(subscription)
    assert stopping.cancel_at == stopping["items"].data[0].current_period_end
    assert stopping.cancellation_details.reason == "cancellation_requested"
    assert before.status == "active"
    assert (after.status, day(after.ended_at)) == ("canceled", "2026-02-28")
    assert day(after.canceled_at) == "2026-01-31"
    assert len(sim.invoices(subscription)) == 1


def test_a_wish_to_stop_can_be_taken_back(sim: Simulator) -> None:
    subscription = sim.subscribe()
    sim.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    stored = sim.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    sim.advance(days=32)
    assert (stored.cancel_at, stored.canceled_at) == (None, None)
    assert sim.again(subscription).status == "active"


def test_ending_at_once_ends_at_once_and_only_once(sim: Simulator) -> None:
    subscription = sim.subscribe()
    ended = sim.v1.subscriptions.cancel(subscription.id)
    assert ended.status == "canceled"
    assert ended.canceled_at == ended.ended_at is not None
    with refused(http_status=404, code="resource_missing"):
        sim.v1.subscriptions.cancel(subscription.id)
    with refused("canceled subscription"):
        sim.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert sim.v1.subscriptions.list().data == []
    assert sim.v1.subscriptions.list({"status": "canceled"}).data[0].id == ended.id


def test_the_same_key_begins_one_subscription_only(sim: Simulator) -> None:
    customer = sim.v1.customers.create({"payment_method": "pm_card_visa"})
    method = sim.v1.payment_methods.list({"customer": customer.id}).data[0]
    price = sim.v1.prices.create(RECURRING)
    given = {"customer": customer.id, "items": [{"price": price.id}]}
    given["default_payment_method"] = method.id
    both = [sim.v1.subscriptions.create(given, {"idempotency_key": "one"}) for _ in range(2)]
    assert both[0].id == both[1].id
    assert both[0].status == "active"
    assert len(sim.v1.invoices.list({"customer": customer.id}).data) == 1


def test_lists_of_months_have_pages(sim: Simulator) -> None:
    subscription = sim.subscribe()
    sim.advance(days=150)
    rows = sim.invoices(subscription)
    params = {"subscription": subscription.id, "limit": 2}
    walked = [row.id for row in sim.v1.invoices.list(params).auto_paging_iter()]
    assert walked == [row.id for row in rows][::-1]
    assert sim.v1.invoices.list({"customer": subscription.customer, "status": "open"}).data == []
    with refused("limit"):
        sim.v1.invoices.list({"limit": 101})
