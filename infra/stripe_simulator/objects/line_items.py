"""What a Checkout session sells: lines, each with its price and its product."""

from infra.stripe_simulator.errors import JSON, ApiError, missing_parameter
from infra.stripe_simulator.objects.metadata import fresh
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import World


def build(world: World, given: list[JSON], *, owner: str) -> list[JSON]:
    """Make the lines of a session out of what the caller wrote."""
    return [
        _line(world, item, path=f"line_items[{place}]", owner=owner)
        for place, item in enumerate(given)
    ]


def _line(world: World, item: JSON, *, path: str, owner: str) -> JSON:
    if "price" in item:
        price = world.named("price", item["price"], owner=owner, param=f"{path}[price]")
    elif "price_data" in item:
        price = _price(world, item["price_data"], path=f"{path}[price_data]", owner=owner)
    else:
        raise missing_parameter(f"{path}[price_data]")
    quantity = item.get("quantity", 1)
    if quantity < 1:
        raise ApiError(
            "Invalid positive integer",
            param=f"{path}[quantity]",
            code="parameter_invalid_integer",
        )
    if item.get("tax_rates"):
        raise ApiError("The simulator computes no taxes.", param=f"{path}[tax_rates]")
    total = price["unit_amount"] * quantity
    product = world.store.must("product", price["product"])
    record: JSON = {
        "id": new_id("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": fresh(item),
        "price": {key: value for key, value in price.items() if not key.startswith("_")},
        "quantity": quantity,
    }
    return record


def _price(world: World, data: JSON, *, path: str, owner: str) -> JSON:
    if "unit_amount" not in data:
        raise missing_parameter(f"{path}[unit_amount]")
    if data["unit_amount"] < 0:
        raise ApiError(
            "Invalid non-negative integer",
            param=f"{path}[unit_amount]",
            code="parameter_invalid_integer",
        )
    recurring = data.get("recurring")
    record: JSON = {
        "id": new_id("price_1"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": world.clock.now(),
        "currency": data["currency"].lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": _product(world, data, path=path, owner=owner),
        "recurring": None,
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": data["unit_amount"],
        "unit_amount_decimal": str(data["unit_amount"]),
    }
    return world.add("price", record, owner=owner)


def _product(world: World, data: JSON, *, path: str, owner: str) -> str:
    if "product" in data:
        kept = world.named("product", data["product"], owner=owner, param=f"{path}[product]")
        return str(kept["id"])
    if "product_data" not in data:
        raise missing_parameter(f"{path}[product_data]")
    given = data["product_data"]
    record: JSON = {
        "id": new_id("prod_", 14),
        "object": "product",
        "active": False,
        "created": world.clock.now(),
        "default_price": None,
        "description": given.get("description"),
        "images": given.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": fresh(given),
        "name": given["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": given.get("tax_code"),
        "type": "service",
        "unit_label": None,
        "updated": world.clock.now(),
        "url": None,
    }
    world.add("product", record, owner=owner)
    return str(record["id"])
