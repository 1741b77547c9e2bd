"""Line items of a Checkout session, each with its price and its product."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.objects.metadata import fresh
from infra.stripe_simulator.objects.recurring import products
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import World


def build(world: World, given: list[JSON], *, owner: str) -> list[JSON]:
    """Return the line items of a session from the parameters."""
    return [
        _line(world, item, path=f"line_items[{place}]", owner=owner)
        for place, item in enumerate(given)
    ]


def _line(world: World, item: JSON, *, path: str, owner: str) -> JSON:
    price = products.chosen(world, item, path=path, owner=owner)
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
