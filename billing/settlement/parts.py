"""Frozen terms, as the rules count with them."""

from billing.models import SaleTerms
from billing.rules import split


def part_of(terms: SaleTerms) -> split.Part:
    """Return what a frozen row says."""
    return split.Part(
        terms.council_id, terms.net_cents, terms.rate_bp, terms.weight, terms.weight_total
    )
