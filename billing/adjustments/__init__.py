"""Refunds and disputes: changes to what was sold."""
