"""Events on their way: signed, in order, tried again, and told as snapshot or thin notice."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import SECRETS, Receiver, Simulator


def paid(simulator: Simulator) -> Any:
    session = simulator.session()
    simulator.submit(str(session.url))
    return session


def test_events_of_a_payment_reach_the_snapshots_destination_in_order(simulator: Simulator) -> None:
    session = paid(simulator)

    deliveries = simulator.deliveries()

    assert [delivery.json["type"] for delivery in deliveries] == [
        "charge.succeeded",
        "charge.updated",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert {(delivery.path, delivery.host) for delivery in deliveries} == {
        ("/stripe/snapshot/", "localhost:8000")
    }
    assert deliveries[-1].json["data"]["object"]["id"] == session.id


def test_the_library_takes_a_snapshot_with_the_right_secret_only(simulator: Simulator) -> None:
    paid(simulator)
    delivery, client = simulator.deliveries()[-1], simulator.client()

    event = client.construct_event(delivery.body, delivery.signature, SECRETS["snapshot"])

    assert event.api_version == "2026-10-28.endive"
    assert event.data.object["payment_status"] == "paid"
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(delivery.body, delivery.signature, SECRETS["thin"])
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(delivery.body + b" ", delivery.signature, SECRETS["snapshot"])


def test_an_account_sends_thin_notifications_that_lead_to_the_event(simulator: Simulator) -> None:
    account = simulator.account()
    deliveries = simulator.deliveries()
    client = simulator.client()

    notices = [
        client.parse_event_notification(delivery.body, delivery.signature, SECRETS["thin"])
        for delivery in deliveries
    ]

    side = "v2.core.account[configuration.recipient]"
    assert {delivery.path for delivery in deliveries} == {"/stripe/thin/"}
    assert [notice.type for notice in notices] == [
        "v2.core.account.created",
        f"{side}.capability_status_updated",
        f"{side}.capability_status_updated",
        f"{side}.updated",
        "v2.core.account[requirements].updated",
    ]
    assert {notice.related_object.id for notice in notices} == {account}
    assert "data" not in deliveries[1].json
    changed = notices[1].fetch_event()
    assert changed.data.updated_capability == "stripe_balance.stripe_transfers"


def test_the_return_from_onboarding_is_an_event_with_its_account(
    simulator: Simulator,
) -> None:
    account = simulator.account("pending")
    simulator.submit(simulator.onboarding(account), outcome="unfinished")

    delivery = simulator.deliveries()[-1]

    notice = simulator.client().parse_event_notification(
        delivery.body, delivery.signature, SECRETS["thin"]
    )
    assert notice.type == "v2.core.account_link.returned"
    assert notice.fetch_event().data.account_id == account


def until(happened: Callable[[], bool]) -> None:
    """Wait for what must happen."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_refused_event_is_posted_again_and_counted_until_then(simulator: Simulator) -> None:
    simulator.receiver.refused.add("charge.succeeded")
    simulator.charge()
    client = simulator.client()

    def log_row() -> Any:
        log = simulator.lever("deliveries", "GET", limit=100)["data"]
        return next(row for row in log if row["type"] == "charge.succeeded")

    until(lambda: len(log_row()["attempts"]) > 1)
    (waits,) = client.v1.events.list({"delivery_success": False}).data
    assert log_row()["state"] == "pending"
    simulator.receiver.refused.clear()
    simulator.lever("retry")
    until(lambda: log_row()["state"] == "delivered")

    assert client.v1.events.list({"delivery_success": False}).data == []
    statuses = [attempt["status"] for attempt in log_row()["attempts"]]
    assert (statuses[:2], statuses[-1]) == ([503, 503], 200)
    deliveries = [one for one in simulator.deliveries() if one.json["type"] == "charge.succeeded"]
    assert {delivery.json["id"] for delivery in deliveries} == {waits.id}
    assert deliveries[1].at - deliveries[0].at > 0.9


def test_an_event_that_waits_is_found_by_those_who_look(simulator: Simulator) -> None:
    simulator.receiver.refused.add("charge.succeeded")
    refund = simulator.client().v1.refunds.create({"charge": simulator.charge()})
    simulator.deliveries()
    client = simulator.client()

    missed = client.v1.events.list({"delivery_success": False}).data
    simulator.receiver.refused.clear()
    simulator.lever("retry")
    until(lambda: not client.v1.events.list({"delivery_success": False}).data)

    assert [event.type for event in missed] == ["charge.succeeded"]
    assert [event.pending_webhooks for event in missed] == [1]
    assert client.v1.events.retrieve(missed[0].id).pending_webhooks == 0
    assert refund.status == "succeeded"


def test_events_from_before_a_reset_do_not_arrive_after_it(simulator: Simulator) -> None:
    for _ in range(20):
        simulator.charge()
        simulator.lever("reset")
        arrived = len(simulator.receiver.deliveries)
        time.sleep(0.005)

        assert len(simulator.receiver.deliveries) == arrived


def test_dead_destination_holds_up_no_other(simulator: Simulator) -> None:
    alive = Receiver()
    simulator.lever("webhooks", base="http://127.0.0.1:9", host="localhost:8000")
    simulator.destination(f"{alive.base}/hook", "*")

    paid(simulator)
    simulator.deliveries()

    assert "checkout.session.completed" in alive.types()
    alive.shutdown()
    alive.server_close()
    log = simulator.lever("deliveries", "GET", limit=100)["data"]
    assert {row["state"] for row in log if row["destination"] == "we_snapshot"} == {"pending"}
    simulator.lever("webhooks", base=simulator.receiver.base, host="localhost:8000")


