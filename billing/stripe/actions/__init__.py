"""Verbs of this room, the only writers that people, the clock and Stripe begin."""
