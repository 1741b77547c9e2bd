"""The seller, as papers name it."""

from saas.kernel.values import seller as sellers


def seller() -> dict[str, str]:
    """Return the seller's identity, as printed on invoices."""
    return sellers.identity()


def siren() -> str:
    """Return the seller's SIREN in digits alone, as files for the tax office name it."""
    return "".join(letter for letter in seller()["siren"] if letter.isdecimal())
