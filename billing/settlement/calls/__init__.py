"""Calls to Stripe: their parameters frozen, each made under its key, its answer applied."""
