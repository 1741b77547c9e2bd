"""Products, and the prices that they have."""

from infra.stripe_simulator.errors import JSON, ApiError, missing_parameter
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.metadata import fresh, merged, previous
from infra.stripe_simulator.paging import in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World

PRODUCT = {"id", "active", "description", "images", "metadata", "name", "tax_code", "unit_label",
           "shippable", "statement_descriptor", "url", "type"}  # fmt: skip
PRICE = {"active", "currency", "lookup_key", "metadata", "nickname", "product", "product_data",
         "recurring", "tax_behavior", "unit_amount", "billing_scheme"}  # fmt: skip
RECURRING = {"interval", "interval_count", "usage_type"}
LONGEST_INTERVAL = {"day": 1095, "week": 156, "month": 36, "year": 3}


def make_product(world: World, given: JSON, *, owner: str, active: bool) -> JSON:
    """Create a product; a product only made for a price is not shown as active."""
    now = world.clock.now()
    record: JSON = {
        "id": given.get("id") or new_id("prod_", 14),
        "object": "product",
        "active": active,
        "created": now,
        "default_price": None,
        "description": given.get("description"),
        "images": given.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": fresh(given),
        "name": given["name"],
        "package_dimensions": None,
        "shippable": given.get("shippable"),
        "statement_descriptor": given.get("statement_descriptor"),
        "tax_code": given.get("tax_code"),
        "type": "service",
        "unit_label": given.get("unit_label"),
        "updated": now,
        "url": given.get("url"),
    }
    return world.add("product", record, owner=owner)


def make_price(world: World, data: JSON, *, path: str, owner: str, active: bool = False) -> JSON:
    """Create a price from the parameters."""
    cents = data.get("unit_amount")
    name = f"{path}[unit_amount]" if path else "unit_amount"
    if cents is None:
        raise missing_parameter(name)
    if cents < 0:
        raise ApiError("Invalid non-negative integer", param=name, code="parameter_invalid_integer")
    recurring = _recurring(data.get("recurring"), path)
    record: JSON = {
        "id": new_id("price_1"),
        "object": "price",
        "active": active,
        "billing_scheme": "per_unit",
        "created": world.clock.now(),
        "currency": data["currency"].lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": data.get("lookup_key"),
        "metadata": fresh(data),
        "nickname": data.get("nickname"),
        "product": _product_of(world, data, path=path, owner=owner),
        "recurring": recurring,
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": cents,
        "unit_amount_decimal": str(cents),
    }
    return world.add("price", record, owner=owner)


def _recurring(given: JSON | None, path: str) -> JSON | None:
    if not given:
        return None
    inside = f"{path}[recurring]" if path else "recurring"
    count = given.get("interval_count", 1)
    if given.get("usage_type", "licensed") != "licensed" or set(given) - RECURRING:
        raise ApiError("The simulator plays licensed prices only.", param=inside)
    if not 1 <= count <= LONGEST_INTERVAL[given["interval"]]:
        raise ApiError(
            "The maximum interval is three years, the minimum one day.",
            param=f"{inside}[interval_count]",
        )
    return {
        "interval": given["interval"],
        "interval_count": count,
        "meter": None,
        "usage_type": "licensed",
    }


def _product_of(world: World, data: JSON, *, path: str, owner: str) -> str:
    name = f"{path}[{{}}]" if path else "{}"
    if "product" in data:
        stored = world.named("product", data["product"], owner=owner, param=name.format("product"))
        return str(stored["id"])
    if "product_data" not in data:
        raise missing_parameter(name.format("product_data"))
    return str(make_product(world, data["product_data"], owner=owner, active=False)["id"])


def chosen(world: World, item: JSON, *, path: str, owner: str) -> JSON:
    """Give the price that a line names or describes."""
    if "price" in item:
        return world.named("price", item["price"], owner=owner, param=f"{path}[price]")
    if "price_data" in item:
        return make_price(world, item["price_data"], path=f"{path}[price_data]", owner=owner)
    raise missing_parameter(f"{path}[price_data]")


def plan_of(price: JSON) -> JSON:
    """Show a recurring price under its older name, which subscription items still carry."""
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


@endpoint("POST /v1/products")
def create_product(world: World, call: Call) -> JSON:
    """Begin a product."""
    played.only(call.params, PRODUCT)
    if world.store.get("product", call.params.get("id", "")) is not None:
        raise ApiError("Product already exists.", code="resource_already_exists", param="id")
    active = call.params.get("active", True)
    product = make_product(world, call.params, owner=call.owner, active=active)
    emit(world, "product.created", product)
    return product


@endpoint("GET /v1/products/{id}")
def product(world: World, call: Call) -> JSON:
    """Show a product."""
    return world.find("product", call.path["id"], owner=call.owner, param="id")


@endpoint("GET /v1/products")
def products(world: World, call: Call) -> JSON:
    """List the products, newest first."""
    return _listed(world, call, "product", "active", "url")


@endpoint("POST /v1/prices")
def create_price(world: World, call: Call) -> JSON:
    """Begin a price of a product."""
    played.only(call.params, PRICE)
    active = call.params.get("active", True)
    price = make_price(world, call.params, path="", owner=call.owner, active=active)
    emit(world, "price.created", price)
    return price


@endpoint("GET /v1/prices/{price}")
def price(world: World, call: Call) -> JSON:
    """Show a price."""
    return world.find("price", call.path["price"], owner=call.owner, param="price")


@endpoint("POST /v1/prices/{price}")
def update_price(world: World, call: Call) -> JSON:
    """Change the mutable fields of a price; its amount is immutable."""
    played.only(call.params, {"active", "metadata", "nickname", "lookup_key"})
    record = price(world, call)
    names = ("active", "nickname", "lookup_key")
    changes = {name: call.params[name] for name in names if name in call.params}
    changes["metadata"] = merged(record, call.params)
    before = previous(record, changes)
    record |= changes
    world.store.put("price", record)
    if before:
        emit(world, "price.updated", record, previous=before)
    return record


@endpoint("GET /v1/prices")
def prices(world: World, call: Call) -> JSON:
    """List the prices, newest first."""
    return _listed(world, call, "price", "active", "currency", "product", "type")


def _listed(world: World, call: Call, kind: str, *names: str) -> JSON:
    filters, period = same(call.params, *names), in_period(call.params)
    return page(
        world.store,
        kind,
        call.params,
        url=f"/v1/{kind}s",
        keep=lambda row: row["_owner"] == call.owner and filters(row) and period(row),
    )
