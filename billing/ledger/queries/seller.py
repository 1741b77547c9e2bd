"""The seller, as papers name it."""

from saas.kernel.values import seller as sellers


def seller() -> dict[str, str]:
    """Return the seller's identity, as printed on invoices."""
    return sellers.identity()
