"""The seller, as papers name it."""

from saas.kernel.values import seller as sellers


def seller() -> dict[str, str]:
    """Return who sells, as invoices say it."""
    return sellers.identity()
