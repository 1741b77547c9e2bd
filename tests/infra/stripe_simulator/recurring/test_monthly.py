"""A merchant subscribes, is renewed each month, falls behind, changes the card, and stops."""

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.selling import (
    JANUARY,
    RECURRING,
    again,
    day,
    events,
    invoices,
    monthly,
    period,
    subscribe,
)


def test_a_first_month_is_paid_on_the_page_and_the_session_shows_what_it_began(
    simulator: Simulator,
) -> None:
    given = {"description": "Campagne", "metadata": {"troovon_id": "1"}}
    session = monthly(simulator, subscription_data=given)

    answer = simulator.submit(str(session.url))

    opened = {"expand": ["subscription", "invoice.payments", "customer"]}
    done = simulator.client().v1.checkout.sessions.retrieve(session.id, opened)
    assert (answer.status, done.status, done.payment_status) == (303, "complete", "paid")
    assert done.payment_intent is None
    assert (done.subscription.status, done.subscription.description) == ("active", "Campagne")
    assert done.subscription.metadata.to_dict() == {"troovon_id": "1"}
    assert done.subscription.latest_invoice == done.invoice.id
    assert (done.invoice.status, done.invoice.amount_paid) == ("paid", 24000)
    assert done.invoice.parent.subscription_details.metadata.troovon_id == "1"
    assert done.invoice.payments.data[0].status == "paid"
    assert done.customer.email == "acheteur@example.com"


def test_the_events_of_a_first_month_come_as_stripe_sends_them(simulator: Simulator) -> None:
    subscribe(simulator)

    event_kinds = [event.type for event in events(simulator)]

    for earlier, later in (
        ("customer.subscription.created", "invoice.created"),
        ("invoice.created", "invoice.finalized"),
        ("invoice.finalized", "payment_intent.succeeded"),
        ("payment_intent.succeeded", "invoice.paid"),
        ("invoice.paid", "invoice.payment_succeeded"),
        ("invoice.payment_succeeded", "checkout.session.completed"),
    ):
        assert event_kinds.index(earlier) < event_kinds.index(later)


def test_each_month_is_renewed_at_its_own_moment(simulator: Simulator) -> None:
    simulator.lever("clock", now=JANUARY)
    subscription = subscribe(simulator)

    simulator.lever("clock/advance", to="2026-05-01T00:00:00Z")

    rows = invoices(simulator, subscription)
    assert [day(row.created) for row in rows] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip
    assert [row.status for row in rows] == ["paid"] * 4
    assert [row.billing_reason for row in rows] == ["subscription_create"] + [
        "subscription_cycle"
    ] * 3
    assert [row.number[-4:] for row in rows] == ["0001", "0002", "0003", "0004"]
    assert period(again(simulator, subscription)) == ("2026-04-30", "2026-05-31")
    deliveries = [delivery.json for delivery in simulator.deliveries()]
    event_kinds = [event for event in deliveries if event["type"] == "invoice.paid"]
    assert [event["data"]["object"]["id"] for event in event_kinds] == [row.id for row in rows]
    assert [event["created"] for event in event_kinds] == [row.created for row in rows]


def test_the_charge_of_a_month_is_found_through_its_invoice_and_takes_one_group(
    simulator: Simulator,
) -> None:
    subscription = subscribe(simulator)
    client = simulator.client()

    params = {"invoice": subscription.latest_invoice, "status": "paid"}
    tie = client.v1.invoice_payments.list(params).data[0]
    intent = client.v1.payment_intents.retrieve(tie.payment.payment_intent)
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    grouped = client.v1.charges.update(charge.id, {"transfer_group": "order_1_202601"})

    assert (charge.transfer_group, grouped.transfer_group) == (None, "order_1_202601")
    with pytest.raises(stripe.InvalidRequestError, match="already been set"):
        client.v1.charges.update(charge.id, {"transfer_group": "order_2"})
    assert client.v1.invoice_payments.list(params | {"status": "open"}).data == []


