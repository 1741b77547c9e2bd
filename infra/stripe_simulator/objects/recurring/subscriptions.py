"""Subscriptions as they are asked for: begun, shown, changed, ended."""

from infra.stripe_simulator.errors import JSON, ApiError, missing_parameter, no_such
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.metadata import merged
from infra.stripe_simulator.objects.payments import payment_methods
from infra.stripe_simulator.objects.payments.payment_intents import check_amount, refused
from infra.stripe_simulator.objects.recurring import invoice_life, products
from infra.stripe_simulator.objects.recurring import subscription_life as life
from infra.stripe_simulator.objects.recurring import subscription_shape as shape
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.paging import in_period, page, page_of, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.world import Call, World

CREATED_WITH = {"customer", "items", "currency", "default_payment_method", "description",
                "metadata", "cancel_at_period_end", "off_session", "collection_method",
                "payment_behavior", "proration_behavior"}  # fmt: skip
CHANGED_WITH = {"cancel_at_period_end", "cancellation_details", "default_payment_method",
                "description", "items", "metadata", "payment_behavior", "proration_behavior",
                "off_session", "proration_date"}  # fmt: skip
ITEM_WITH = {"id", "price", "price_data", "quantity", "metadata"}
ONLY_WORDS = {"cancellation_details", "metadata"}
ENDED = {"canceled", "incomplete_expired"}


@endpoint("POST /v1/subscriptions")
def create(world: World, call: Call) -> JSON:
    """Begin a subscription and have its first invoice paid."""
    params = call.params
    played.only(params, CREATED_WITH)
    if params.get("customer") is None:
        raise missing_parameter("customer")
    if params.get("collection_method", "charge_automatically") != "charge_automatically":
        raise ApiError("The simulator charges automatically.", param="collection_method")
    customer = world.named("customer", params["customer"], owner=call.owner, param="customer")
    with on_the_clock_of(world, customer["id"]):
        prices = _prices(world, params.get("items") or [], owner=call.owner)
        _check_method(world, params, customer["id"], owner=call.owner)
        return _begin(world, params, prices, customer=customer)


def _begin(world: World, params: JSON, prices: list[tuple[JSON, JSON]], *, customer: JSON) -> JSON:
    """Begin it; a caller may want to pay later, or nothing at all if the card is refused."""
    behaviour = params.get("payment_behavior", "allow_incomplete")
    method = life.method_for(
        world, {"default_payment_method": None, "customer": customer["id"]} | params
    )
    if method is None and behaviour != "default_incomplete":
        raise ApiError(
            "This customer has no attached payment source or default payment method. Please "
            "consider adding a default payment method.",
            code="resource_missing",
        )
    subscription = life.begin(world, params, prices, once=[])
    if behaviour == "default_incomplete":
        return subscription
    first = life.latest_invoice(world, subscription)
    refusal = invoice_life.attempt(world, first, method, off_session=False)
    if behaviour == "error_if_incomplete" and refusal:
        life.lapse(world, subscription)
        raise refused(invoice_life.intent_of(world, first), refusal)
    return subscription


def _prices(world: World, items: list[JSON], *, owner: str) -> list[tuple[JSON, JSON]]:
    if not items:
        raise missing_parameter("items")
    out = []
    for place, given in enumerate(items):
        path = f"items[{place}]"
        played.only(given, ITEM_WITH - {"id"}, inside=path)
        check_quantity(given, path)
        out.append((products.chosen(world, given, path=path, owner=owner), given))
    check_together([price for price, _ in out], param="items")
    check_amount(
        sum(price["unit_amount"] * given.get("quantity", 1) for price, given in out), "items"
    )
    return out


def check_quantity(given: JSON, path: str) -> None:
    """Refuse to sell nothing, or less."""
    if given.get("quantity", 1) < 1:
        raise ApiError(
            "Invalid positive integer",
            param=f"{path}[quantity]",
            code="parameter_invalid_integer",
        )


