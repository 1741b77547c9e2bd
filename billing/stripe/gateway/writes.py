"""The calls that change something: frozen parameters and a stored key go in, values come out."""

from collections.abc import Callable
from typing import Any, cast

from billing.stripe.gateway import shapes, values
from billing.stripe.gateway.client import API_VERSION, client, raising_problems
from billing.stripe.gateway.values import Answer

type Params = dict[str, Any]


def options(key: str) -> Any:
    """Send the key as a header; among the parameters it would be a field of the form."""
    return {"idempotency_key": key}


def answer_of[T](made: Any, read: Callable[[dict[str, Any]], T]) -> Answer[T]:
    """Return the parsed result of a call, with Stripe's request id and status code."""
    response = made.last_response
    return Answer(
        read(made.to_dict()),
        str(response.request_id or "") if response else "",
        response.code if response else None,
    )


def create_customer(params: Params, key: str) -> Answer[str]:
    """Make a merchant a customer of ours."""
    with raising_problems():
        made = client().v1.customers.create(cast("Any", params), options(key))
    return answer_of(made, lambda shape: str(shape["id"]))


def change_customer(customer: str, params: Params, key: str) -> Answer[str]:
    """Update a merchant's details at Stripe."""
    with raising_problems():
        made = client().v1.customers.update(customer, cast("Any", params), options(key))
    return answer_of(made, lambda shape: str(shape["id"]))


def open_session(params: Params, key: str) -> Answer[values.Session]:
    """Open a Checkout page."""
    with raising_problems():
        made = client().v1.checkout.sessions.create(cast("Any", params), options(key))
    return answer_of(made, shapes.session)


def expire_session(session_id: str, key: str) -> Answer[values.Session]:
    """Expire an unpaid Checkout session."""
    with raising_problems():
        made = client().v1.checkout.sessions.expire(session_id, None, options(key))
    return answer_of(made, shapes.session)


def change_subscription(
    subscription_id: str, params: Params, key: str
) -> Answer[values.Subscription]:
    """Stop a subscription at the end of its month, take that back, or give it another price."""
    with raising_problems():
        made = client().v1.subscriptions.update(subscription_id, cast("Any", params), options(key))
    return answer_of(made, shapes.subscription)


def end_subscription(subscription_id: str, key: str) -> Answer[values.Subscription]:
    """End a subscription at once; a cancellation takes no notes of ours."""
    with raising_problems():
        made = client().v1.subscriptions.cancel(subscription_id, None, options(key))
    return answer_of(made, shapes.subscription)


def group_charge(charge_id: str, params: Params, key: str) -> Answer[str]:
    """Put a charge into the group of its transfers, which is done once only."""
    with raising_problems():
        made = client().v1.charges.update(charge_id, cast("Any", params), options(key))
    return answer_of(made, lambda shape: str(shape["id"]))


def without_notes(params: Params) -> Params:
    """Leave out our notes, which not everything at Stripe takes."""
    return {name: value for name, value in params.items() if name != "metadata"}


def refund(params: Params, key: str) -> Answer[values.Refund]:
    """Give money back to a buyer."""
    with raising_problems():
        made = client().v1.refunds.create(cast("Any", params), options(key))
    return answer_of(made, shapes.refund)


def transfer(params: Params, key: str) -> Answer[values.Transfer]:
    """Send money to a council."""
    with raising_problems():
        made = client().v1.transfers.create(cast("Any", params), options(key))
    return answer_of(made, shapes.transfer)


def reverse(transfer_id: str, params: Params, key: str) -> Answer[values.Reversal]:
    """Take a part of a transfer back."""
    with raising_problems():
        made = client().v1.transfers.reversals.create(
            transfer_id, cast("Any", params), options(key)
        )
    return answer_of(made, shapes.reversal)


def answer_dispute(dispute_id: str, params: Params, key: str) -> Answer[values.Dispute]:
    """Submit the evidence for a disputed payment."""
    with raising_problems():
        made = client().v1.disputes.update(dispute_id, cast("Any", params), options(key))
    return answer_of(made, shapes.dispute)


def open_account(params: Params, key: str) -> Answer[values.Account]:
    """Open a council's account."""
    with raising_problems():
        made = client().v2.core.accounts.create(cast("Any", params), options(key))
    return answer_of(made, shapes.account)


def close_account(account: str, params: Params, key: str) -> Answer[values.Account]:
    """Close an account for good; Stripe refuses while something is left on it."""
    closing = {"applied_configurations": params["applied_configurations"]}
    with raising_problems():
        made = client().v2.core.accounts.close(account, cast("Any", closing), options(key))
    return answer_of(made, shapes.account)


def open_onboarding(params: Params, key: str) -> Answer[values.Link]:
    """Make a single-use address where a council completes its account; without our notes."""
    with raising_problems():
        made = client().v2.core.account_links.create(
            cast("Any", without_notes(params)), options(key)
        )
    return answer_of(made, lambda shape: values.Link(str(shape["account"]), str(shape["url"])))


def make_destination(
    name: str, *, url: str, kinds: list[str], origins: list[str], thin: bool
) -> values.Destination:
    """Have events of some kinds posted to an address of ours."""
    params: Params = {
        "name": name,
        "type": "webhook_endpoint",
        "event_payload": "thin" if thin else "snapshot",
        "enabled_events": kinds,
        "events_from": origins,
        "webhook_endpoint": {"url": url},
        "include": ["webhook_endpoint.signing_secret"],
    }
    if not thin:
        params["snapshot_api_version"] = API_VERSION
    with raising_problems():
        made = client().v2.core.event_destinations.create(cast("Any", params))
    return shapes.destination(made.to_dict())


def change_destination(destination_id: str, *, url: str, kinds: list[str]) -> None:
    """Have events of other kinds posted, or to another address; the secret stays."""
    params = {"enabled_events": kinds, "webhook_endpoint": {"url": url}}
    with raising_problems():
        client().v2.core.event_destinations.update(destination_id, cast("Any", params))
