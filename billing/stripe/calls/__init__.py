"""Calls to Stripe: written down with their key, then made, tried again, or looked up."""