def test_a_renewal_that_is_refused_is_tried_again_on_days_one_three_five_and_seven(
    simulator: Simulator,
) -> None:
    simulator.lever("clock", now=JANUARY)
    subscription = subscribe(simulator, "declined_later")

    simulator.lever("clock/advance", to="2026-02-28T12:00:00Z")
    behind = again(simulator, subscription)
    due = invoices(simulator, subscription)[-1]
    simulator.lever("clock/advance", to="2026-03-20T00:00:00Z")

    found = [day(event.created) for event in events(simulator, "invoice.payment_failed")]
    ended = again(simulator, subscription)
    assert (behind.status, due.status) == ("past_due", "open")
    assert day(due.next_payment_attempt) == "2026-03-01"
    assert found == ["2026-02-28", "2026-03-01", "2026-03-03", "2026-03-05", "2026-03-07"]
    assert (ended.status, day(ended.ended_at)) == ("canceled", "2026-03-07")
    assert ended.cancellation_details.reason == "payment_failed"
    assert [event.type for event in events(simulator, "customer.subscription.deleted")]
    assert invoices(simulator, subscription)[-1].next_payment_attempt is None


@pytest.mark.parametrize("after", ["unpaid", "past_due"])
def test_the_settings_say_what_comes_after_the_last_try(simulator: Simulator, after: str) -> None:
    simulator.lever("dunning", after=after)
    subscription = subscribe(simulator, "declined_later")

    simulator.lever("clock/advance", days=45)

    assert again(simulator, subscription).status == after


def test_an_unpaid_subscription_writes_drafts_until_the_last_one_is_paid(
    simulator: Simulator,
) -> None:
    simulator.lever("clock", now=JANUARY)
    simulator.lever("dunning", after="unpaid")
    subscription = subscribe(simulator, "declined_later")
    simulator.lever("clock/advance", to="2026-04-01T00:00:00Z")

    draft = invoices(simulator, subscription)[-1]
    paid = simulator.client().v1.invoices.pay(draft.id, {"payment_method": "pm_card_visa"})

    assert (draft.status, draft.auto_advance) == ("draft", False)
    assert paid.status == "paid"
    assert again(simulator, subscription).status == "active"


def test_a_new_card_pays_what_was_refused(simulator: Simulator) -> None:
    simulator.lever("clock", now=JANUARY)
    subscription = subscribe(simulator, "declined_later")
    simulator.lever("clock/advance", to="2026-02-28T12:00:00Z")
    due = invoices(simulator, subscription)[-1]

    simulator.lever(f"card/{subscription.customer}")
    paid = simulator.client().v1.invoices.pay(due.id)
    found = events(simulator, "customer.subscription.updated")
    simulator.lever("clock/advance", to="2026-04-01T00:00:00Z")

    assert paid.status == "paid"
    assert again(simulator, subscription).status == "active"
    assert found[-1].data.previous_attributes.to_dict() == {"status": "past_due"}
    assert [row.status for row in invoices(simulator, subscription)] == ["paid"] * 3
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        simulator.client().v1.invoices.pay(due.id)


def test_paying_with_a_card_that_is_refused_says_why(simulator: Simulator) -> None:
    subscription = subscribe(simulator, "declined_later")
    simulator.lever("clock/advance", days=31)
    due = invoices(simulator, subscription)[-1]

    with pytest.raises(stripe.CardError) as refusal:
        simulator.client().v1.invoices.pay(due.id)

    assert refusal.value.code == "card_declined"


def test_a_first_payment_that_is_refused_leaves_the_page_open_and_nothing_subscribed(
    simulator: Simulator,
) -> None:
    session = monthly(simulator)
    client = simulator.client()

    page = simulator.submit(str(session.url), card="4000000000000002")
    waiting = client.v1.subscriptions.list({"status": "incomplete"}).data
    shown = client.v1.checkout.sessions.retrieve(session.id)
    paid = simulator.submit(str(session.url))

    assert "Le paiement a été refusé" in page.text
    assert (shown.status, shown.subscription, len(waiting)) == ("open", None, 1)
    assert paid.status == 303
    assert [row.id for row in client.v1.subscriptions.list().data] == [waiting[0].id]
    assert client.v1.subscriptions.retrieve(waiting[0].id).status == "active"


def test_subscription_unpaid_for_a_day_expires(simulator: Simulator) -> None:
    session = monthly(simulator)
    simulator.submit(str(session.url), card="4000000000000002")

    simulator.lever("clock/advance", hours=24, seconds=5)

    given_up = simulator.client().v1.subscriptions.list({"status": "ended"}).data[0]
    assert given_up.status == "incomplete_expired"
    void = invoices(simulator, given_up)[0]
    assert (void.status, void.auto_advance, void.next_payment_attempt) == ("void", False, None)
    assert [event.type for event in events(simulator, "invoice.voided", "payment_intent.canceled")]


