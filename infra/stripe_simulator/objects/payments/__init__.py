"""Payments as Stripe takes them: pages, intents, charges, cards and debits."""