def check_together(prices: list[JSON], *, param: str) -> None:
    """Raise ApiError for prices that cannot be part of the same subscription."""
    if any(price["recurring"] is None for price in prices):
        raise ApiError(
            "The price specified is set to `type=one_time` but this field only accepts prices "
            "with `type=recurring`.",
            param=param,
        )
    rhythms = {
        (price["currency"], price["recurring"]["interval"], price["recurring"]["interval_count"])
        for price in prices
    }
    if len(rhythms) > 1:
        raise ApiError(
            "All prices on a subscription must have the same currency and the same interval.",
            param=param,
        )


def _check_method(world: World, params: JSON, customer: str, *, owner: str) -> None:
    given = params.get("default_payment_method")
    if not given:
        return
    method = payment_methods.named(world, given, owner=owner, param="default_payment_method")
    if method["customer"] != customer:
        raise ApiError(
            f"The customer does not have a payment method with the ID {given}. The payment method "
            "must be attached to the customer.",
            code="resource_missing",
            param="default_payment_method",
        )


@endpoint("GET /v1/subscriptions/{subscription_exposed_id}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a subscription."""
    name = call.path["subscription_exposed_id"]
    return world.find("subscription", name, owner=call.owner, param="id")


@endpoint("POST /v1/subscriptions/{subscription_exposed_id}")
def update(world: World, call: Call) -> JSON:
    """Change a subscription; a new price counts from the next period on."""
    subscription, params = retrieve(world, call), call.params
    played.only(params, CHANGED_WITH)
    if subscription["status"] in ENDED and set(params) - ONLY_WORDS:
        raise ApiError(
            "A canceled subscription can only update its cancellation_details and metadata."
        )
    with on_the_clock_of(world, subscription["customer"]):
        _check_method(world, params, subscription["customer"], owner=call.owner)
        changes = _changes(world, subscription, params)
        if params.get("items"):
            changes["items"] = _items(world, subscription, params)
        life.change(world, subscription, **changes)
    return subscription


def _changes(world: World, subscription: JSON, params: JSON) -> JSON:
    out: JSON = {"metadata": merged(subscription, params)}
    for name in ("description", "default_payment_method"):
        if name in params:
            out[name] = params[name] or None
    if "cancellation_details" in params:
        out["cancellation_details"] = subscription["cancellation_details"] | {
            name: value or None for name, value in params["cancellation_details"].items()
        }
    if "cancel_at_period_end" in params:
        out |= ending(world, subscription, at_period_end=params["cancel_at_period_end"])
    return out


def ending(world: World, subscription: JSON, *, at_period_end: bool) -> JSON:
    """Return the changes to cancel a subscription at the end of the period, or to keep it."""
    if subscription["cancel_at_period_end"] == at_period_end:
        return {}
    reason = "cancellation_requested" if at_period_end else None
    return {
        "cancel_at_period_end": at_period_end,
        "cancel_at": shape.period_end(subscription) if at_period_end else None,
        "canceled_at": world.clock.now() if at_period_end else None,
        "cancellation_details": subscription["cancellation_details"] | {"reason": reason},
    }


def _items(world: World, subscription: JSON, params: JSON) -> JSON:
    """Return the items after an update; unnamed items stay unchanged."""
    if params.get("proration_behavior", "create_prorations") != "none":
        raise ApiError(
            "The simulator computes no prorations: pass proration_behavior=none.",
            param="proration_behavior",
        )
    rows = {row["id"]: row for row in subscription["items"]["data"]}
    for place, given in enumerate(params["items"]):
        path = f"items[{place}]"
        played.only(given, ITEM_WITH, inside=path)
        check_quantity(given, path)
        name = given.get("id")
        if name is not None and name not in rows:
            raise no_such("subscription_item", name, param=f"{path}[id]", in_body=True)
        row = _item(world, subscription, given, before=rows.get(name or ""), path=path)
        rows[row["id"]] = row
    check_together([row["price"] for row in rows.values()], param="items")
    due = sum(row["price"]["unit_amount"] * row["quantity"] for row in rows.values())
    check_amount(due, "items")
    _check_rhythm(subscription, next(iter(rows.values()))["price"])
    stored: JSON = subscription["items"]
    return stored | {"data": list(rows.values())}


def _check_rhythm(subscription: JSON, price: JSON) -> None:
    before = subscription["items"]["data"][0]["price"]["recurring"]
    if any(before[name] != price["recurring"][name] for name in ("interval", "interval_count")):
        raise ApiError("The simulator does not change the interval.", param="items")


def _item(world: World, subscription: JSON, given: JSON, *, before: JSON | None, path: str) -> JSON:
    if before is None or "price" in given or "price_data" in given:
        price = products.chosen(world, given, path=path, owner=subscription["_owner"])
    else:
        price = before["price"]
    if price["recurring"] is None:
        check_together([price], param=path)
    new = shape.item(world, subscription, price=price, given=given)
    if before is None:
        return new
    names = ("price", "plan")
    row = before | {name: new[name] for name in names}
    row["quantity"] = given.get("quantity", before["quantity"])
    row["metadata"] = merged(before, given)
    return row


@endpoint("DELETE /v1/subscriptions/{subscription_exposed_id}")
def cancel(world: World, call: Call) -> JSON:
    """Cancel a subscription at once, without an automatic refund."""
    subscription = retrieve(world, call)
    played.only(call.params, {"cancellation_details"})
    if subscription["status"] in ENDED:
        raise no_such("subscription", subscription["id"], param="id")
    given = call.params.get("cancellation_details", {})
    with on_the_clock_of(world, subscription["customer"]):
        subscription["cancellation_details"] |= {
            name: value or None for name, value in given.items()
        }
        life.end(world, subscription, reason="cancellation_requested")
    return subscription


@endpoint("GET /v1/subscription_items")
def items(world: World, call: Call) -> JSON:
    """Return the items of a subscription."""
    name = call.params["subscription"]
    subscription = world.named("subscription", name, owner=call.owner, param="subscription")
    rows: list[JSON] = subscription["items"]["data"]
    return page_of(rows, call.params, url="/v1/subscription_items", kind="subscription_item")


@endpoint("GET /v1/subscriptions")
def index(world: World, call: Call) -> JSON:
    """List subscriptions, newest first; those that have ended only when asked for."""
    params = call.params
    filters, period = same(params, "customer", "collection_method", "test_clock"), in_period(params)
    status, price = params.get("status"), params.get("price")
    played.only(params, {"customer", "collection_method", "test_clock", "created", "status",
                         "price", "limit", "starting_after", "ending_before"})  # fmt: skip

    def is_listed(row: JSON) -> bool:
        hidden = row["test_clock"] and not {"test_clock", "customer"} & set(params)
        if hidden or row["_owner"] != call.owner or not _in(row["status"], status):
            return False
        sold = {item["price"]["id"] for item in row["items"]["data"]}
        return filters(row) and period(row) and (price is None or price in sold)

    return page(world.store, "subscription", params, url="/v1/subscriptions", keep=is_listed)


@endpoint("GET /v1/customers/{customer}/subscriptions")
def of_customer(world: World, call: Call) -> JSON:
    """Return the subscriptions of a customer, at the list URL shown in the customer object."""
    name = call.path["customer"]
    world.find("customer", name, owner=call.owner, param="customer")
    return page(
        world.store,
        "subscription",
        call.params,
        url=f"/v1/customers/{name}/subscriptions",
        keep=lambda row: row["customer"] == name and row["status"] != "canceled",
    )


def _in(status: str, wanted: str | None) -> bool:
    if wanted == "all":
        return True
    if wanted == "ended":
        return status in ENDED
    return status != "canceled" if wanted is None else status == wanted
