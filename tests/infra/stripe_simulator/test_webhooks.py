"""Events on their way: signed, in order, tried again, and told as snapshot or thin notice."""

import time
from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import SECRETS, Letter, Receiver, Simulator


def paid(simulator: Simulator) -> Any:
    session = simulator.session()
    simulator.submit(str(session.url))
    return session


def test_a_payment_is_told_in_order_to_the_destination_of_snapshots(simulator: Simulator) -> None:
    session = paid(simulator)

    letters = simulator.letters()

    assert [letter.json["type"] for letter in letters] == [
        "charge.succeeded",
        "charge.updated",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert {(letter.path, letter.host) for letter in letters} == {
        ("/stripe/snapshot/", "localhost:8000")
    }
    assert letters[-1].json["data"]["object"]["id"] == session.id


def test_the_library_takes_a_snapshot_with_the_right_secret_only(simulator: Simulator) -> None:
    paid(simulator)
    letter, client = simulator.letters()[-1], simulator.client()

    event = client.construct_event(letter.body, letter.signature, SECRETS["snapshot"])

    assert event.api_version == "2026-10-28.endive"
    assert event.data.object["payment_status"] == "paid"
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(letter.body, letter.signature, SECRETS["thin"])
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(letter.body + b" ", letter.signature, SECRETS["snapshot"])


def test_an_account_is_told_by_thin_notices_that_lead_to_the_event(simulator: Simulator) -> None:
    account = simulator.account()
    letters = simulator.letters()
    client = simulator.client()

    notices = [
        client.parse_event_notification(letter.body, letter.signature, SECRETS["thin"])
        for letter in letters
    ]

    side = "v2.core.account[configuration.recipient]"
    assert {letter.path for letter in letters} == {"/stripe/thin/"}
    assert [notice.type for notice in notices] == [
        "v2.core.account.created",
        f"{side}.capability_status_updated",
        f"{side}.updated",
        "v2.core.account[requirements].updated",
    ]
    assert {notice.related_object.id for notice in notices} == {account}
    assert "data" not in letters[1].json
    changed = notices[1].fetch_event()
    assert changed.data.updated_capability == "stripe_balance.stripe_transfers"


def test_the_return_from_onboarding_is_told_with_the_account_in_the_event(
    simulator: Simulator,
) -> None:
    account = simulator.account("pending")
    link = simulator.client().v2.core.account_links.create(
        {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {"refresh_url": "http://localhost:8000/r/"},
            },
        }
    )
    simulator.submit(link.url, outcome="unfinished")

    letter = simulator.letters()[-1]

    notice = simulator.client().parse_event_notification(
        letter.body, letter.signature, SECRETS["thin"]
    )
    assert notice.type == "v2.core.account_link.returned"
    assert notice.fetch_event().data.account_id == account


def waiting(simulator: Simulator, path: str, count: int) -> list[Letter]:
    for _ in range(400):
        found = [letter for letter in simulator.receiver.letters if letter.path == path]
        if len(found) >= count:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{len(found)} letters for {path}")


def test_what_was_not_taken_is_posted_again_and_counted_until_then(simulator: Simulator) -> None:
    simulator.receiver.answers.put(500)
    simulator.account("pending")
    simulator.letters()
    client = simulator.client()
    assert simulator.lever("deliveries", "GET")["data"][0]["state"] == "pending"

    letters = waiting(simulator, "/stripe/thin/", 2)

    first, second = letters[0], letters[1]
    assert first.json["id"] == second.json["id"]
    assert 0.9 < second.at - first.at < 2
    assert client.v1.events.list({"delivery_success": False}).data == []


def test_an_event_that_waits_is_found_by_those_who_look(simulator: Simulator) -> None:
    simulator.receiver.answers.put(503)
    refund = simulator.client().v1.refunds.create({"charge": simulator.charge()})
    simulator.letters()
    client = simulator.client()

    missed = client.v1.events.list({"delivery_success": False}).data
    simulator.lever("retry")
    for _ in range(200):
        if not client.v1.events.list({"delivery_success": False}).data:
            break
        time.sleep(0.01)

    assert [event.type for event in missed] == ["charge.succeeded"]
    assert [event.pending_webhooks for event in missed] == [1]
    assert client.v1.events.retrieve(missed[0].id).pending_webhooks == 0
    assert refund.status == "succeeded"


def test_nobody_waits_for_a_destination_that_is_dead(simulator: Simulator) -> None:
    alive = Receiver()
    simulator.lever("webhooks", base="http://127.0.0.1:9", host="localhost:8000")
    client = simulator.client()
    client.v2.core.event_destinations.create(
        {
            "name": "alive",
            "type": "webhook_endpoint",
            "event_payload": "snapshot",
            "enabled_events": ["*"],
            "webhook_endpoint": {"url": f"{alive.base}/hook"},
        }
    )
    started = time.monotonic()

    paid(simulator)
    simulator.letters()

    assert time.monotonic() - started < 2
    assert "checkout.session.completed" in alive.types()
    alive.shutdown()
    alive.server_close()
    log = simulator.lever("deliveries", "GET", limit=100)["data"]
    assert {row["state"] for row in log if row["destination"] == "we_snapshot"} == {"pending"}
    simulator.lever("webhooks", base=simulator.receiver.base, host="localhost:8000")


def test_a_destination_of_ones_own_gets_what_it_asked_for(simulator: Simulator) -> None:
    client = simulator.client()
    mine = client.v2.core.event_destinations.create(
        {
            "name": "mine",
            "type": "webhook_endpoint",
            "event_payload": "snapshot",
            "snapshot_api_version": "2026-10-28.endive",
            "enabled_events": ["customer.created"],
            "webhook_endpoint": {"url": f"{simulator.receiver.base}/mine"},
            "include": ["webhook_endpoint.signing_secret"],
        }
    )
    secret = str(mine.webhook_endpoint.signing_secret)

    client.v1.customers.create({"name": "a"})
    simulator.letters()
    client.v2.core.event_destinations.disable(mine.id)
    client.v1.customers.create({"name": "b"})
    client.v2.core.event_destinations.enable(mine.id)
    client.v2.core.event_destinations.ping(mine.id)
    first, ping = [letter for letter in simulator.letters() if letter.path == "/mine"]

    event = client.construct_event(first.body, first.signature, secret)
    assert event.data.object["name"] == "a"
    pinged = client.parse_event_notification(ping.body, ping.signature, secret)
    assert pinged.type == "v2.core.event_destination.ping"
    client.v2.core.event_destinations.delete(mine.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v2.core.event_destinations.retrieve(mine.id)


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
    client = simulator.client()
    client.v2.core.event_destinations.create(
        {
            "name": "accounts",
            "type": "webhook_endpoint",
            "event_payload": "snapshot",
            "enabled_events": ["charge.succeeded"],
            "events_from": ["@accounts"],
            "webhook_endpoint": {"url": f"{simulator.receiver.base}/accounts"},
        }
    )
    simulator.letters().clear()

    client.v1.transfers.create(
        {"amount": 100, "currency": "eur", "destination": account, "source_transaction": charge}
    )

    letters = simulator.letters()
    told = {letter.path: letter.json for letter in letters}
    assert told["/accounts"]["account"] == account
    assert told["/accounts"]["data"]["object"]["id"].startswith("py_")
    own = [letter.json["type"] for letter in letters if letter.path == "/stripe/snapshot/"]
    assert own == ["transfer.created"]