def test_a_destination_of_ones_own_gets_what_it_asked_for(simulator: Simulator) -> None:
    client = simulator.client()
    destinations = client.v2.core.event_destinations
    mine = simulator.destination(
        f"{simulator.receiver.base}/mine",
        "customer.created",
        snapshot_api_version="2026-10-28.endive",
        include=["webhook_endpoint.signing_secret"],
    )
    secret = str(mine.webhook_endpoint.signing_secret)

    client.v1.customers.create({"name": "a"})
    simulator.deliveries()
    destinations.disable(mine.id)
    client.v1.customers.create({"name": "b"})
    destinations.enable(mine.id)
    destinations.ping(mine.id)
    first, ping = [delivery for delivery in simulator.deliveries() if delivery.path == "/mine"]

    event = client.construct_event(first.body, first.signature, secret)
    assert event.data.object["name"] == "a"
    pinged = client.parse_event_notification(ping.body, ping.signature, secret)
    assert pinged.type == "v2.core.event_destination.ping"
    destinations.delete(mine.id)
    with pytest.raises(stripe.InvalidRequestError):
        destinations.retrieve(mine.id)


def test_secret_and_address_are_shown_only_when_asked_for(simulator: Simulator) -> None:
    destinations = simulator.client().v2.core.event_destinations

    plain = destinations.list().data
    open_ones = destinations.list({"include": ["webhook_endpoint.url"]}).data

    assert {row.webhook_endpoint for row in plain} == {None}
    assert {row.webhook_endpoint.url for row in open_ones} == {
        f"{simulator.receiver.base}/stripe/{name}/" for name in SECRETS
    }


def test_events_of_an_account_go_to_those_who_want_accounts(simulator: Simulator) -> None:
    account, charge = simulator.account(), simulator.charge()
    simulator.destination(
        f"{simulator.receiver.base}/accounts", "charge.succeeded", events_from=["@accounts"]
    )
    simulator.deliveries().clear()

    simulator.transfer(account, 100, source_transaction=charge)

    deliveries = simulator.deliveries()
    log_row = {delivery.path: delivery.json for delivery in deliveries}
    assert log_row["/accounts"]["account"] == account
    assert log_row["/accounts"]["data"]["object"]["id"].startswith("py_")
    own = [delivery.json["type"] for delivery in deliveries if delivery.path == "/stripe/snapshot/"]
    assert own == ["transfer.created"]


def test_two_destinations_are_counted_until_both_have_taken_it(simulator: Simulator) -> None:
    client = simulator.client()
    simulator.destination("http://127.0.0.1:9/hook", "refund.created")

    client.v1.refunds.create({"charge": simulator.charge()})
    simulator.deliveries()

    event = client.v1.events.list({"type": "refund.created"}).data[0]
    assert event.pending_webhooks == 1
    assert [row.id for row in client.v1.events.list({"delivery_success": False}).data] == [event.id]


def test_a_destination_of_an_older_version_receives_events_of_that_version(
    simulator: Simulator,
) -> None:
    base = simulator.receiver.base
    simulator.lever("webhooks", base=base, host="localhost:8000", version="2026-08-26.dahlia")

    simulator.charge()

    deliveries = {delivery.json["type"]: delivery.json for delivery in simulator.deliveries()}
    event = deliveries["payment_intent.succeeded"]
    assert event["api_version"] == "2026-08-26.dahlia"
    assert "allowed_payment_method_types" not in event["data"]["object"]
    assert simulator.try_lever("webhooks", base=base, version="1999-01-01.nothing").status == 400
    simulator.lever("webhooks", base=base, host="localhost:8000", version="2026-10-28.endive")


def test_a_destination_can_be_changed_and_is_listed(simulator: Simulator) -> None:
    destinations = simulator.client().v2.core.event_destinations
    mine = simulator.destination(
        f"{simulator.receiver.base}/old", "v2.core.account.created", event_payload="thin"
    )

    changed = destinations.update(
        mine.id,
        {
            "description": "the second house",
            "enabled_events": ["v2.core.account.closed"],
            "metadata": {"house": "2"},
            "webhook_endpoint": {"url": f"{simulator.receiver.base}/new"},
            "include": ["webhook_endpoint.url"],
        },
    )
    simulator.account("closed")

    assert changed.webhook_endpoint is not None
    assert changed.webhook_endpoint.url == f"{simulator.receiver.base}/new"
    assert mine.id in [row.id for row in destinations.list({"limit": 100}).data]
    log_row = [(delivery.path, delivery.json["type"]) for delivery in simulator.deliveries()]
    assert [kind for path, kind in log_row if path == "/new"] == ["v2.core.account.closed"]


def test_at_most_twenty_types_can_be_asked_for(simulator: Simulator) -> None:
    simulator.charge()
    events = simulator.client().v1.events
    types = ["charge.succeeded", *[f"charge.kind{number}" for number in range(19)]]

    assert [row.type for row in events.list({"types": types}).data] == ["charge.succeeded"]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        events.list({"types": [*types, "charge.failed"]})
    assert refusal.value.param == "types"
    assert events.list({"created": {"gt": int(time.time()) + 5}}).data == []


def test_thin_events_are_found_by_account_type_and_time(simulator: Simulator) -> None:
    account, other = simulator.account(), simulator.account()
    events = simulator.client().v2.core.events

    mine = events.list({"object_id": account, "limit": 2})
    closed = events.list(
        {"types": ["v2.core.account.created"], "created": {"gte": "2020-01-01T00:00:00Z"}}
    )

    assert len(list(mine.auto_paging_iter())) == 5
    assert [row.related_object.id for row in closed.data] == [other, account]
    assert events.list({"created": {"gt": "2099-01-01T00:00:00Z"}}).data == []
