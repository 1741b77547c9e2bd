"""The seller, as papers name it."""

from saas.kernel import seller as sellers


def seller() -> dict[str, str]:
    """Return who sells, as invoices say it."""
    return sellers.identity()
