"""Addresses, complete with their empty lines."""

from infra.stripe_simulator.errors import JSON

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def address(given: JSON | str | None) -> JSON | None:
    """Complete an address with its empty lines."""
    if not isinstance(given, dict):
        return None
    return {line: given.get(line) or None for line in ADDRESS}


def shipping(given: JSON | str | None) -> JSON | None:
    """Return a delivery address completed with its empty fields."""
    if not isinstance(given, dict):
        return None
    details: JSON = {"address": address(given.get("address")), "name": given.get("name")}
    return details | {"phone": given.get("phone")}