def test_the_bank_may_ask_for_a_check_of_the_first_month(simulator: Simulator) -> None:
    session = monthly(simulator)

    request = simulator.submit(str(session.url), card="4000002760003184")
    passed = simulator.submit(request.headers["Location"])

    done = simulator.client().v1.checkout.sessions.retrieve(session.id)
    assert passed.headers["Location"].endswith(session.id)
    assert (done.status, done.payment_status) == ("complete", "paid")


def test_a_new_price_counts_from_the_next_month_on(simulator: Simulator) -> None:
    simulator.lever("clock", now=JANUARY)
    subscription = subscribe(simulator)
    row = subscription["items"].data[0]
    price = {key: value for key, value in RECURRING.items() if key != "product_data"}
    dearer = price | {"unit_amount": 30000, "product": row.price.product}

    simulator.client().v1.subscriptions.update(
        subscription.id,
        {"items": [{"id": row.id, "price_data": dearer}], "proration_behavior": "none"},
    )
    simulator.lever("clock/advance", to="2026-03-01T00:00:00Z")

    assert [one.amount_paid for one in invoices(simulator, subscription)] == [24000, 30000]
    assert again(simulator, subscription)["items"].data[0].id == row.id


def test_stopping_lets_the_paid_month_run_to_its_end(simulator: Simulator) -> None:
    simulator.lever("clock", now=JANUARY)
    subscription = subscribe(simulator)
    client = simulator.client()

    stopping = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    simulator.lever("clock/advance", to="2026-02-27T00:00:00Z")
    before = again(simulator, subscription)
    simulator.lever("clock/advance", to="2026-04-01T00:00:00Z")
    after = again(simulator, subscription)

    assert stopping.cancel_at == stopping["items"].data[0].current_period_end
    assert stopping.cancellation_details.reason == "cancellation_requested"
    assert before.status == "active"
    assert (after.status, day(after.ended_at)) == ("canceled", "2026-02-28")
    assert day(after.canceled_at) == "2026-01-31"
    assert len(invoices(simulator, subscription)) == 1


def test_a_wish_to_stop_can_be_taken_back(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    client = simulator.client()

    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    stored = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    simulator.lever("clock/advance", days=32)

    assert (stored.cancel_at, stored.canceled_at) == (None, None)
    assert again(simulator, subscription).status == "active"


def test_ending_at_once_ends_at_once_and_only_once(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    client = simulator.client()

    ended = client.v1.subscriptions.cancel(subscription.id)

    assert ended.status == "canceled"
    assert ended.canceled_at == ended.ended_at is not None
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.subscriptions.cancel(subscription.id)
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="canceled subscription"):
        client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert client.v1.subscriptions.list().data == []
    assert client.v1.subscriptions.list({"status": "canceled"}).data[0].id == ended.id


def test_the_same_key_begins_one_subscription_only(simulator: Simulator) -> None:
    client = simulator.client()
    customer = client.v1.customers.create({"payment_method": "pm_card_visa"})
    method = client.v1.payment_methods.list({"customer": customer.id}).data[0]
    price = client.v1.prices.create(RECURRING)
    given = {
        "customer": customer.id,
        "items": [{"price": price.id}],
        "default_payment_method": method.id,
    }

    both = [client.v1.subscriptions.create(given, {"idempotency_key": "one"}) for _ in range(2)]

    assert both[0].id == both[1].id
    assert both[0].status == "active"
    assert len(client.v1.invoices.list({"customer": customer.id}).data) == 1


def test_lists_of_months_have_pages(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    simulator.lever("clock/advance", days=150)
    client = simulator.client()

    rows = invoices(simulator, subscription)
    params = {"subscription": subscription.id, "limit": 2}
    walked = [row.id for row in client.v1.invoices.list(params).auto_paging_iter()]

    assert walked == [row.id for row in rows][::-1]
    assert client.v1.invoices.list({"customer": subscription.customer, "status": "open"}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="limit"):
        client.v1.invoices.list({"limit": 101})
