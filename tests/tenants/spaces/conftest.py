"""A DNS written by a test, and an administrator of the north."""

from tests.tenants.spaces.hosts.dns import camille, dns

__all__ = ["camille", "dns"]
