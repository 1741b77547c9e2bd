"""A DNS that a test writes, and a person who administers the north."""

from tests.tenants.spaces.dns import camille, dns

__all__ = ["camille", "dns"]
