"""Refunds and disputes: changes to a sale."""
