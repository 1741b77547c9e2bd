"""Events on their way: signed, in order, tried again, and told as snapshot or thin notice."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import SECRETS, Simulator, refused
from tests.infra.stripe_simulator.receiving import Delivery, Receiver


def paid(sim: Simulator) -> Any:
    session = sim.session()
    sim.submit(session.url)
    return session


def test_events_of_a_payment_reach_the_snapshots_destination_in_order(sim: Simulator) -> None:
    session = paid(sim)
    deliveries = sim.deliveries()
    assert [delivery.type for delivery in deliveries] == [
        "charge.succeeded",
        "charge.updated",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert {(delivery.path, delivery.host) for delivery in deliveries} == {
        ("/stripe/snapshot/", "localhost:8000")
    }
    assert deliveries[-1].json["data"]["object"]["id"] == session.id


def test_the_library_takes_a_snapshot_with_the_right_secret_only(sim: Simulator) -> None:
    paid(sim)
    delivery = sim.deliveries()[-1]
    event = sim.client.construct_event(delivery.body, delivery.signature, SECRETS["snapshot"])
    assert event.api_version == "2026-10-28.endive"
    assert event.data.object["payment_status"] == "paid"
    for body, secret in ((delivery.body, "thin"), (delivery.body + b" ", "snapshot")):
        with pytest.raises(stripe.SignatureVerificationError):
            sim.client.construct_event(body, delivery.signature, SECRETS[secret])


def notice(sim: Simulator, delivery: Delivery, secret: str = SECRETS["thin"]) -> Any:
    return sim.client.parse_event_notification(delivery.body, delivery.signature, secret)


def test_an_account_sends_thin_notifications_that_lead_to_the_event(sim: Simulator) -> None:
    account = sim.account()
    deliveries = sim.deliveries()
    notices = [notice(sim, delivery) for delivery in deliveries]
    side = "v2.core.account[configuration.recipient]"
    assert {delivery.path for delivery in deliveries} == {"/stripe/thin/"}
    assert [one.type for one in notices] == [
        "v2.core.account.created",
        f"{side}.capability_status_updated",
        f"{side}.capability_status_updated",
        f"{side}.updated",
        "v2.core.account[requirements].updated",
    ]
    assert {one.related_object.id for one in notices} == {account}
    assert "data" not in deliveries[1].json
    changed = notices[1].fetch_event().data
    assert changed.updated_capability == "stripe_balance.stripe_transfers"


def test_the_return_from_onboarding_is_an_event_with_its_account(sim: Simulator) -> None:
    account = sim.account("pending")
    sim.submit(sim.onboarding(account), outcome="unfinished")
    returned = notice(sim, sim.deliveries()[-1])
    assert returned.type == "v2.core.account_link.returned"
    assert returned.fetch_event().data.account_id == account


def until(happened: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def undelivered(sim: Simulator) -> list[Any]:
    return list(sim.v1.events.list({"delivery_success": False}).data)


def test_refused_event_is_posted_again_and_counted_until_then(sim: Simulator) -> None:
    sim.receiver.refused.add("charge.succeeded")
    sim.charge()

    def log_row() -> Any:
        log = sim.lever("deliveries", "GET", limit=100)["data"]
        return next(row for row in log if row["type"] == "charge.succeeded")

    until(lambda: len(log_row()["attempts"]) > 1)
    (waits,) = undelivered(sim)
    assert (log_row()["state"], waits.pending_webhooks) == ("pending", 1)
    sim.receiver.refused.clear()
    sim.lever("retry")
    until(lambda: log_row()["state"] == "delivered")
    assert undelivered(sim) == []
    assert sim.v1.events.retrieve(waits.id).pending_webhooks == 0
    statuses = [attempt["status"] for attempt in log_row()["attempts"]]
    assert (statuses[:2], statuses[-1]) == ([503, 503], 200)
    deliveries = [one for one in sim.deliveries() if one.type == "charge.succeeded"]
    assert {delivery.json["id"] for delivery in deliveries} == {waits.id}
    assert deliveries[1].at - deliveries[0].at > 0.9


def test_events_from_before_a_reset_do_not_arrive_after_it(sim: Simulator) -> None:
    for _ in range(20):
        sim.charge()
        sim.lever("reset")
        arrived = len(sim.receiver.deliveries)
        time.sleep(0.005)
        assert len(sim.receiver.deliveries) == arrived


def test_dead_destination_holds_up_no_other(sim: Simulator) -> None:
    alive = Receiver()
    sim.lever("webhooks", base="http://127.0.0.1:9", host="localhost:8000")
    sim.destination(f"{alive.base}/hook", "*")
    paid(sim)
    sim.deliveries()
    assert "checkout.session.completed" in [delivery.type for delivery in alive.deliveries]
    alive.close()
    log = sim.lever("deliveries", "GET", limit=100)["data"]
    assert {row["state"] for row in log if row["destination"] == "we_snapshot"} == {"pending"}
    sim.lever("webhooks", base=sim.receiver.base, host="localhost:8000")


def test_a_destination_of_ones_own_gets_what_it_asked_for(sim: Simulator) -> None:
    destinations = sim.v2.core.event_destinations
    mine = sim.destination(
        f"{sim.receiver.base}/mine",
        "customer.created",
        snapshot_api_version="2026-10-28.endive",
        include=["webhook_endpoint.signing_secret"],
    )
    secret = str(mine.webhook_endpoint.signing_secret)
    sim.v1.customers.create({"name": "a"})
    sim.deliveries()
    destinations.disable(mine.id)
    sim.v1.customers.create({"name": "b"})
    destinations.enable(mine.id)
    destinations.ping(mine.id)
    first, ping = [delivery for delivery in sim.deliveries() if delivery.path == "/mine"]
    event = sim.client.construct_event(first.body, first.signature, secret)
    assert event.data.object["name"] == "a"
    assert notice(sim, ping, secret).type == "v2.core.event_destination.ping"
    destinations.delete(mine.id)
    with refused():
        destinations.retrieve(mine.id)


def test_secret_and_address_are_shown_only_when_asked_for(sim: Simulator) -> None:
    destinations = sim.v2.core.event_destinations
    plain = destinations.list().data
    open_ones = destinations.list({"include": ["webhook_endpoint.url"]}).data
    assert {row.webhook_endpoint for row in plain} == {None}
    assert {row.webhook_endpoint.url for row in open_ones} == {
        f"{sim.receiver.base}/stripe/{name}/" for name in SECRETS
    }


def test_events_of_an_account_go_to_those_who_want_accounts(sim: Simulator) -> None:
    account, charge = sim.account(), sim.charge()
    sim.destination(f"{sim.receiver.base}/accounts", "charge.succeeded", events_from=["@accounts"])
    sim.deliveries().clear()
    sim.transfer(account, 100, source_transaction=charge)
    deliveries = sim.deliveries()
    log_row = {delivery.path: delivery.json for delivery in deliveries}
    assert log_row["/accounts"]["account"] == account
    assert log_row["/accounts"]["data"]["object"]["id"].startswith("py_")
    own = [delivery.type for delivery in deliveries if delivery.path == "/stripe/snapshot/"]
    assert own == ["transfer.created"]


def test_two_destinations_are_counted_until_both_have_taken_it(sim: Simulator) -> None:
    sim.destination("http://127.0.0.1:9/hook", "refund.created")
    sim.v1.refunds.create({"charge": sim.charge()})
    sim.deliveries()
    event = sim.v1.events.list({"type": "refund.created"}).data[0]
    assert event.pending_webhooks == 1
    assert [row.id for row in undelivered(sim)] == [event.id]


def test_a_destination_of_an_older_version_receives_events_of_that_version(sim: Simulator) -> None:
    base = sim.receiver.base
    sim.lever("webhooks", base=base, host="localhost:8000", version="2026-08-26.dahlia")
    sim.charge()
    deliveries = {delivery.type: delivery.json for delivery in sim.deliveries()}
    event = deliveries["payment_intent.succeeded"]
    assert event["api_version"] == "2026-08-26.dahlia"
    assert "allowed_payment_method_types" not in event["data"]["object"]
    assert sim.try_lever("webhooks", base=base, version="1999-01-01.nothing").status == 400
    sim.lever("webhooks", base=base, host="localhost:8000", version="2026-10-28.endive")


def test_a_destination_can_be_changed_and_is_listed(sim: Simulator) -> None:
    destinations = sim.v2.core.event_destinations
    old, new = f"{sim.receiver.base}/old", f"{sim.receiver.base}/new"
    mine = sim.destination(old, "v2.core.account.created", event_payload="thin")
    changed = destinations.update(
        mine.id,
        {
            "description": "the second house",
            "enabled_events": ["v2.core.account.closed"],
            "metadata": {"house": "2"},
            "webhook_endpoint": {"url": new},
            "include": ["webhook_endpoint.url"],
        },
    )
    sim.account("closed")
    assert changed.webhook_endpoint.url == new
    assert mine.id in [row.id for row in destinations.list({"limit": 100}).data]
    log_row = [(delivery.path, delivery.type) for delivery in sim.deliveries()]
    assert [kind for path, kind in log_row if path == "/new"] == ["v2.core.account.closed"]


def test_at_most_twenty_types_can_be_asked_for(sim: Simulator) -> None:
    sim.charge()
    events = sim.v1.events
    types = ["charge.succeeded", *[f"charge.kind{number}" for number in range(19)]]
    assert [row.type for row in events.list({"types": types}).data] == ["charge.succeeded"]
    with refused(param="types"):
        events.list({"types": [*types, "charge.failed"]})
    assert events.list({"created": {"gt": int(time.time()) + 5}}).data == []


def test_thin_events_are_found_by_account_type_and_time(sim: Simulator) -> None:
    account, other = sim.account(), sim.account()
    events = sim.v2.core.events
    mine = events.list({"object_id": account, "limit": 2})
    begun = {"gte": "2020-01-01T00:00:00Z"}
    created = events.list({"types": ["v2.core.account.created"], "created": begun})
    assert len(list(mine.auto_paging_iter())) == 5
    assert [row.related_object.id for row in created.data] == [other, account]
    assert events.list({"created": {"gt": "2099-01-01T00:00:00Z"}}).data == []
